import { type Distribution, meanOf, merged, quantile } from '../distribution.ts';
import type { Reported } from '../metric-answer.ts';
import type { Statistic } from '../plan.ts';
import { groupedValue, wholeDigits } from '../units.ts';

/** In base units. */
export interface Value {
  readonly value: number;
  readonly unit: string;
  /** Hosts, each in each of its rounds, that it is made of. */
  readonly count: number;
}

/** Digits that are shown of a mean, whole numbers in full, and of what is known within 2 % only: more would be made up. */
const meanDigits = 4;
const quantileDigits = 3;

/**
 * A statistic of what rounds have reported, the oldest first; `undefined` where none has. `latest` is the highest host
 * of the newest round that has a value, `total` the sum of its hosts; the others are over all rounds and hosts.
 */
export function statisticOf(reported: readonly Reported[], statistic: Statistic): Value | undefined {
  const some = reported.flatMap(({ distribution }) => distribution ?? []);
  const all = statistic === 'latest' || statistic === 'total' ? some.at(-1) : merged(some);
  return all && { value: valueIn(all, statistic), unit: all.unit, count: all.count };
}

function valueIn(all: Distribution, statistic: Statistic): number {
  switch (statistic) {
    case 'mean':
      return rounded(meanOf(all), Math.max(meanDigits, wholeDigits(meanOf(all))));
    case 'median':
      return quantileIn(all, 0.5);
    case 'p95':
      return quantileIn(all, 0.95);
    case 'least':
      return all.least;
    case 'most':
    case 'latest':
      return all.most;
    case 'total':
      return all.sum;
  }
}

export function valueText({ value, unit }: Pick<Value, 'value' | 'unit'>): string {
  return groupedValue(value, unit);
}

/** Of values that are all the same it is exact. */
function quantileIn(all: Distribution, q: number): number {
  return all.least === all.most ? all.least : rounded(quantile(all, q), quantileDigits);
}

function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}
