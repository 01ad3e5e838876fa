/** Many values in little space: exact count, sum and ends, and everything between with an error of at most 2 %. */
export interface Distribution {
  readonly unit: string;
  readonly count: number;
  readonly sum: number;
  readonly least: number;
  readonly most: number;
  /** Number of values by logarithmic bin: `0` for zero, `+12` and `-12` for the bin 12 of its sign. */
  readonly bins: Readonly<Record<string, number>>;
}

/**
 * A bin's end over its start, as in DDSketch: its middle is at most (ratio - 1) / (ratio + 1) = 1.96 % away from any
 * value in it. @see https://www.vldb.org/pvldb/vol12/p2195-masson.pdf
 */
const ratio = 1.04;

/**
 * Bins of a distribution, about 12 bytes each in an item: 3 KB. They reach from the value that is farthest from 0 down
 * to its 20,000th part; what is nearer to 0 counts as 0. The values of a fleet lie closer together: a round that has
 * ten distributions needs some 2 KB for all.
 */
const binsLimit = 256;

/** @param values finite numbers with how often each occurs; none makes a distribution of nothing, with 0 at both ends */
export function distributionOf(unit: string, values: Iterable<readonly [value: number, count: number]>): Distribution {
  return together(
    unit,
    Array.from(values, ([value, count]) => {
      return { unit, count, sum: value * count, least: value, most: value, bins: { [binOf(value)]: count } };
    }),
  );
}

/** All values together; those in another unit than the last are left out. `undefined` when there is no value. */
export function merged(distributions: readonly Distribution[]): Distribution | undefined {
  const some = distributions.filter(({ count }) => count > 0);
  const unit = some.at(-1)?.unit;
  if (unit === undefined) return undefined;
  return together(
    unit,
    some.filter((each) => each.unit === unit),
  );
}

function together(unit: string, parts: readonly Distribution[]): Distribution {
  if (parts.length === 0) return { unit, count: 0, sum: 0, least: 0, most: 0, bins: {} };
  const bins = new Map<string, number>();
  const whole = { unit, count: 0, sum: 0, least: Infinity, most: -Infinity };
  for (const part of parts) {
    whole.count += part.count;
    whole.sum = finite(whole.sum + part.sum);
    whole.least = Math.min(whole.least, part.least);
    whole.most = Math.max(whole.most, part.most);
    for (const [bin, times] of Object.entries(part.bins)) add(bins, bin, times);
  }
  return { ...whole, bins: bounded(bins) };
}

/**
 * The value below or at which the share `q` of the values lies, by nearest rank: the least value of which that is true.
 * @param q above 0 and at most 1
 */
export function quantile({ count, least, most, bins }: Distribution, q: number): number {
  const sorted = Object.entries(bins)
    .map(([bin, times]) => [middleOf(bin), times] as const)
    .sort(([one], [other]) => one - other);
  // What is a whole rank must not become the next one because 0.07 * 100 is more than 7.
  const rank = Math.max(1, Math.ceil(q * count - 1e-9));
  let passed = 0;
  for (const [middle, times] of sorted) {
    passed += times;
    if (passed >= rank) return Math.min(Math.max(middle, least), most);
  }
  return most;
}

/** The arithmetic mean, exact; 0 of nothing. */
export function meanOf({ count, sum }: Distribution): number {
  return count === 0 ? 0 : sum / count;
}

function binOf(value: number): string {
  if (value === 0) return '0';
  return `${value > 0 ? '+' : '-'}${Math.ceil(Math.log(Math.abs(value)) / Math.log(ratio))}`;
}

/** The number that is relatively as far from the bin's start as from its end. */
function middleOf(bin: string): number {
  if (bin === '0') return 0;
  return Number(`${bin[0]}1`) * ratio ** (indexOf(bin) - 1) * ((2 * ratio) / (ratio + 1));
}

function indexOf(bin: string): number {
  return bin === '0' ? -Infinity : Number(bin.slice(1));
}

function add(bins: Map<string, number>, bin: string, times: number): void {
  bins.set(bin, (bins.get(bin) ?? 0) + times);
}

function bounded(bins: Map<string, number>): Record<string, number> {
  const farthest = [...bins].sort(([one], [other]) => indexOf(other) - indexOf(one));
  const kept = new Map(bins.size > binsLimit ? farthest.slice(0, binsLimit - 1) : bins);
  for (const [, times] of bins.size > binsLimit ? farthest.slice(binsLimit - 1) : []) add(kept, '0', times);
  return Object.fromEntries(kept);
}

/** JSON knows no infinity. */
function finite(sum: number): number {
  return Math.min(Math.max(sum, -Number.MAX_VALUE), Number.MAX_VALUE);
}
