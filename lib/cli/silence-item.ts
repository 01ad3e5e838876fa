import type { Silence } from '../../functions/core/silence.ts';
import { readSilences as readStored } from '../../functions/flow/surroundings.ts';
import type { Connection } from './connection.ts';

/** A silence, and whether it holds now. */
export interface SilenceReport extends Silence {
  readonly isInForce: boolean;
}

/** The silences that are kept: those in force first, then the others, the newest first. */
export async function readSilences(connection: Pick<Connection, 'table' | 'now'>): Promise<SilenceReport[]> {
  const at = connection.now();
  const stored = await readStored(connection);
  const reports = stored.map((each) => ({ ...each, isInForce: each.from <= at && at < each.until }));
  return reports.sort(
    (one, other) => Number(other.isInForce) - Number(one.isInForce) || (one.from < other.from ? 1 : -1),
  );
}
