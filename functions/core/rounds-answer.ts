import { type Answer, measured, namedFew } from './answer.ts';
import { closedBecause } from './calendar.ts';
import { onDemand, type Plan, type PlanRoutine } from './plan.ts';
import { type Round, readWindowMs, roundName } from './round.ts';
import { nextSlot } from './slots.ts';
import { clockText, type Iso, laterBy, localTime } from './time.ts';
import { counted } from './words.ts';

/** Slots of one routine that are looked at: 17 days of one every 5 minutes, 3 days of one every minute. */
const slotsLimit = 5_000;

/**
 * Whether every round that a schedule asked for ran and was collected. A routine owes nothing on a holiday that it
 * keeps, nothing before its first known round, and nothing that may still be under way. Rechecks and rounds that a
 * person asked for stand for no slot.
 * @param rounds those from `from` until `to`
 * @param firstKnown slot of the oldest round that is known of a routine; one that has none is new
 */
export function roundsAnswer(
  plan: Plan,
  rounds: readonly Round[],
  from: Iso,
  to: Iso,
  firstKnown: ReadonlyMap<string, Iso>,
): Answer {
  const scheduled = rounds.filter(({ recheck, requestedBy }) => !recheck && requestedBy === undefined);
  const known = new Map(scheduled.map((round) => [roundName(round), round]));
  let expected = 0;
  const missing: string[] = [];
  const unread: string[] = [];
  for (const [id, routine] of Object.entries(plan.routines)) {
    const first = firstKnown.get(id);
    if (first === undefined) continue;
    const slots = slotsOf(plan, routine, first > from ? first : from, to);
    if (slots.length === slotsLimit) unread.push(routine.title);
    for (const slot of slots) {
      if (isClosed(plan, routine, slot)) continue;
      const round = known.get(roundName({ routine: id, slot }));
      if (round?.status === 'skipped' || (round?.status === 'running' && isAwaited(round.deadlineAt, to))) continue;
      expected += 1;
      if (round?.status === 'collected') continue;
      const when = clockText(slot, plan.timeZone, to);
      missing.push(`${routine.title} of ${when} (${round ? whyMissing[round.status] : 'never begun'})`);
    }
  }
  const since = `since ${clockText(from, plan.timeZone)}`;
  const ran =
    expected === 0
      ? 'no round was expected'
      : missing.length === 0
        ? `${counted(expected, 'round')} ran`
        : `${missing.length} of ${counted(expected, 'round')} missing`;
  const named = missing.length > 0 ? `: ${namedFew(missing)}` : '';
  const unseen = unread.map((title) => `; of ${title} only the first ${slotsLimit} slots were looked at`).join('');
  return {
    status: missing.length > 0 ? 'CRITICAL' : unread.length > 0 ? 'UNKNOWN' : 'OK',
    text: `${ran} ${since}${named}${unseen}`,
    metrics: [measured('expected', expected), measured('missing', missing.length)],
  };
}

const whyMissing = {
  failed: 'failed',
  missed: 'its slot did not fire',
  sending: 'never sent',
  running: 'never collected',
} as const;

/** How long after its slot a round of a routine has to have ended, in milliseconds. */
export function roundLastsMs({ deadlineSeconds }: Pick<PlanRoutine, 'deadlineSeconds'>): number {
  return deadlineSeconds * 1_000 + readWindowMs;
}

/** Slots whose rounds have to have ended, the oldest first. */
function slotsOf({ calendar, timeZone }: Plan, routine: PlanRoutine, from: Iso, to: Iso): Iso[] {
  const { schedule } = routine;
  const slots: Iso[] = [];
  if (schedule === onDemand) return slots;
  const next = (after: Iso) => nextSlot(schedule, calendar, timeZone, after);
  for (let slot = next(laterBy(-1, from)); slots.length < slotsLimit; slot = next(slot)) {
    if (laterBy(roundLastsMs(routine), slot) > to) break;
    slots.push(slot);
  }
  return slots;
}

/** Whether a slot lies on a day on which the routine's rounds are skipped. */
function isClosed({ calendar, timeZone }: Plan, { schedule }: PlanRoutine, slot: Iso): boolean {
  if (schedule === onDemand || schedule.days !== 'business-days') return false;
  return closedBecause(localTime(slot, timeZone).toPlainDate(), calendar) !== undefined;
}

/** Whether a round with this deadline may still be read. */
function isAwaited(deadlineAt: Iso, to: Iso): boolean {
  return laterBy(readWindowMs, deadlineAt) > to;
}
