import { expect, it } from 'vitest';
import type { HostRecord } from '../../../functions/core/host-record.ts';
import { endedRounds, readResults, roundReport } from '../../../lib/cli/records.ts';
import { examplePlan } from '../../functions/core/example-plan.ts';
import { putRound, roundAt } from './platform.ts';
import { startTableCloud } from './table-cloud.ts';

const recheck = { checks: ['disk'], hosts: ['i-1'], populations: { disk: 3 } };

it.each([
  ['collected', roundAt('2026-11-23T07:01:00.000Z', { disk: 'OK' }, { recheck })],
  ['planned', roundAt('2026-11-23T07:01:00.000Z', {}, { recheck, status: 'sending' })],
])('a recheck is not shown in place of its round: %s', async (_what, after) => {
  const cloud = await startTableCloud();
  await putRound(cloud, roundAt('2026-11-23T07:00:00.000Z', { disk: 'CRITICAL' }));
  await putRound(cloud, after);
  const rounds = await endedRounds(cloud.table, examplePlan);
  expect(rounds.map(({ slot, verdicts }) => [slot, verdicts[0]?.status])).toEqual([
    ['2026-11-23T07:00:00.000Z', 'CRITICAL'],
  ]);
});

it('the newest round of a routine is not shown before it has ended, nor an older one again', async () => {
  const cloud = await startTableCloud();
  await putRound(cloud, roundAt('2026-11-23T07:00:00.000Z', {}));
  await putRound(cloud, roundAt('2026-11-23T08:00:00.000Z', {}, { status: 'running' }));
  expect(await endedRounds(cloud.table, examplePlan)).toEqual([]);
});

it('of more hosts than are shown those that are not well are shown first of all', async () => {
  const cloud = await startTableCloud();
  const round = roundAt('2026-11-23T07:00:00.000Z', { disk: 'CRITICAL' });
  const hosts = Array.from({ length: 1_100 }, (_, index): [string, HostRecord] => {
    const status = index === 1_099 ? 'CRITICAL' : 'OK';
    return [`i-${String(index).padStart(4, '0')}`, { name: `web-${index}`, results: { disk: [status, '', {}] } }];
  });
  await putRound(cloud, round, Object.fromEntries(hosts));
  const shown = await readResults(cloud.table, examplePlan, roundReport(examplePlan, round));
  expect(shown).toHaveLength(1_000);
  expect(shown[0]).toMatchObject({ host: 'i-0000', status: 'OK' });
  expect(shown.at(-1)).toMatchObject({ host: 'i-1099', status: 'CRITICAL' });
});
