import type { Iso } from '../time.ts';
import { lineOf } from './bounds.ts';
import type { IncidentNote, IncidentRecord, NoteSubject } from './records.ts';

/** Characters of what people have written about one thing. */
const writtenCharacters = 1_000;

/** What people have written about one side of an incident, the oldest first. */
export function notesAbout({ notes }: IncidentRecord, subject: NoteSubject): IncidentNote[] {
  return notes.filter(({ about }) => about === subject);
}

/** The same in one text; where nobody has written anything, how to. */
export function writtenAbout(record: IncidentRecord, subject: Exclude<NoteSubject, 'note'>): string {
  const texts = notesAbout(record, subject).map(({ text }) => text);
  if (texts.length > 0) return lineOf(texts.join('; '), writtenCharacters);
  return notWritten(record.head.number, subject);
}

export function notWritten(number: string, subject: Exclude<NoteSubject, 'note'>): string {
  return `not written yet: rounds note ${number} --${subject} TEXT`;
}

/** Earliest first, whatever it was: what has happened and what was written. */
export function byTime(one: { readonly at: Iso }, other: { readonly at: Iso }): number {
  return one.at < other.at ? -1 : one.at > other.at ? 1 : 0;
}
