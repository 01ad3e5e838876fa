import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert, Notice } from '../../functions/core/alert.ts';
import type { Mailbox } from '../../functions/core/mailbox.ts';
import type { Round } from '../../functions/core/round.ts';
import { isoOf } from '../../functions/core/time.ts';
import type { IncidentHead } from '../../functions/core/verdicts.ts';
import { alertKey, mailboxKey, partition, recordKey, roundKey, slotKey } from '../../functions/flow/keys.ts';
import type { SlotWatch } from '../../functions/flow/slot-watch.ts';
import { status } from '../../lib/cli/status.ts';
import { ServiceError } from '../../lib/local/service.ts';
import { hostCheck, routine } from '../../lib/runbook/builders.ts';
import { businessDays, everyDay } from '../../lib/runbook/schedule.ts';
import type { Routine, Runbook } from '../../lib/runbook/types.ts';
import { shop } from './shop.ts';
import { newestFormat, readSnapshot } from './snapshot.ts';
import { type Deployment, deploy, failures, told } from './upgraded-cloud.ts';

/** Monday, shortly before eight in Berlin. */
const begin = '2026-11-23T06:58:30.000Z';
const at = (time: string) => Date.parse(`2026-11-23T${time}:00Z`);

const gone = ['memory', 'cpu', 'logs', 'certificate'];

const added = hostCheck('order-age', {
  ...{ title: 'Orders are young', look: 'df -h' },
  script:
    shop.routines.flatMap(({ checks }) => checks.flatMap((check) => ('script' in check ? check.script : [])))[0] ?? '',
});

/** The same shop after many changes: everything in it is another case. */
const changed: Runbook = {
  ...shop,
  contacts: {
    ann: { name: 'Ann', email: 'ann@example.com', phone: '+12025550100' },
    dave: { name: 'Dave', email: 'dave@example.com' },
    erin: { name: 'Erin', email: 'erin@example.com' },
  },
  roles: {
    operations: { title: 'Operations', contacts: ['ann', 'dave'] },
    lead: { title: 'Team lead', contacts: ['erin'] },
  },
  priorities: {
    ...shop.priorities,
    P2: {
      meaning: 'the shop is impaired',
      channels: ['email'],
      delivery: 'immediately',
      levels: [{ tell: ['operations'], acknowledgeMinutes: 10 }],
    },
  },
  fleets: Object.fromEntries(Object.entries(shop.fleets).filter(([id]) => id !== 'db')),
  routines: shop.routines.flatMap(changedRoutine),
};

function changedRoutine(before: Routine): Routine[] {
  const checks = before.checks.filter(({ id }) => !gone.includes(id));
  switch (before.id) {
    // Removed: two with their fleet, and one whose round is under way.
    case 'database':
    case 'backups':
    case 'payments':
      return [];
    case 'stock':
      return [routine('stock-check', { ...before })].map((each) => ({ ...each, id: 'stock-check' }));
    // Moved: to a time that comes earlier, and to one that was before the deployment.
    case 'reviews':
      return [{ ...before, schedule: businessDays.at('08:10') }];
    case 'pulse':
      return [{ ...before, checks, schedule: everyDay.at('08:01') }];
    case 'orders':
      return [{ ...before, checks: [...before.checks, added] }];
    default:
      return [{ ...before, checks }];
  }
}

/** Another name of the document of the orders. */
function renamed(template: string): string {
  const id = readSnapshot(newestFormat).resources['AWS::SSM::Document']?.find((each) => each.includes('orders')) ?? '';
  if (id === '' || !template.includes(id)) throw new Error('the template has no document for the orders');
  return template.replaceAll(id, `${id}Again`);
}

let first: Deployment;
let now: Deployment;
const round = async (id: string, slot: string) => (await now.table.get<Round>(roundKey({ routine: id, slot })))?.body;
const watch = async (id: string) => (await now.table.get<SlotWatch>(slotKey(id)))?.body;
const alert = async (check: string) => (await now.table.get<Alert>(alertKey(check)))?.body;
const heads = async () =>
  (await now.table.query<IncidentHead>({ pk: partition.incident, limit: 50 })).map(({ body }) => body);

