import type { Notice } from '../alert.ts';
import type { Round } from '../round.ts';
import type { AskedSignOff } from '../sign-off.ts';
import type { Silence } from '../silence.ts';
import type { Iso } from '../time.ts';
import type { IncidentHead } from '../verdicts.ts';

/** The time that a report is about: from its slot before, up to its own, which is exclusive. */
export interface Period {
  readonly from: Iso;
  readonly to: Iso;
}

/** All that a report is made from. Lists are in the order of time, the oldest first. */
export interface ReportRecords {
  readonly period: Period;
  /** With a slot in the period, rechecks included; of what a trend asks for also those before. */
  readonly rounds: readonly Round[];
  /** Asked or signed in the period, and those before that nobody has given yet. */
  readonly signOffs: readonly AskedSignOff[];
  /** Open at any time in the period, or in the one before, which is of the same length. */
  readonly incidents: readonly IncidentRecord[];
  readonly silences: readonly Silence[];
  /** Reports of the period that are kept. */
  readonly reports: readonly ReportHead[];
  /** By routine, since when its rounds are expected by the schedule that it has now. */
  readonly expected: Readonly<Record<string, Iso>>;
}

/** One incident with everything that happened to it. */
export interface IncidentRecord {
  readonly head: IncidentHead;
  readonly notices: readonly Notice[];
  /** What people have written about it. */
  readonly notes: readonly IncidentNote[];
}

/** What a person has written about an incident: nothing is ever taken back, only said anew. */
export interface IncidentNote {
  readonly by: string;
  readonly at: Iso;
  readonly about: NoteSubject;
  readonly text: string;
}

/** `action`: what was done; `follow-up`: what has still to be done. */
export type NoteSubject = (typeof noteSubjects)[number];

export const noteSubjects = ['note', 'impact', 'cause', 'action', 'resolution', 'lesson', 'follow-up'] as const;

/** A report that is written, as lists have it; its document is kept beside it. */
export interface ReportHead {
  readonly id: string;
  readonly slot: Iso;
  readonly title: string;
  readonly period: Period;
  readonly writtenAt: Iso;
  /** Contacts who have still to get it by email. */
  readonly owed: readonly string[];
}
