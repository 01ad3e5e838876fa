import type { Item } from '../adapters/dynamodb.ts';
import { askedOf, type Round, roundName, routineOf } from '../core/round.ts';
import { expiry, isHeld, type Services } from './services.ts';

/** Whether a round is under way of which the runbook that is deployed now has nothing: no routine, or no check of a recheck. */
export function isAbandoned({ plan }: Pick<Services, 'plan'>, { body }: Item<Round>): boolean {
  const { status, routine, recheck } = body;
  if (status !== 'sending' && status !== 'running') return false;
  if (!Object.hasOwn(plan.routines, routine)) return true;
  return recheck !== undefined && askedOf(plan, routineOf(plan, routine), recheck).length === 0;
}

/**
 * Ends such a round. Nobody can judge what its hosts have answered, and nobody wants it any more: it says so, and is no
 * failure of Rounds itself. Who still works on it, by the runbook before, may do it to its end.
 */
export async function endAbandoned(services: Services, stored: Item<Round>): Promise<void> {
  const { table, journal } = services;
  if (isHeld(stored.body.lease, services)) return;
  const { routine, slot, nonce, requestedAt, requestedBy, recheck, note } = stored.body;
  const what = recheck ? 'what it was to check again' : 'its routine';
  const reason = `A deployment has removed ${what} while it was under way.`;
  const skipped: Round = {
    ...{ routine, slot, nonce, requestedAt, status: 'skipped', reason },
    ...(requestedBy && { requestedBy }),
    ...(recheck && { recheck }),
    ...(note && { note }),
  };
  await table.put<Round>(stored, stored.version, skipped, expiry(services));
  journal.info('round skipped', { round: roundName(stored.body), reason });
}
