import type { Observation } from './alert.ts';
import type { Channel, Plan, PlanFleet, PriorityRule } from './plan.ts';
import { hostMatches } from './priority.ts';
import { askedOf, fleetOf, type RunningRound, roundName, routineOf } from './round.ts';
import type { Status } from './status.ts';
import {
  addMissing,
  type CheckTally,
  type HostList,
  missingHosts,
  registeredHosts,
  type Tally,
  unjudgedOf,
} from './tally.ts';
import type { Iso } from './time.ts';
import { counted, listed, shareOf } from './words.ts';

/** Key of the alert that stands for a fleet's hosts themselves. */
export function fleetCheck(fleet: string): string {
  return `fleet-${fleet}`;
}

export function isFleetCheck(check: string): boolean {
  return check.startsWith(fleetCheck(''));
}

/** Key of the alert that stands for Rounds' own ability to run a routine. */
export function roundCheck(routine: string): string {
  return `round-${routine}`;
}

/** Key of the alert that stands for the subscriptions of the contacts. */
export const contactsCheck = 'contacts';

/** Whether there can be observations of a check any more. */
export function isKnownCheck(plan: Plan, check: string): boolean {
  const ids = [
    ...Object.keys(plan.checks),
    ...Object.keys(plan.fleets).map(fleetCheck),
    ...Object.keys(plan.routines).map(roundCheck),
    contactsCheck,
  ];
  return ids.includes(check);
}

/** The rules of any alert, one of the runbook's checks or one of Rounds' own. */
export function rulesOf(plan: Plan, check: string): readonly PriorityRule[] {
  const fleet = Object.entries(plan.fleets).find(([id]) => fleetCheck(id) === check)?.[1];
  if (fleet) return fleet.rules;
  return plan.checks[check]?.rules ?? [{ priority: 'P1', states: ['CRITICAL'], attempts: 1 }];
}

/**
 * What a round has found, check by check: first the fleet, whose loss explains what follows, then every check after
 * those that explain it. A recheck says nothing of the fleet.
 */
export function observationsOf(plan: Plan, round: RunningRound, tally: Tally, final: boolean): Observation[] {
  const routine = routineOf(plan, round.routine);
  const fleet = fleetOf(plan, routine);
  const base = { at: round.sentAt, round: roundName(round), final };
  const { recheck } = round;
  const again = recheck && { isRecheck: true as const };
  // Before SSM lists the command nobody knows of how many hosts the first answers are a share.
  if (!final && tally.targets === 0) return [];
  const ids = recheck ? askedOf(plan, routine, recheck).map(([id]) => id) : routine.checks;
  const checks = [...causesFirst(plan, ids)].flatMap((id) => {
    const check = plan.checks[id];
    const found = tally.checks.get(id);
    if (!check || !found) return [];
    // SSM lists a command before all of its hosts: a share of those listed so far would be too large.
    const unjudged = together(unjudgedOf(tally, found), recheck?.unasked?.[id]);
    const all = final ? hostsIn(found) : Math.max(hostsIn(found) + tally.pending, tally.targets);
    const population = (recheck?.hosts.length && recheck.populations[id]) || all;
    const headline = headlineOf(check.title, found, population);
    return [{ ...base, ...again, ...facts(found), check: id, title: check.title, headline, population, unjudged }];
  });
  // Only at its end does a round know which hosts are lost.
  if (!fleet || !routine.fleet || !final || recheck || !round.commandId) return checks;
  return [{ ...base, ...fleetFacts(fleet, tally), check: fleetCheck(routine.fleet), title: fleet.title }, ...checks];
}

function together(one: HostList, other: HostList = { total: 0, named: [] }): HostList {
  return other.total === 0 ? one : { total: one.total + other.total, named: [...one.named, ...other.named] };
}

function headlineOf(title: string, { worst: [first], counts, isOwn }: CheckTally, population: number): string {
  if (!first) return `${title} is OK again`;
  return isOwn ? `${title}: ${first.text}` : `${title} ${first.status} on ${shareOf(counts[first.status], population)}`;
}

