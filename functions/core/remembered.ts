import type { Alert, Facts, Observation } from './alert.ts';
import { withResult } from './flapping.ts';
import type { PriorityRule } from './plan.ts';
import { ruleMatches } from './priority.ts';
import { type Status, verdictOf, worstOf } from './status.ts';
import { type HostList, hostsWithOutputLimit, namedHostsLimit } from './tally.ts';
import { type Iso, msOf } from './time.ts';
import { counted } from './words.ts';

/** An alert of which something is known. */
export type Known = Alert & { readonly facts: Facts };

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A round is sent some seconds earlier or later in its minute than the one before. */
const toleranceMs = 30_000;

const minuteMs = 60_000;

/** The alert with what is so now, before anything follows from it. */
export function remembered(
  alert: Alert,
  observation: Observation,
  isNew: boolean,
  rules: readonly PriorityRule[],
): Known {
  const { at, title, round, population } = observation;
  const status = statusOf(alert, observation);
  // Hosts come and go where all is well; that is no flapping.
  const isCalm = !alert.soft && !alert.incident && observation.troubled.total === 0;
  const isChange = status !== alert.status && alert.status !== 'PENDING' && !isCalm;
  const before = alert.changes ?? 0;
  const changes = isNew ? withResult(before, isChange) : before | (isChange ? 1 : 0);
  const matching = matchingSince(alert.matching, rules, observation);
  const troubled = stillBad(alert.facts?.troubled, observation);
  const unheard = alert.facts?.worst.filter(({ host }) => isUnheard(host, observation)) ?? [];
  const worst = [...observation.worst, ...unheard].slice(0, hostsWithOutputLimit);
  const since = status === alert.status ? alert.since : at;
  const isUnanswered = observation.troubled.total === 0 && troubled.total > 0;
  const headline = isUnanswered ? `${title}: ${unanswered(troubled)}` : observation.headline;
  const facts = { title, headline, round, population, troubled, worst };
  const { check, soft, incident, parked, outbox } = alert;
  // One by one: of ten million observations a second pass over the alert's fields would take most of the time.
  const seen: Writable<Known> = { check, status, since, observedAt: at, parked, outbox, facts };
  if (changes !== 0) seen.changes = changes;
  if (matching) seen.matching = matching;
  const criticalIn = firstCritical(alert, status, observation);
  if (criticalIn) seen.criticalIn = criticalIn;
  if (soft) seen.soft = soft;
  if (incident) seen.incident = incident;
  return seen;
}

/** Whatever else it is meanwhile, an incident is newly CRITICAL once; and so is what nobody is told of. In no recheck. */
function firstCritical(
  { status: before, incident, criticalIn }: Alert,
  status: Status,
  { round, isRecheck }: Observation,
): string | undefined {
  if (status === 'OK' && !incident) return undefined;
  const isSame = incident !== undefined || (before !== 'OK' && before !== 'PENDING');
  return (isSame ? criticalIn : undefined) ?? (status === 'CRITICAL' && !isRecheck ? round : undefined);
}

/** The verdict of a round; as long as hosts still run it is no better than the one before. */
function statusOf({ status }: Alert, { counts, unjudged, final }: Observation): Status {
  if (final) return verdictOf(counts, unjudged);
  const heard = verdictOf(counts, { total: 0 });
  return status === 'PENDING' ? heard : (worstOf([status, heard]) ?? heard);
}

/** Since when the rules match that ask for a duration; `undefined` when none does. */
function matchingSince(
  before: Alert['matching'],
  rules: readonly PriorityRule[],
  { at, final, matches, population, unjudged }: Observation,
): Alert['matching'] {
  let since: Record<string, Iso> | undefined;
  for (const [index, rule] of rules.entries()) {
    if (rule.lastingMinutes === undefined) continue;
    const isMatching = ruleMatches(rule, matches[index] ?? 0, population);
    const key = keyOf(rule);
    const began = before?.[key] ?? (isMatching ? at : undefined);
    // What a round does not show of which hosts have not answered may still be so.
    if (began && (isMatching || !final || unjudged.total > 0)) since = { ...since, [key]: began };
  }
  return since;
}

export function firstMatching(
  rules: readonly PriorityRule[],
  { at, matches, population }: Observation,
  since: Alert['matching'],
): PriorityRule | undefined {
  return rules.find((rule, index) => {
    if (!ruleMatches(rule, matches[index] ?? 0, population)) return false;
    const { lastingMinutes } = rule;
    return lastingMinutes === undefined || lasts(since?.[keyOf(rule)] ?? at, at, lastingMinutes);
  });
}

/** A rule is told from others by what it says: its place may change with the next deployment. */
function keyOf(rule: PriorityRule): string {
  return JSON.stringify(rule);
}

function lasts(since: Iso, at: Iso, minutes: number): boolean {
  return msOf(at) - msOf(since) + toleranceMs >= minutes * minuteMs;
}

/** The hosts that are bad now, and those that were and have not been heard since. */
function stillBad(before: HostList | undefined, observation: Observation): HostList {
  const { troubled, unjudged, final } = observation;
  if (!before || before.total === 0) return troubled;
  const unheard = before.named.filter((host) => isUnheard(host, observation));
  // Beyond the named hosts nobody can tell which ones were bad: then every host has to answer.
  const most = final ? troubled.total + unjudged.total : before.total;
  const least = isNameless(before) && (!final || unjudged.total > 0) ? Math.min(before.total, most) : 0;
  const named = [...troubled.named, ...unheard].slice(0, namedHostsLimit);
  return { total: Math.max(troubled.total + unheard.length, least), named };
}

/** Whether a host that was bad may still be: it has not answered. */
function isUnheard(host: string, { troubled, unjudged, final }: Observation): boolean {
  return !troubled.named.includes(host) && (!final || isNameless(unjudged) || unjudged.named.includes(host));
}

function unanswered({ total }: HostList): string {
  return `no answer from ${counted(total, 'host')} that ${total === 1 ? 'was' : 'were'} bad`;
}

function isNameless({ total, named }: HostList): boolean {
  return total > named.length;
}

/** Why what is bad stays so; `undefined` when everything it stood for is well. */
export function notRecovered(
  { facts }: Known,
  { final, troubled, counts, unjudged, population }: Observation,
): string | undefined {
  if (!final) return 'the round is not over';
  if (troubled.total > 0) return `still bad: ${facts.headline}`;
  // Of some hosts that were asked again, and are no more, nothing can be said any more, and nothing need be.
  if (counts.OK === 0 && (unjudged.total > 0 || population === 0)) return 'no host could say that it is well';
  if (facts.troubled.total > 0) return unanswered(facts.troubled);
  return undefined;
}
