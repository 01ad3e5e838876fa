import { closedBecause } from '../calendar.ts';
import { onDemand, type PlanRoutine, type Schedule } from '../plan.ts';
import { type Round, slotGraceMs } from '../round.ts';
import { newestSlotOfDay, nextSlot } from '../slots.ts';
import { type Iso, isoOf, laterBy, localTime } from '../time.ts';
import type { KnownDay } from './data.ts';
import { startOfDay, type View } from './view.ts';

/** What the tick may take to do what is due, in milliseconds: it comes every minute, and works for some time. */
export const tickMs = 2 * 60_000;

/** How long after its slot a round is missing: the tick fires itself what has not fired. */
const missingMs = slotGraceMs + tickMs;

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
  /** The newest slot of the day whose time is over: what it asks of people has been asked. */
  readonly over?: Iso;
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
    const over = newestSlot(view, schedule, missingMs, expected[id]);
    const due = dueOf(over, newestSlot(view, schedule, 0, expected[id]), round);
    return { ...head, later: laterSlots(view, schedule), ...(due && { due }), ...(over && { over }), isOften };
  });
}

/** The newest slot of the day that came so long ago; none of the time before it was expected. */
function newestSlot(view: View, schedule: Schedule, agoMs: number, expected = ''): Iso | undefined {
  const { calendar, timeZone } = view.plan;
  const slot = newestSlotOfDay(schedule, calendar, timeZone, laterBy(-agoMs, view.surface.at));
  return slot !== undefined && slot >= startOfDay(view) && slot >= expected ? slot : undefined;
}

/** A slot is missing when its time is over, whatever newer ones there are. */
function dueOf(over: Iso | undefined, newest: Iso | undefined, round: Round | undefined): RoutineDay['due'] {
  const isUnknown = (slot: Iso | undefined): slot is Iso => slot !== undefined && (!round || round.slot < slot);
  if (isUnknown(over)) return { slot: over, isMissing: true };
  return isUnknown(newest) ? { slot: newest, isMissing: false } : undefined;
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
