import { describe, expect, it } from 'vitest';
import {
  type Baselines,
  baselinesOf,
  compared,
  type KnownBaseline,
  worsePercent,
} from '../../../functions/core/baseline.ts';
import { withRound } from '../../../functions/core/good-round.ts';
import type { Baseline, Plan } from '../../../functions/core/plan.ts';
import type { Status } from '../../../functions/core/status.ts';
import { addReport, newTally } from '../../../functions/core/tally.ts';
import { examplePlan } from './example-plan.ts';

const higher: Baseline = { metric: 'health', rounds: 3, worse: 'higher' };
const lower: Baseline = { metric: 'rows', rounds: 3, worse: 'lower' };

/** The example, whose load check has these baselines. */
function planWith(...baselines: Baseline[]): Plan {
  const { load, ...others } = examplePlan.checks;
  if (load?.source.kind !== 'host') throw new Error('the example has no check of the load');
  return { ...examplePlan, checks: { ...others, load: { ...load, source: { ...load.source, baselines } } } };
}

function metricOf(label: string, value: number) {
  return { label, value, unit: 's', warning: null, critical: null, min: null, max: null };
}

/** A round whose hosts have these values of `health`. */
function tallyOf(status: Status, ...values: number[]) {
  const tally = newTally([['load', { rules: [] }]], []);
  for (const [index, value] of values.entries()) {
    const result = { status, text: '', longText: '', metrics: [metricOf('health', value)], problems: [] };
    addReport(tally, { kind: 'answered', host: `h${index}`, name: `h${index}`, results: { load: result } });
  }
  return tally;
}

const slotOf = (number: number) => `2026-11-${String(number).padStart(2, '0')}T07:00:00.000Z`;

const plan = planWith(higher);

/** The medians after rounds, of which the first was on the first of the month. */
function madeOf(...tallies: ReturnType<typeof tallyOf>[]): Baselines | undefined {
  let known: Baselines | undefined;
  for (const [index, tally] of tallies.entries()) known = withRound(known, plan, 'morning', slotOf(index + 1), tally);
  return known;
}

const healthOf = (known: Baselines | undefined) => known?.medians.load?.health;

describe('by how many percent a value is worse', () => {
  it.each<[what: string, baseline: Baseline, medians: number[], value: number, percent: number | undefined]>([
    ['half as much again', higher, [2, 2, 2], 3, 50],
    ['the same', higher, [2, 2, 2], 2, 0],
    ['less, which is not worse', higher, [2, 2, 2], 1, 0],
    ['half, where lower is worse', lower, [100, 100, 100], 50, 50],
    ['nothing left, where lower is worse', lower, [100, 100, 100], 0, 100],
    ['more, where lower is worse', lower, [100, 100, 100], 200, 0],
    ['held against the median and not the mean', higher, [1, 2, 900], 3, 50],
    ['held against the middle of an even number', { ...higher, rounds: 4 }, [1, 1, 3, 3], 3, 50],
    ['a temperature that rises from below zero', higher, [-10, -10, -10], -5, 50],
    ['as much as is tolerated', { ...higher, tolerated: 5 }, [1, 1, 1], 5, 0],
    ['more than is tolerated', { ...higher, tolerated: 5 }, [1, 1, 1], 5.5, 450],
    ['as little as is tolerated, where lower is worse', { ...lower, tolerated: 20 }, [100, 100, 100], 20, 0],
    ['less than is tolerated, where lower is worse', { ...lower, tolerated: 20 }, [100, 100, 100], 19, 81],
    ['tolerated, and not yet known', { ...higher, tolerated: 5 }, [1, 1], 5, undefined],
    ['too few good rounds', higher, [2, 2], 9, undefined],
    ['no good round', higher, [], 9, undefined],
    ['a median of 0', higher, [0, 0, 0], 9, undefined],
    ['beyond any number', higher, [1e-300, 1e-300, 1e-300], 1e300, 1_000_000],
  ])('%s', (_what, baseline, medians, value, percent) => {
    expect(worsePercent(baseline, medians, value)).toBe(percent);
  });
});

