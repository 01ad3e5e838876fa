import { describe, expect, it } from 'vitest';
import { incidentKey } from '../../../functions/core/incident-number.ts';
import type { Mailbox } from '../../../functions/core/mailbox.ts';
import type { IncidentHead } from '../../../functions/core/verdicts.ts';
import { mailboxKey, partition, silenceKey } from '../../../functions/flow/keys.ts';
import { listIncidents } from '../../../lib/cli/incidents.ts';
import { status } from '../../../lib/cli/status.ts';
import { exampleAlert, exampleIncident, openedAt, parkedNotice } from '../../functions/core/example-alert.ts';
import { putAlert, putRound, roundAt } from './platform.ts';
import { startTableCloud, type TableCloud } from './table-cloud.ts';

const zone = 'Europe/Berlin';

const resolved: IncidentHead = {
  number: 'DAILY-20261120-004',
  sequence: 2,
  check: 'load',
  title: 'Load',
  priority: 'P3',
  openedAt: '2026-11-20T07:00:00.000Z',
  resolvedAt: '2026-11-20T09:00:00.000Z',
};

async function putHead({ table }: TableCloud, head: IncidentHead): Promise<void> {
  await table.put({ pk: partition.incident, sk: incidentKey(head.number) }, 0, head);
}

/** A full disk that was told, a load that is rechecked, and a recheck of it under way. */
async function startShop(): Promise<TableCloud> {
  const cloud = await startTableCloud();
  await putRound(cloud, roundAt(openedAt, { disk: 'CRITICAL', load: 'WARNING', overnight: 'OK' }));
  const recheck = { checks: ['load'], hosts: [], populations: {} };
  await putRound(cloud, roundAt('2026-11-23T07:09:00.000Z', {}, { status: 'running', recheck }));
  await putAlert(cloud, exampleAlert);
  const { incident: _none, ...soft } = exampleAlert;
  await putAlert(cloud, {
    ...soft,
    ...{ check: 'load', status: 'WARNING', since: '2026-11-23T07:09:30.000Z' },
    soft: { attempt: 1, attempts: 3, priority: 'P3', openedAt },
  });
  await putHead(cloud, { ...resolved, ...exampleIncident, sequence: 1, check: 'disk', title: 'Disk usage' });
  await putHead(cloud, resolved);
  return cloud;
}

describe('rounds status', () => {
  it('shows what is not well, what waits, and what is silent', async () => {
    const cloud = await startShop();
    await putAlert(cloud, { ...exampleAlert, parked: [parkedNotice('update')] });
    const silence = { id: 's-1', by: 'ann', reason: 'a test', from: openedAt, checks: ['load'] };
    await cloud.table.put(silenceKey, 0, [
      { ...silence, until: '2026-11-23T08:00:00.000Z' },
      { ...silence, id: 's-0', until: '2026-11-23T07:05:00.000Z' },
    ]);
    const letter = { notice: parkedNotice('problem').notice, role: 'operations', channels: ['sms'] } as const;
    const mailbox: Mailbox = { contact: 'ann', letters: [letter, letter], known: [], sent: [] };
    await cloud.table.put(mailboxKey('ann'), 0, mailbox);
    await cloud.table.put(mailboxKey('bob'), 0, { ...mailbox, contact: 'bob', letters: [] });
    const { lines } = await status(cloud, zone);
    expect(lines).toEqual([
      'a test, 2026-11-23 08:10 GMT+1: CRITICAL, 1 incident open, 2 of 4 checks not OK',
      '',
      'Rounds',
      '  morning  2026-11-23 08:00 GMT+1  collected: 2 answered, 1 lost',
      '',
      'Checks',
      '  CRITICAL  disk for 10 minutes: Disk usage CRITICAL on 1 of 3 hosts; DAILY-20261123-001 is open',
      '  WARNING  load for less than a minute: Disk usage CRITICAL on 1 of 3 hosts; not an incident yet: 1 of 3 bad results',
      '  2 checks OK',
      '',
      'Incidents',
      '  DAILY-20261123-001  P2  open  Disk usage, since 2026-11-23 08:00 GMT+1; operations is told 2026-11-24 08:00 GMT+1',
      '',
      'To be told',
      '  DAILY-20261123-001  P2  update  Disk usage; operations is told 2026-11-24 08:00 GMT+1',
      '',
      'Sign-offs',
      '  nothing is asked for',
      '',
      'Silences',
      '  s-1  load, until 2026-11-23 09:00 GMT+1, by ann: a test',
      '',
      'Held back',
      '  ann: 2 messages, told in the next one',
    ]);
  });

  it('says so where there is nothing', async () => {
    const { lines, data } = await status(await startTableCloud(), zone);
    expect(lines.filter((line) => line.startsWith('  '))).toEqual([
      '  no round yet',
      '  no result yet',
      '  none is open',
      '  nothing waits',
      '  nothing is asked for',
      '  none is in force',
      '  nothing: every message that was due is sent',
    ]);
    expect(data).toMatchObject({
      rounds: [],
      checks: [],
      incidents: [],
      parked: [],
      signOffs: [],
      silences: [],
      mailboxes: [],
    });
  });

  it('gives the newest round of a routine to programs without the nonce, which is secret', async () => {
    const { data } = await status(await startShop(), zone);
    expect(data).toMatchObject({ rounds: [{ routine: 'morning', slot: openedAt, status: 'collected' }] });
    expect(JSON.stringify(data)).not.toContain('nonce');
  });
});

