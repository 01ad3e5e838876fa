/** Distinct values of one metric that are counted one by one. */
export const valuesLimit = 1_000;

/** Significant digits to which values are rounded first when there are more than that; then to one digit less, and so on. */
const mostDigits = 12;

/** What the hosts have reported of one metric. */
export interface MetricValues {
  readonly unit: string;
  /** Exact, whatever becomes of the values. */
  readonly least: number;
  readonly most: number;
  readonly sum: number;
  /** Value to number of hosts. */
  readonly counts: Map<number, number>;
  /** Significant digits of the values that are counted; exact while it is absent. */
  readonly digits?: number;
}

/** One value more; `known` is not to be used any more. */
export function withValue(known: MetricValues | undefined, unit: string, value: number): MetricValues {
  const before: MetricValues = known ?? { unit, least: value, most: value, sum: 0, counts: new Map() };
  const [least, most] = [Math.min(before.least, value), Math.max(before.most, value)];
  count(before.counts, rounded(value, before.digits), 1);
  return bounded({ ...before, least, most, sum: before.sum + value });
}

/** Ten thousand hosts must not need ten times the memory of a thousand: what is too much is counted less exactly. */
function bounded(metric: MetricValues): MetricValues {
  if (metric.counts.size <= valuesLimit || metric.digits === 1) return metric;
  const digits = (metric.digits ?? mostDigits + 1) - 1;
  const counts = new Map<number, number>();
  for (const [value, hosts] of metric.counts) count(counts, rounded(value, digits), hosts);
  return bounded({ ...metric, digits, counts });
}

function count(counts: Map<number, number>, value: number, hosts: number): void {
  counts.set(value, (counts.get(value) ?? 0) + hosts);
}

function rounded(value: number, digits: number | undefined): number {
  const near = digits === undefined ? value : Number(value.toPrecision(digits));
  return Number.isFinite(near) ? near : value;
}
