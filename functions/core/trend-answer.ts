import { type Answer, measured } from './answer.ts';
import { medianOf } from './baseline.ts';
import { reportedIn } from './metric-answer.ts';
import type { TrendQuestion } from './plan.ts';
import type { Round } from './round.ts';
import { msOf } from './time.ts';
import { formatValue } from './units.ts';
import { counted } from './words.ts';

/** Further ahead nothing is foretold: ten years. */
const mostDays = 3_650;

/** Rounds with a value that make a history, which has to last a day as well: values have a daily course. */
const leastRounds = 8;

const dayMs = 86_400_000;

/** Points that the line goes through: 20,000 pairs of them. */
const pointsLimit = 200;

/** The highest host's value at a time, in days since 1970. */
interface Point {
  readonly day: number;
  readonly value: number;
}

/**
 * How the highest host's value grows, and when it reaches the limit, counted from the newest value. With too short a
 * history neither can be told yet, and nothing is UNKNOWN for it; where rounds come in and bring no value, it is.
 * @param rounds those of the window, the oldest first
 * @param title of the check that reports the metric
 */
export function trendAnswer(
  { check, metric, days, limit }: TrendQuestion,
  rounds: readonly Round[],
  title: string,
): Answer {
  const what = `${title}, ${metric}`;
  const reported = reportedIn(rounds, check, metric);
  const newest = reported.findLast(({ distribution }) => distribution);
  const silent = reported.length - 1 - (newest ? reported.indexOf(newest) : -1);
  if (silent >= leastRounds) {
    return { status: 'UNKNOWN', text: `${what}: no host reported it in the last ${silent} rounds`, metrics: [] };
  }
  const unit = newest?.distribution?.unit ?? '';
  const points = reported.flatMap(({ at, distribution }) =>
    distribution?.unit === unit ? [{ day: msOf(at) / dayMs, value: distribution.most }] : [],
  );
  const [first, last] = [points[0], points.at(-1)];
  const lasts = first && last ? last.day - first.day : 0;
  if (!last || points.length < leastRounds || lasts < 1) {
    const known = `${counted(points.length, 'round')} in ${Math.floor(lasts * 24)} h`;
    const text = `${what}: too little history yet, ${known}; expected at least ${leastRounds} rounds in 24 h`;
    return { status: 'OK', text, metrics: [], notYet: ['growth', 'days_left'] };
  }
  const growth = Number(slopeOf(points).toPrecision(3));
  const left = daysUntil(limit, last.value, growth);
  const value = (some: number) => formatValue(some, unit);
  const end =
    last.value >= limit
      ? `at its limit of ${value(limit)}`
      : left < mostDays
        ? `${value(limit)} in ${counted(left, 'day')}`
        : `${value(limit)} not within ten years`;
  const pace = growth < 0 ? `falls by ${value(-growth)}` : `grows by ${value(growth)}`;
  const basis = `${counted(points.length, 'round')} of the last ${days} days`;
  const text = `${what} is ${value(last.value)} and ${pace} a day: ${end} (${basis})`;
  return { status: 'OK', text, metrics: [measured('growth', growth, unit), measured('days_left', left)] };
}

/** Rounded down to a tenth of a day. */
function daysUntil(limit: number, value: number, growth: number): number {
  if (value >= limit) return 0;
  return growth > 0 ? Math.floor(Math.min((limit - value) / growth, mostDays) * 10) / 10 : mostDays;
}

/**
 * Theil-Sen: the median of the slopes between all pairs of points, so that outliers do not matter. A clean-up would,
 * since it lies between most of the pairs: where the greatest fall is over half of all that the values differ, pairs
 * around it are left out.
 * @see https://en.wikipedia.org/wiki/Theil%E2%80%93Sen_estimator
 */
function slopeOf(all: readonly Point[]): number {
  const points = thinned(all);
  const cut = cleanUpIn(points);
  const slopes: [slope: number, count: number][] = [];
  for (const [index, later] of points.entries()) {
    for (const earlier of points.slice(index < cut ? 0 : cut, index)) {
      if (later.day > earlier.day) slopes.push([(later.value - earlier.value) / (later.day - earlier.day), 1]);
    }
  }
  return medianOf(slopes) ?? 0;
}

/** Evenly, the first and the last point among them. */
function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= pointsLimit) return points;
  const step = (points.length - 1) / (pointsLimit - 1);
  return Array.from({ length: pointsLimit }, (_, index) => points[Math.round(index * step)]).filter((point) => !!point);
}

/** Where the points go on after their greatest fall; 0 where it is no clean-up. */
function cleanUpIn(points: readonly Point[]): number {
  const values = points.map(({ value }) => value);
  const falls = values.map((value, index) => (values[index - 1] ?? value) - value);
  const greatest = Math.max(...falls);
  const spread = Math.max(...values) - Math.min(...values);
  return greatest > spread / 2 ? falls.indexOf(greatest) : 0;
}
