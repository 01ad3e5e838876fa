import type { Item } from '../adapters/dynamodb.ts';
import { closedBecause } from '../core/calendar.ts';
import { onDemand } from '../core/plan.ts';
import { catchUpMs, type Round, roundName } from '../core/round.ts';
import { isSlot } from '../core/slots.ts';
import { clockText, type Iso, isoOf, localTime, msOf } from '../core/time.ts';
import { reportOwnFailure } from './change-alert.ts';
import { dispatchRound } from './dispatch-round.ts';
import { roundKey, slotKey } from './keys.ts';
import { expiry, type Services } from './services.ts';
import { askSignOffs } from './sign-offs.ts';
import { dueAt, type SlotWatch, watchNextSlot, watchSlotAfter } from './slot-watch.ts';

/** Slots of one routine that one tick goes on with: after an outage it has to be faster than new ones come. */
const slotsLimit = 20;

/** Fires each slot that nobody has fired, or records that it was missed. For the tick. */
export async function goOnWithSlot(services: Services, routine: string): Promise<void> {
  for (let slots = 0; slots < slotsLimit; slots++) {
    const stored = await services.table.get<SlotWatch>(slotKey(routine));
    const slot = stored?.body.slot;
    if (!stored || !slot || dueAt(slot) > isoOf(services.now())) return;
    await goOnWithOne(services, routine, stored, slot);
  }
}

async function goOnWithOne(services: Services, routine: string, stored: Item<SlotWatch>, slot: Iso): Promise<void> {
  const { plan, table, now, journal } = services;
  const planned = plan.routines[routine];
  // A routine that was removed, or has no schedule any more, is waited for no more; one that was moved is waited for at
  // its new time.
  if (!planned || planned.schedule === onDemand) {
    const { newest } = stored.body;
    const onRequest = planned && { isOnDemand: true as const, ...(newest && { newest }) };
    await table.put<SlotWatch>(stored, stored.version, { slot: null, ...onRequest });
    return;
  }
  if (!isSlot(planned.schedule, plan.calendar, plan.timeZone, slot)) {
    return watchSlotAfter(services, routine, isoOf(now()), stored.body);
  }
  const isTooLate = now() > msOf(slot) + catchUpMs;
  const isClosed = closedBecause(localTime(slot, plan.timeZone).toPlainDate(), plan.calendar) !== undefined;
  if (isTooLate && !(isClosed && planned.schedule.days === 'business-days')) {
    await recordMissed(services, routine, slot);
    return watchNextSlot(services, routine, slot);
  }
  journal.info('a slot had not fired', { round: roundName({ routine, slot }) });
  return dispatchRound(services, { routine, slot });
}

async function recordMissed(services: Services, routine: string, slot: Iso): Promise<void> {
  const { plan, table, now, newNonce, journal } = services;
  // People can still be asked; they may not have been where its round was begun.
  await askSignOffs(services, routine, slot);
  if (await table.get(roundKey({ routine, slot }))) return;
  const due = clockText(slot, plan.timeZone);
  const reason = `The slot of ${due} did not fire, and was found too late to catch up.`;
  journal.failure('a slot was missed', reason, { routine, slot });
  await reportOwnFailure(services, { routine, slot }, reason);
  const round: Round = { routine, slot, nonce: newNonce(), requestedAt: isoOf(now()), status: 'missed', reason };
  await table.put(roundKey(round), 0, round, expiry(services));
}
