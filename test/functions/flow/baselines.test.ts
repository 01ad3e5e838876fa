import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../functions/core/plan.ts';
import type { RunningRound } from '../../../functions/core/round.ts';
import { readBaselines, storeBaselines } from '../../../functions/flow/baselines.ts';
import { dispatchRound } from '../../../functions/flow/dispatch-round.ts';
import { roundKey } from '../../../functions/flow/keys.ts';
import { readRound } from '../../../functions/flow/read-round.ts';
import { examplePlan } from '../core/example-plan.ts';
import { type SmallCloud, startSmallCloud } from './small-cloud.ts';

const monday = '2026-11-23T07:00:00.000Z';
const slotOf = (number: number) => monday.replace('07:00', `07:0${number}`);

/** The example, which holds the disk against its last three rounds. */
function planWithBaseline(): Plan {
  const { disk, ...others } = examplePlan.checks;
  if (disk?.source.kind !== 'host') throw new Error('the example has no check of the disk');
  const worse = { metric: 'disk_used_worse', warning: { low: null, high: 50, alertInside: false } };
  const source = {
    ...disk.source,
    thresholds: [...disk.source.thresholds, worse],
    baselines: [{ metric: 'disk_used', rounds: 3, worse: 'higher' } as const],
  };
  return { ...examplePlan, checks: { disk: { ...disk, source }, ...others } };
}

/** Runs a round in which every disk is so full, keeps its medians, and says what it found. */
async function run({ services, disks }: SmallCloud, slot: string, used: number) {
  for (const host of [0, 1, 2]) disks.set(host, used);
  await dispatchRound(services, { routine: 'morning', slot, requestedBy: 'ann' });
  const stored = await services.table.get<RunningRound>(roundKey({ routine: 'morning', slot }));
  if (!stored) throw new Error(`there is no round ${slot}`);
  const { tally } = await readRound(services, stored.body);
  await storeBaselines(services, stored.body, tally);
  const { counts, example, worst } = tally.checks.get('disk') ?? {};
  return { counts, text: worst?.[0]?.text ?? example };
}

describe('the baselines of a routine', () => {
  it('grow with good rounds, are said to be missing until then, and hold a round against them after', async () => {
    const cloud = await startSmallCloud(planWithBaseline(), monday, 3);
    for (const number of [0, 1, 2]) {
      const { text } = await run(cloud, slotOf(number), 20);
      expect(text).toBe(`disk (no baseline of disk_used yet: ${number} of 3 good rounds)`);
    }
    expect(await run(cloud, slotOf(3), 40)).toMatchObject({
      counts: { WARNING: 3 },
      text: 'disk_used_worse is 100%, over 50% - disk',
    });
    expect(await run(cloud, slotOf(4), 22)).toMatchObject({ counts: { OK: 3 }, text: 'disk' });
    const medians = { disk: { disk_used: [20, 20, 22] } };
    expect(await readBaselines(cloud.services, 'morning')).toEqual({ slot: slotOf(4), medians });
  });

  it('take a round once, however often it is collected', async () => {
    const cloud = await startSmallCloud(planWithBaseline(), monday, 3);
    await run(cloud, slotOf(0), 20);
    const { services } = cloud;
    const stored = await services.table.get<RunningRound>(roundKey({ routine: 'morning', slot: slotOf(0) }));
    const { tally } = stored ? await readRound(services, stored.body) : {};
    if (stored && tally) await storeBaselines(services, stored.body, tally);
    expect((await readBaselines(services, 'morning'))?.medians).toEqual({ disk: { disk_used: [20] } });
  });

  it('cost nothing where the runbook asks for none', async () => {
    const cloud = await startSmallCloud(examplePlan, monday, 3);
    await run(cloud, slotOf(0), 20);
    expect((await cloud.items()).filter(({ pk }) => pk === 'baseline')).toEqual([]);
    const before = cloud.count('GetItem');
    expect(await readBaselines(cloud.services, 'morning')).toBeUndefined();
    expect(cloud.count('GetItem')).toBe(before);
  });
});
