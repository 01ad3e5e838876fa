import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../functions/core/alert.ts';
import { incidentKey } from '../../../functions/core/incident-number.ts';
import type { Silence } from '../../../functions/core/silence.ts';
import type { IncidentHead } from '../../../functions/core/verdicts.ts';
import { partition, recordKey, silenceKey } from '../../../functions/flow/keys.ts';
import { type CommandLine, exportLines, type FleetOf, type ResultLine, type Span } from '../../../lib/cli/export.ts';
import { openedAt, parkedNotice } from '../../functions/core/example-alert.ts';
import { putRound, roundAt } from './platform.ts';
import { startTableCloud, type TableCloud } from './table-cloud.ts';

const everything: Span = { from: '2000-01-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z' };

async function exported(cloud: TableCloud, span = everything, fleetOf: FleetOf = () => undefined) {
  const lines: (ResultLine | CommandLine)[] = [];
  for await (const line of exportLines(cloud, span, fleetOf)) lines.push(line);
  return lines;
}

const well = (percent: number) =>
  ({ name: 'app-1', results: { disk: ['OK', 'fine', { disk_used: percent }] } }) as const;
const bad = { name: 'app-2', results: { disk: ['CRITICAL', 'full', { disk_used: 97 }, 'a long text'] } } as const;
const lost = { name: 'app-3', lost: 'SSM has lost the connection' } as const;

const recheck = { recheck: { checks: ['disk'], hosts: ['i-2'], populations: { disk: 3 } } };

async function putIncident({ table }: TableCloud, check: string, notices: readonly Partial<Notice>[]): Promise<void> {
  const number = `DAILY-20261123-${check}-001`;
  const head: IncidentHead = { number, sequence: 1, check, title: check, priority: 'P2', openedAt };
  await table.put({ pk: partition.incident, sk: incidentKey(number) }, 0, head);
  for (const [index, notice] of notices.entries()) {
    await table.put(recordKey(number, index + 1), 0, { ...parkedNotice('problem').notice, check, ...notice });
  }
}

describe('the export', () => {
  it('holds what every host said in rounds and rechecks, in the order of time', async () => {
    const cloud = await startTableCloud();
    await putRound(cloud, roundAt('2026-11-23T07:05:00.000Z', { disk: 'OK' }, recheck), { 'i-2': bad });
    await putRound(cloud, roundAt('2026-11-23T07:00:00.000Z', { disk: 'CRITICAL' }), { 'i-1': well(10), 'i-2': bad });
    const at = '2026-11-23T07:00:01.000Z';
    expect(await exported(cloud)).toEqual([
      { at, host: 'i-1', check: 'disk', status: 'OK', text: 'fine', metrics: { disk_used: 10 } },
      { at, host: 'i-2', check: 'disk', status: 'CRITICAL', text: 'full', metrics: { disk_used: 97 } },
      expect.objectContaining({ at: '2026-11-23T07:05:01.000Z', host: 'i-2' }),
    ]);
  });

  it('puts what people did where they did it', async () => {
    const cloud = await startTableCloud();
    await putRound(cloud, roundAt('2026-11-23T07:00:00.000Z', {}), { 'i-2': bad });
    await putRound(cloud, roundAt('2026-11-23T08:00:00.000Z', {}), { 'i-2': bad });
    await putIncident(cloud, 'disk', [
      { kind: 'problem' },
      { kind: 'acknowledgement', by: 'ann', at: '2026-11-23T07:10:00.000Z' },
      { kind: 'recovery', by: 'bob', at: '2026-11-23T09:00:00.000Z' },
    ]);
    await putIncident(cloud, 'load', [{ kind: 'problem' }, { kind: 'recovery', at: '2026-11-23T07:30:00.000Z' }]);
    const silence: Silence = {
      id: 's-1',
      by: 'cat',
      reason: 'a test',
      from: '2026-11-23T06:00:00.000Z',
      until: '2026-11-23T06:30:00.000Z',
      checks: ['disk', 'load'],
    };
    await cloud.table.put(silenceKey, 0, [silence, { ...silence, from: '2026-11-23T10:00:00.000Z', checks: [] }]);
    const { from, until } = silence;
    expect(await exported(cloud)).toEqual([
      { at: from, command: 'silence', check: 'disk', by: 'cat', until },
      { at: from, command: 'silence', check: 'load', by: 'cat', until },
      expect.objectContaining({ at: '2026-11-23T07:00:01.000Z', host: 'i-2' }),
      { at: '2026-11-23T07:10:00.000Z', command: 'ack', check: 'disk', by: 'ann' },
      expect.objectContaining({ at: '2026-11-23T08:00:01.000Z', host: 'i-2' }),
      { at: '2026-11-23T09:00:00.000Z', command: 'resolve', check: 'disk', by: 'bob' },
      { at: '2026-11-23T10:00:00.000Z', command: 'silence', check: '*', by: 'cat', until },
    ]);
  });

  it('says of each host whether it answered, under the fleet of the routine', async () => {
    const cloud = await startTableCloud();
    for (const routine of ['morning', 'gone'])
      await putRound(cloud, roundAt('2026-11-23T07:00:00.000Z', {}, { routine }), { 'i-1': well(10), 'i-3': lost });
    const lines = await exported(cloud, everything, (routine) => (routine === 'morning' ? 'app' : undefined));
    expect(lines).toMatchObject([
      // What goes over no fleet that is known here says only what hosts have said.
      { host: 'i-1', check: 'disk', status: 'OK' },
      { host: 'i-1', check: 'fleet-app', status: 'OK' },
      { host: 'i-1', check: 'disk', status: 'OK' },
      { host: 'i-3', check: 'fleet-app', status: 'CRITICAL', text: 'SSM has lost the connection' },
    ]);
  });

  it('holds only what lies in its span, whose end is exclusive', async () => {
    const cloud = await startTableCloud();
    for (const hour of ['06', '07', '08'])
      await putRound(cloud, roundAt(`2026-11-23T${hour}:00:00.000Z`, {}), { 'i-2': bad });
    await putIncident(cloud, 'disk', [
      { kind: 'acknowledgement', by: 'ann', at: '2026-11-23T06:59:59.999Z' },
      { kind: 'acknowledgement', by: 'bob', at: '2026-11-23T08:00:00.999Z' },
    ]);
    // Rounds are sent a second after their slots.
    const span = { from: '2026-11-23T07:00:01.000Z', to: '2026-11-23T08:00:01.000Z' };
    expect((await exported(cloud, span)).map(({ at }) => at)).toEqual([
      '2026-11-23T07:00:01.000Z',
      '2026-11-23T08:00:00.999Z',
    ]);
  });
});
