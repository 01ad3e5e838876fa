import type { Temporal } from 'temporal-polyfill';
import type { Calendar, Weekday } from './plan.ts';
import { type Iso, isoOf, localTime } from './time.ts';

const weekdays: readonly Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** No calendar closes for longer: a bound for every search through it, in days. */
export const longestClosure = 366;

/** Whether the weekday of a date is one on which business is done. */
export function isBusinessWeekday(date: Temporal.PlainDate, { businessDays }: Calendar): boolean {
  const weekday = weekdayOf(date);
  return weekday !== undefined && businessDays.includes(weekday);
}

export function weekdayOf(date: Temporal.PlainDate): Weekday | undefined {
  return weekdays[date.dayOfWeek - 1];
}

/** Why a day is no business day, for people; `undefined` on a business day. */
export function closedBecause(date: Temporal.PlainDate, calendar: Calendar): string | undefined {
  const holiday = calendar.holidays.find((entry) => entry.date === date.toString());
  if (holiday) return `${holiday.name} is a holiday`;
  return isBusinessWeekday(date, calendar) ? undefined : `${weekdayOf(date)} is not a business day`;
}

/** The local time `HH:MM` of the last business day before the one that `iso` falls on. */
export function previousBusinessTime(iso: Iso, time: string, calendar: Calendar, timeZone: string): Iso {
  let date = localTime(iso, timeZone).toPlainDate();
  for (let day = 0; day < longestClosure; day++) {
    date = date.subtract({ days: 1 });
    if (closedBecause(date, calendar) === undefined) {
      return isoOf(date.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds);
    }
  }
  throw new Error(`The calendar has no business day in the ${longestClosure} days before ${iso}.`);
}
