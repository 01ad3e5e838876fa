import { closedBecause, longestClosure } from './calendar.ts';
import type { Calendar, Delivery } from './plan.ts';
import { type Iso, instantOf, isoOf, localTime, msOf } from './time.ts';

/**
 * When people are told of what happened at `since` and was held back until `now`: at once where its hour has come
 * meanwhile and business is open, else as if it happened now.
 */
export function deliverHeldAt(delivery: Delivery, calendar: Calendar, timeZone: string, since: Iso, now: Iso): Iso {
  const hasCome = deliverAt(delivery, calendar, timeZone, since) <= now;
  const isOpen = delivery === 'next-business-day' && hasCome && isBusinessOpen(calendar, timeZone, now);
  return isOpen ? now : deliverAt(delivery, calendar, timeZone, now);
}

function isBusinessOpen(calendar: Calendar, timeZone: string, now: Iso): boolean {
  const date = localTime(now, timeZone).toPlainDate();
  const { from, to } = calendar.hours;
  const isWithin = instantOf(date, from, timeZone) <= msOf(now) && msOf(now) < instantOf(date, to, timeZone);
  return isWithin && closedBecause(date, calendar) === undefined;
}

/**
 * When people are told of what happens `now`. Business opens at one moment of a business day, and what happens at that
 * very moment is told then; what happens later waits for the next opening.
 */
export function deliverAt(delivery: Delivery, calendar: Calendar, timeZone: string, now: Iso): Iso {
  if (delivery === 'immediately') return now;
  const nowMs = msOf(now);
  const today = localTime(now, timeZone).toPlainDate();
  for (let day = 0; day <= longestClosure; day++) {
    const date = today.add({ days: day });
    const instant = (time: string) => instantOf(date, time, timeZone);
    if (delivery === 'same-day') {
      const waking = Math.max(nowMs, instant(calendar.wakingHours.from));
      if (waking < instant(calendar.wakingHours.to)) return isoOf(waking);
    } else if (closedBecause(date, calendar) === undefined) {
      const opening = instant(calendar.hours.from);
      if (opening >= nowMs) return isoOf(opening);
    }
  }
  throw new Error(
    `The calendar has no time for ${delivery} delivery in the ${longestClosure} days after ${now}: correct its hours, business days and holidays.`,
  );
}
