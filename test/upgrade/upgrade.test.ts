import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemFormats } from '../../functions/contract.ts';
import type { Alert } from '../../functions/core/alert.ts';
import { widgetNames } from '../../functions/core/console/surface.ts';
import type { Mailbox } from '../../functions/core/mailbox.ts';
import type { Round } from '../../functions/core/round.ts';
import { alertKey, mailboxKey, partition, roundKey } from '../../functions/flow/keys.ts';
import { readAlerts } from '../../functions/flow/surroundings.ts';
import { exportLines } from '../../lib/cli/export.ts';
import { showIncidentReport } from '../../lib/cli/incident-report.ts';
import { listIncidents } from '../../lib/cli/incidents.ts';
import { readIncidents, readResults, readRoundReport } from '../../lib/cli/records.ts';
import { showReport } from '../../lib/cli/report.ts';
import { status } from '../../lib/cli/status.ts';
import { compile } from '../../lib/runbook/compile.ts';
import { shop } from './shop.ts';
import { lastingResources, loadSnapshot, newestFormat, readSnapshot, snapshotFile } from './snapshot.ts';
import { type Deployment, deploy, failures, told } from './upgraded-cloud.ts';
// Here and not in files of their own: the functions of the shop are bundled once for all, which takes longer than most tests.
import './item-formats.ts';
import './second-deployment.ts';

const formats = Object.values(itemFormats);
const plan = compile(shop);
const { timeZone } = shop;
const [api, payment] = ['DAILY-20261124-001', 'DAILY-20261124-004'];

/** Number of items by what stands before the first `#` of their partition. */
function kindsIn(keys: readonly (string | undefined)[]): Record<string, number> {
  const kinds = keys.map((pk) => pk?.split('#')[0] ?? '');
  return Object.fromEntries([...new Set(kinds)].map((kind) => [kind, kinds.filter((each) => each === kind).length]));
}

it('every format of items has a snapshot', () => {
  for (const format of formats) expect(existsSync(snapshotFile(format)), `no items of format ${format}`).toBe(true);
});

describe.each(formats)('the snapshot of format %i', (format) => {
  const { items } = readSnapshot(format);

  it('holds items of the format, and of none that is newer', () => {
    expect(Math.max(...items.map((item) => Number(item.format?.N ?? itemFormats.json)))).toBe(format);
  });

  it('holds items of every kind, and rounds in every state', () => {
    const kinds = ['alert', 'audit', 'baseline', 'incident', 'mailbox', 'report', 'result', 'round', 'sign-off'];
    expect(Object.keys(kindsIn(items.map(({ pk }) => pk?.S)))).toEqual([...kinds, 'silence', 'slot']);
    const bodies = items.map(({ pk, body }) => ({ pk: pk?.S ?? '', ...JSON.parse(body?.S ?? '{}') }));
    const states = new Set(bodies.flatMap(({ pk, status }) => (pk.startsWith('round#') ? [status] : [])));
    expect([...states].sort()).toEqual(['collected', 'failed', 'missed', 'running', 'sending', 'skipped']);
    expect(bodies.some(({ recheck }) => recheck)).toBe(true);
    const alerts = bodies.filter(({ pk }) => pk === 'alert');
    expect(alerts.filter(({ outbox }) => outbox.length > 0)).toHaveLength(1);
    expect(alerts.filter(({ soft }) => soft)).toHaveLength(1);
    expect(alerts.filter(({ incident }) => incident?.acknowledged)).toHaveLength(1);
  });
});

