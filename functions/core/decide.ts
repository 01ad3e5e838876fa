import type { Alert, Facts, Incident, Observation, Soft } from './alert.ts';
import { isFlapping, withResult } from './flapping.ts';
import { withoutPages } from './notice.ts';
import type { Priority, PriorityRule } from './plan.ts';
import type { AlertPolicy } from './policy.ts';
import { isMoreUrgent, ruleMatches } from './priority.ts';
import { type Status, worstOf } from './status.ts';
import { type HostList, hostsWithOutputLimit, namedHostsLimit, verdictOf } from './tally.ts';
import { flush, page, policyFor, routineIn, type Told, tell } from './telling.ts';
import { type Iso, isoOf, msOf } from './time.ts';

/** Something that may change an alert: a round has found something, or time has passed. */
export type AlertEvent =
  | { readonly kind: 'observation'; readonly observation: Observation }
  | { readonly kind: 'time' };

export interface Decision {
  readonly next: Alert;
  /** Why, for the log: one sentence. */
  readonly reason: string;
  /** The check has to be asked again now. */
  readonly isAsked?: true;
}

/** An alert of which something is known. */
type Known = Alert & { readonly facts: Facts };

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A round is sent some seconds earlier or later in its minute than the one before. */
const toleranceMs = 30_000;

const minuteMs = 60_000;

/**
 * What an event makes of an alert. The same observation twice changes nothing the second time: a round is collected again
 * after a crash, and collected in part while slow hosts still run. An older observation changes nothing where a newer one
 * is stored; where all was well nothing is stored, and an old problem counts: better once in vain than never.
 */
export function decide(alert: Alert, event: AlertEvent, policy: AlertPolicy, now: Iso): Decision {
  return event.kind === 'time' ? elapse(alert, policy, now) : observe(alert, event.observation, policy, now);
}

/** The alert of a check of which nothing is known yet. */
export function newAlert(check: string, at: Iso): Alert {
  return { check, status: 'PENDING', since: at, observedAt: at, parked: [], outbox: [] };
}

function observe(alert: Alert, observation: Observation, policy: AlertPolicy, now: Iso): Decision {
  const { at, final, counts, troubled, unjudged } = observation;
  const isFirst = alert.status === 'PENDING';
  if (isQuiet(alert) && final && counts.OK > 0 && troubled.total + unjudged.total === 0) {
    return { next: alert, reason: 'all is well' };
  }
  // What a clock that was ahead has dated into the future keeps nothing from being heard.
  if (!isFirst && at < alert.observedAt && alert.observedAt <= now) {
    return { next: alert, reason: `older than what is known since ${alert.observedAt}` };
  }
  // Somebody has resolved what this round has found: the next one begins anew.
  if (!isFirst && at === alert.observedAt && alert.status !== 'OK' && !alert.facts) {
    return { next: alert, reason: 'known already' };
  }
  // While hosts still run, what is well so far says nothing about the fleet.
  if (!final && troubled.total === 0) return { next: alert, reason: 'the round is not over' };
  const isNew = isFirst || at !== alert.observedAt;
  const seen = remembered(alert, observation, isNew, policy.rules);
  const rule = firstMatching(policy.rules, observation, seen.matching);
  // Nor does a share of the fleet that only some of its hosts have answered for.
  if (!final && !rule && !seen.incident) return { next: alert, reason: 'the round is not over' };
  const decision = seen.incident
    ? observeOpen({ ...seen, incident: seen.incident }, rule, observation, policy, now)
    : observeClosed(seen, rule, observation, isNew, policy, now);
  const { facts, ...rest } = decision.next;
  return rest.soft || rest.incident ? decision : { ...decision, next: rest };
}

/** Whether all was well for so long that there is nothing to remember. */
function isQuiet({ status, changes, matching, soft, incident }: Alert): boolean {
  return status === 'OK' && (changes ?? matching ?? soft ?? incident) === undefined;
}

/** The alert with what is so now, before anything follows from it. */
function remembered(alert: Alert, observation: Observation, isNew: boolean, rules: readonly PriorityRule[]): Known {
  const { at, title, headline, round, population } = observation;
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
  const facts = { title, headline, round, population, troubled, worst };
  const { check, soft, incident, parked, outbox } = alert;
  // One by one: of ten million observations a second pass over the alert's fields would take most of the time.
  const seen: Writable<Known> = { check, status, since, observedAt: at, parked, outbox, facts };
  if (changes !== 0) seen.changes = changes;
  if (matching) seen.matching = matching;
  if (soft) seen.soft = soft;
  if (incident) seen.incident = incident;
  return seen;
}