describe('the metrics of a check with a baseline', () => {
  const known = (medians: number[]): KnownBaseline => ({ ...higher, medians });

  it('tell beside the metric how much worse it is, to a tenth of a percent', () => {
    const { metrics, unknown } = compared([metricOf('health', 4)], [known([3, 3, 3])]);
    expect(metrics).toMatchObject([{ label: 'health' }, { label: 'health_worse', value: 33.3, unit: '%' }]);
    expect(unknown).toEqual([]);
  });

  it('tell nothing of it while there is no baseline, nor where the check did not report the metric', () => {
    expect(compared([metricOf('health', 4)], [known([3])])).toEqual({
      metrics: [metricOf('health', 4)],
      unknown: [known([3])],
    });
    expect(compared([metricOf('other', 4)], [known([3, 3, 3])])).toEqual({
      metrics: [metricOf('other', 4)],
      unknown: [],
    });
  });

  it('cannot be forged by the check', () => {
    const forged = [metricOf('health', 6), metricOf('health_worse', 0)];
    expect(compared(forged, [known([3, 3, 3])]).metrics).toMatchObject([{ label: 'health' }, { value: 100 }]);
    expect(compared(forged, [known([])]).metrics).toEqual([metricOf('health', 6)]);
  });
});

describe('a baseline', () => {
  it('is made of the medians of good rounds over the fleet, the newest so many', () => {
    const rounds = [tallyOf('OK', 1, 2, 90), tallyOf('OK', 4, 6), tallyOf('OK', 3), tallyOf('OK', 5, 5, 5)];
    expect(madeOf(...rounds.slice(0, 2))).toEqual({ slot: slotOf(2), medians: { load: { health: [2, 5] } } });
    expect(healthOf(madeOf(...rounds))).toEqual([5, 3, 5]);
  });

  it.each<Status>(['WARNING', 'CRITICAL', 'UNKNOWN'])('takes nothing from a round that is %s', (status) => {
    const good = madeOf(tallyOf('OK', 1));
    expect(withRound(good, plan, 'morning', slotOf(2), tallyOf(status, 9))).toBe(good);
    expect(withRound(undefined, plan, 'morning', slotOf(2), tallyOf(status, 9))).toBeUndefined();
  });

  it('takes nothing from a round in which one host is bad, or did not answer', () => {
    const good = madeOf(tallyOf('OK', 1));
    const silent = tallyOf('OK', 9);
    addReport(silent, { kind: 'lost', host: 'z', name: 'z', reason: 'its agent is gone' });
    expect(withRound(good, plan, 'morning', slotOf(2), silent)).toBe(good);
  });

  it('takes nothing from a round without the metric, nor from one without hosts', () => {
    const other = planWith({ ...higher, metric: 'other' });
    expect(withRound(undefined, other, 'morning', slotOf(1), tallyOf('OK', 1))).toBeUndefined();
    expect(withRound(undefined, plan, 'morning', slotOf(1), tallyOf('OK'))).toBeUndefined();
  });

  it('takes every round once, and no older one', () => {
    const known = madeOf(tallyOf('OK', 1), tallyOf('OK', 2));
    expect(withRound(known, plan, 'morning', slotOf(2), tallyOf('OK', 9))).toBe(known);
    expect(withRound(known, plan, 'morning', slotOf(1), tallyOf('OK', 9))).toBe(known);
    expect(healthOf(withRound(known, plan, 'morning', slotOf(3), tallyOf('OK', 9)))).toEqual([1, 2, 9]);
  });

  it('keeps what it has when the check is bad while another is well', () => {
    const both = planWith(higher, lower);
    const known: Baselines = { slot: slotOf(1), medians: { load: { health: [1], rows: [7] }, removed: { x: [1] } } };
    expect(withRound(known, both, 'morning', slotOf(2), tallyOf('OK', 2))?.medians).toEqual({
      load: { health: [1, 2], rows: [7] },
    });
  });

  it('forgets the oldest rounds when the runbook asks for fewer', () => {
    const known: Baselines = { slot: slotOf(1), medians: { load: { health: [9, 9, 9, 1, 1, 1] } } };
    const load = plan.checks.load;
    expect(load && baselinesOf('load', load, known)[0]?.medians).toEqual([1, 1, 1]);
  });
});

it('begins with nothing for a metric that is called like what every object has', () => {
  const plan = planWith({ ...higher, metric: 'constructor' });
  const known: Baselines = { slot: slotOf(1), medians: { load: { health: [1] } } };
  expect(plan.checks.load && baselinesOf('load', plan.checks.load, known)).toMatchObject([{ medians: [] }]);
});
