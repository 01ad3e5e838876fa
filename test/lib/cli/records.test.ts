import { expect, it } from 'vitest';
import { endedRounds } from '../../../lib/cli/records.ts';
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