/** The verdict of a round; as long as hosts still run it is no better than the one before. */
function statusOf({ status }: Alert, { counts, unjudged, final }: Observation): Status {
  if (final) return verdictOf(counts, unjudged);
  const heard = verdictOf(counts, { total: 0, named: [] });
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

function firstMatching(
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

function isNameless({ total, named }: HostList): boolean {
  return total > named.length;
}

/** Nobody has been told yet. */
function observeClosed(
  alert: Known,
  rule: PriorityRule | undefined,
  observation: Observation,
  isNew: boolean,
  policy: AlertPolicy,
  now: Iso,
): Decision {
  const { soft, ...rest } = alert;
  const priority = rule?.priority ?? soft?.priority;
  const doubt = notRecovered(alert, observation);
  // What no rule asks about any more is as good as gone, if every host that was bad has said so.
  const isAnswered = observation.counts.UNKNOWN === 0 && alert.facts.troubled.total === observation.troubled.total;
  if (!priority || !(rule || (doubt && !isAnswered))) {
    return { next: rest, reason: soft ? 'gone before it was an incident' : 'no priority rule matches' };
  }
  const attempt = (soft?.attempt ?? 0) + (isNew || !soft ? 1 : 0);
  const attempts = rule?.attempts ?? soft?.attempts ?? 1;
  const openedAt = soft?.openedAt ?? observation.at;
  if (isFlapping(alert.changes ?? 0, false)) return open(rest, 'flapping-start', priority, openedAt, policy, now);
  if (attempt >= attempts) return open(rest, 'problem', priority, openedAt, policy, now);
  // A round that is read again and again must not put off what its recheck does not come for.
  const until = (isNew ? undefined : soft?.until) ?? softUntil(alert, policy, now);
  const next: Soft = { attempt, attempts, priority, openedAt, ...(until && { until }) };
  return { next: { ...rest, soft: next }, reason: `bad for the ${attempt}. time of ${attempts}: ${summary(alert)}` };
}

/** When the result of a recheck has to be there. */
function softUntil({ facts }: Known, policy: AlertPolicy, now: Iso): Iso | undefined {
  const takesMs = policy.softMs(routineIn(facts.round));
  return takesMs === undefined ? undefined : isoOf(msOf(now) + takesMs);
}

function open(
  alert: Known,
  kind: 'problem' | 'flapping-start',
  priority: Priority,
  openedAt: Iso,
  policy: AlertPolicy,
  now: Iso,
): Decision {
  const incident: Incident = {
    number: '',
    openedAt,
    ...startOf(priority, policy),
    told: [],
    notices: 0,
    ...(kind === 'flapping-start' && { isFlapping: true as const }),
  };
  const reason = `${kind === 'problem' ? '' : 'it goes to and fro: '}${summary(alert)}`;
  return { next: page({ ...alert, incident }, kind, reason, policy, now), reason: `opened as ${priority}: ${reason}` };
}

function observeOpen(
  alert: Told,
  rule: PriorityRule | undefined,
  observation: Observation,
  policy: AlertPolicy,
  now: Iso,
): Decision {
  const { incident } = alert;
  if (rule && isMoreUrgent(rule.priority, incident.priority)) return rise(alert, rule.priority, policy, now);
  const doubt = notRecovered(alert, observation);
  const flaps = isFlapping(alert.changes ?? 0, incident.isFlapping === true);
  if (flaps && !incident.isFlapping) return startFlapping(alert, policy, now);
  if (flaps) return { next: alert, reason: `it goes to and fro: ${summary(alert)}` };
  if (incident.isFlapping) return endFlapping(alert, doubt, policy, now);
  return doubt ? { next: alert, reason: doubt } : resolve(alert, 'recovery', 'it is well', policy, now);
}

/** Whoever had the old problem in hand does not have the new one. */
function rise(alert: Told, priority: Priority, policy: AlertPolicy, now: Iso): Decision {
  const { acknowledged: _old, escalateAt: _clock, repageMinutes: _before, ...incident } = alert.incident;
  const reason = `rose from ${incident.priority} to ${priority}: ${summary(alert)}`;
  const risen: Told = { ...alert, incident: { ...incident, ...startOf(priority, policy) } };
  const roles = new Set(policyFor(policy, priority).levels[0]?.tell);
  const isCovered = ({ notice, to }: Alert['parked'][number]) =>
    notice.openedAt === incident.openedAt && 'roles' in to && to.roles.every((role) => roles.has(role));
  const parked = alert.parked.filter((each) => !isCovered(each));
  return { next: page({ ...risen, parked }, 'update', reason, policy, now), reason };
}

/** What an incident has from its priority. */
function startOf(priority: Priority, policy: AlertPolicy): Pick<Incident, 'priority' | 'level' | 'repageMinutes'> {
  const { repageMinutes } = policyFor(policy, priority);
  return { priority, level: 1, ...(repageMinutes !== undefined && { repageMinutes }) };
}

function startFlapping(alert: Told, policy: AlertPolicy, now: Iso): Decision {
  const flapping: Told = { ...alert, incident: { ...alert.incident, isFlapping: true } };
  const reason = `it goes to and fro: ${summary(alert)}`;
  return { next: tellTold(flapping, 'flapping-start', reason, policy, now), reason };
}

function endFlapping(alert: Told, doubt: string | undefined, policy: AlertPolicy, now: Iso): Decision {
  const { isFlapping: _ended, ...incident } = alert.incident;
  const steady: Told = { ...alert, incident };
  const reason = `it goes to and fro no more: ${doubt ?? 'it is well'}`;
  if (!doubt) return resolve(steady, 'flapping-end', reason, policy, now);
  return { next: tellTold(steady, 'flapping-end', reason, policy, now), reason };
}

/** Everybody who was told hears of the end, and nobody else: what waits is told in one line, if at all. */
function resolve(
  alert: Told,
  kind: 'recovery' | 'flapping-end',
  reason: string,
  policy: AlertPolicy,
  now: Iso,
): Decision {
  const told = tellTold(alert, kind, reason, policy, now);
  const { incident, ...rest } = told;
  const parked = withoutPages(rest.parked, alert.incident.openedAt, `it was over at ${now}`);
  return { next: { ...rest, parked }, reason: `recovered: ${summary(alert)}` };
}

/** Tells those who have been told before. */
function tellTold(
  alert: Told,
  kind: 'recovery' | 'flapping-start' | 'flapping-end',
  reason: string,
  policy: AlertPolicy,
  now: Iso,
): Alert {
  return tell(alert, kind, reason, { recipients: alert.incident.told }, policy, now);
}

/** What time makes of an alert: rechecks that never came, parked notices, forgotten acknowledgements, the next level. */
function elapse(alert: Alert, policy: AlertPolicy, now: Iso): Decision {
  const { soft, facts, incident, ...rest } = alert;
  if (soft?.until && soft.until <= now && facts) {
    const opened = open({ ...rest, facts }, 'problem', soft.priority, soft.openedAt, policy, now);
    return { ...opened, reason: `${opened.reason}, and no recheck came` };
  }
  if (!policy.isKnown && facts && incident) {
    return resolve({ ...alert, facts, incident }, 'recovery', 'the runbook has no such check any more', policy, now);
  }
  const isAsked = alert.parked.some(({ askAt }) => askAt !== undefined && askAt <= now);
  const next = flush(alert, policy, now);
  const decision =
    facts && next.incident
      ? elapseOpen({ ...next, facts, incident: next.incident }, policy, now)
      : { next, reason: 'its time has come' };
  return isAsked ? { ...decision, isAsked } : decision;
}

function elapseOpen(alert: Told, policy: AlertPolicy, now: Iso): Decision {
  const { incident } = alert;
  const { levels } = policyFor(policy, incident.priority);
  const { acknowledged, escalateAt } = incident;
  if (acknowledged) {
    const { until } = acknowledged;
    if (!until || until > now) return { next: alert, reason: `acknowledged by ${acknowledged.by}` };
    const { acknowledged: _lapsed, ...open } = incident;
    const reason = `${acknowledged.by} acknowledged it at ${acknowledged.at}, and it is still open`;
    return { next: page({ ...alert, incident: { ...open, level: 1 } }, 'reminder', reason, policy, now), reason };
  }
  const minutes = levels[incident.level - 1]?.acknowledgeMinutes ?? 0;
  const later = (from: Iso) => isoOf(msOf(from) + minutes * minuteMs);
  const waitUntil = (at: Iso, reason: string) => ({
    next: { ...alert, incident: { ...incident, escalateAt: at } },
    reason,
  });
  const mute = policy.muted(incident.priority);
  // A silence may have put the clock off, and may have been ended early.
  if (escalateAt && escalateAt > later(now) && !mute) return waitUntil(later(now), 'nothing holds it back any more');
  if (!escalateAt || escalateAt > now) return { next: alert, reason: 'its time has come' };
  if (mute) return waitUntil(later(mute.until), mute.why);
  if (incident.isFlapping && alert.status === 'OK') return waitUntil(later(now), 'it goes to and fro, and is well now');
  const { escalateAt: _rung, ...rung } = incident;
  const isLast = incident.level >= levels.length;
  const reason = `nobody has acknowledged in ${minutes} minutes`;
  const told: Told = { ...alert, incident: { ...rung, level: Math.min(incident.level + 1, levels.length) } };
  return { next: page(told, isLast ? 'reminder' : 'escalation', reason, policy, now), reason };
}

/** Why what is bad stays so; `undefined` when everything it stood for is well. */
function notRecovered(
  { facts }: Known,
  { final, troubled, counts, unjudged, population }: Observation,
): string | undefined {
  if (!final) return 'the round is not over';
  if (troubled.total > 0) return `still bad: ${facts.headline}`;
  // Of some hosts that were asked again, and are no more, nothing can be said any more, and nothing need be.
  if (counts.OK === 0 && (unjudged.total > 0 || population === 0)) return 'no host could say that it is well';
  if (facts.troubled.total > 0) return `no answer from ${facts.troubled.total} hosts that were bad`;
  return undefined;
}

function summary({ facts }: Known): string {
  return facts.headline;
}