describe.each(formats)('over the items of format %i, a deployment of today', (format) => {
  const snapshot = readSnapshot(format);
  let now: Deployment;
  beforeAll(async () => {
    now = await deploy({ at: snapshot.at });
    await loadSnapshot(now.cloud, snapshot);
  });
  afterAll(() => now.cloud.close());

  it('keeps every resource that is lost, or has to be confirmed again, when it is replaced', () => {
    expect(lastingResources(now.cloud)).toEqual(snapshot.resources);
  });

  it('reads every item', async () => {
    const keys = snapshot.items.map(({ pk, sk }) => ({ pk: pk?.S ?? '', sk: sk?.S ?? '' }));
    for (const key of keys) expect((await now.table.get(key))?.body, `${key.pk} ${key.sk}`).toBeTruthy();
    expect(kindsIn((await now.cloud.items()).map(({ pk }) => String(pk)))).toEqual(kindsIn(keys.map(({ pk }) => pk)));
  });

  it('tells by `rounds status` all that is so', async () => {
    const { lines, exitCode } = await status(now, timeZone);
    const text = lines.join('\n');
    expect(exitCode).toBe(2);
    expect(text).toContain('orders  2026-11-24 09:05 GMT+1  sending');
    expect(text).toContain('stock  2026-11-24 07:45 GMT+1  missed: The slot of');
    expect(text).toContain('5 of 10 bad results');
    expect(text).toMatch(/DAILY-20261123-003 {2}P2 {2}problem {2}Memory; .*silence by Ann/);
    expect(text).toContain('carol: 1 message');
  });

  it('lists the incidents by `rounds incidents`, and makes the report of each', async () => {
    const { lines } = await listIncidents(now, { all: true }, timeZone);
    expect(lines.join('\n')).toMatch(/DAILY-20261123-001 {2}P1 {2}open {2}Rounds runs Database.*Ann has it/);
    for (const { number } of await readIncidents(now.table)) {
      if (number === '') continue;
      const { lines } = await showIncidentReport(now, plan, number, {});
      expect(lines.join('\n'), number).toContain(number);
    }
    const { lines: disk } = await showIncidentReport(now, plan, 'DAILY-20261123-002', {});
    expect(disk.join('\n')).toContain('a log was not rotated');
  });

  it('shows a round with the results of its hosts', async () => {
    const round = await readRoundReport(now.table, plan, { routine: 'morning', slot: '2026-11-23T07:00:00.000Z' });
    if (!round) throw new Error('there is no such round');
    const results = await readResults(now.table, plan, round);
    expect(results).toHaveLength(6);
    expect(results.filter(({ status }) => status !== 'OK').map(({ check, text }) => `${check}: ${text}`)).toEqual([
      'disk: disk_used is 97%, over 90% - full',
      'memory: memory is used up',
    ]);
    const often = await readRoundReport(now.table, plan, { routine: 'often', slot: '2026-11-23T17:00:00.000Z' });
    const lost = often && (await readResults(now.table, plan, often)).filter(({ status }) => status === 'CRITICAL');
    expect(lost?.map(({ check, host }) => `${check} ${host}`)).toEqual(['fleet-app i-00000000000000002']);
  });

  it('exports what hosts have said and people have done', async () => {
    const lines = [];
    const span = { from: '2026-11-23T00:00:00.000Z', to: '2026-11-25T00:00:00.000Z' };
    for await (const line of exportLines(now, span, (routine) => plan.routines[routine]?.fleet)) lines.push(line);
    const commands = lines.flatMap((line) => ('command' in line ? [`${line.command} ${line.check}`] : []));
    expect(commands).toEqual(['silence memory', 'ack disk', 'resolve disk', 'silence memory', 'ack round-database']);
    const hosts = new Set(lines.flatMap((line) => ('host' in line ? [`${line.at} ${line.host}`] : [])));
    expect(hosts.size).toBe(37);
  });

  it('shows the reports that were kept, and makes them again', async () => {
    const kept = await showReport(now, plan, 'log', { date: '2026-11-23' }, timeZone);
    expect(kept.lines.join('\n')).toContain('one account removed');
    const made = await showReport(now, plan, 'log', { date: '2026-11-23', again: true }, timeZone);
    expect(made.lines.filter((line) => line.includes('Disk usage'))).toEqual(
      kept.lines.filter((line) => line.includes('Disk usage')),
    );
  });

  it.each(widgetNames)('draws the widget %s', async (widget) => {
    const end = now.cloud.clock.now();
    const timeRange = { mode: 'relative', start: end - 30 * 3_600_000, end };
    const answer = await now.cloud.invoke('WidgetsConsole', { widget, widgetContext: { timeRange, width: 900 } });
    const text = answer.ok ? String(answer.payload) : answer.error.errorMessage;
    const expected = {
      status: '2 P1 nobody has',
      checklist: 'Founders Day',
      incidents: api,
      upcoming: 'Orders',
      documents: 'Health',
    };
    expect(text).toContain(expected[widget]);
    expect(text).not.toContain('cannot be read');
  });

  it('goes on with what is owed, and then with what comes', async () => {
    const { cloud, table } = now;
    await cloud.advanceTo(Date.parse('2026-11-24T08:13:30Z'));
    const round = async (routine: string, slot: string) => (await table.get<Round>(roundKey({ routine, slot })))?.body;
    expect(await round('orders', '2026-11-24T08:05:00.000Z')).toMatchObject({ status: 'collected' });
    // This cloud knows nothing of the commands of the first: what they would have shown is not known, and not well.
    expect(await round('payments', '2026-11-24T08:07:00.000Z')).toMatchObject({
      status: 'collected',
      summary: { verdicts: { payment: { status: 'UNKNOWN' } } },
    });
    expect((await table.get<Mailbox>(mailboxKey('carol')))?.body.letters).toEqual([]);
    expect(told(now)).toEqual(
      expect.arrayContaining([
        `problem ${api} to carol@example.com`,
        `problem ${payment} to ann@example.com`,
        `problem ${payment} to carol@example.com`,
      ]),
    );
    const reports = cloud.sns.deliveries.filter(({ subject }) => subject?.includes('Health'));
    expect(reports.map(({ endpoint }) => endpoint)).toEqual(['bob@example.com']);
    const rechecks = await table.query<Round>({ pk: 'round#pulse', newestFirst: true, limit: 1 });
    expect(rechecks[0]?.body).toMatchObject({ status: 'collected', recheck: { checks: ['cpu'] } });
    expect((await table.get<Alert>(alertKey('cpu')))?.body.soft).toBeUndefined();

    await cloud.advanceTo(Date.parse('2026-11-24T08:31:30Z'));
    expect(told(now)).toContain(`escalation ${api} to bob@example.com`);
    expect(await round('backups', '2026-11-24T08:06:00.000Z')).toMatchObject({ status: 'collected' });
    const slot = '2026-11-24T08:31:30.000Z';
    await cloud.invoke('dispatch', { routine: 'pulse', slot, requestedBy: 'ann' });
    await cloud.advanceTo(Date.parse('2026-11-24T08:33:30Z'));
    const recoveries = told(now).filter((line) => line.startsWith(`recovery ${api}`));
    expect(recoveries.map((line) => line.split(' ').at(-1)).sort()).toEqual(
      ['ann@example.com', 'bob@example.com', 'carol@example.com'].sort(),
    );
    expect(failures(now).filter((line) => !line.startsWith('a round has failed'))).toEqual([]);
    expect(now.unreadable).toEqual([]);
  });
});

