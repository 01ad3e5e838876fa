import type { Item, Table } from '../adapters/dynamodb.ts';
import type { Alert } from '../core/alert.ts';
import { type Command, type Obeyed, obey } from '../core/command.ts';
import { incidentKey } from '../core/incident-number.ts';
import { isoOf } from '../core/time.ts';
import type { IncidentHead } from '../core/verdicts.ts';
import { alertKey, partition } from './keys.ts';
import type { Records } from './services.ts';
import { readAlerts } from './surroundings.ts';

/** How often a command is tried again because the alert changed meanwhile. */
const tries = 10;

/** What has become of a command, for the person; and what it was about, where there is such a thing. */
export interface Commanded {
  readonly isDone: boolean;
  readonly answer: string;
  readonly check?: string;
  readonly incident?: string;
}

/** What a person means: an incident, or whichever one a check has now. */
interface Meant {
  readonly check: string;
  readonly incident?: string;
}

/**
 * Does what a person says about an incident.
 * @param name the incident's number, or the check
 */
export async function commandIncident(
  records: Records,
  kind: Command['kind'],
  name: string,
  by: string,
): Promise<Commanded> {
  const { table } = records;
  const meant = (await checkNamed(table, name)) ?? (await incidentNumbered(table, name));
  if (meant) return commandMeant(records, kind, meant, by);
  return { isDone: false, answer: `There is no incident and no bad check '${name}'. ${await whatIsOpen(table)}` };
}

/** The same by the number alone: a check whose id looks like one is not meant. */
export async function commandNumbered(
  records: Records,
  kind: Command['kind'],
  number: string,
  by: string,
): Promise<Commanded> {
  const { table } = records;
  const meant = await incidentNumbered(table, number);
  if (meant) return commandMeant(records, kind, meant, by);
  return { isDone: false, answer: `There is no incident '${number}'. ${await whatIsOpen(table)}` };
}

async function checkNamed(table: Table, name: string): Promise<Meant | undefined> {
  return (await table.get<Alert>(alertKey(name))) && { check: name };
}

async function incidentNumbered(table: Table, number: string): Promise<Meant | undefined> {
  const head = await table.get<IncidentHead>({ pk: partition.incident, sk: incidentKey(number) });
  return head && { check: head.body.check, incident: head.body.number };
}

async function commandMeant(records: Records, kind: Command['kind'], meant: Meant, by: string): Promise<Commanded> {
  const { check, ...number } = meant;
  const { isDone, answer } = await change(records, check, { kind, by, ...number });
  return { isDone, answer, ...meant };
}

/** Decides on the alert as it is, and writes it if it still is so: of two people at once, one is told of the other. */
async function change({ table, now }: Records, check: string, command: Command): Promise<Obeyed> {
  const key = alertKey(check);
  for (let attempt = 0; attempt < tries; attempt++) {
    const stored: Item<Alert> | undefined = await table.get<Alert>(key);
    const at = isoOf(now());
    const obeyed = obey(stored?.body, command, at);
    if (!stored || !obeyed.next) return obeyed;
    // What follows, the tick does: it tells people, and knows the runbook.
    if (await table.put(key, stored.version, obeyed.next, { dueAt: at })) return obeyed;
  }
  throw new Error(`The alert ${check} was changed by others ${tries} times in a row; try it again.`);
}

/** Which incidents are open, in a sentence. */
export async function whatIsOpen(table: Table): Promise<string> {
  const open = (await readAlerts(table)).flatMap(({ check, incident }) =>
    incident ? `${incident.number} (check ${check})` : [],
  );
  return open.length === 0 ? 'No incident is open.' : `Open are: ${open.join(', ')}.`;
}
