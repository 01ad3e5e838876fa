import { Temporal } from 'temporal-polyfill';
import { closedBecause, longestClosure } from '../calendar.ts';
import type { Plan, PlanReport, Schedule } from '../plan.ts';
import { nextSlot, previousSlot, slotOfFiring } from '../slots.ts';
import { type Iso, isoOf, localTime, normalizeIso } from '../time.ts';
import type { Period, ReportHead } from './records.ts';

/** Slots of one report that are looked at: a year of one an hour. */
const slotsLimit = 9_600;

const minutesPerDay = 1_440;

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

/** What has to be known of a report that is kept. */
export type KeptSlot = Pick<ReportHead, 'id' | 'slot'>;

/**
 * What the report of a slot is about: the time since the report before it. Where nothing is kept of the slot before, it
 * is the time since that slot: it is made up for.
 * @param kept any reports, in any order
 */
export function periodOf(plan: Schedules, id: string, slot: Iso, kept: readonly KeptSlot[]): Period {
  const before = scheduledBefore(plan, id, slot);
  const earlier = kept.flatMap((head) => (head.id === id && head.slot < slot ? [head.slot] : [])).sort();
  const newest = earlier.at(-1);
  const isNext = newest !== undefined && newest > scheduledBefore(plan, id, before);
  return { from: isNext ? newest : before, to: slot };
}

/** Whether the report of a slot is kept, be it of the time of day that another schedule gave to it. */
export function isWritten(plan: Schedules, id: string, slot: Iso, kept: readonly KeptSlot[]): boolean {
  const before = scheduledBefore(plan, id, slot);
  return kept.some((head) => head.id === id && head.slot > before && head.slot <= slot);
}

/** The slot of a report before one of its slots, by the schedule that it has now. */
function scheduledBefore(plan: Schedules, id: string, slot: Iso): Iso {
  const before = openSlotBefore(plan, reportNamed(plan, id).schedule, slot);
  if (before !== undefined) return before;
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
 * @param date `YYYY-MM-DD`, or `YYYY-MM-DDTHH:MM` for the slot at that time
 */
export function slotOn(plan: Schedules, id: string, date: string): Iso | undefined {
  const { timeZone } = plan;
  const day = Temporal.PlainDate.from(date);
  const midnight = (of: Temporal.PlainDate) => isoOf(of.toZonedDateTime(timeZone).epochMilliseconds);
  const slots = slotsBetween(plan, id, midnight(day), midnight(day.add({ days: 1 })));
  return slots.findLast((slot) => minuteText(slot, timeZone).startsWith(date));
}

/** What a slot of a report is asked for by: its local date, with the time where a day has several. */
export function slotName(schedule: Schedule | undefined, timeZone: string, slot: Iso): string {
  const isSeveral = schedule && ('at' in schedule ? schedule.at.length > 1 : schedule.everyMinutes < minutesPerDay);
  const text = minuteText(slot, timeZone);
  return isSeveral ? text : text.slice(0, 'YYYY-MM-DD'.length);
}

/** `2026-12-07T20:00` on the local clock. */
export function minuteText(slot: Iso, timeZone: string): string {
  return localTime(slot, timeZone).toPlainDateTime().toString({ smallestUnit: 'minute' });
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
