import { ServiceFailure } from '../adapters/adapter-error.ts';
import type { Item } from '../adapters/dynamodb.ts';
import type { DispatchInput } from '../contract.ts';
import { closedBecause } from '../core/calendar.ts';
import { cleanText, redact } from '../core/clean.ts';
import { entryLimits } from '../core/entry-limits.ts';
import { onDemand } from '../core/plan.ts';
import {
  leaseMs,
  type Round,
  roundName,
  routineOf,
  runsOnHosts,
  type SendingRound,
  sendWindowMs,
  sweepMs,
} from '../core/round.ts';
import { movedNote, slotOfFiring } from '../core/slots.ts';
import { isoOf, laterBy, localTime, msOf, normalizeIso } from '../core/time.ts';
import { reportOwnFailure } from './change-alert.ts';
import { roundKey } from './keys.ts';
import { sendCommand, sentBefore } from './send-command.ts';
import { expiry, isHeld, newLease, type Services } from './services.ts';
import { askSignOffs } from './sign-offs.ts';
import { noteRequested, watchNextSlot } from './slot-watch.ts';

/** How far ahead a slot may be, in milliseconds: by so much no clock is wrong by chance. */
const aheadMs = 24 * 3_600_000;

/** Starts the round of a slot, once, however often the slot fires. */
export async function dispatchRound(services: Services, input: DispatchInput): Promise<void> {
  const { plan, table, journal, now, newNonce } = services;
  const routine = routineOf(plan, input.routine);
  const requestedBy = requesterOf(input);
  const { schedule } = routine;
  const asked = normalizeIso(input.slot);
  if (msOf(asked) > now() + aheadMs) {
    throw new Error(`slot: got ${asked}, expected one that has come; ask for a round at the present time.`);
  }
  const planned = requestedBy || schedule === onDemand ? undefined : schedule;
  if (!planned && !requestedBy) {
    throw new Error(`The routine '${input.routine}' runs on demand: got no requestedBy; say who asks for it.`);
  }
  const slot = planned ? slotOfFiring(planned, plan.timeZone, asked) : asked;
  const note = planned && movedNote(planned, plan.timeZone, slot);
  const round = {
    routine: input.routine,
    slot,
    nonce: newNonce(),
    requestedAt: isoOf(now()),
    ...(requestedBy && { requestedBy }),
    ...(note && { note }),
  };
  const reason =
    planned?.days === 'business-days' &&
    closedBecause(localTime(round.slot, plan.timeZone).toPlainDate(), plan.calendar);
  if (reason) {
    await table.put<Round>(roundKey(round), 0, { ...round, status: 'skipped', reason }, expiry(services));
    if (!requestedBy) await watchNextSlot(services, input.routine, slot);
    journal.info('round skipped', { round: roundName(round), reason });
    return;
  }
  // The intent is written before the command: whoever finds it alone looks for the command before sending another.
  const lease = newLease(services, leaseMs);
  const sending: SendingRound = { ...round, status: 'sending', lease };
  const written = await table.put(roundKey(round), 0, sending, { dueAt: lease.until, ...expiry(services) });
  // From here on the round itself is owed, so the next slot can be waited for.
  if (!requestedBy) await watchNextSlot(services, input.routine, slot);
  if (written) await send(services, written);
  else journal.info('the slot has fired before', { round: roundName(round) });
}

/** Who asks, safe to keep and to show: whoever may invoke the function may have written anything. */
function requesterOf({ requestedBy }: DispatchInput): string | undefined {
  if (requestedBy === undefined) return undefined;
  if (typeof requestedBy !== 'string') {
    throw new Error(`requestedBy: got a value of type ${typeof requestedBy}; expected the name of who asks.`);
  }
  return cleanText(redact(cleanText(requestedBy, requestedBy.length)).replaceAll(/\s+/g, ' ').trim(), entryLimits.name);
}

