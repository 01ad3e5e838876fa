import type { Temporal } from 'temporal-polyfill';
import { closedBecause } from '../../functions/core/calendar.ts';
import { onDemand, type Plan, type Schedule } from '../../functions/core/plan.ts';
import { nextHandover, onDuty } from '../../functions/core/rotation.ts';
import { movedNote, nextSlot } from '../../functions/core/slots.ts';
import { type Iso, isoOf, localTime, msOf } from '../../functions/core/time.ts';

/** What a day will bring, in the platform's zone. */
export interface PreviewDay {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** Its name, on a holiday. */
  readonly holiday?: string;
  /** Of a day on which clocks change: 23 or 25 for example. */
  readonly hours?: number;
  readonly routines: readonly PlannedRoutine[];
  readonly duty: readonly Duty[];
  readonly maintenance: readonly PlannedWindow[];
}

export interface PlannedRoutine {
  readonly routine: string;
  readonly title: string;
  readonly slots: readonly { readonly at: Iso; readonly note?: string }[];
  /** Why all of them are skipped. */
  readonly skipped?: string;
}

/** Who answers for a role, one after the other. */
export interface Duty {
  readonly role: string;
  readonly title: string;
  readonly turns: readonly { readonly from: Iso; readonly contacts: readonly string[] }[];
}

export interface PlannedWindow {
  readonly title: string;
  readonly from: Iso;
  readonly until: Iso;
  /** Empty for all. */
  readonly checks: readonly string[];
}

/** A part of a day: `end` is exclusive. */
interface Stretch {
  readonly date: Temporal.PlainDate;
  readonly start: Iso;
  readonly end: Iso;
}

/** What comes from an instant on: the rest of its day, and the days after it. */
export function previewDays(plan: Plan, from: Iso, days: number): PreviewDay[] {
  const first = localTime(from, plan.timeZone).toPlainDate();
  return Array.from({ length: days }, (_, index) => {
    const date = first.add({ days: index });
    const midnight = date.toZonedDateTime(plan.timeZone);
    const start = isoOf(Math.max(midnight.epochMilliseconds, msOf(from)));
    const end = isoOf(date.add({ days: 1 }).toZonedDateTime(plan.timeZone).epochMilliseconds);
    const stretch = { date, start, end };
    const holiday = plan.calendar.holidays.find((each) => each.date === date.toString())?.name;
    return {
      date: date.toString(),
      ...(holiday !== undefined && { holiday }),
      ...(midnight.hoursInDay !== 24 && { hours: midnight.hoursInDay }),
      routines: plannedRoutines(plan, stretch),
      duty: plannedDuty(plan, stretch),
      maintenance: plannedWindows(plan, stretch),
    };
  });
}

/** The slots of a schedule from one instant until before another, holidays included. */
export function* slotsBetween({ calendar, timeZone }: Plan, schedule: Schedule, start: Iso, end: Iso): Generator<Iso> {
  const next = (after: Iso) => nextSlot(schedule, calendar, timeZone, after);
  for (let slot = next(isoOf(msOf(start) - 1)); slot < end; slot = next(slot)) yield slot;
}

/** Why nothing runs by a schedule on a day on which it has slots. */
export function skippedBecause({ calendar }: Plan, schedule: Schedule, date: Temporal.PlainDate): string | undefined {
  return schedule.days === 'business-days' ? closedBecause(date, calendar) : undefined;
}

function plannedRoutines(plan: Plan, { date, start, end }: Stretch): PlannedRoutine[] {
  return Object.entries(plan.routines).flatMap(([routine, { title, schedule }]) => {
    if (schedule === onDemand) return [];
    const slots = [...slotsBetween(plan, schedule, start, end)].map((at) => {
      const note = movedNote(schedule, plan.timeZone, at);
      return { at, ...(note !== undefined && { note }) };
    });
    const skipped = skippedBecause(plan, schedule, date);
    return slots.length === 0 ? [] : [{ routine, title, slots, ...(skipped !== undefined && { skipped }) }];
  });
}

function plannedDuty({ roles, timeZone }: Plan, { start, end }: Stretch): Duty[] {
  return Object.entries(roles).flatMap(([id, role]) => {
    if (!('rotation' in role)) return [];
    const turns = [{ from: start, contacts: onDuty(role, timeZone, start) }];
    for (let at = nextHandover(role.rotation, timeZone, start); at < end; ) {
      const contacts = onDuty(role, timeZone, at);
      if (String(contacts) !== String(turns.at(-1)?.contacts)) turns.push({ from: at, contacts });
      at = nextHandover(role.rotation, timeZone, at);
    }
    return [{ role: id, title: role.title, turns }];
  });
}

function plannedWindows(plan: Plan, { date, start, end }: Stretch): PlannedWindow[] {
  return plan.maintenance.flatMap(({ title, checks, schedule, minutes }) => {
    if (skippedBecause(plan, schedule, date) !== undefined) return [];
    return [...slotsBetween(plan, schedule, start, end)].map((from) => ({
      title,
      from,
      until: isoOf(msOf(from) + minutes * 60_000),
      checks,
    }));
  });
}
