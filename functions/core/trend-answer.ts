import { type Answer, measured } from './answer.ts';
import { medianOf } from './baseline.ts';
import { reportedIn } from './metric-answer.ts';
import type { TrendQuestion } from './plan.ts';
import type { Round } from './round.ts';
import { slopesOf } from './slopes.ts';
import { msOf } from './time.ts';
import { formatValue } from './units.ts';
import { counted } from './words.ts';

/** Further ahead nothing is foretold: ten years. */
const mostDays = 3_650;

/** Rounds with a value that make a history, which has to last a day as well: values have a daily course. */
const leastRounds = 8;

const dayMs = 86_400_000;

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
  const growth = Number((medianOf(slopesOf(points).map((slope) => [slope, 1])) ?? 0).toPrecision(3));
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