/** Goes on with a round that somebody meant to send and did not finish. For the tick. */
export async function resumeSending(services: Services, stored: Item<SendingRound>): Promise<void> {
  const { table, now } = services;
  if (isHeld(stored.body.lease, services)) return;
  const { requestedBy, refusal, lease: tried } = stored.body;
  // What a person asked for bears the time of his own clock, until it is tried for the first time.
  const isNew = requestedBy !== undefined && refusal === undefined && tried === undefined;
  const requestedAt = isNew ? isoOf(now()) : stored.body.requestedAt;
  const isTooLate = now() > msOf(requestedAt) + sendWindowMs;
  const lease = newLease(services, leaseMs);
  const claimed = await table.put(
    stored,
    stored.version,
    { ...stored.body, requestedAt, lease },
    { dueAt: lease.until, ...expiry(services) },
  );
  if (!claimed) return;
  const sent = await sentBefore(services, claimed.body, isTooLate);
  if (sent || !isTooLate) return send(services, claimed, sent);
  await askPeople(services, claimed.body);
  const minutes = sendWindowMs / 60_000;
  return failRound(
    services,
    claimed,
    `The command could not be sent in ${minutes} minutes: ${refusal ?? 'see the log'}`,
  );
}

/** @param known the id of the command, where it was sent before and its answer got lost */
async function send(services: Services, claimed: Item<SendingRound>, known?: string): Promise<void> {
  const { plan, journal, now } = services;
  const { lease: _done, refusal: _old, ...head } = claimed.body;
  const sentAt = isoOf(now());
  const routine = routineOf(plan, head.routine);
  if (head.requestedBy && !head.recheck) await noteRequested(services, head.routine, head.slot);
  await askPeople(services, head);
  if (!runsOnHosts(plan, routine)) {
    // What is left of it, questions to the records, is the tick's.
    const running: Round = { ...head, status: 'running', sentAt, deadlineAt: sentAt };
    await services.table.put<Round>(claimed, claimed.version, running, { dueAt: sentAt, ...expiry(services) });
    return;
  }
  const sent = known ?? (await sendCommand(services, claimed.body));
  if (sent === undefined) {
    const skipped: Round = { ...head, status: 'skipped', reason: 'the hosts that were to be mended are gone' };
    await services.table.put<Round>(claimed, claimed.version, skipped, expiry(services));
    return;
  }
  if (sent instanceof ServiceFailure) {
    journal.failure('a round could not be sent', sent, { round: roundName(head) });
    if (sent.retryable) await store(services, claimed, { ...head, refusal: sent.message });
    else await failRound(services, claimed, `The command could not be sent: ${sent.message}`);
    return;
  }
  const deadlineAt = laterBy(routine.deadlineSeconds * 1_000, sentAt);
  await store(services, claimed, { ...head, status: 'running', commandId: sent, sentAt, deadlineAt });
  journal.info('round sent', { round: roundName(head), commandId: sent });
}

/** Asks for the sign-offs of a round, which stand though it cannot be sent. */
async function askPeople(services: Services, round: Pick<Round, 'routine' | 'slot' | 'requestedBy' | 'recheck'>) {
  const { routine, slot, requestedBy, recheck } = round;
  // Whoever asks for a round to see how the hosts are does not ask people for anything.
  if (recheck || !Object.hasOwn(services.plan.routines, routine)) return;
  const isOnlyOfHosts = requestedBy && runsOnHosts(services.plan, routineOf(services.plan, routine));
  if (!isOnlyOfHosts) await askSignOffs(services, routine, slot);
}

/** Ends a round that Rounds itself could not do, and raises the alert about it. */
export async function failRound(services: Services, { version, body }: Item<Round>, reason: string): Promise<void> {
  const { routine, slot, nonce, requestedAt, requestedBy, recheck, note } = body;
  services.journal.failure('a round has failed', reason, { round: roundName(body) });
  await reportOwnFailure(services, body, reason);
  const failed: Round = {
    routine,
    slot,
    nonce,
    requestedAt,
    ...(requestedBy && { requestedBy }),
    ...(recheck && { recheck }),
    ...(note && { note }),
    status: 'failed',
    reason,
  };
  await services.table.put<Round>(roundKey(body), version, failed, expiry(services));
}

async function store(services: Services, claimed: Item<Round>, round: Round): Promise<void> {
  const dueAt = isoOf(services.now() + sweepMs);
  await services.table.put<Round>(claimed, claimed.version, round, { dueAt, ...expiry(services) });
}
