import type { IncidentNote } from '../../functions/core/reports/records.ts';
import { whatIsOpen } from '../../functions/flow/command-incident.ts';
import { addNote, numberOf } from '../../functions/flow/incident-notes.ts';
import { type Connection, recordsOf } from './connection.ts';
import type { Outcome } from './outcome.ts';

/** What is to be recorded. */
export type NewNote = Pick<IncidentNote, 'about' | 'text'>;

/**
 * Adds notes to the records of an incident, one after the other until one is refused.
 * @param name the incident's number, or the check
 */
export async function noteIncident(
  connection: Connection,
  name: string,
  notes: readonly NewNote[],
  by: string,
): Promise<Outcome> {
  const { table } = connection;
  const incident = await numberOf(table, name);
  if (incident === undefined) {
    const answer = `There is no incident '${name}', and no check of that name has one. ${await whatIsOpen(table)}`;
    return { isDone: false, lines: [answer], data: { isDone: false, answer } };
  }
  const answers: string[] = [];
  for (const note of notes) {
    const { isDone, answer } = await addNote(recordsOf(connection), incident, { ...note, by });
    if (!isDone) return { isDone, lines: [answer], remarks: answers, data: { isDone, answer, incident, answers } };
    answers.push(answer);
  }
  return { isDone: true, lines: answers, data: { isDone: true, incident, answers } };
}
