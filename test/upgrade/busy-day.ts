import { LocalClock } from '../../lib/local/clock.ts';
import type { LocalCloud } from '../../lib/local/cloud.ts';
import type { InterceptedCall, Verdict } from '../../lib/local/gateway.ts';
import { startLocalCloud } from '../../lib/local/local-cloud.ts';
import { ServiceError } from '../../lib/local/service.ts';
import type { Connection } from '../../lib/local/ssm/host.ts';
import { synthesize } from '../../lib/synthesize.ts';
import { type ShopHosts, shop, shopHosts, well } from './shop.ts';

/** Monday, half past seven in Berlin. */
const begin = Date.parse('2026-11-23T06:30:00Z');

/** Tuesday, some minutes past nine, in the middle of much. */
const end = Date.parse('2026-11-24T08:07:30Z');

const full = [0, "full|'disk_used'=97%"] as const;

/** What AWS refuses in this day, and what is left of it. */
interface Refusal {
  /** ISO instant from which on. */
  readonly from: string;
  readonly operation: string;
  /** All of these stand in the call's input. */
  readonly about: readonly string[];
  readonly code: string;
}

const [denied, throttled] = ['AccessDeniedException', 'ThrottlingException'];

const refusals: readonly Refusal[] = [
  // A round that could not be sent: `failed`.
  { from: '2026-11-23', operation: 'SendCommand', about: ['rounds shop database/'], code: denied },
  // A round that nobody could begin: `missed`.
  { from: '2026-11-23', operation: 'PutItem', about: ['"round#stock"', 'sending'], code: denied },
  // A round that waits for SSM: `sending`.
  { from: '2026-11-24T08:00', operation: 'SendCommand', about: ['rounds shop orders/'], code: throttled },
  // An incident without a number, whose notices are still in the outbox, and a round that is held by a lease.
  { from: '2026-11-24', operation: 'PutItem', about: ['"S":"incident"', 'payment'], code: denied },
  // Letters that wait for SNS, and a report that does.
  { from: '2026-11-24T07:59', operation: 'Publish', about: ['Contactscarol'], code: throttled },
  { from: '2026-11-24T08:03', operation: 'Publish', about: ['Contactsbob'], code: throttled },
];

/** Lets the shop have a day and an hour of which something of every kind remains. The caller closes the cloud. */
export async function busyDay(folder: string): Promise<LocalCloud> {
  const hosts = shopHosts();
  const { template } = synthesize({ runbook: shop, placeholders: false }, folder);
  const clock = new LocalClock(begin);
  const intercept = (call: InterceptedCall) => verdictOn(call, new Date(clock.now()).toISOString());
  const cloud = await startLocalCloud({ template, assetsFolder: folder, hosts, clock, intercept });
  try {
    await monday(cloud, hosts);
    await tuesday(cloud, hosts);
    return cloud;
  } catch (error) {
    await cloud.close();
    throw error;
  }
}

function verdictOn({ operation, input }: InterceptedCall, now: string): Verdict {
  const text = JSON.stringify(input);
  const hit = refusals.find(
    (each) => each.operation === operation && now >= each.from && each.about.every((part) => text.includes(part)),
  );
  return hit ? new ServiceError(hit.code, 'refused for the snapshot') : 'pass';
}

/** An incident that is taken, noted and resolved; one that a silence holds back; one sign-off of two; a lost host. */
async function monday(cloud: LocalCloud, hosts: ShopHosts): Promise<void> {
  hosts.answer(1, 'disk', full);
  hosts.answer(2, 'memory', [2, 'memory is used up']);
  await cloud.advanceTo(Date.parse('2026-11-23T06:50:00Z'));
  await act(cloud, 'incidents', { action: 'silence', check: 'memory', minutes: 1_440 }, 'memory', 'more is ordered');
  await cloud.advanceTo(Date.parse('2026-11-23T07:10:00Z'));
  const incident = await numberOf(cloud, 'disk');
  await act(cloud, 'incidents', { action: 'acknowledge', incident });
  await act(cloud, 'incidents', { action: 'note', incident, about: 'cause' }, incident, 'a log was not rotated');
  await cloud.advanceTo(Date.parse('2026-11-23T07:40:00Z'));
  hosts.answer(1, 'disk', well);
  await act(cloud, 'incidents', { action: 'resolve', incident });
  const review = { id: 'access-review', slot: '2026-11-23T07:30:00.000Z' };
  const field = `${review.id}-${review.slot}`;
  await act(cloud, 'checklist', { action: 'sign-off', ...review, after: 0 }, field, 'one account removed');
  await cloud.advanceTo(Date.parse('2026-11-23T16:55:00Z'));
  connect(hosts, 2, 'lost');
  await cloud.advanceTo(Date.parse('2026-11-23T17:10:00Z'));
  connect(hosts, 2, 'online');
}

function connect(hosts: ShopHosts, number: number, connection: Connection): void {
  const host = hosts.hosts()[number];
  if (host) host.connection = connection;
}

/** A holiday, on which the shop goes down and nobody reaches Carol. */
async function tuesday(cloud: LocalCloud, hosts: ShopHosts): Promise<void> {
  await cloud.advanceTo(Date.parse('2026-11-24T06:45:00Z'));
  await act(cloud, 'incidents', { action: 'silence', check: 'memory', minutes: 1_440 }, 'memory', 'it comes tomorrow');
  await cloud.advanceTo(Date.parse('2026-11-24T07:50:00Z'));
  await act(cloud, 'incidents', { action: 'acknowledge', incident: await numberOf(cloud, 'round-database') });
  for (const host of [0, 1, 2]) hosts.answer(host, 'api', [2, 'the shop does not answer']);
  hosts.answer(0, 'cpu', [2, 'the processor is busy']);
  hosts.answer(1, 'logs', [1, 'the logs grow']);
  hosts.answer(2, 'certificate', [1, 'the certificate ends in 20 days']);
  hosts.answer(1, 'payment', [2, 'no payment is taken']);
  connect(hosts, 3, 'silent');
  await cloud.advanceTo(end);
}

async function numberOf(cloud: LocalCloud, check: string): Promise<string> {
  const heads = (await cloud.items()).filter(({ pk }) => pk === 'incident');
  const found = heads.map(({ body }) => JSON.parse(String(body))).find((head) => head.check === check);
  if (!found) throw new Error(`the check ${check} has no incident, but ${JSON.stringify(heads)}`);
  return found.number;
}

/** Presses a button of the console as Ann, with something in the note's field of what it is about. */
async function act(cloud: LocalCloud, widget: string, action: object, about = '', note = ''): Promise<void> {
  const now = cloud.clock.now();
  const timeRange = { mode: 'relative', start: now - 3 * 3_600_000, end: now };
  const all = { operator: 'Ann', [`note-${about}`]: note };
  const event = { widget, ...action, widgetContext: { timeRange, forms: { all }, width: 900, height: 600 } };
  const answer = await cloud.invoke('WidgetsAct', event);
  if (!answer.ok) throw new Error(`the act ${JSON.stringify(action)} failed: ${answer.error.errorMessage}`);
}
