import { type MetricStore, type Sample, type Statistic, statisticOf } from '../metric-store.ts';
import type { MetricQuery } from './metric-query.ts';
import type { TimeRange } from './time-range.ts';
import type { GraphAnswer } from './wire.ts';

/** Every series of a graph on one scale of time, which holds only periods with a value in any of them. */
export function graphData(store: MetricStore, queries: readonly MetricQuery[], { start, end }: TimeRange): GraphAnswer {
  const series = queries.map(({ metric, label, color, ...query }) => ({
    label,
    color,
    data: valuesByPeriod(store.samples(metric), query, { start, end }),
  }));
  const times = [...new Set(series.flatMap(({ data }) => [...data.keys()]))].sort((one, other) => one - other);
  return {
    from: Math.min(start, times[0] ?? start),
    to: end,
    times,
    series: series.map(({ label, color, data }) => ({
      label,
      color,
      values: times.map((time) => data.get(time) ?? null),
    })),
  };
}

/** The statistic of each period that has a datum, by the time at which the period begins. The first period is whole. */
function valuesByPeriod(
  samples: readonly Sample[],
  { statistic, periodMs }: { readonly statistic: Statistic; readonly periodMs: number },
  { start, end }: TimeRange,
): Map<number, number> {
  const periods = new Map<number, Sample[]>();
  const first = startOf(start, periodMs);
  for (const sample of samples) {
    if (sample.at < first || sample.at > end) continue;
    const period = startOf(sample.at, periodMs);
    const inPeriod = periods.get(period);
    if (inPeriod) inPeriod.push(sample);
    else periods.set(period, [sample]);
  }
  return new Map(
    [...periods].flatMap(([period, inPeriod]) => {
      const value = statisticOf(inPeriod, statistic);
      return value === undefined ? [] : [[period, value] as const];
    }),
  );
}

function startOf(at: number, periodMs: number): number {
  return Math.floor(at / periodMs) * periodMs;
}
