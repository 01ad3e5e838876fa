import { closedBecause, longestClosure } from './calendar.ts';
import type { Calendar, Delivery } from './plan.ts';
import { type Iso, instantOf, isoOf, localTime, msOf } from './time.ts';

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
