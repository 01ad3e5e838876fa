import { onDemand, type PlanRoutine } from '../core/plan.ts';
import { routineOf, slotGraceMs } from '../core/round.ts';
import { nextSlot } from '../core/slots.ts';
import { type Iso, isoOf, laterBy } from '../core/time.ts';
import { partition, slotKey } from './keys.ts';
import type { Services } from './services.ts';

/** More routines than these, those of earlier deployments included, are not looked at. */
const routinesLimit = 1_000;

/** The slot that a routine waits for; `null` for one that runs on demand, or that the runbook no longer has. */
export interface SlotWatch {
  readonly slot: Iso | null;
  readonly isOnDemand?: true;
  /**
   * The newest slot that has a round, by schedule or on request, rechecks aside: by it the console finds rounds that no
   * schedule knows of. Only shown: it may lack a round that began beside another.
   */
  readonly newest?: Iso;
  /** Since when its rounds are expected by the schedule that it has now. */
  readonly expected?: { readonly since: Iso; readonly schedule: string };
}

/**
 * Waits for the next slot of every routine that has none, or a later one, and for none of a routine that is gone: once a
 * container, for what a deployment changed.
 */
export async function watchAllSlots(services: Services): Promise<void> {
  const { plan, table, now } = services;
  const watches = await table.query<SlotWatch>({ pk: partition.slot, limit: routinesLimit });
  for (const watch of watches) {
    const isOver = !Object.hasOwn(plan.routines, watch.sk) && (watch.body.slot || watch.body.isOnDemand);
    if (isOver) await table.put<SlotWatch>(watch, watch.version, { slot: null });
  }
  for (const [id, routine] of Object.entries(plan.routines)) {
    const stored = watches.find(({ sk }) => sk === id);
    const slot = slotAfter(services, routine, isoOf(now()));
    if (!slot) {
      // Nothing is waited for; by it people find the routine's rounds.
      const isKnown = stored?.body.isOnDemand;
      const watch: SlotWatch = { slot: null, isOnDemand: true, ...newestOf(stored?.body) };
      if (!isKnown) await table.put<SlotWatch>(slotKey(id), stored?.version ?? 0, watch);
      continue;
    }
    const schedule = JSON.stringify(routine.schedule);
    const before = stored?.body.slot ? stored.body : undefined;
    const isSame = before?.expected?.schedule === schedule;
    if (before?.slot && before.slot <= slot && isSame) continue;
    const expected = isSame ? before.expected : { since: isoOf(now()), schedule };
    // Slots that were owed by the schedule before are seen to be none by whoever looks after them.
    const waited = before?.slot && before.slot <= slot ? before.slot : slot;
    const watch: SlotWatch = { slot: waited, ...(expected && { expected }), ...newestOf(stored?.body) };
    await table.put<SlotWatch>(slotKey(id), stored?.version ?? 0, watch, { dueAt: dueAt(waited) });
  }
}

/** Waits for the slot after one that has fired, unless an earlier one is waited for that nobody has fired yet. */
export async function watchNextSlot(services: Services, routine: string, fired: Iso): Promise<void> {
  const watch = (await services.table.get<SlotWatch>(slotKey(routine)))?.body;
  if (!watch?.slot || watch.slot >= fired) {
    await watchSlotAfter(services, routine, fired, { slot: null, ...watch, ...newestOf(watch, fired) });
  }
}

/**
 * Lets people find a round that somebody has asked for. That it cannot be noted keeps no round from being sent, nor does
 * it matter who is faster: a slot that comes to be waited for once more is found to have fired.
 */
export async function noteRequested(services: Services, routine: string, slot: Iso): Promise<void> {
  const { table, journal } = services;
  try {
    const stored = await table.get<SlotWatch>(slotKey(routine));
    if (!stored || (stored.body.newest ?? '') >= slot) return;
    const due = stored.body.slot ? { dueAt: dueAt(stored.body.slot) } : {};
    await table.put<SlotWatch>(stored, stored.version, { ...stored.body, newest: slot }, due);
  } catch (error) {
    journal.info('a round on request may not be shown', { round: `${routine}/${slot}`, error: String(error) });
  }
}

function newestOf(watch: SlotWatch | undefined, fired = ''): { readonly newest?: Iso } {
  const newest = watch?.newest && watch.newest > fired ? watch.newest : fired;
  return newest === '' ? {} : { newest };
}

/** Waits for the first slot after a time. Blind: a slot that fires late is waited for again, and found. */
export async function watchSlotAfter(
  services: Services,
  routine: string,
  time: Iso,
  before: SlotWatch | undefined,
): Promise<void> {
  const slot = slotAfter(services, routineOf(services.plan, routine), time);
  if (!slot) return;
  await services.table.putAll([{ ...slotKey(routine), body: { ...before, slot } }], { dueAt: dueAt(slot) });
}

/** `undefined` for a routine that runs on demand only. */
function slotAfter({ plan }: Services, { schedule }: PlanRoutine, after: Iso): Iso | undefined {
  return schedule === onDemand ? undefined : nextSlot(schedule, plan.calendar, plan.timeZone, after);
}

/** When a slot that has not fired is looked after. */
export function dueAt(slot: Iso): Iso {
  return laterBy(slotGraceMs, slot);
}
