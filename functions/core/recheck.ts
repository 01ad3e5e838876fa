import type { Alert } from './alert.ts';
import type { Plan } from './plan.ts';
import { type Round, type RunningRound, recheckDelayMs, routineOf } from './round.ts';
import { type Iso, laterBy } from './time.ts';

/** Most hosts that SendCommand takes by their ids. */
const hostsLimit = 50;

/** The recheck of what a round has found to be soft; `undefined` when there is nothing to ask again. */
export function recheckOf(
  plan: Plan,
  { routine, sentAt }: RunningRound,
  alerts: readonly Alert[],
  nonce: string,
): Round | undefined {
  const soft = alerts.filter((alert) => alert.soft && alert.observedAt === sentAt);
  return recheckFor(plan, routine, soft, laterBy(recheckDelayMs, sentAt), nonce);
}

/**
 * A round at `at` that asks the hosts of some bad alerts again, only for the checks of these alerts; of those that are
 * not judged on the hosts of this routine it asks nothing.
 */
export function recheckFor(
  plan: Plan,
  routine: string,
  alerts: readonly Alert[],
  at: Iso,
  nonce: string,
): Round | undefined {
  // Another deployment may have removed it.
  if (!Object.hasOwn(plan.routines, routine)) return undefined;
  const asked = routineOf(plan, routine).checks.flatMap((check) => {
    const facts = plan.checks[check]?.source.kind === 'host' && alerts.find((alert) => alert.check === check)?.facts;
    return facts ? [{ check, ...facts }] : [];
  });
  if (asked.length === 0) return undefined;
  const hosts = [...new Set(asked.flatMap(({ troubled }) => troubled.named))];
  const areAllNamed = asked.every(({ troubled }) => troubled.total === troubled.named.length);
  return {
    routine,
    slot: at,
    nonce,
    requestedAt: at,
    recheck: {
      checks: asked.map(({ check }) => check),
      hosts: areAllNamed && hosts.length <= hostsLimit ? hosts : [],
      populations: Object.fromEntries(asked.map(({ check, population }) => [check, population])),
    },
    status: 'sending',
  };
}