async function headOf(check: string): Promise<IncidentHead> {
  const found = (await heads()).find((head) => head.check === check);
  if (!found) throw new Error(`the check ${check} has no incident`);
  return found;
}

async function recordsOf(check: string): Promise<Notice[]> {
  const { number } = await headOf(check);
  return (await now.table.query<Notice>({ ...recordKey(number, 0), from: '0', to: '9', limit: 50 })).map(
    ({ body }) => body,
  );
}

/** Rounds that were under way, by routine. */
const underWay: Record<string, string> = {};

async function ask({ cloud }: Deployment, id: string): Promise<void> {
  const slot = isoOf(cloud.clock.now());
  underWay[id] = slot;
  const answer = await cloud.invoke('dispatch', { routine: id, slot, requestedBy: 'ann' });
  if (!answer.ok) throw new Error(answer.error.errorMessage);
}

/** The shop gets into much trouble, and is deployed anew while two rounds are under way. */
async function deployTwice(): Promise<void> {
  first = await deploy({
    at: begin,
    // Nobody reaches Carol.
    intercept: ({ operation, input }) =>
      operation === 'Publish' && JSON.stringify(input).includes('Contactscarol')
        ? new ServiceError('ThrottlingException', 'too many')
        : 'pass',
  });
  const { cloud, hosts } = first;
  hosts.answer(1, 'disk', [0, "full|'disk_used'=97%"]);
  hosts.answer(2, 'memory', [2, 'memory is used up']);
  for (const host of [0, 1, 2]) hosts.answer(host, 'api', [2, 'the shop does not answer']);
  hosts.answer(0, 'cpu', [2, 'the processor is busy']);
  hosts.answer(1, 'logs', [1, 'the logs grow']);
  hosts.answer(2, 'certificate', [1, 'the certificate ends in 20 days']);
  const database = hosts.hosts()[3];
  if (database) database.connection = 'lost';
  await cloud.advanceTo(at('07:01'));
  await ask(first, 'pulse');
  await ask(first, 'database');
  await cloud.advanceTo(at('07:05'));
  const release = hosts.hold();
  for (const id of ['orders', 'payments']) await ask(first, id);
  now = await deploy({ runbook: changed, before: first, change: renamed });
  release();
  await now.cloud.advanceTo(at('07:34'));
}