/** What is so of one thing that is no host: it is well, or it is not, and why. */
export function singleObservation(
  about: Pick<Observation, 'check' | 'title' | 'headline' | 'at' | 'round'> & { readonly name: string },
  rules: readonly PriorityRule[],
  status: Status,
  text = '',
  longText = '',
): Observation {
  const { name, ...head } = about;
  const worst = status === 'OK' ? [] : [{ host: '', name, status, text, longText }];
  return {
    ...head,
    final: true,
    counts: { OK: 0, WARNING: 0, CRITICAL: 0, UNKNOWN: 0, [status]: 1 },
    matches: rules.map((rule) => (hostMatches(rule, status, []) ? 1 : 0)),
    population: 1,
    troubled: { total: worst.length, named: [] },
    worst,
    unjudged: { total: 0, named: [] },
  };
}

/** Checks and what explains them, which comes first, else in the order of the procedure. */
function causesFirst(plan: Plan, checks: readonly string[], ordered = new Set<string>()): Set<string> {
  for (const id of checks) {
    if (ordered.has(id)) continue;
    causesFirst(plan, plan.checks[id]?.dependsOn ?? [], ordered);
    ordered.add(id);
  }
  return ordered;
}

/** That Rounds itself could, or could not, run a routine. */
export function ownObservation(
  plan: Plan,
  round: { readonly routine: string; readonly slot: Iso },
  at: Iso,
  failure?: string,
): Observation {
  const check = roundCheck(round.routine);
  const title = `Rounds runs ${plan.routines[round.routine]?.title ?? round.routine}`;
  const headline = failure === undefined ? `${title} again` : title.replace('Rounds runs', 'Rounds could not run');
  const about = { check, title, headline, at, round: roundName(round), name: ourselves };
  return singleObservation(about, rulesOf(plan, check), failure === undefined ? 'OK' : 'CRITICAL', failure);
}

/**
 * That everybody can, or cannot, be told.
 * @param final whether it is known of everybody
 */
export function auditObservation(
  plan: Plan,
  missing: ReadonlyMap<string, readonly Channel[]>,
  at: Iso,
  final: boolean,
): Observation {
  const lost = [...missing].map(([id, channels]) => ({ name: plan.contacts[id]?.name ?? id, by: listed(channels) }));
  const [first, ...others] = lost;
  const one = `${first?.name} cannot be told by ${first?.by}`;
  const headline = first
    ? others.length > 0
      ? `${one}, and ${others.length} more`
      : one
    : 'Everybody can be told again';
  const title = 'Everybody can be told';
  const about = { check: contactsCheck, title, headline, at, round: `${contactsCheck}/${at}`, name: ourselves };
  const [text, ...more] = lost.map(({ name, by }) => `${name}: ${by} not confirmed`);
  const status = first ? 'CRITICAL' : 'OK';
  return { ...singleObservation(about, rulesOf(plan, contactsCheck), status, text, more.join('\n')), final };
}

const ourselves = 'Rounds itself';

/** Hosts that should exist and do not are critical like the lost ones. */
function fleetFacts(fleet: PlanFleet, tally: Tally) {
  const known = registeredHosts(tally);
  const missing = missingHosts(tally, fleet.floor);
  const registered = known === 0 ? 'no host is' : `only ${known === 1 ? '1 host is' : `${known} hosts are`}`;
  const tags = Object.entries(fleet.tags).map(([key, values]) => `${key}=${values.join(' or ')}`);
  const reason = `${registered} registered with SSM under the tags ${listed(tags)}; expected at least ${fleet.floor}`;
  const found = addMissing(tally.fleet, missing, reason);
  const headline = fleetHeadline(fleet, known, missing, tally.fleet.troubled.total);
  return { ...facts(found), headline, population: hostsIn(found), unjudged: { total: 0, named: [] } };
}

function fleetHeadline({ title, floor }: PlanFleet, known: number, missing: number, lost: number): string {
  if (known === 0) return `${title}: there is none`;
  if (missing > 0) return `${title}: ${counted(known, 'host')} of at least ${floor}${lost > 0 ? `, ${lost} lost` : ''}`;
  return lost > 0 ? `${title}: ${shareOf(lost, known)} lost` : `${title} answer again`;
}

function facts({ counts, matches, troubled, worst }: CheckTally) {
  return { counts, matches, troubled, worst };
}

function hostsIn({ counts }: CheckTally): number {
  return counts.OK + counts.WARNING + counts.CRITICAL + counts.UNKNOWN;
}
