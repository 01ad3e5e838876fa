import type { Item } from '../adapters/dynamodb.ts';
import type { Alert, Observation } from '../core/alert.ts';
import { decide } from '../core/decide.ts';
import { ownObservation, rulesOf } from '../core/observations.ts';
import { isUneventful, recipientsOf } from '../core/outbox.ts';
import type { Priority } from '../core/plan.ts';
import { type Iso, isoOf } from '../core/time.ts';
import { alertKey } from './keys.ts';
import { isHeld, newLease, type Services } from './services.ts';
import { sendLeaseMs, settle } from './settle.ts';

/** How often an alert is decided again because somebody else changed it meanwhile. */
const tries = 10;

/**
 * Applies an observation to its alert: decides, stores state and outbox in one conditional write, sends the outbox.
 * @param known the alert as it was read just now; `undefined` when there was none
 * @returns the alert as it is now
 */
export async function changeAlert(
  services: Services,
  observation: Observation,
  known: Item<Alert> | undefined,
): Promise<Alert | undefined> {
  const { plan, table, journal } = services;
  const policy = {
    rules: rulesOf(plan, observation.check),
    recipients: (priority: Priority) => recipientsOf(plan, priority),
  };
  const key = alertKey(observation.check);
  let stored = known;
  for (let attempt = 0; attempt < tries; attempt++) {
    const { next, reason } = decide(stored?.body, observation, policy, isoOf(services.now()));
    if (isUneventful(stored?.body, next)) return stored?.body;
    // Whoever is sending this outbox already finds what is added to it; otherwise we send it.
    const { lease: held, ...body } = next;
    const lease = held && isHeld(held, services) ? held : newLease(services, sendLeaseMs);
    const isOwed = next.outbox.length > 0;
    const written = await table.put<Alert>(
      key,
      stored?.version ?? 0,
      isOwed ? { ...body, lease } : body,
      isOwed ? { dueAt: lease.until } : {},
    );
    if (written) {
      journal.info('alert changed', { check: observation.check, round: observation.round, reason });
      return isOwed && lease.owner === services.owner ? settle(services, written) : written.body;
    }
    stored = await table.get<Alert>(key);
  }
  throw new Error(`The alert ${observation.check} was changed by others ${tries} times in a row.`);
}

/** Raises the alert that Rounds itself could not run a routine. */
export async function reportOwnFailure(
  services: Services,
  round: { readonly routine: string; readonly slot: Iso },
  at: Iso,
  reason: string,
): Promise<void> {
  const observation = ownObservation(services.plan, round, at, reason);
  await changeAlert(services, observation, await services.table.get<Alert>(alertKey(observation.check)));
}