describe('rounds incidents', () => {
  it('shows where it is, who was told, and who is told next', async () => {
    const { lines } = await listIncidents(await startShop(), {}, zone);
    expect(lines).toEqual([
      '  DAILY-20261123-001  P2  open  Disk usage, since 2026-11-23 08:00 GMT+1',
      '    Disk usage CRITICAL on 1 of 3 hosts: app-1',
      '    open for 10 minutes; level 1, told ann; more are told 2026-11-23 12:00 GMT+1 unless somebody acknowledges: ' +
        'rounds ack DAILY-20261123-001',
    ]);
  });

  it('shows who has it, and what a silence holds back', async () => {
    const cloud = await startShop();
    const { escalateAt: _stopped, ...stopped } = exampleIncident;
    const incident = { ...stopped, told: [], acknowledged: { by: 'ann', at: '2026-11-23T07:05:00.000Z', sequence: 2 } };
    const parked = parkedNotice('problem', {
      to: { roles: ['operations', 'administrator'], channels: ['email'] },
      heldBy: 'silence by bob until 12:00 GMT+1: a test',
    });
    await putAlert(cloud, { ...exampleAlert, incident, parked: [parked] });
    expect((await listIncidents(cloud, {}, zone)).lines).toEqual([
      '  DAILY-20261123-001  P2  open  Disk usage, since 2026-11-23 08:00 GMT+1; ann has it since 2026-11-23 08:05 GMT+1; ' +
        'operations and administrator are not told: silence by bob until 12:00 GMT+1: a test',
      '    Disk usage CRITICAL on 1 of 3 hosts: app-1',
      '    open for 10 minutes; level 1, nobody is told yet',
    ]);
  });

  it('shows one that was opened this moment by its check', async () => {
    const cloud = await startTableCloud();
    await putAlert(cloud, { ...exampleAlert, incident: { ...exampleIncident, number: '' } });
    const { lines } = await listIncidents(cloud, {}, zone);
    expect(lines[0]).toContain('(no number yet)  P2  open  Disk usage');
    expect(lines[2]).toContain('rounds ack disk');
  });

  it('shows those that are over with --all, also when only the alert knows yet', async () => {
    const cloud = await startShop();
    const { incident: _over, ...over } = exampleAlert;
    await putAlert(cloud, over);
    expect((await listIncidents(cloud, {}, zone)).lines).toEqual(['No open incident.']);
    expect((await listIncidents(cloud, { all: true }, zone)).lines).toEqual([
      '  DAILY-20261120-004  P3  resolved  Load, since 2026-11-20 08:00 GMT+1',
      '  DAILY-20261123-001  P2  resolved  Disk usage, since 2026-11-23 08:00 GMT+1',
    ]);
  });
});
