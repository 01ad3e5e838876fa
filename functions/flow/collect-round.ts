import type { Item, Key } from '../adapters/dynamodb.ts';
import type { Alert, Observation } from '../core/alert.ts';
import { roundData } from '../core/metric-data.ts';
import { observationsOf, ownObservation } from '../core/observations.ts';
import { recheckOf } from '../core/recheck.ts';
import {
  claimMs,
  fleetOf,
  leaseMs,
  type Round,
  type RoundSummary,
  type RunningRound,
  readWindowMs,
  roundName,
  routineOf,
  sweepMs,
} from '../core/round.ts';
import { missingHosts, type Tally } from '../core/tally.ts';
import { type Iso, isoOf, msOf } from '../core/time.ts';
import { verdictsOf } from '../core/verdicts.ts';
import { answerRecords, distributionsOf } from './answer-records.ts';
import { storeBaselines } from './baselines.ts';
import { changeAlert } from './change-alert.ts';
import { deliverAll } from './deliver.ts';
import { failRound } from './dispatch-round.ts';
import { type Reading, readRound } from './read-round.ts';
import { planRecheck } from './recheck.ts';
import { expiry, isHeld, newLease, type Services } from './services.ts';
import { type Memory, readMemory } from './surroundings.ts';

/**
 * Reads a running round, in part or to its end, and does all that follows from what it found.
 * @param isEarly only because some host has failed: it is not asked whether the round is over
 * @returns `held` where somebody else works on it
 */
export async function collectRound(services: Services, key: Key, isEarly = false): Promise<'held' | undefined> {
  const claimed = await claim(services, key, isEarly);
  if (!claimed || claimed === 'held') return claimed;
  try {
    await readOn(services, claimed, isEarly);
  } catch (error) {
    // Nobody is to wait for the end of a lease that nobody needs.
    await putBack(services, claimed);
    throw error;
  }
  return undefined;
}

async function readOn(services: Services, claimed: Item<RunningRound>, isEarly: boolean): Promise<void> {
  const { body: round } = claimed;
  const reading = await readRound(services, round, isEarly, async (first) => {
    try {
      await raise(services, round, first);
    } catch (error) {
      // An alert that cannot be changed must not keep the others from being read.
      services.journal.failure('the first hosts that have failed could not be told of', error, {
        round: roundName(round),
      });
    }
  });
  if (reading.final && !round.recheck) await answerRecords(services, round, reading.tally);
  const { alerts } = await raise(services, round, reading);
  if (!reading.final) return release(services, claimed, reading);
  const rechecks = recheckOf(services.plan, round, [...alerts.values()], reading.tally, services.newNonce);
  for (const recheck of rechecks) await planRecheck(services, recheck);
  await finish(services, claimed, reading, [...alerts.values()].filter(isOpen).length);
}

/** What is only for awareness is nobody's to work on. */
function isOpen({ incident }: Alert): boolean {
  return incident !== undefined && incident.priority !== 'info';
}

/** Takes a running round, unless somebody works on it; one that nobody could read in time has failed. */
async function claim(services: Services, key: Key, isEarly: boolean): Promise<Item<RunningRound> | 'held' | undefined> {
  const { table, now } = services;
  const stored = await table.get<Round>(key);
  if (stored?.body.status !== 'running' || (isEarly && stored.body.isStorm)) return undefined;
  if (isHeld(stored.body.lease, services)) return 'held';
  if (now() > msOf(stored.body.deadlineAt) + readWindowMs) {
    const minutes = readWindowMs / 60_000;
    await failRound(
      services,
      stored,
      `The round could not be collected in ${minutes} minutes after its deadline; see the log.`,
    );
    return undefined;
  }
  const lease = newLease(services, leaseMs);
  const round: RunningRound = { ...stored.body, lease };
  return (await table.put(key, stored.version, round, { dueAt: lease.until, ...expiry(services) })) ?? 'held';
}

/**
 * Holds what was found against the alerts. One that cannot be written keeps none of the others from being told; the
 * round is then read again. People are told when everything is known, so that each gets one message.
 * @returns the alerts as they are now
 */
