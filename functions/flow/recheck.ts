import type { Recheck, Round } from '../core/round.ts';
import { isoOf, msOf } from '../core/time.ts';
import { roundKey } from './keys.ts';
import { expiry, type Services } from './services.ts';

/** Slots are whole minutes: a recheck with the name of one would keep its round from being run. */
const minuteMs = 60_000;

/** Rechecks of one routine at one moment, at most. */
const places = 100;

/**
 * Leaves a recheck to the tick, which sends it when it is due. What is planned already stays as it is; beside another
 * recheck of the same moment it takes the next free millisecond before.
 */
export async function planRecheck(services: Services, round: Round): Promise<void> {
  const { table, now } = services;
  // After a long round its recheck is late from the beginning: trying to send it begins only now.
  const requestedAt = isoOf(Math.max(now(), msOf(round.slot)));
  for (let place = 0; place < places; place++) {
    const ms = msOf(round.slot) - place;
    if (ms % minuteMs === 0) continue;
    const planned: Round = { ...round, slot: isoOf(ms), requestedAt };
    if (await table.put(roundKey(planned), 0, planned, { dueAt: planned.slot, ...expiry(services) })) return;
    const other = await table.get<Round>(roundKey(planned));
    if (isSame(other?.body.recheck, round.recheck)) return;
  }
  throw new Error(`There are ${places} rechecks of ${round.routine} at ${round.slot} already; this one is too many.`);
}

/** SSM lists hosts in any order; and a remedy is run once, whichever hosts a second reading would have named first. */
function isSame(one: Recheck | undefined, other: Recheck | undefined): boolean {
  if (one?.remedies || other?.remedies) return String(one?.remedies) === String(other?.remedies);
  const sorted = (recheck: Recheck | undefined) => recheck && { ...recheck, hosts: recheck.hosts.toSorted() };
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}
