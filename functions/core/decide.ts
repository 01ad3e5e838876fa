import type { Alert, Incident, Notice, NoticeKind, Observation, Recipient } from './alert.ts';
import { bounded, mergeRecipients } from './outbox.ts';
import type { Priority, PriorityRule } from './plan.ts';
import { isMoreUrgent, priorityOf } from './priority.ts';
import { type HostList, namedHostsLimit, verdictOf } from './tally.ts';
import type { Iso } from './time.ts';

/** What decides beside the observation: the check's rules, and who a priority tells. */
export interface AlertPolicy {
  readonly rules: readonly PriorityRule[];
  readonly recipients: (priority: Priority) => readonly Recipient[];
}

export interface Decision {
  readonly next: Alert;
  /** Why, for the log: one sentence. */
  readonly reason: string;
}

/**
 * What an observation makes of an alert. The same observation twice changes nothing the second time: a round is
 * collected again after a crash, and collected in part while slow hosts still run. An older observation changes nothing
 * where a newer one is stored; where all was well nothing is stored, and an old problem opens an incident: better once in
 * vain than never.
 */
export function decide(alert: Alert | undefined, observation: Observation, policy: AlertPolicy, now: Iso): Decision {
  const current = alert ?? unknownAlert(observation);
  // What a clock that was ahead has dated into the future keeps nothing from being heard.
  if (observation.at < current.observedAt && current.observedAt <= now) {
    return { next: current, reason: `older than what is known since ${current.observedAt}` };
  }
  const next = observed(current, observation);
  const priority = priorityOf(policy.rules, observation.counts, observation.population);
  if (!next.incident) {
    return priority ? open(next, observation, priority, policy) : { next, reason: 'no priority rule matches' };
  }
  if (priority && isMoreUrgent(priority, next.incident.priority)) {
    return rise(next, next.incident, observation, priority, policy);
  }
  const doubt = notRecovered(next.incident, observation);
  if (doubt) return { next, reason: doubt };
  return resolve(next, next.incident, observation);
}

function unknownAlert({ check, at }: Observation): Alert {
  return { check, status: 'PENDING', since: at, observedAt: at, outbox: [] };
}

function observed(alert: Alert, observation: Observation): Alert {
  const { counts, at, unjudged, final } = observation;
  const status = verdictOf(counts, unjudged);
  const known = final || counts.CRITICAL + counts.WARNING + counts.UNKNOWN > 0;
  // While hosts still run, what is well so far says nothing about the fleet.
  if (!known) return alert;
  const since = status === alert.status ? alert.since : at;
  const next = { ...alert, status, since, observedAt: at };
  if (!alert.incident) return next;
  return { ...next, incident: { ...alert.incident, troubled: stillBad(alert.incident.troubled, observation) } };
}

/** The hosts that are bad now, and those that were and have not been heard since. */
function stillBad(before: HostList, { troubled, unjudged, final }: Observation): HostList {
  const isNameless = (list: HostList) => list.total > list.named.length;
  const mayBeBad = (host: string) => !final || isNameless(unjudged) || unjudged.named.includes(host);
  const unheard = before.named.filter((host) => !troubled.named.includes(host) && mayBeBad(host));
  const total = troubled.total + unheard.length;
  // Beyond the named hosts nobody can tell which ones were bad: then every host has to answer.
  const least = isNameless(before) && (!final || unjudged.total > 0) ? before.total : 0;
  return { total: Math.max(total, least), named: [...troubled.named, ...unheard].slice(0, namedHostsLimit) };
}

function open(alert: Alert, observation: Observation, priority: Priority, policy: AlertPolicy): Decision {
  const incident: Incident = {
    number: '',
    openedAt: observation.at,
    priority,
    troubled: observation.troubled,
    told: [],
    notices: 0,
  };
  const next = tell(alert, incident, 'problem', observation, policy.recipients(priority));
  return { next, reason: `opened as ${priority}: ${summary(observation)}` };
}

function rise(
  alert: Alert,
  incident: Incident,
  observation: Observation,
  priority: Priority,
  policy: AlertPolicy,
): Decision {
  const next = tell(alert, { ...incident, priority }, 'rise', observation, policy.recipients(priority));
  return { next, reason: `rose from ${incident.priority} to ${priority}: ${summary(observation)}` };
}

function resolve(alert: Alert, incident: Incident, observation: Observation): Decision {
  const told = tell(alert, incident, 'recovery', observation, incident.told);
  const { incident: _resolved, ...next } = told;
  return { next, reason: `recovered: ${summary(observation)}` };
}

/** Puts a notice into the outbox, and remembers who will have been told. */
function tell(
  alert: Alert,
  incident: Incident,
  kind: NoticeKind,
  observation: Observation,
  to: readonly Recipient[],
): Alert {
  const sequence = incident.notices + 1;
  const { check, title, headline, at, round, worst, troubled, population } = observation;
  const notice: Notice = {
    kind,
    incident: incident.number,
    sequence,
    round,
    check,
    title,
    headline,
    priority: incident.priority,
    openedAt: incident.openedAt,
    at,
    troubled: troubled.total,
    population,
    worst,
  };
  return {
    ...alert,
    incident: { ...incident, told: mergeRecipients(incident.told, to), notices: sequence },
    outbox: bounded([...alert.outbox, { notice, to }]),
  };
}

/** Why an incident stays open; `undefined` when everything it stood for is well. */
function notRecovered(incident: Incident, observation: Observation): string | undefined {
  const { final, troubled, counts } = observation;
  if (!final) return 'the round is not over';
  if (troubled.total > 0) return `still bad: ${summary(observation)}`;
  if (counts.OK === 0) return 'no host could say that it is well';
  if (incident.troubled.total > 0) return `no answer from ${incident.troubled.total} hosts that were bad`;
  return undefined;
}

function summary({ counts, population }: Observation): string {
  return `${counts.CRITICAL} critical, ${counts.WARNING} warning, ${counts.UNKNOWN} unknown of ${population} hosts`;
}
