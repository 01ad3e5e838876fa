import { Temporal } from 'temporal-polyfill';
import type { Table } from '../../functions/adapters/dynamodb.ts';
import { closedBecause } from '../../functions/core/calendar.ts';
import type { Plan } from '../../functions/core/plan.ts';
import type { ReportHead, ReportRecords } from '../../functions/core/reports/records.ts';
import { dateText } from '../../functions/core/reports/report-clock.ts';
import {
  minuteText,
  openSlotBefore,
  reportNamed,
  slotName,
  slotOn,
  slotsBetween,
} from '../../functions/core/reports/report-slots.ts';
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
  const ofDay = kept.find(({ slot }) => minuteText(slot, timeZone).startsWith(date));
  if (ofDay) return ofDay.slot;
  if (!isPlanned(plan, id)) {
    const days = kept.slice(0, namedDays).map(({ slot }) => dateText(slot, timeZone));
    throw new Error(`--date got ${date}, of which no report '${id}' is kept; the newest are of: ${days.join(', ')}.`);
  }
  const refused = (why: string) =>
    new Error(`--date got ${date}, ${why}; the newest are of: ${newestDays(plan, id, now).join(', ')}.`);
  const [next] = slotsAfter(plan, id, now);
  // As local times: instants past the year 9999 do not sort as texts.
  if (next !== undefined && date > minuteText(next, timeZone)) throw refused('which is still to come');
  const slot = slotOn(plan, id, date);
  if (slot !== undefined) return slot;
  const isOfBusinessDays = reportNamed(plan, id).schedule.days === 'business-days';
  const closed = isOfBusinessDays && closedBecause(Temporal.PlainDate.from(date), plan.calendar);
  throw refused(`on which there is no report '${id}'${closed ? `: ${closed}` : ''}`);
}

/** Since when anything is on record, where that is after a slot: then a report would be a page of what did not run. */
export function beginningAfter({ expected, ...found }: ReportRecords, slot: Iso, now: Iso): Iso | undefined {
  const [since = now] = Object.values(expected).sort();
  const isEmpty = [found.rounds, found.signOffs, found.incidents].every(({ length }) => length === 0);
  return isEmpty && slot < since ? since : undefined;
}

/** Days of the next report, of which there is something already, and of the last ones. */
function newestDays(plan: Plan, id: string, now: Iso): string[] {
  const { schedule } = reportNamed(plan, id);
  const slots = slotsAfter(plan, id, now).slice(0, 1);
  for (let slot = openSlotBefore(plan, schedule, now); slot && slots.length < namedDays; ) {
    slots.push(slot);
    slot = openSlotBefore(plan, schedule, slot);
  }
  return slots.map((slot) => slotName(schedule, plan.timeZone, slot));
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
    if (/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text)) {
      return Temporal.PlainDateTime.from(text, { overflow: 'reject' }).toString({ smallestUnit: 'minute' });
    }
  } catch {
    // It has the form of a date, and is none.
  }
  throw new Error(
    `--date got "${text}"; expected a day as YYYY-MM-DD. Write --date 2026-11-23, or of several a day 2026-11-23T08:00.`,
  );
}
