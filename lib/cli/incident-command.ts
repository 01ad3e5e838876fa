import type { Command } from '../../functions/core/command.ts';
import { commandIncident as command } from '../../functions/flow/command-incident.ts';
import { type Connection, recordsOf } from './connection.ts';
import type { Outcome } from './outcome.ts';

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
  const data = await command(recordsOf(connection), kind, name, by);
  return { isDone: data.isDone, lines: [data.answer], data };
}
