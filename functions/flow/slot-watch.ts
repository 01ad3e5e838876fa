import type { PlanRoutine } from '../core/plan.ts';
import { routineOf, slotGraceMs } from '../core/round.ts';
import { nextSlot } from '../core/slots.ts';
import { type Iso, isoOf, laterBy } from '../core/time.ts';
import { slotKey } from './keys.ts';
import type { Services } from './services.ts';

/** The slot that a routine waits for; `null` for a routine that the runbook no longer has. */
export interface SlotWatch {
  readonly slot: Iso | null;
}

/** Waits for the next slot of every routine that has none, or a later one: once a container, for what a deployment changed. */
export async function watchAllSlots(services: Services): Promise<void> {
  const { plan, table, now } = services;
  for (const [id, routine] of Object.entries(plan.routines)) {
    const stored = await table.get<SlotWatch>(slotKey(id));
    const slot = slotAfter(services, routine, isoOf(now()));
    if (stored?.body.slot && stored.body.slot <= slot) continue;
    await table.put<SlotWatch>(slotKey(id), stored?.version ?? 0, { slot }, { dueAt: dueAt(slot) });
  }
}

/** Waits for the slot after one that has fired, unless an earlier one is waited for that nobody has fired yet. */
export async function watchNextSlot(services: Services, routine: string, fired: Iso): Promise<void> {
  const watched = (await services.table.get<SlotWatch>(slotKey(routine)))?.body.slot;
  if (!watched || watched >= fired) await watchSlotAfter(services, routine, fired);
}

/** Waits for the first slot after a time. Blind: a slot that fires late is waited for again, and found. */
export async function watchSlotAfter(services: Services, routine: string, time: Iso): Promise<void> {
  const slot = slotAfter(services, routineOf(services.plan, routine), time);
  await services.table.putAll([{ ...slotKey(routine), body: { slot } }], { dueAt: dueAt(slot) });
}

function slotAfter({ plan }: Services, { schedule }: PlanRoutine, after: Iso): Iso {
  return nextSlot(schedule, plan.calendar, plan.timeZone, after);
}

/** When a slot that has not fired is looked after. */
export function dueAt(slot: Iso): Iso {
  return laterBy(slotGraceMs, slot);
}
