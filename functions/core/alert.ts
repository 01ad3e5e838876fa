import type { Channel, Priority } from './plan.ts';
import type { Lease } from './round.ts';
import type { Status } from './status.ts';
import type { HostList, TroubledHost } from './tally.ts';
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
  /** Empty until the number is claimed, which happens before anybody is told. */
  readonly number: string;
  readonly openedAt: Iso;
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
  /** So many notices before this one could not be sent and never will be. */
  readonly droppedBefore?: number;
}

/** A notice and who has still to be told of it. */
export interface Outgoing {
  readonly notice: Notice;
  /** The notice stands in the incident's records. */
  readonly isRecorded?: true;
  readonly to: readonly Recipient[];
}
