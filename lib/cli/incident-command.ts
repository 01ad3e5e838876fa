import type { Item, Table } from '../../functions/adapters/dynamodb.ts';
import type { Alert } from '../../functions/core/alert.ts';
import { type Command, type Obeyed, obey } from '../../functions/core/command.ts';
import { incidentKey } from '../../functions/core/incident-number.ts';
import type { IncidentHead } from '../../functions/core/verdicts.ts';
import { alertKey, partition } from '../../functions/flow/keys.ts';
import { openIncidentOf, readAlerts } from './alert-reports.ts';
import type { Connection } from './connection.ts';
import type { Outcome } from './outcome.ts';

/** How often a command is tried again because the alert changed meanwhile. */
const tries = 10;

/**
 * Does what a person says about an incident.
 * @param name the incident's number, or the check
 */
export async function commandIncident(
  connection: Connection,
  kind: Command['kind'],
  name: string,
  by: string,
): Promise<Outcome> {
  const meant = await find(connection.table, name);
  if (!meant) {
    const answer = `There is no incident and no bad check '${name}'. ${await whatIsOpen(connection.table)}`;
    return { isDone: false, lines: [answer], data: { isDone: false, answer } };
  }
  const { check, incident } = meant;
  const { isDone, answer } = await change(connection, check, { kind, by, ...(incident && { incident }) });
  return { isDone, lines: [answer], data: { isDone, answer, check, ...(incident && { incident }) } };
}

/** Decides on the alert as it is, and writes it if it still is so: of two people at once, one is told of the other. */
async function change({ table, now }: Connection, check: string, command: Command): Promise<Obeyed> {
  const key = alertKey(check);
  for (let attempt = 0; attempt < tries; attempt++) {
    const stored: Item<Alert> | undefined = await table.get<Alert>(key);
    const at = now();
    const obeyed = obey(stored?.body, command, at);
    if (!stored || !obeyed.next) return obeyed;
    // What follows, the tick does: it tells people, and knows the runbook.
    if (await table.put(key, stored.version, obeyed.next, { dueAt: at })) return obeyed;
  }
  throw new Error(`The alert ${check} was changed by others ${tries} times in a row; try it again.`);
}

async function find(table: Table, name: string): Promise<{ check: string; incident?: string } | undefined> {
  const alert = await table.get<Alert>(alertKey(name));
  if (alert) return { check: name };
  const head = await table.get<IncidentHead>({ pk: partition.incident, sk: incidentKey(name) });
  return head && { check: head.body.check, incident: head.body.number };
}

async function whatIsOpen(table: Table): Promise<string> {
  const open = (await readAlerts(table)).flatMap((alert) => openIncidentOf(alert) ?? []);
  if (open.length === 0) return 'No incident is open.';
  return `Open are: ${open.map(({ number, check }) => `${number} (check ${check})`).join(', ')}.`;
}
