import { ServiceFailure } from '../adapters/adapter-error.ts';
import type { Item } from '../adapters/dynamodb.ts';
import { checksParameter, type DispatchInput, nonceParameter } from '../contract.ts';
import { closedBecause } from '../core/calendar.ts';
import { onDemand } from '../core/plan.ts';
import {
  commandComment,
  deliverySeconds,
  fleetOf,
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
import { expiry, isHeld, newLease, type Services } from './services.ts';
import { askSignOffs } from './sign-offs.ts';
import { noteRequested, watchNextSlot } from './slot-watch.ts';

/** Starts the round of a slot, once, however often the slot fires. */
export async function dispatchRound(services: Services, input: DispatchInput): Promise<void> {
  const { plan, table, journal, now, newNonce } = services;
  const routine = routineOf(plan, input.routine);
  const { requestedBy } = input;
  const { schedule } = routine;
  const asked = normalizeIso(input.slot);
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

/** Goes on with a round that somebody meant to send and did not finish. For the tick. */
export async function resumeSending(services: Services, stored: Item<SendingRound>): Promise<void> {
  const { plan, commands, table, now } = services;
  if (isHeld(stored.body.lease, services)) return;
  const { requestedAt, requestedBy, refusal } = stored.body;
  // What a person asked for bears the time of his own clock: it is tried once in any case.
  const isOwed = requestedBy !== undefined && refusal === undefined;
  if (!isOwed && now() > msOf(requestedAt) + sendWindowMs) {
    await askPeople(services, stored.body);
    return failRound(
      services,
      stored,
      `The command could not be sent in ${sendWindowMs / 60_000} minutes: ${refusal ?? 'see the log'}`,
    );
  }
  const lease = newLease(services, leaseMs);
  const claimed = await table.put(
    stored,
    stored.version,
    { ...stored.body, lease },
    { dueAt: lease.until, ...expiry(services) },
  );
  if (!claimed) return;
  const { body: round } = claimed;
  if (!runsOnHosts(plan, routineOf(plan, round.routine))) return send(services, claimed);
  const comment = commandComment(plan, round);
  const sent = await commands.find(documentOf(services, round.routine), comment, round.requestedAt);
  await send(services, claimed, sent);
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

/**
 * @param hosts ids of the hosts to ask; none for the whole fleet
 * @returns the command's id, or why there is none; `undefined` where a remedy has no host left
 */
async function sendCommand(
  services: Services,
  round: SendingRound,
  hosts = round.recheck?.hosts ?? [],
): Promise<string | ServiceFailure | undefined> {
  const { plan, commands } = services;
  const { routine, nonce, recheck } = round;
  const { tags = {} } = fleetOf(plan, routineOf(plan, routine)) ?? {};
  const checks = recheck && { [checksParameter.name]: recheck.checks.join(' ') };
  try {
    return await commands.send({
      document: documentOf(services, routine),
      to: hosts.length > 0 ? { hosts } : { tags },
      parameters: { [nonceParameter.name]: nonce, ...checks },
      comment: commandComment(plan, round),
      deliverySeconds,
    });
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    if (hosts.length === 0 || error.retryable) return error;
    // One host that is gone, or retagged, makes SSM refuse the others with it: the tags find those that are there.
    if (!recheck?.remedies) return sendCommand(services, round, []);
    // What changes something is run on no host that was not named.
    const there = await onlineOf(services, hosts);
    if (there.length === 0) return undefined;
    return there.length < hosts.length ? sendCommand(services, round, there) : error;
  }
}

async function onlineOf({ commands }: Services, hosts: readonly string[]): Promise<readonly string[]> {
  const there: string[] = [];
  for await (const page of commands.hosts({ hosts })) {
    for (const { host, online } of page) if (online) there.push(host);
  }
  return there;
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

function documentOf({ documents }: Services, routine: string): string {
  const document = documents[routine];
  if (document) return document;
  throw new Error(`The routine '${routine}' has no SSM document in this deployment; deploy the stack again.`);
}
