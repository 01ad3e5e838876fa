import { closedBecause } from '../calendar.ts';
import { onDemand, type PlanRoutine, type Schedule } from '../plan.ts';
import { type Round, slotGraceMs } from '../round.ts';
import { newestSlotOfDay, nextSlot } from '../slots.ts';
import { type Iso, isoOf, laterBy, localTime } from '../time.ts';
import type { KnownDay } from './data.ts';
import { startOfDay, type View } from './view.ts';

/** How long after its slot a round is missing: the tick fires itself what has not fired, and that takes a minute. */
const missingMs = slotGraceMs + 2 * 60_000;

/** A routine on the day that is looked at, which has gone as far as the moment that is looked at. */
export interface RoutineDay {
  readonly id: string;
  readonly routine: PlanRoutine;
  /** The newest one. */
  readonly round?: Round;
  /** Slots of the day that are still to come, the first of them for a routine that comes all day long. */
  readonly later: readonly Iso[];
  /** A slot that has come, and of which no round is known: it may still begin, or it is missing. */
  readonly due?: { readonly slot: Iso; readonly isMissing: boolean };
  /** Why none of its slots of the day has a round: a holiday. */
  readonly closed?: string;
  /** It comes all day long, and is no part of the checklist proper. */
  readonly isOften: boolean;
}

/** Every routine in the order of the procedure. */
export function routineDays(view: View, { rounds, expected }: KnownDay): RoutineDay[] {
  return Object.entries(view.plan.routines).map(([id, routine]) => {
    const round = rounds.find((each) => each.routine === id);
    const head = { id, routine, ...(round && { round }) };
    const { schedule } = routine;
    if (schedule === onDemand) return { ...head, later: [], isOften: false };
    const isOften = 'everyMinutes' in schedule;
    const closed = closedOn(view, schedule);
    if (closed !== undefined) return { ...head, later: [], closed, isOften };
    const due = dueOf(view, schedule, round, expected[id]);
    return { ...head, later: laterSlots(view, schedule), ...(due && { due }), isOften };
  });
}

/** A slot is missing when its time is over, whatever newer ones there are; of the time before it was expected none is. */
function dueOf(view: View, schedule: Schedule, round: Round | undefined, expected = ''): RoutineDay['due'] {
  const { calendar, timeZone } = view.plan;
  const { at } = view.surface;
  const start = startOfDay(view);
  const isUnknown = (slot: Iso) => slot >= start && slot >= expected && (!round || round.slot < slot);
  const overdue = newestSlotOfDay(schedule, calendar, timeZone, laterBy(-missingMs, at));
  if (overdue !== undefined && isUnknown(overdue)) return { slot: overdue, isMissing: true };
  const newest = newestSlotOfDay(schedule, calendar, timeZone, at);
  return newest !== undefined && isUnknown(newest) ? { slot: newest, isMissing: false } : undefined;
}

function closedOn({ plan, surface }: View, { days }: Schedule): string | undefined {
  if (days !== 'business-days') return undefined;
  const date = localTime(surface.at, plan.timeZone).toPlainDate();
  const isHoliday = plan.calendar.holidays.some((holiday) => holiday.date === date.toString());
  return isHoliday ? closedBecause(date, plan.calendar) : undefined;
}

function laterSlots({ plan: { calendar, timeZone }, surface: { at } }: View, schedule: Schedule): Iso[] {
  const end = isoOf(localTime(at, timeZone).startOfDay().add({ days: 1 }).epochMilliseconds);
  const next = (after: Iso) => nextSlot(schedule, calendar, timeZone, after);
  const slots: Iso[] = [];
  for (let slot = next(at); slot < end; slot = next(slot)) {
    slots.push(slot);
    if ('everyMinutes' in schedule) break;
  }
  return slots;
}
