import type { Item } from '../adapters/dynamodb.ts';
import type { Alert, Notice, Recipient } from '../core/alert.ts';
import { messageOf } from '../core/messages.ts';
import { numbered, recorded, struckOut, unnumbered } from '../core/outbox.ts';
import { isoOf } from '../core/time.ts';
import { claimNumber, recordNotice } from './incidents.ts';
import { alertKey } from './keys.ts';
import { isHeld, newLease, type Services } from './services.ts';

/** How long one invocation may send an alert's outbox, in milliseconds. */
export const sendLeaseMs = 60_000;

/**
 * Nothing is begun in the last part of a lease, because it could end after somebody else has begun: a publish with its
 * strike-out takes 25 s at most, by the time-outs and tries of the clients. In milliseconds.
 */
const longestStepMs = 35_000;

/** When a refused publish is tried again, in milliseconds. */
const retryMs = 60_000;

/** How often a change is repeated because the alert changed meanwhile. */
const saveTries = 10;

/** Sends what is owed of an alert that nobody else is sending. For the tick. */
export async function settleDue(services: Services, check: string): Promise<void> {
  const { table } = services;
  const stored = await table.get<Alert>(alertKey(check));
  if (!stored || stored.body.outbox.length === 0 || isHeld(stored.body.lease, services)) return;
  const lease = newLease(services, sendLeaseMs);
  const claimed = await table.put(alertKey(check), stored.version, { ...stored.body, lease }, { dueAt: lease.until });
  if (claimed) await settle(services, claimed);
}

/**
 * Sends an alert's outbox under the lease that the alert holds: publish, then strike out, one recipient at a time. Only
 * where a crash comes between the two, or SNS's answer gets lost, is somebody told twice.
 */
export async function settle(services: Services, leased: Item<Alert>): Promise<Alert> {
  const { now } = services;
  const stopAt = now() + sendLeaseMs - longestStepMs;
  const refused = new Set<string>();
  let current = leased;
  while (now() <= stopAt && !isHeld(current.body.lease, services)) {
    if (current.body.outbox.some(({ isRecorded }) => !isRecorded)) {
      current = await record(services, current);
      continue;
    }
    const next = nextDelivery(current.body, refused);
    if (!next) {
      if (refused.size === 0 || (await release(services, current))) return current.body;
      // Somebody has left more to our lease at the last moment.
      current = (await services.table.get<Alert>(alertKey(current.body.check))) ?? current;
      continue;
    }
    const { notice, recipient } = next;
    if (await publish(services, notice, recipient)) {
      current = await save(services, current, (alert) => struckOut(alert, notice, recipient.contact));
    } else refused.add(recipient.contact);
  }
  return current.body;
}

/** Gives the incidents of an outbox their numbers, and puts its notices into their records. */
async function record(services: Services, current: Item<Alert>): Promise<Item<Alert>> {
  let alert = current.body;
  const numbers: [openedAt: string, number: string][] = [];
  for (let notice = unnumbered(alert); notice; notice = unnumbered(alert)) {
    const number = await claimNumber(services, notice);
    alert = numbered(alert, notice.openedAt, number);
    numbers.push([notice.openedAt, number]);
  }
  const notices = alert.outbox.flatMap(({ notice, isRecorded }) => (isRecorded ? [] : [notice]));
  for (const notice of notices) await recordNotice(services, notice);
  return save(services, current, (stored) => {
    const named = numbers.reduce((each, [openedAt, number]) => numbered(each, openedAt, number), stored);
    return recorded(named, notices);
  });
}

/** Leaves what was refused to the tick, and to whoever has more to tell before it. @returns whether it was released */
async function release({ table, now }: Services, current: Item<Alert>): Promise<boolean> {
  const { lease: _done, ...alert } = current.body;
  return (await table.put(current, current.version, alert, { dueAt: isoOf(now() + retryMs) })) !== undefined;
}

/** The oldest notice for a contact who has not refused yet: nobody reads of a recovery before the problem. */
function nextDelivery(
  { outbox }: Alert,
  refused: ReadonlySet<string>,
): { notice: Notice; recipient: Recipient } | undefined {
  for (const { notice, to } of outbox) {
    const recipient = to.find(({ contact }) => !refused.has(contact));
    if (recipient) return { notice, recipient };
  }
  return undefined;
}

/** @returns whether it is done: told, or there is nobody any more to tell */
async function publish(services: Services, notice: Notice, recipient: Recipient): Promise<boolean> {
  const { plan, topics, journal } = services;
  const { incident, kind } = notice;
  const { contact } = recipient;
  if (!topics.has(contact)) {
    const reason = 'the runbook that is deployed now has no such contact';
    journal.failure('a contact cannot be told', reason, { incident, kind, contact });
    return true;
  }
  try {
    await topics.publish(notice, recipient, messageOf(plan, notice, recipient));
    journal.info('told', { incident, kind, contact });
    return true;
  } catch (error) {
    journal.failure('a message was refused by SNS', error, { incident, kind, contact });
    return false;
  }
}

async function save(
  { table, now }: Services,
  current: Item<Alert>,
  change: (alert: Alert) => Alert,
): Promise<Item<Alert>> {
  const key = alertKey(current.body.check);
  let stored: Item<Alert> | undefined = current;
  for (let attempt = 0; attempt < saveTries && stored; attempt++) {
    const { lease, ...rest } = change(stored.body);
    const isOwed = rest.outbox.length > 0;
    const body = { ...rest, ...(isOwed && lease && { lease }) };
    const dueAt = lease?.until ?? isoOf(now() + retryMs);
    const written: Item<Alert> | undefined = await table.put<Alert>(key, stored.version, body, isOwed ? { dueAt } : {});
    if (written) return written;
    stored = await table.get<Alert>(key);
  }
  throw new Error(`The alert ${current.body.check} could not be saved: it kept changing.`);
}
