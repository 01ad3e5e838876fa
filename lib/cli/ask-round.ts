import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Plan } from '../../functions/core/plan.ts';
import {
  type Round,
  readWindowMs,
  roundName,
  routineOf,
  type SendingRound,
  sendWindowMs,
} from '../../functions/core/round.ts';
import { type Iso, isoOf, msOf } from '../../functions/core/time.ts';
import { roundKey } from '../../functions/flow/keys.ts';
import type { Connection } from './connection.ts';
import { expiryAt } from './expiry.ts';
import { isUnderWay } from './records.ts';

/** Slots are whole minutes: a round with the name of one would keep the slot's from being run. */
const minuteMs = 60_000;

/** Rounds of one routine that are asked for in one moment, at most. */
const places = 100;

const pollMs = 1_000;

/** The tick comes every minute: a round that is not sent after so long has it wait in vain, in milliseconds. */
const lateMs = 3 * minuteMs;

/** What ending may take beyond all deadlines: ticks, and functions that are tried again. */
const graceMs = 5 * minuteMs;

/**
 * Leaves a round to the tick, which sends it within a minute, as it would one whose dispatch has crashed: nobody needs
 * any right but that on the table.
 */
export async function askForRound(
  { table, now }: Connection,
  routine: string,
  requestedBy: string,
): Promise<SendingRound> {
  const requestedAt = now();
  const nonce = randomBytes(16).toString('hex');
  for (let place = 0; place < places; place++) {
    const ms = msOf(requestedAt) + place;
    if (ms % minuteMs === 0) continue;
    const round: SendingRound = { routine, slot: isoOf(ms), nonce, requestedAt, requestedBy, status: 'sending' };
    // At once, whatever this computer's clock says.
    const extras = { dueAt: isoOf(0), ...expiryAt(requestedAt) };
    if (await table.put<Round>(roundKey(round), 0, round, extras)) return round;
  }
  throw new Error(`${places} rounds of ${routine} were asked for at ${requestedAt} already; try it again.`);
}

export interface Watching {
  /** Told each time that the round stands otherwise. */
  readonly progress: (standing: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Waits for the end of a round.
 * @throws {Error} when it should have ended long since
 * @throws the signal's reason; the round goes on
 */
export async function followRound(
  { table, now }: Connection,
  plan: Plan,
  asked: SendingRound,
  { progress, signal }: Watching,
): Promise<Round> {
  const { deadlineSeconds } = routineOf(plan, asked.routine);
  const waitMs = sendWindowMs + deadlineSeconds * 1_000 + readWindowMs + graceMs;
  const end = isoOf(msOf(asked.requestedAt) + waitMs);
  let shown = '';
  while (now() < end) {
    const round = (await table.get<Round>(roundKey(asked)))?.body ?? asked;
    if (!isUnderWay(round)) return round;
    const standing = standingOf(round, now());
    if (standing !== shown) progress(standing);
    shown = standing;
    await setTimeout(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  throw new Error(
    `${roundName(asked)} had not ended after ${Math.round(waitMs / minuteMs)} minutes; it is still ${shown}. ` +
      'See the log of the tick and collect functions.',
  );
}

function standingOf(round: Round, now: Iso): string {
  if (round.status !== 'sending') return 'commandId' in round && round.commandId ? 'running on the hosts' : 'running';
  if (round.refusal) return `not sent yet: ${round.refusal}`;
  const isLate = msOf(now) > msOf(round.requestedAt) + lateMs;
  return isLate
    ? `not sent yet after ${lateMs / minuteMs} minutes: the tick seems not to run`
    : 'waiting for the tick, which sends it within a minute';
}