async function raise(services: Services, round: RunningRound, { tally, final }: Reading): Promise<Memory> {
  const { plan, journal } = services;
  const memory = await readMemory(services);
  const contacts = new Set<string>();
  const apply = async (observation: Observation) => {
    const { check } = observation;
    const event = { kind: 'observation', observation } as const;
    const changed = await changeAlert(services, check, event, memory, memory.items.get(check));
    if (changed.alert) memory.alerts.set(check, changed.alert);
    for (const contact of changed.contacts) contacts.add(contact);
  };
  const failed: string[] = [];
  for (const observation of observationsOf(plan, round, tally, final)) {
    try {
      await apply(observation);
    } catch (error) {
      journal.failure('an alert could not be changed', error, { check: observation.check, round: roundName(round) });
      failed.push(observation.check);
    }
  }
  // That Rounds itself is well is said last, when nothing is left that it could not do.
  if (final && failed.length === 0) await apply(ownObservation(plan, round, round.sentAt));
  await deliverAll(services, [...contacts]);
  if (failed.length > 0) throw new Error(`The alerts ${failed.join(', ')} could not be changed; see the log.`);
  return memory;
}

async function finish(
  services: Services,
  claimed: Item<RunningRound>,
  { tally, gone }: Reading,
  openIncidents: number,
): Promise<void> {
  const { plan, table, journal, now } = services;
  const { lease: _done, mark: _end, isStorm: _over, read: _last, ...round } = claimed.body;
  const verdicts = verdictsOf(routineOf(plan, round.routine), tally);
  const { OK: answered, CRITICAL: lost } = tally.fleet.counts;
  const collectedAt = isoOf(now());
  const { floor = 0 } = fleetOf(plan, routineOf(plan, round.routine)) ?? {};
  const missing = round.recheck || !round.commandId ? 0 : missingHosts(tally, floor);
  const distributions = round.recheck ? {} : distributionsOf(plan, tally);
  const hosts = { answered, lost, gone, missing };
  const summary: RoundSummary = {
    ...{ collectedAt, hosts, verdicts },
    ...(Object.keys(distributions).length > 0 && { distributions }),
  };
  if (!round.recheck) await measure(services, claimed.body, tally, collectedAt, openIncidents);
  const collected: Round = { ...round, status: 'collected', summary };
  await table.put<Round>(claimed, claimed.version, collected, expiry(services));
  journal.info('round collected', { round: roundName(round), hosts: summary.hosts });
  // After it: a round that is read again must not be held against itself.
  if (!round.recheck) await storeBaselines(services, claimed.body, tally);
}

async function measure(
  { plan, metrics, journal }: Services,
  round: RunningRound,
  tally: Tally,
  collectedAt: Iso,
  openIncidents: number,
): Promise<void> {
  try {
    const seconds = (msOf(collectedAt) - msOf(round.slot)) / 1_000;
    const openNow = { name: 'OpenIncidents', dimensions: {}, unit: 'Count', values: [[openIncidents, 1]] } as const;
    const data = [...roundData(plan, round.routine, tally, seconds), openNow];
    // The slot of what a person has asked for is by his clock, and CloudWatch takes nothing from far ahead.
    const { dropped } = await metrics.put(data, Math.min(msOf(round.slot), msOf(collectedAt)));
    if (dropped > 0) journal.failure('metrics were dropped', `${dropped} values that CloudWatch refuses`);
  } catch (error) {
    journal.failure('the metrics of a round were refused', error, { round: roundName(round) });
  }
}

/** What is only half read is due at once; and so is what took long, because events of its end may have found it held. */
async function release(
  services: Services,
  claimed: Item<RunningRound>,
  { mark, isStorm, read }: Pick<Reading, 'mark' | 'isStorm' | 'read'>,
): Promise<void> {
  const { lease, mark: _before, ...round } = claimed.body;
  const next: Round = { ...round, ...(mark && { mark }), ...(isStorm && { isStorm }), ...(read && { read }) };
  const begunAt = lease ? msOf(lease.until) - leaseMs : services.now();
  const isLong = services.now() > begunAt + claimMs;
  const dueAt = isoOf(services.now() + (mark || isLong ? 0 : sweepMs));
  await services.table.put<Round>(claimed, claimed.version, next, { dueAt, ...expiry(services) });
}

/** Leaves a round, as it was, to whoever comes next. That it cannot be is no reason to hide why: its lease ends. */
async function putBack({ table, journal, ...services }: Services, claimed: Item<RunningRound>): Promise<void> {
  const { lease: _failed, ...round } = claimed.body;
  const dueAt = isoOf(services.now() + claimMs);
  try {
    await table.put<Round>(claimed, claimed.version, round, { dueAt, ...expiry(services) });
  } catch (error) {
    journal.info('a round could not be put back', { round: roundName(round), error: String(error) });
  }
}
