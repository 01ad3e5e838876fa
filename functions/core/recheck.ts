import type { Alert } from './alert.ts';
import type { Plan } from './plan.ts';
import { isRepeatable, type Round, type RunningRound, recheckDelayMs, roundName, routineOf } from './round.ts';
import { commandHostsLimit, type Tally } from './tally.ts';
import { type Iso, laterBy } from './time.ts';
import { listed } from './words.ts';

/**
 * The rechecks of what a round has found: one of all that is soft, and one for each remedy of what is newly CRITICAL, in
 * which the job runs before it is judged again. Nobody mends in a recheck.
 */
export function recheckOf(
  plan: Plan,
  round: RunningRound,
  alerts: readonly Alert[],
  tally: Tally,
  newNonce: () => string,
): Round[] {
  const { routine, sentAt, recheck } = round;
  const at = laterBy(recheckDelayMs, sentAt);
  const seen = alerts.filter(({ observedAt }) => observedAt === sentAt);
  const isNew = ({ criticalIn }: Alert) => !recheck && criticalIn === roundName(round);
  const remedies = seen.map((alert) => (isNew(alert) ? remedyOf(plan, alert) : undefined));
  const soft = seen.filter((alert, index) => alert.soft && !remedies[index]);
  const mending = [...new Set(remedies)].flatMap((remedy) => {
    if (remedy === undefined) return [];
    const mended = seen.filter((_, index) => remedies[index] === remedy);
    const checks = mended.map(({ check }) => check);
    // What is bad because of it is judged again with it.
    const follow = seen.filter((alert, index) => isNew(alert) && !remedies[index] && follows(plan, alert, checks));
    return withRemedy(recheckFor(plan, routine, [...mended, ...follow], at, newNonce()), remedy, mended, tally);
  });
  return [...mending, recheckFor(plan, routine, soft, at, newNonce())].flatMap((each) => each ?? []);
}

function follows({ checks }: Plan, { check }: Alert, mended: readonly string[]): boolean {
  return isRepeatable({ checks }, check) && (checks[check]?.dependsOn ?? []).some((other) => mended.includes(other));
}

function remedyOf({ checks }: Plan, { check }: Alert): string | undefined {
  const source = checks[check]?.source;
  return source?.kind === 'host' ? source.remedy : undefined;
}

/** Runs the remedy on the hosts that are CRITICAL, and on no other: hosts that are bad otherwise are not asked either. */
function withRemedy(round: Round | undefined, remedy: string, mended: readonly Alert[], { checks }: Tally): Round[] {
  const critical = new Set(mended.flatMap(({ check }) => checks.get(check)?.critical ?? []));
  const hosts = [...critical].slice(0, commandHostsLimit);
  // A recheck without hosts would be one of the whole fleet.
  if (!round?.recheck || hosts.length === 0) return [];
  const unasked = mended.flatMap(({ check, facts }) => {
    const { total = 0, named = [] } = facts?.troubled ?? {};
    const left = named.filter((host) => !hosts.includes(host));
    const notAsked = { total: total - (named.length - left.length), named: left };
    return notAsked.total > 0 ? [[check, notAsked] as const] : [];
  });
  const recheck = {
    ...round.recheck,
    ...{ checks: [remedy, ...round.recheck.checks], remedies: [remedy], hosts },
    ...(unasked.length > 0 && { unasked: Object.fromEntries(unasked) }),
  };
  return [{ ...round, requestedBy: `the check ${listed(mended.map(({ check }) => check))}`, recheck }];
}

/**
 * A round at `at` that asks the hosts of some bad alerts again, only for the checks of these alerts; of those that are
 * not judged on the hosts of this routine it asks nothing, and a job is not run again.
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
    const facts = isRepeatable(plan, check) && alerts.find((alert) => alert.check === check)?.facts;
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
      hosts: areAllNamed && hosts.length <= commandHostsLimit ? hosts : [],
      populations: Object.fromEntries(asked.map(({ check, population }) => [check, population])),
    },
    status: 'sending',
  };
}
