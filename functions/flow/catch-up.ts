import { closedBecause } from '../core/calendar.ts';
import { catchUpMs, type Round, roundName } from '../core/round.ts';
import { isSlot } from '../core/slots.ts';
import { clockText, type Iso, isoOf, localTime, msOf } from '../core/time.ts';
import { reportOwnFailure } from './change-alert.ts';
import { dispatchRound } from './dispatch-round.ts';
import { roundKey, slotKey } from './keys.ts';
import { expiry, type Services } from './services.ts';
import { dueAt, type SlotWatch, watchNextSlot } from './slot-watch.ts';

/** Fires a slot that nobody has fired, or records that it was missed. For the tick. */
export async function goOnWithSlot(services: Services, routine: string): Promise<void> {
  const { plan, table, now, journal } = services;
  const stored = await table.get<SlotWatch>(slotKey(routine));
  const slot = stored?.body.slot;
  if (!stored || !slot || dueAt(slot) > isoOf(now())) return;
  const planned = plan.routines[routine];
  // A routine that was removed is waited for no more; one that was moved is waited for at its new time.
  if (!planned) {
    await table.put<SlotWatch>(stored, stored.version, { slot: null });
    return;
  }
  if (!isSlot(planned.schedule, plan.calendar, plan.timeZone, slot)) {
    return watchNextSlot(services, routine, isoOf(now()));
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
  if (await table.get(roundKey({ routine, slot }))) return;
  const due = clockText(slot, plan.timeZone);
  const reason = `The slot of ${due} did not fire, and was found too late to catch up.`;
  journal.failure('a slot was missed', reason, { routine, slot });
  await reportOwnFailure(services, { routine, slot }, slot, reason);
  const round: Round = { routine, slot, nonce: newNonce(), requestedAt: isoOf(now()), status: 'missed', reason };
  await table.put(roundKey(round), 0, round, expiry(services));
}
