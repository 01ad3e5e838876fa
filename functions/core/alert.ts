import type { Channel, Plan, Priority, PriorityRule } from './plan.ts';
import { isMoreUrgent, priorityOf } from './priority.ts';
import type { Lease } from './round.ts';
import type { Status } from './status.ts';
import { type HostList, namedHostsLimit, type TroubledHost, verdictOf } from './tally.ts';
import type { Iso } from './time.ts';

/** What one round found of one check, at one moment, over the whole fleet. */
export interface Observation {
  readonly check: string;
  readonly title: string;
  /** What is so now, in a few words: the beginning of every message. */
  readonly headline: string;
  /** When the round was sent to the hosts: the same however often the round is collected again. */
  readonly at: Iso;
  /** Routine and slot: names the round, and with it the claim on an incident's number. */
  readonly round: string;
  /** Nothing more will come of this round. Only then can it say that something is well. */
  readonly final: boolean;
  /** Hosts by status. */
  readonly counts: Readonly<Record<Status, number>>;
  /** The hosts that a priority rule's share refers to. */
  readonly population: number;
  readonly troubled: HostList;
  readonly worst: readonly TroubledHost[];
  readonly unjudged: HostList;
}

/** The memory of one check. */
export interface Alert {
  readonly check: string;
  readonly status: Status | 'PENDING';
  /** When it came into this status. */
  readonly since: Iso;
  /** The newest observation; an older one changes nothing. */
  readonly observedAt: Iso;
  readonly incident?: Incident;
  /** What is owed to people, oldest first: stored with the state that owes it, struck out when done. */
  readonly outbox: readonly Outgoing[];
  /** Who is sending the outbox until when: another one leaves it alone. */
  readonly lease?: Lease;
}

/** An alert that became a numbered problem. */
export interface Incident {
  /** Empty until the number is claimed, which happens before the incident is first stored. */
  readonly number: string;
  readonly openedAt: Iso;
  /** The round that opened it. */
  readonly round: string;
  readonly priority: Priority;
  readonly troubled: HostList;
  /** Everybody who was told, and so is told of the recovery. */
  readonly told: readonly Recipient[];
  /** Notices so far: numbers the incident's records. */
  readonly notices: number;
}

export interface Recipient {
  readonly contact: string;
  /** The role through which the contact is told. */
  readonly role: string;
  readonly channels: readonly Channel[];
}

export type NoticeKind = 'problem' | 'rise' | 'recovery';

/** Something that happened to an incident, with all that a message about it needs. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly incident: string;
  /** 1 for the notice that opened the incident. */
  readonly sequence: number;
  readonly round: string;
  readonly check: string;
  readonly title: string;
  readonly headline: string;
  readonly priority: Priority;
  readonly openedAt: Iso;
  readonly at: Iso;
  readonly troubled: number;
  readonly population: number;
  readonly worst: readonly TroubledHost[];
}

/** A notice and who has still to be told of it. */
export interface Outgoing {
  readonly notice: Notice;
  readonly to: readonly Recipient[];
}

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
 * collected again after a crash, and collected in part while slow hosts still run.
 */
export function decide(alert: Alert | undefined, observation: Observation, policy: AlertPolicy): Decision {
  const current = alert ?? unknownAlert(observation);
  if (observation.at < current.observedAt) {
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

/** Gives the incident that a decision opened its number, which only the table can tell. */
export function numbered(alert: Alert, number: string): Alert {
  if (alert.incident?.number !== '') return alert;
  return {
    ...alert,
    incident: { ...alert.incident, number },
    outbox: alert.outbox.map((out) =>
      out.notice.incident === '' ? { ...out, notice: { ...out.notice, incident: number } } : out,
    ),
  };
}

/** Whether an observation leaves nothing to store: what was not bad before and is not now needs no memory. */
export function isUneventful(before: Alert | undefined, next: Alert): boolean {
  if (!before) return next.status === 'OK';
  return JSON.stringify({ ...next, observedAt: before.observedAt }) === JSON.stringify(before);
}

/** The alert with one recipient of one notice struck out of its outbox. */
export function struckOut(alert: Alert, notice: Notice, contact: string): Alert {
  const isIt = (out: Outgoing) => out.notice.incident === notice.incident && out.notice.sequence === notice.sequence;
  const outbox = alert.outbox.map((out) =>
    isIt(out) ? { ...out, to: out.to.filter((recipient) => recipient.contact !== contact) } : out,
  );
  return { ...alert, outbox: outbox.filter((out) => !isIt(out) || out.to.length > 0) };
}

/** Who a priority tells: each contact once, through the first role that names it. */
export function recipientsOf(plan: Plan, priority: Priority): readonly Recipient[] {
  const policy = plan.priorities[priority];
  if (!policy) return [];
  const recipients = new Map<string, Recipient>();
  for (const role of policy.tell) {
    for (const contact of plan.roles[role]?.contacts ?? []) {
      if (!recipients.has(contact)) recipients.set(contact, { contact, role, channels: policy.channels });
    }
  }
  return [...recipients.values()];
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
function stillBad(before: HostList, { troubled, unjudged }: Observation): HostList {
  const isNameless = (list: HostList) => list.total > list.named.length;
  const unheard = before.named.filter(
    (host) => !troubled.named.includes(host) && (isNameless(unjudged) || unjudged.named.includes(host)),
  );
  const total = troubled.total + unheard.length;
  // Beyond the named hosts nobody can tell which ones were bad: then every host has to answer.
  const least = isNameless(before) && unjudged.total > 0 ? before.total : 0;
  return { total: Math.max(total, least), named: [...troubled.named, ...unheard].slice(0, namedHostsLimit) };
}

function open(alert: Alert, observation: Observation, priority: Priority, policy: AlertPolicy): Decision {
  const incident: Incident = {
    number: '',
    openedAt: observation.at,
    round: observation.round,
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
    outbox: [...alert.outbox, { notice, to }],
  };
}

/** A contact told twice is told of the recovery once, by every channel that told it. */
function mergeRecipients(told: readonly Recipient[], to: readonly Recipient[]): readonly Recipient[] {
  const merged = new Map(told.map((recipient) => [recipient.contact, recipient]));
  for (const recipient of to) {
    const channels = new Set([...(merged.get(recipient.contact)?.channels ?? []), ...recipient.channels]);
    merged.set(recipient.contact, { ...recipient, channels: [...channels] });
  }
  return [...merged.values()];
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
