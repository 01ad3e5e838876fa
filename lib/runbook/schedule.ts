import { onDemand } from '../../functions/core/plan.ts';
import { RunbookError, refusal } from './problems.ts';
import type { Calendar, Schedule, Weekday } from './types.ts';

/** On the calendar's business days. */
export const businessDays = scheduleOn('business-days');

/** On every day of the year. */
export const everyDay = scheduleOn('every-day');

/** Every week on a weekday, holidays included. */
export const weekly = {
  on: (on: Weekday) => ({ at: (time: string): Schedule => ({ days: { every: 'week', on }, at: [time] }) }),
};

/** On the first such weekday of each month, holidays included. */
export const monthly = {
  onFirst: (on: Weekday) => ({ at: (time: string): Schedule => ({ days: { every: 'month', on }, at: [time] }) }),
};

export { onDemand };

function scheduleOn(days: 'business-days' | 'every-day') {
  return {
    /** At local times `HH:MM`, all with the same minute. */
    at: (...times: readonly string[]): Schedule => ({ days, at: times }),
    /** From midnight on, every so many hours: a divisor of 24. */
    everyHours: (hours: number): Schedule => ({ days, everyMinutes: hours * 60 }),
    /** From midnight on, every so many minutes: a divisor of 60. */
    everyMinutes: (minutes: number): Schedule => ({ days, everyMinutes: minutes }),
  };
}

export const differentMinutes = refusal(
  'times with the same minute past the hour',
  'make a routine of its own for each minute',
);

export const unevenInterval = refusal(
  'minutes that divide an hour, or whole hours that divide a day',
  'write for example 5, 15, 60 or 240',
);

/** Whether one cron expression can say these times `HH:MM`. */
export function haveSameMinute(times: readonly string[]): boolean {
  return new Set(times.map((time) => time.slice(3))).size <= 1;
}

/** Whether no pause between two slots differs from the others, as it would across the hour or midnight. */
export function isEvenInterval(minutes: number): boolean {
  const dividesHour = 60 % minutes === 0;
  const dividesDay = minutes % 60 === 0 && 1440 % minutes === 0;
  return Number.isInteger(minutes) && minutes >= 1 && (dividesHour || dividesDay);
}

const minutesPerDay = 1_440;

/** Minutes from one slot to the next where they lie closest; of slots on days that follow each other, or a week apart. */
export function shortestPause(schedule: Schedule): number {
  if (typeof schedule.days === 'object') return (schedule.days.every === 'week' ? 7 : 28) * minutesPerDay;
  if ('everyMinutes' in schedule) return schedule.everyMinutes;
  const minutes = schedule.at
    .map((time) => 60 * Number(time.slice(0, 2)) + Number(time.slice(3)))
    .sort((a, b) => a - b);
  return Math.min(
    ...minutes.map((minute, index) => (minutes[index + 1] ?? (minutes[0] ?? 0) + minutesPerDay) - minute),
  );
}

/**
 * The six-field cron expression of EventBridge Scheduler, to be read in the platform's time zone. Holidays are not in it.
 * @throws {RunbookError} when one expression cannot say it
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export function cronOf(schedule: Schedule, calendar: Calendar): string {
  const times = 'at' in schedule ? fieldsAt(schedule.at) : fieldsEvery(schedule.everyMinutes);
  return `cron(${times} ${daysField(schedule.days, calendar)} *)`;
}

function daysField(days: Schedule['days'], calendar: Calendar): string {
  if (days === 'every-day') return '* * ?';
  if (days === 'business-days') return `? * ${weekdayField(calendar.businessDays)}`;
  // The first one of a month can only be written with the number of a weekday, of which Sunday's is 1.
  return days.every === 'week' ? `? * ${weekdayField([days.on])}` : `? * ${week.indexOf(days.on) + 1}#1`;
}

function fieldsAt(times: readonly string[]): string {
  if (times.length === 0 || !haveSameMinute(times)) {
    throw new RunbookError('The schedule', [
      { path: 'at', got: times.join(', ') || 'nothing', refusal: differentMinutes },
    ]);
  }
  const minute = Number(times[0]?.slice(3));
  const hours = times.map((time) => Number(time.slice(0, 2))).sort((one, other) => one - other);
  return `${minute} ${hours.join(',')}`;
}

function fieldsEvery(minutes: number): string {
  if (!isEvenInterval(minutes)) {
    throw new RunbookError('The schedule', [{ path: 'everyMinutes', got: `${minutes}`, refusal: unevenInterval }]);
  }
  return minutes <= 60 ? `${everyField(minutes, 60)} *` : `0 ${everyField(minutes / 60, 24)}`;
}

/** Written out, since not every reader of cron understands a step with a start, `0/5`. */
function everyField(step: number, end: number): string {
  return step === 1 ? '*' : Array.from({ length: end / step }, (_, index) => index * step).join(',');
}

/** In the order of cron's own week, whose ranges cannot go past Saturday. */
const week: readonly Weekday[] = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

function weekdayField(businessDays: readonly Weekday[]): string {
  const days = week.filter((day) => businessDays.includes(day));
  const names = days.map((day) => day.slice(0, 3).toUpperCase());
  const [first, last] = [days[0], days.at(-1)];
  const isRun = first && last && week.indexOf(last) - week.indexOf(first) === days.length - 1;
  return isRun && days.length > 2 ? `${names[0]}-${names.at(-1)}` : names.join(',');
}
