import type { Channel, Priority } from './plan.ts';
import type { Status } from './status.ts';
import type { HostList, TroubledHost } from './tally.ts';
import type { Iso } from './time.ts';

/** What is so, with all that a message about it needs. */
export interface Facts {
  readonly title: string;
  /** In a few words: the beginning of every message. */
  readonly headline: string;
  /** Routine and slot: names the round. */
  readonly round: string;
  /** The hosts that a priority rule's share refers to. */
  readonly population: number;
  readonly troubled: HostList;
  readonly worst: readonly TroubledHost[];
}

/** What one round found of one check, at one moment, over the whole fleet. */
export interface Observation extends Facts {
  readonly check: string;
  /** When the round was sent to the hosts: the same however often the round is collected again. */
  readonly at: Iso;
  /** Nothing more will come of this round. Only then can it say that something is well. */
  readonly final: boolean;
  /** The round only asked again what was bad. */
  readonly isRecheck?: true;
  /** Hosts by status. */
  readonly counts: Readonly<Record<Status, number>>;
  /** Hosts that match each of the check's priority rules, in their order. */
  readonly matches: readonly number[];
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
  /** The newest results, one bit each, the newest lowest: 1 where the status was another than before. Absent: all 0. */
  readonly changes?: number;
  /** Since when rules that ask for a duration match, by what they say. */
  readonly matching?: Readonly<Record<string, Iso>>;
  /** The round that was the first to find it CRITICAL since it was well. */
  readonly criticalIn?: string;
  /** What is so while it is bad. */
  readonly facts?: Facts;
  readonly soft?: Soft;
  readonly incident?: Incident;
  /** What is told later, and is visible until then. */
  readonly parked: readonly Parked[];
  /** What is to be told now, oldest first: stored with the state that owes it, struck out when it is in the mailboxes. */
  readonly outbox: readonly Outgoing[];
}

/** A problem that may be gone in a minute: nobody is told before the results of rechecks. */
export interface Soft {
  /** Bad results in a row, and how many make an incident. */
  readonly attempt: number;
  readonly attempts: number;
  /** The most urgent priority that matched. */
  readonly priority: Priority;
  readonly openedAt: Iso;
  /** When it becomes an incident although no recheck has come; absent where nothing can be rechecked. */
  readonly until?: Iso;
}

/** An alert that became a numbered problem. */
export interface Incident {
  /** Empty until the number is claimed, which happens before anybody is told. */
  readonly number: string;
  readonly openedAt: Iso;
  readonly priority: Priority;
  /** The highest level that has been told, or is parked; 1 is the first. */
  readonly level: number;
  /** When the next level is told, or the last one again; absent while that level is parked, or acknowledged. */
  readonly escalateAt?: Iso;
  readonly acknowledged?: Acknowledgement;
  /** How long an acknowledgement holds, by the priority that it has; absent: for good. */
  readonly repageMinutes?: number;
  /** It goes to and fro, and nobody is told of each change. */
  readonly isFlapping?: true;
  /** Everybody who was told, and so is told of the recovery. */
  readonly told: readonly Recipient[];
  /** Notices so far: numbers the incident's records. */
  readonly notices: number;
}

export interface Acknowledgement {
  readonly by: string;
  readonly at: Iso;
  /** That of its notice: pages with a lower one came before it, whatever the clocks say. */
  readonly sequence: number;
  /** When it counts as forgotten. */
  readonly until?: Iso;
}

export interface Recipient {
  readonly contact: string;
  /** The role through which the contact is told. */
  readonly role: string;
  readonly channels: readonly Channel[];
}

/**
 * `update`: its priority rose. `reminder`: nobody has acknowledged at the last level, or somebody has and forgot.
 * `digest`: one line about what is over, or in somebody's hands, before it was told.
 * `acknowledgement` stands in the records and tells nobody.
 */
export type NoticeKind =
  | 'problem'
  | 'escalation'
  | 'reminder'
  | 'update'
  | 'recovery'
  | 'flapping-start'
  | 'flapping-end'
  | 'digest'
  | 'acknowledgement';

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
  readonly level: number;
  readonly openedAt: Iso;
  /** When it happened, which is not when it is told. */
  readonly at: Iso;
  readonly troubled: number;
  readonly population: number;
  readonly worst: readonly TroubledHost[];
  /** Why it is told, in a few words: `nobody has acknowledged in 60 minutes`. */
  readonly reason: string;
  /** Who did it, where a person did. */
  readonly by?: string;
  /** It ends because the runbook has its check no more: nobody knows whether it is well. */
  readonly isUnchecked?: true;
  /** So many notices before this one could not be sent and never will be. */
  readonly droppedBefore?: number;
}

/** A notice that waits. */
export interface Parked {
  readonly notice: Notice;
  readonly to: Addressees;
  readonly notBefore: Iso;
  /** What it waits for beside its hour, for people: a silence, maintenance, another incident. */
  readonly heldBy?: string;
  /** When the check is asked again, shortly before the silence ends, so that nobody is told of what was. */
  readonly askAt?: Iso;
}

/** Roles, of which it is decided at the moment of telling who they are; or those who were told before. */
export type Addressees =
  | { readonly roles: readonly string[]; readonly channels: readonly Channel[] }
  | { readonly recipients: readonly Recipient[] };

/** A notice and who is to be told of it now; nobody, for what only has to stand in the records. */
export interface Outgoing {
  readonly notice: Notice;
  /** The notice stands in the incident's records. */
  readonly isRecorded?: true;
  readonly to: readonly Recipient[];
}
