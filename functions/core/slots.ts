import { Temporal } from 'temporal-polyfill';
import { isBusinessWeekday, weekdayOf } from './calendar.ts';
import type { Calendar, Days, Schedule } from './plan.ts';
import { type Iso, instantOf, isoOf, localTime } from './time.ts';

/** No schedule pauses for longer, in days: every week has a business day, every month a Monday. */
const longestPause = 36;

const minutesPerHour = 60;
const minutesPerDay = 24 * minutesPerHour;

/** The first slot after an instant. Holidays have slots too: their rounds are skipped, and say so. */
export function nextSlot(schedule: Schedule, calendar: Calendar, timeZone: string, after: Iso): Iso {
  const start = localTime(after, timeZone);
  for (let day = 0; day <= longestPause; day++) {
    const date = start.toPlainDate().add({ days: day });
    if (!isDay(date, schedule.days, calendar)) continue;
    const slot = slotsOf(date, schedule, timeZone).find((instant) => instant > start.epochMilliseconds);
    if (slot !== undefined) return isoOf(slot);
  }
  throw new Error(
    `The schedule has no slot in the ${longestPause} days after ${after}: the calendar has no business day.`,
  );
}

/** The last slot before an instant; of holidays as well. */
export function previousSlot(schedule: Schedule, calendar: Calendar, timeZone: string, before: Iso): Iso {
  const end = localTime(before, timeZone);
  for (let day = 0; day <= longestPause; day++) {
    const date = end.toPlainDate().subtract({ days: day });
    if (!isDay(date, schedule.days, calendar)) continue;
    const slot = slotsOf(date, schedule, timeZone).findLast((instant) => instant < end.epochMilliseconds);
    if (slot !== undefined) return isoOf(slot);
  }
  throw new Error(
    `The schedule has no slot in the ${longestPause} days before ${before}: the calendar has no business day.`,
  );
}

function isDay(date: Temporal.PlainDate, days: Days, calendar: Calendar): boolean {
  if (days === 'every-day') return true;
  if (days === 'business-days') return isBusinessWeekday(date, calendar);
  return weekdayOf(date) === days.on && (days.every === 'week' || date.day <= 7);
}

/** The last slot of an instant's local date that is not after it; `undefined` before the first. */
export function newestSlotOfDay(schedule: Schedule, calendar: Calendar, timeZone: string, at: Iso): Iso | undefined {
  return newestSlotsOfDay(schedule, calendar, timeZone, at, 1)[0];
}

/** The last slots of an instant's local date that are not after it, the newest first. */
export function newestSlotsOfDay(
  schedule: Schedule,
  calendar: Calendar,
  timeZone: string,
  at: Iso,
  count: number,
): readonly Iso[] {
  const local = localTime(at, timeZone);
  const date = local.toPlainDate();
  if (!isDay(date, schedule.days, calendar)) return [];
  const begun = slotsOf(date, schedule, timeZone).filter((instant) => instant <= local.epochMilliseconds);
  return begun.slice(-count).reverse().map(isoOf);
}

/** Whether a schedule has a slot at this instant. */
export function isSlot(schedule: Schedule, calendar: Calendar, timeZone: string, slot: Iso): boolean {
  const before = isoOf(Temporal.Instant.from(slot).epochMilliseconds - 1);
  return nextSlot(schedule, calendar, timeZone, before) === slot;
}

/**
 * The instant that stands for a firing's local time: where clocks go back, a time of day comes twice and is one slot.
 * Intervals within the hour go on through the repeated hour.
 */
export function slotOfFiring(schedule: Schedule, timeZone: string, firedFor: Iso): Iso {
  if (isWithinHour(schedule)) return firedFor;
  const local = localTime(firedFor, timeZone);
  return isoOf(local.toPlainDateTime().toZonedDateTime(timeZone).epochMilliseconds);
}

/** What to say of a slot whose planned time of day does not exist on its day. */
export function movedNote(schedule: Schedule, timeZone: string, slot: Iso): string | undefined {
  if (isWithinHour(schedule)) return undefined;
  const local = localTime(slot, timeZone);
  const time = local.toPlainTime();
  const moved = timesOf(schedule).find((planned) => {
    const isIt = instantOf(local.toPlainDate(), planned, timeZone) === local.epochMilliseconds;
    return isIt && !time.equals(Temporal.PlainTime.from(planned));
  });
  return (
    moved && `${moved.slice(0, 5)} does not exist on this day: moved to ${time.toString({ smallestUnit: 'minute' })}`
  );
}

/** Epoch milliseconds of a date's slots, in order. */
function slotsOf(date: Temporal.PlainDate, schedule: Schedule, timeZone: string): number[] {
  if (isWithinHour(schedule)) return slotsThrough(date, schedule.everyMinutes, timeZone);
  const slots = timesOf(schedule).map((time) => instantOf(date, time, timeZone));
  return [...new Set(slots)].sort((one, other) => one - other);
}

function isWithinHour(schedule: Schedule): schedule is Schedule & { readonly everyMinutes: number } {
  return 'everyMinutes' in schedule && schedule.everyMinutes < minutesPerHour;
}

/** Real time goes on evenly, whatever the clocks do. */
function slotsThrough(date: Temporal.PlainDate, everyMinutes: number, timeZone: string): number[] {
  const start = date.toZonedDateTime(timeZone).epochMilliseconds;
  const end = date.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds;
  const step = everyMinutes * 60_000;
  return Array.from({ length: Math.ceil((end - start) / step) }, (_, index) => start + index * step);
}

function timesOf(schedule: Schedule): readonly string[] {
  if ('at' in schedule) return schedule.at;
  const count = minutesPerDay / schedule.everyMinutes;
  return Array.from({ length: count }, (_, index) => {
    const minutes = index * schedule.everyMinutes;
    return Temporal.PlainTime.from({
      hour: Math.floor(minutes / minutesPerHour),
      minute: minutes % minutesPerHour,
    }).toString();
  });
}
