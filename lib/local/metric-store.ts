/** Name and value of each dimension. */
export type Dimensions = Readonly<Record<string, string>>;

/** What identifies one metric. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
}

/** Some values of one moment. */
export interface Sample {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Each value with the number of times it occurred; a statistic set has none, and so no percentile. */
  readonly values: readonly { readonly value: number; readonly count: number }[];
}

export interface Series extends MetricId {
  /** In the order of arrival. */
  readonly samples: readonly Sample[];
}

/**
 * `SampleCount`, `Sum`, `Average`, `Minimum`, `Maximum`, a percentile like `p95`, or of the values above a bound and up
 * to another their number, `TC(1.5:2.5)`, or percentage, `PR(:0.5)`.
 */
export type Statistic =
  | ('SampleCount' | 'Sum' | 'Average' | 'Minimum' | 'Maximum' | `p${number}`)
  | `${'TC' | 'PR'}(${string})`;

const maximumSeries = 20_000;
const maximumSamples = 5_000;

/** The metrics that were put, within bounds: the oldest samples and the series first put go first. */
export class MetricStore {
  readonly #series = new Map<string, { readonly id: MetricId; samples: Sample[] }>();

  get all(): readonly Series[] {
    return [...this.#series.values()].map(({ id, samples }) => ({ ...id, samples }));
  }

  /** Samples of exactly this metric; empty when it was never put. */
  samples(id: MetricId): readonly Sample[] {
    return this.#series.get(keyOf(id))?.samples ?? [];
  }

  add(id: MetricId, sample: Sample): void {
    const key = keyOf(id);
    const series = this.#series.get(key) ?? { id, samples: [] };
    series.samples.push(sample);
    if (series.samples.length > maximumSamples) series.samples = series.samples.slice(-maximumSamples / 2);
    this.#series.set(key, series);
    const [oldest] = this.#series.keys();
    if (this.#series.size > maximumSeries && oldest !== undefined) this.#series.delete(oldest);
  }

  /** Adds one value. */
  addValue(id: MetricId, at: number, value: number): void {
    this.add(id, sampleOf(at, [{ value, count: 1 }]));
  }
}

export function sampleOf(at: number, values: Sample['values']): Sample {
  return {
    at,
    count: values.reduce((sum, { count }) => sum + count, 0),
    sum: values.reduce((sum, { value, count }) => sum + value * count, 0),
    minimum: Math.min(...values.map(({ value }) => value)),
    maximum: Math.max(...values.map(({ value }) => value)),
    values,
  };
}

/** One number for some samples; `undefined` when there is no datum. */
export function statisticOf(samples: readonly Sample[], statistic: Statistic): number | undefined {
  const count = samples.reduce((total, sample) => total + sample.count, 0);
  if (count === 0) return undefined;
  const sum = samples.reduce((total, sample) => total + sample.sum, 0);
  switch (statistic) {
    case 'SampleCount':
      return count;
    case 'Sum':
      return sum;
    case 'Average':
      return sum / count;
    case 'Minimum':
      return Math.min(...samples.map((sample) => sample.minimum));
    case 'Maximum':
      return Math.max(...samples.map((sample) => sample.maximum));
    default:
      return statistic.startsWith('p')
        ? percentile(samples, Number(statistic.slice(1)))
        : valuesBetween(samples, statistic) * (statistic.startsWith('PR') ? 100 / count : 1);
  }
}

/** How many values lie in `TC(low:high)`, of which either bound may be left out. */
function valuesBetween(samples: readonly Sample[], statistic: string): number {
  const [low = '', high = ''] = statistic.slice(3, -1).split(':');
  return samples
    .flatMap((sample) => sample.values)
    .filter(({ value }) => (low === '' || value > Number(low)) && (high === '' || value <= Number(high)))
    .reduce((sum, { count }) => sum + count, 0);
}

/** Nearest rank: the least value that at least `percent` of the values do not exceed. */
function percentile(samples: readonly Sample[], percent: number): number | undefined {
  const values = samples.flatMap((sample) => sample.values).sort((one, other) => one.value - other.value);
  const rank = (percent / 100) * values.reduce((sum, { count }) => sum + count, 0);
  let seen = 0;
  for (const { value, count } of values) {
    seen += count;
    if (seen >= rank) return value;
  }
  return undefined;
}

function keyOf({ namespace, name, dimensions }: MetricId): string {
  const sorted = Object.entries(dimensions).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
}
