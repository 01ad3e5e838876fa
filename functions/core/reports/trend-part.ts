import { medianOf } from '../baseline.ts';
import type { Plan, ReportPart, Statistic } from '../plan.ts';
import { slopesOf } from '../slopes.ts';
import type { Iso } from '../time.ts';
import { groupedValue } from '../units.ts';
import { counted } from '../words.ts';
import type { Block, Chart } from './document.ts';
import type { ReportRecords } from './records.ts';
import { dateText } from './report-clock.ts';
import { type Day, dayAfter, daysOf } from './trend-days.ts';

type TrendPart = Extract<ReportPart, { kind: 'trend' }>;

/** Days with a value that make a history: ten pairs of them. */
const leastDays = 5;

/** How far ahead a limit is looked for: so many times as long as the history is. */
const horizonHistories = 4;

/** Points of a projection, which is straight between its ends. */
const projectedPoints = 12;

/** By how much a value grows a day, and the middle half of all pairs of days: what it may be as well. */
interface Growth {
  readonly usual: number;
  readonly low: number;
  readonly high: number;
}

const middleHalf = 'by the middle half of all pairs of days';

const statisticWords: Readonly<Record<Statistic, string>> = {
  mean: 'mean of each day',
  median: 'median of each day',
  p95: '95th percentile of each day',
  least: 'lowest value of each day',
  most: 'highest value of each day',
  latest: 'last value of each day',
  total: 'last total of each day',
};

/**
 * How a metric went from day to day, and where it leads: by the median of the slopes between all pairs of days
 * (Theil-Sen), from the newest value on, for half as long as the history is. Of too short a history only the values are
 * shown.
 */
export function trendBlocks(plan: Plan, part: TrendPart, { rounds, period }: ReportRecords): Block[] {
  const { label, limit } = part;
  const { timeZone } = plan;
  const { unit, days } = daysOf(plan, part, rounds, period.to);
  const heading: Block = { kind: 'heading', level: 3, text: label };
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) {
    const text = `not known: no host reported it in the last ${counted(part.days, 'day')}; nothing is projected`;
    return [heading, { kind: 'text', text }];
  }
  const span = last.day - first.day + 1;
  const growth = days.length < leastDays ? undefined : growthOf(days);
  const basis = `${basisOf(days.length, last, part.days, period.to, timeZone)}${ageOf(last, period.to, timeZone)}`;
  const text = growth
    ? [directionText(growth, unit), ...limitTexts(last.value, growth, limit, unit, span), `${basis}.`].join(' ')
    : `Too little history yet: ${basis}; nothing is projected before there are ${leastDays}.`;
  const projection = growth && projectionOf(days, last, growth, Math.round(span / 2), timeZone);
  const chart: Chart = {
    caption: captionOf(part, days, unit, timeZone),
    unit,
    timeZone,
    points: days.map(({ at, value }) => ({ at, value })),
    ...(limit !== undefined && { limit }),
    ...(projection && projection.length > 0 && { projection }),
  };
  return [heading, { kind: 'text', text }, { kind: 'chart', chart }];
}

/** Where the value of the last day is still to come, it is not missing. */
function basisOf(known: number, last: Day, days: number, to: Iso, timeZone: string): string {
  const hasLastDay = dayAfter(last.at, 1, timeZone) >= to;
  if (hasLastDay) return `${known} of the last ${counted(days, 'day')} have a value`;
  return `${known} of the ${counted(days - 1, 'day')} until the day before have a value`;
}

/** Of when the newest value is, where days have gone by without one. */
function ageOf(last: Day, to: Iso, timeZone: string): string {
  const isFresh = dayAfter(last.at, 2, timeZone) >= to;
  return isFresh ? '' : `, the newest is of ${dateText(last.at, timeZone)}`;
}

function growthOf(days: readonly Day[]): Growth {
  const slopes = slopesOf(days);
  const rank = (share: number) => slopes[Math.round(share * (slopes.length - 1))] ?? 0;
  return { usual: medianOf(slopes.map((slope) => [slope, 1])) ?? 0, low: rank(0.25), high: rank(0.75) };
}

function directionText({ usual, low, high }: Growth, unit: string): string {
  const value = (some: number) => groupedValue(Number(some.toPrecision(3)), unit);
  if (low === 0 && high === 0) return 'It stays as it is.';
  if (low <= 0 && high >= 0) {
    return `It has no clear direction: it changes by ${value(low)} to ${value(high)} a day, ${middleHalf}.`;
  }
  const sign = high < 0 ? -1 : 1;
  const [least, most] = (sign < 0 ? [high, low] : [low, high]).map((slope) => value(sign * slope));
  const doubt = value(low) === value(high) ? '' : ` (${least} to ${most}, ${middleHalf})`;
  return `It ${sign < 0 ? 'falls' : 'grows'} by ${value(sign * usual)} a day${doubt}.`;
}

/** When the limit is reached, if it goes on so; nothing where there is no limit. */
function limitTexts(
  value: number,
  { low, high }: Growth,
  limit: number | undefined,
  unit: string,
  span: number,
): string[] {
  if (limit === undefined) return [];
  const name = groupedValue(limit, unit);
  if (value >= limit) return [`It is ${value > limit ? 'over' : 'at'} its limit of ${name} now.`];
  const daysAt = (slope: number) => (slope > 0 ? (limit - value) / slope : Infinity);
  const horizon = horizonHistories * span;
  const [soonest, latest] = [Math.floor(daysAt(high)), Math.ceil(daysAt(low))];
  const when = soonest === latest ? counted(soonest, 'day') : `${soonest} to ${counted(latest, 'day')}`;
  if (latest <= horizon) return [`Its limit of ${name} is reached in ${when}, if it goes on so.`];
  const within = `within ${counted(horizon, 'day')}, if it goes on so`;
  if (soonest > horizon) return [`Its limit of ${name} is not reached ${within}.`];
  if (low <= 0)
    return [`Whether it reaches its limit of ${name} nobody can say: in ${counted(soonest, 'day')} at the soonest.`];
  return [`Its limit of ${name} is reached in ${counted(soonest, 'day')} at the soonest, perhaps not ${within}.`];
}

function projectionOf(
  days: readonly Day[],
  last: Day,
  { usual, low, high }: Growth,
  ahead: number,
  timeZone: string,
): Chart['projection'] {
  const step = Math.ceil(ahead / projectedPoints);
  const count = Math.floor(ahead / step);
  // What was never below zero, a size or a share, does not fall below it.
  const floor = days.every(({ value }) => value >= 0) ? 0 : -Infinity;
  return Array.from({ length: count }, (_, index) => {
    const after = ahead - (count - 1 - index) * step;
    const at = (slope: number) => Math.max(floor, last.value + slope * after);
    return { at: dayAfter(last.at, after, timeZone), value: at(usual), low: at(low), high: at(high) };
  });
}

function captionOf({ label, statistic }: TrendPart, days: readonly Day[], unit: string, timeZone: string): string {
  const values = days.map(({ value }) => value);
  const value = (some: number) => groupedValue(some, unit);
  const [first, last] = [days[0], days.at(-1)];
  const ends = [first, last].map((day) => (day ? `${value(day.value)} on ${dateText(day.at, timeZone)}` : ''));
  const extremes = `between ${value(Math.min(...values))} and ${value(Math.max(...values))}`;
  const course = days.length < 2 ? ends[0] : `from ${ends.join(' to ')}, ${extremes}`;
  return `${label}, ${statisticWords[statistic]}: ${course}.`;
}
