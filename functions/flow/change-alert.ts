import type { Item } from '../adapters/dynamodb.ts';
import type { Alert } from '../core/alert.ts';
import { type AlertEvent, decide, newAlert } from '../core/decide.ts';
import { ownObservation } from '../core/observations.ts';
import { dueAt, isUneventful } from '../core/outbox.ts';
import { policyOf, type Surroundings } from '../core/policy.ts';
import { recheckFor } from '../core/recheck.ts';
import { routineIn } from '../core/telling.ts';
import { type Iso, isoOf } from '../core/time.ts';
import { deliverAll } from './deliver.ts';
import { alertKey } from './keys.ts';
import { planRecheck } from './recheck.ts';
import type { Services } from './services.ts';
import { type Changed, settle } from './settle.ts';
import { readSurroundings } from './surroundings.ts';

/** How often an alert is decided again because somebody else changed it meanwhile. */
const tries = 10;

/**
 * Applies an event to an alert: decides, stores state, outbox and timers in one conditional write, and puts what is to
 * be told into the contacts' mailboxes. The caller delivers those, when nothing more comes that belongs into the same
 * message.
 * @param known the alert as it was read just now; `undefined` when there was none
 */
export async function changeAlert(
  services: Services,
  check: string,
  event: AlertEvent,
  around: Surroundings,
  known: Item<Alert> | undefined,
): Promise<Changed> {
  const { plan, table, journal } = services;
  const key = alertKey(check);
  let stored = known;
  for (let attempt = 0; attempt < tries; attempt++) {
    const now = isoOf(services.now());
    const alert = stored?.body ?? newAlert(check, event.kind === 'observation' ? event.observation.at : now);
    const decision = decide(alert, event, policyOf(plan, check, now, around), now);
    const { next, reason } = decision;
    // Before the write: whoever comes after a crash asks again, and that is the same round.
    if (decision.isAsked) await askAgain(services, next, now);
    // What was due is written in any case, so that it is due no more.
    if (event.kind === 'observation' && isUneventful(stored?.body, next)) return { alert: stored?.body, contacts: [] };
    const due = dueAt(next);
    const written = await table.put<Alert>(key, stored?.version ?? 0, next, due ? { dueAt: due } : {});
    if (written) {
      journal.info('alert changed', { check, event: event.kind, reason });
      return next.outbox.length > 0 ? settle(services, written) : { alert: next, contacts: [] };
    }
    stored = await table.get<Alert>(key);
  }
  throw new Error(`The alert ${check} was changed by others ${tries} times in a row.`);
}

/** Asks the hosts of a bad alert again now. */
async function askAgain(services: Services, alert: Alert, now: Iso): Promise<void> {
  const routine = routineIn(alert.facts?.round ?? '');
  const recheck = recheckFor(services.plan, routine, [alert], now, services.newNonce());
  if (recheck) await planRecheck(services, recheck);
}

/** What is due about an alert, and what is still owed of it. For the tick. @returns whose mailboxes hold something new */
export async function goOnWithAlert(services: Services, check: string): Promise<readonly string[]> {
  const { table } = services;
  let stored = await table.get<Alert>(alertKey(check));
  if (!stored) return [];
  const contacts: string[] = [];
  if (stored.body.outbox.length > 0) {
    contacts.push(...(await settle(services, stored)).contacts);
    stored = await table.get<Alert>(alertKey(check));
  }
  const around = await readSurroundings(services, check);
  const changed = await changeAlert(services, check, { kind: 'time' }, around, stored);
  return [...contacts, ...changed.contacts];
}

/**
 * Raises the alert that Rounds itself could not run a routine, and tells of it. It is so from now on: no round that was
 * sent before can make it look old, or say that all is well again.
 */
export async function reportOwnFailure(
  services: Services,
  round: { readonly routine: string; readonly slot: Iso },
  reason: string,
): Promise<void> {
  const observation = ownObservation(services.plan, round, isoOf(services.now()), reason);
  const { check } = observation;
  const around = await readSurroundings(services, check);
  const stored = await services.table.get<Alert>(alertKey(check));
  const { contacts } = await changeAlert(services, check, { kind: 'observation', observation }, around, stored);
  await deliverAll(services, contacts);
}
