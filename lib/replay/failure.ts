import type { Observation } from '../../functions/core/alert.ts';
import { alertTitle } from '../../functions/core/alert-title.ts';
import { fleetCheck, roundCheck, rulesOf } from '../../functions/core/observations.ts';
import { onDemand, type Plan, type PlanRoutine } from '../../functions/core/plan.ts';
import { hostMatches } from '../../functions/core/priority.ts';
import type { Status, Trouble } from '../../functions/core/status.ts';
import { type Iso, localTime } from '../../functions/core/time.ts';
import { shareOf } from '../../functions/core/words.ts';
import { didYouMean } from '../runbook/nearest.ts';
import { skippedBecause, slotsBetween } from './calendar-preview.ts';

/** A failure that begins at a moment, lasts, and that nobody takes. */
export interface Failure {
  readonly at: Iso;
  /** `fleet-<fleet>` and `round-<routine>` as well. */
  readonly check: string;
  readonly status: Trouble;
  /** Which of the fleet's hosts; `some` is one of them. */
  readonly hosts: 'all' | 'some';
}

export interface PlannedRound {
  readonly at: Iso;
  readonly title: string;
}

/**
 * The rounds that find a failure, in the order of time.
 * @throws {Error} when there is no such check
 */
export function roundsOf(plan: Plan, { at, check }: Failure, until: Iso): PlannedRound[] {
  const routines = Object.entries(plan.routines).filter(
    ([id, routine]) => routine.checks.includes(check) || isFleetOf(routine, check) || roundCheck(id) === check,
  );
  if (routines.length === 0) {
    const own = [...Object.keys(plan.fleets).map(fleetCheck), ...Object.keys(plan.routines).map(roundCheck)];
    const known = [...Object.keys(plan.checks), ...own];
    throw new Error(`--check got "${check}"; expected one of ${known.join(', ')}.${didYouMean(check, known)}`);
  }
  const rounds = routines.flatMap(([, { title, schedule }]) => {
    if (schedule === onDemand) return [];
    return [...slotsBetween(plan, schedule, at, until)]
      .filter((slot) => skippedBecause(plan, schedule, localTime(slot, plan.timeZone).toPlainDate()) === undefined)
      .map((slot) => ({ at: slot, title }));
  });
  return rounds.sort((one, other) => (one.at < other.at ? -1 : 1));
}

function isFleetOf({ fleet }: PlanRoutine, check: string): boolean {
  return fleet !== undefined && fleetCheck(fleet) === check;
}

/** One host that fails does not make a fleet; only Rounds itself is alone. */
function hostsOf(plan: Plan, { check, hosts }: Failure): { readonly failing: number; readonly population: number } {
  const fleet = Object.values(plan.routines).find(
    (routine) => routine.checks.includes(check) || isFleetOf(routine, check),
  )?.fleet;
  const population = fleet === undefined ? 1 : Math.max(plan.fleets[fleet]?.floor ?? 1, 2);
  return { failing: hosts === 'all' ? population : 1, population };
}

/** What is bad, as a message says it. */
export function headlineOf(plan: Plan, failure: Failure): string {
  const { failing, population } = hostsOf(plan, failure);
  return `${alertTitle(plan, failure.check)} ${failure.status} on ${shareOf(failing, population)}`;
}

/** What a round finds of it. */
export function observationOf(plan: Plan, failure: Failure, at: Iso): Observation {
  const { check, status } = failure;
  const { failing, population } = hostsOf(plan, failure);
  const counts: Record<Status, number> = { OK: population - failing, WARNING: 0, CRITICAL: 0, UNKNOWN: 0 };
  counts[status] += failing;
  const named = Array.from({ length: failing }, (_, index) => `host-${index + 1}`);
  return {
    check,
    title: alertTitle(plan, check),
    headline: headlineOf(plan, failure),
    at,
    round: `preview/${at}`,
    final: true,
    counts,
    matches: rulesOf(plan, check).map((rule) => (hostMatches(rule, status, []) ? failing : 0)),
    population,
    troubled: { total: failing, named },
    worst: named.slice(0, 1).map((host) => ({ host, name: host, status, text: '', longText: '' })),
    unjudged: { total: 0, named: [] },
  };
}
