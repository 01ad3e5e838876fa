import type { Baseline, PlanCheck } from './plan.ts';
import type { Metric } from './plugin-output.ts';
import type { Iso } from './time.ts';

/** How a routine's metrics have been while all was well. */
export interface Baselines {
  /** Slot of the newest round that is in it. */
  readonly slot: Iso;
  /** By check and metric: the medians over the fleet in the newest good rounds, the oldest first. */
  readonly medians: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

/** A metric's baseline with the medians that make it. */
export interface KnownBaseline extends Baseline {
  readonly medians: readonly number[];
}

/** Against a median near 0 everything is worse beyond any number: percent are shown and stored up to this. */
const mostPercent = 1_000_000;

const noLimits = { warning: null, critical: null, min: null, max: null };

/** Label of the metric that says by how many percent a metric is worse than its baseline. */
export function worseLabel(metric: string): string {
  return `${metric}_worse`;
}

/** What is known of a check's baselines. */
export function baselinesOf(id: string, { source }: PlanCheck, known: Baselines | undefined): KnownBaseline[] {
  if (source.kind !== 'host') return [];
  return source.baselines.map((baseline) => ({
    ...baseline,
    medians: mediansOf(known, id, baseline.metric).slice(-baseline.rounds),
  }));
}

/** A metric may be called anything, also like what every object has. */
function mediansOf(known: Baselines | undefined, id: string, metric: string): readonly number[] {
  const ofCheck = known?.medians[id] ?? {};
  return (Object.hasOwn(ofCheck, metric) && ofCheck[metric]) || [];
}

/**
 * A check's metrics and by how many percent they are worse than their baselines: metrics too, which a check cannot
 * report itself. `unknown`: the baselines that nothing can be held against yet.
 */
export function compared(reported: readonly Metric[], baselines: readonly KnownBaseline[]) {
  const metrics = reported.filter(({ label }) => !baselines.some(({ metric }) => worseLabel(metric) === label));
  const unknown: KnownBaseline[] = [];
  for (const baseline of baselines) {
    const metric = metrics.find(({ label }) => label === baseline.metric);
    if (!metric) continue;
    const percent = worsePercent(baseline, baseline.medians, metric.value);
    if (percent === undefined) unknown.push(baseline);
    else
      metrics.push({ ...noLimits, label: worseLabel(metric.label), value: Math.round(percent * 10) / 10, unit: '%' });
  }
  return { metrics, unknown };
}

/**
 * By how many percent a value is worse than the baseline, 0 where it is not, or is tolerated; `undefined` while too few good rounds are
 * known, and where their median is 0, of which nothing is a share.
 */
export function worsePercent(
  { rounds, worse, tolerated }: Baseline,
  medians: readonly number[],
  value: number,
): number | undefined {
  const median = medianOf(medians.map((each) => [each, 1]));
  if (medians.length < rounds || !median) return undefined;
  if (tolerated !== undefined && (worse === 'higher' ? value <= tolerated : value >= tolerated)) return 0;
  const difference = worse === 'higher' ? value - median : median - value;
  return Math.min(Math.max(0, (100 * difference) / Math.abs(median)), mostPercent);
}

/** Why nothing is held against a baseline, for people. */
export function whyUnknown({ metric, rounds, medians }: KnownBaseline): string {
  if (medians.length >= rounds) return `no baseline of ${metric}: the median of ${rounds} good rounds is 0`;
  return `no baseline of ${metric} yet: ${medians.length} of ${rounds} good rounds`;
}

/** The median of values that occur so many times each. */
export function medianOf(values: readonly (readonly [value: number, count: number])[]): number | undefined {
  const sorted = values.toSorted(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  const at = (position: number): number => {
    let passed = 0;
    for (const [value, count] of sorted) {
      passed += count;
      if (passed > position) return value;
    }
    return 0;
  };
  return total === 0 ? undefined : at(Math.floor((total - 1) / 2)) / 2 + at(Math.floor(total / 2)) / 2;
}