describe('a deployment over another', () => {
  beforeAll(deployTwice);
  afterAll(() => now.cloud.close());

  it('begins with what the other one has left', async () => {
    expect(told(first)).toEqual(
      expect.arrayContaining(
        await Promise.all(
          ['disk', 'memory', 'api', 'fleet-db'].map(
            async (check) => `problem ${(await headOf(check)).number} to ann@example.com`,
          ),
        ),
      ),
    );
  });

  it('collects the round that was sent by a document of another name', async () => {
    const orders = await round('orders', underWay.orders ?? '');
    expect(orders).toMatchObject({ status: 'collected', summary: { hosts: { answered: 3 } } });
  });

  it('says of a check that the round did not have that it is not known, and asks again', async () => {
    const orders = await round('orders', underWay.orders ?? '');
    expect(orders).toMatchObject({ summary: { verdicts: { 'order-age': { status: 'UNKNOWN' } } } });
    expect((await heads()).map(({ check }) => check)).not.toContain('order-age');
    expect((await alert('order-age'))?.status).toBe('OK');
  });

  it('ends the round of a routine that was removed, and says so', async () => {
    const reason = 'A deployment has removed its routine while it was under way.';
    expect(await round('payments', underWay.payments ?? '')).toMatchObject({ status: 'skipped', reason });
    expect(await watch('payments')).toEqual({ slot: null });
  });

  it('asks nothing again of which the runbook has no check', async () => {
    const rounds = await now.table.query<Round>({ pk: 'round#pulse', limit: 50 });
    const rechecks = rounds.flatMap(({ body }) => (body.recheck?.checks.includes('cpu') ? [body] : []));
    expect(rechecks.at(-1)).toMatchObject({ status: 'skipped' });
    expect((await alert('cpu'))?.soft).toBeUndefined();
    expect((await heads()).map(({ check }) => check)).not.toContain('cpu');
  });

  it.each(['memory', 'certificate', 'logs', 'fleet-db'])(
    'ends the incident of %s, which is not checked any more',
    async (check) => {
      expect((await headOf(check)).resolvedAt).toBeDefined();
      expect((await alert(check))?.incident).toBeUndefined();
      expect((await recordsOf(check)).at(-1)).toMatchObject({
        kind: 'recovery',
        reason: 'the runbook has no such check any more',
      });
    },
  );

  it('tells that to who was told of it, and to nobody else', async () => {
    const toldOf = async (check: string) => {
      const { number } = await headOf(check);
      return told(now).flatMap((line) => (line.includes(number) ? [line.replace(` ${number}`, '')] : []));
    };
    for (const check of ['memory', 'fleet-db']) expect(await toldOf(check)).toEqual(['recovery to ann@example.com']);
    // Of the certificate nobody has been told yet, and of the logs nobody ever is.
    for (const check of ['certificate', 'logs']) expect(await toldOf(check)).toEqual([]);
    expect((await alert('certificate'))?.parked).toMatchObject([{ notice: { kind: 'digest', isUnchecked: true } }]);
    const texts = now.cloud.sns.deliveries.map(({ subject, body }) => `${subject}\n${body}`).join('\n');
    expect(texts).toContain('NO LONGER CHECKED: Memory CRITICAL on 1 of 3 hosts');
    expect(texts).not.toContain('RESOLVED: Memory');
  });

  it('shows nothing of them as bad, or as well', async () => {
    const { lines } = await status(now, shop.timeZone);
    const bad = lines.filter((line) => /^ {2}(WARNING|CRITICAL|UNKNOWN) /.test(line));
    expect(bad.map((line) => line.trim().split(/ +/)[1]).sort()).toEqual(['api', 'disk']);
    expect(lines.join('\n')).not.toMatch(/database|payments|replication/);
    const answer = await now.cloud.invoke('WidgetsConsole', { widget: 'status' });
    const shown = answer.ok ? String(answer.payload) : '';
    expect(shown).toContain('1 P1 nobody has, 1 P2 nobody has');
    expect(shown).not.toMatch(/memory|cpu|certificate/i);
  });

  it('hands the pages of a contact who is gone on to who has the role now', async () => {
    for (const check of ['disk', 'api']) {
      expect(told(now)).toContain(`problem ${(await headOf(check)).number} to dave@example.com`);
    }
    expect((await now.table.get<Mailbox>(mailboxKey('carol')))?.body.letters).toEqual([]);
  });

  it('escalates to who has the role now', async () => {
    expect(told(now)).toContain(`escalation ${(await headOf('api')).number} to erin@example.com`);
  });

  it('gives an open incident the deadline that its priority has now', async () => {
    const reminders = (await recordsOf('disk')).filter(({ kind }) => kind === 'reminder');
    expect(reminders.map(({ reason }) => reason)).toEqual(Array(2).fill('nobody has acknowledged in 10 minutes'));
  });

  it('waits for a routine that was moved at its new time, and for no slot of the old one', async () => {
    expect(await round('reviews', '2026-11-23T07:10:00.000Z')).toMatchObject({ status: 'collected' });
    expect(await round('reviews', '2026-11-23T07:30:00.000Z')).toBeUndefined();
    expect(await watch('reviews')).toMatchObject({ slot: '2026-11-24T07:10:00.000Z' });
  });

  it('waits for a routine that was renamed under its new name alone', async () => {
    expect(await watch('stock')).toEqual({ slot: null });
    expect(await watch('stock-check')).toMatchObject({ slot: '2026-11-24T06:45:00.000Z' });
  });

  it('is no failure of Rounds itself', () => {
    expect(failures(now)).toEqual([]);
    expect(now.unreadable).toEqual([]);
  });
});
