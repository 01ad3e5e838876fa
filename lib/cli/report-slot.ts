import { Temporal } from 'temporal-polyfill';
import type { Table } from '../../functions/adapters/dynamodb.ts';
import { closedBecause } from '../../functions/core/calendar.ts';
import type { Plan } from '../../functions/core/plan.ts';
import type { ReportHead } from '../../functions/core/reports/records.ts';
import { dateText } from '../../functions/core/reports/report-clock.ts';
import { openSlotBefore, reportNamed, slotOn, slotsBetween } from '../../functions/core/reports/report-slots.ts';
import { type Iso, isoOf, laterBy, msOf } from '../../functions/core/time.ts';
import { expectedSince } from '../../functions/flow/answer-records.ts';

/** Where reports are looked for, and what is known there of one. */
export interface Place {
  readonly table: Table;
  readonly now: Iso;
  /** `undefined` where the runbook is not in this folder: then only what is kept can be shown. */
  readonly plan: Plan | undefined;
  readonly timeZone: string;
  /** Of the report that is asked for, the newest first. */
  readonly kept: readonly ReportHead[];
}

/** Days of a report that are named where another one was meant. */
const namedDays = 5;

/** Every schedule has a slot in so many milliseconds. */
const longestPauseMs = 40 * 86_400_000;

/** The newest slot that has passed; before the first of a new platform, the one that comes. */
export async function newestSlot({ plan, table, now, kept }: Place, id: string): Promise<Iso> {
  const [newest] = kept;
  if (!isPlanned(plan, id)) return newest?.slot ?? now;
  const passed = openSlotBefore(plan, reportNamed(plan, id).schedule, isoOf(msOf(now) + 1));
  if (passed !== undefined && newest && newest.slot >= passed) return newest.slot;
  const [since = now] = [...(await expectedSince({ table })).values()].sort();
  const [next = now] = slotsAfter(plan, id, now);
  return passed !== undefined && passed > since ? passed : next;
}

/** @throws {Error} that says which days there are */
export function slotOfDate({ plan, now, timeZone, kept }: Place, id: string, text: string): Iso {
  const date = dateOf(text);
  const ofDay = kept.find(({ slot }) => dateText(slot, timeZone) === date);
  if (ofDay) return ofDay.slot;
  if (!isPlanned(plan, id)) {
    const days = kept.slice(0, namedDays).map(({ slot }) => dateText(slot, timeZone));
    throw new Error(`--date got ${date}, of which no report '${id}' is kept; the newest are of: ${days.join(', ')}.`);
  }
  const days = newestDays(plan, id, now);
  const slot = slotOn(plan, id, date);
  if (slot === undefined) {
    const isOfBusinessDays = reportNamed(plan, id).schedule.days === 'business-days';
    const closed = isOfBusinessDays && closedBecause(Temporal.PlainDate.from(date), plan.calendar);
    const why = `on which there is no report '${id}'${closed ? `: ${closed}` : ''}`;
    throw new Error(`--date got ${date}, ${why}; the newest are of: ${days.join(', ')}.`);
  }
  const [next] = slotsAfter(plan, id, now);
  if (next !== undefined && slot > next) {
    throw new Error(`--date got ${date}, which is still to come; the newest are of: ${days.join(', ')}.`);
  }
  return slot;
}

/** Days of the next report, of which there is something already, and of the last ones. */
function newestDays(plan: Plan, id: string, now: Iso): string[] {
  const { schedule } = reportNamed(plan, id);
  const slots = slotsAfter(plan, id, now).slice(0, 1);
  for (let slot = openSlotBefore(plan, schedule, now); slot && slots.length < namedDays; ) {
    slots.push(slot);
    slot = openSlotBefore(plan, schedule, slot);
  }
  return slots.map((slot) => dateText(slot, plan.timeZone));
}

export function slotsAfter(plan: Plan, id: string, now: Iso): Iso[] {
  return slotsBetween(plan, id, isoOf(msOf(now) + 1), laterBy(longestPauseMs, now));
}

export function isPlanned(plan: Plan | undefined, id: string): plan is Plan {
  return plan !== undefined && Object.hasOwn(plan.reports, id);
}

/** @throws {Error} that says what was expected */
function dateOf(text: string): string {
  try {
    if (/^\d{4}-\d\d-\d\d$/.test(text)) return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString();
  } catch {
    // It has the form of a date, and is none.
  }
  throw new Error(`--date got "${text}"; expected a day as YYYY-MM-DD. Write --date 2026-11-23.`);
}