describe('a day later, when nothing ran in between', () => {
  it('tells what was parked, asks again what was silenced, and says what was missed', async () => {
    const now = await deploy({ at: '2026-11-25T06:58:30.000Z' });
    try {
      await loadSnapshot(now.cloud, readSnapshot(newestFormat));
      await now.cloud.advanceTo(Date.parse('2026-11-25T07:05:30Z'));
      // Of the certificate as well, whose round of today is still to come.
      expect(told(now)).toEqual(
        expect.arrayContaining(
          ['DAILY-20261123-005', 'DAILY-20261124-003'].map((number) => `problem ${number} to ann@example.com`),
        ),
      );
      expect(told(now)).toContain(`escalation ${api} to bob@example.com`);
      const rounds = await now.table.query<Round>({ pk: 'round#often', from: '2026-11-24T06', limit: 9 });
      expect(rounds.map(({ body }) => body.status)).toEqual(['missed', 'missed', 'missed', 'missed']);
      const morning = await now.table.get<Round>(roundKey({ routine: 'morning', slot: '2026-11-25T07:00:00.000Z' }));
      expect(morning?.body.status).toBe('collected');
      const memory = (await readAlerts(now.table)).find(({ check }) => check === 'memory');
      expect(memory?.incident).toBeUndefined();
      expect(await now.table.query({ pk: partition.slot, limit: 20 })).toHaveLength(9);
    } finally {
      await now.cloud.close();
    }
  });
});
