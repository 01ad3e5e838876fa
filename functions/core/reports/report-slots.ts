import { Temporal } from 'temporal-polyfill';
import { closedBecause, longestClosure } from '../calendar.ts';
import type { Plan, PlanReport, Schedule } from '../plan.ts';
import { newestSlotOfDay, nextSlot, previousSlot, slotOfFiring } from '../slots.ts';
import { type Iso, isoOf, localTime, normalizeIso } from '../time.ts';
import type { Period } from './records.ts';

/** Slots of one report that are looked at: a year of one an hour. */
const slotsLimit = 9_600;

/** What slots depend on. */
type Clock = Pick<Plan, 'calendar' | 'timeZone'>;

/** What a report's slots depend on. */
type Schedules = Clock & Pick<Plan, 'reports'>;

/** @throws {Error} when the runbook has no such report: the input is wrong or from another deployment. */
export function reportNamed({ reports }: Pick<Plan, 'reports'>, id: string): PlanReport {
  const report = Object.hasOwn(reports, id) && reports[id];
  if (report) return report;
  const known = Object.keys(reports).join(', ') || 'none';
  throw new Error(`There is no report '${id}' in the runbook; its reports are: ${known}.`);
}

/** The slot that a firing stands for; `undefined` on a holiday on which the report is not written. */
export function reportSlot(plan: Schedules, id: string, scheduledTime: string): Iso | undefined {
  const { schedule } = reportNamed(plan, id);
  const slot = slotOfFiring(schedule, plan.timeZone, normalizeIso(scheduledTime));
  return isClosed(plan, schedule, slot) ? undefined : slot;
}

/** What the report of a slot is about: the time since the slot before it that was no holiday. */
export function periodOf(plan: Schedules, id: string, slot: Iso): Period {
  const { schedule } = reportNamed(plan, id);
  const from = openSlotBefore(plan, schedule, slot);
  if (from !== undefined) return { from, to: slot };
  throw new Error(`The report '${id}' has no slot in the ${longestClosure} days before ${slot}: check the calendar.`);
}

/** The last slot that is no holiday before an instant; `undefined` where the calendar is closed for over a year. */
export function openSlotBefore({ calendar, timeZone }: Clock, schedule: Schedule, before: Iso): Iso | undefined {
  let slot = before;
  for (let tried = 0; tried < longestClosure; tried++) {
    slot = previousSlot(schedule, calendar, timeZone, slot);
    if (!isClosed({ calendar, timeZone }, schedule, slot)) return slot;
  }
  return undefined;
}

/**
 * The slot of a report on a local date, the last if there are several; `undefined` where there is none.
 * @param date `YYYY-MM-DD`
 */
export function slotOn(plan: Schedules, id: string, date: string): Iso | undefined {
  const { calendar, timeZone } = plan;
  const { schedule } = reportNamed(plan, id);
  const midnight = Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(timeZone);
  const slot = newestSlotOfDay(schedule, calendar, timeZone, isoOf(midnight.epochMilliseconds - 1));
  return slot === undefined || isClosed(plan, schedule, slot) ? undefined : slot;
}

/** The slots from an instant until another one, which is exclusive, without those of holidays; the oldest first. */
export function slotsBetween(plan: Schedules, id: string, from: Iso, to: Iso): Iso[] {
  const { calendar, timeZone } = plan;
  const { schedule } = reportNamed(plan, id);
  const slots: Iso[] = [];
  const next = (after: Iso) => nextSlot(schedule, calendar, timeZone, after);
  let slot = next(isoOf(Temporal.Instant.from(from).epochMilliseconds - 1));
  for (let tried = 0; slot < to && tried < slotsLimit; tried++) {
    if (!isClosed(plan, schedule, slot)) slots.push(slot);
    slot = next(slot);
  }
  return slots;
}

function isClosed({ calendar, timeZone }: Clock, { days }: Schedule, slot: Iso): boolean {
  return days === 'business-days' && closedBecause(localTime(slot, timeZone).toPlainDate(), calendar) !== undefined;
}
