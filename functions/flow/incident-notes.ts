import type { Table } from '../adapters/dynamodb.ts';
import type { Alert, Notice } from '../core/alert.ts';
import { cleanText, redact } from '../core/clean.ts';
import { entryLimits } from '../core/entry-limits.ts';
import { incidentKey } from '../core/incident-number.ts';
import type { IncidentNote, IncidentRecord } from '../core/reports/records.ts';
import { isoOf } from '../core/time.ts';
import type { IncidentHead } from '../core/verdicts.ts';
import { alertKey, noteKey, notePrefix, partition, recordKey } from './keys.ts';
import type { Records } from './services.ts';

/** Notes of one incident, give or take those that are written at the same moment. */
const notesLimit = 100;

/** Notes of one incident that can bear the same millisecond. */
const notesOfAMoment = 20;

/** Notices of one incident that are read at most: ten days of a reminder every 15 minutes. */
const noticesLimit = 1_000;

/** What has become of a note, for the person. */
export interface Noted {
  readonly isDone: boolean;
  readonly answer: string;
}

/** Adds what a person has written to the records of an incident, open or not. Nothing else of it changes. */
export async function addNote(
  { table, now }: Records,
  name: string,
  { by, about, text }: Omit<IncidentNote, 'at'>,
): Promise<Noted> {
  const clean = cleanText(redact(text).trim(), entryLimits.incidentNote);
  if (clean === '') return refused(`A note to ${name} got no text; nothing was changed: say what is to be recorded.`);
  const head = await table.get<IncidentHead>(headKey(name));
  if (!head) return refused(`There is no incident '${name}'; nothing was changed.`);
  // What finds the incident may be another spelling of its number: 000001 for 001.
  const incident = head.body.number;
  const notes = await readNotes(table, incident);
  if (notes.length >= notesLimit) {
    return refused(`${incident} has ${notes.length} notes; nothing was changed: no more of them are kept.`);
  }
  const note: IncidentNote = { by, at: isoOf(now()), about, text: clean };
  for (let index = 0; index < notesOfAMoment; index++) {
    if (!(await table.put(noteKey(incident, note.at, index), 0, note))) continue;
    return { isDone: true, answer: `${about} is recorded with ${incident}, by ${by}: ${clean}` };
  }
  throw new Error(`${incident} has ${notesOfAMoment} notes of ${note.at} already; try it again.`);
}

/**
 * The number of an incident: of the one that has it, or that a check has now.
 * @param name the incident's number, or the check
 */
export async function numberOf(table: Table, name: string): Promise<string | undefined> {
  const head = await table.get<IncidentHead>(headKey(name));
  return head?.body.number ?? ((await table.get<Alert>(alertKey(name)))?.body.incident?.number || undefined);
}

/** An incident with all that happened to it and was written about it; `undefined` where there is none. */
export async function readIncidentRecord(table: Table, incident: string): Promise<IncidentRecord | undefined> {
  const head = await table.get<IncidentHead>(headKey(incident));
  return head && recordOf(table, head.body);
}

/** What stands beside the head of an incident. */
export async function recordOf(table: Table, head: IncidentHead): Promise<IncidentRecord> {
  const { pk } = recordKey(head.number, 0);
  const [notices, notes] = await Promise.all([
    table.query<Notice>({ pk, to: notePrefix, limit: noticesLimit }),
    readNotes(table, head.number),
  ]);
  return { head, notices: notices.map(({ body }) => body), notes };
}

async function readNotes(table: Table, incident: string): Promise<IncidentNote[]> {
  const { pk } = recordKey(incident, 0);
  const items = await table.query<IncidentNote>({ pk, from: notePrefix, limit: notesLimit });
  return items.map(({ body }) => body);
}

function headKey(incident: string) {
  return { pk: partition.incident, sk: incidentKey(incident) };
}

function refused(answer: string): Noted {
  return { isDone: false, answer };
}
