import type { Key } from '../adapters/dynamodb.ts';
import type { Round } from '../core/round.ts';
import { roundKey } from './keys.ts';
import type { Services } from './services.ts';

/** Rounds of one routine that can still be running, rechecks too: an event speaks of one of the newest. */
const recentRounds = 12;

/** The round that a command belongs to; `undefined` for a command that is not ours, or not yet stored as such. */
export async function findRound(services: Services, document: string, commandId: string): Promise<Key | undefined> {
  const routine = Object.entries(services.documents).find(([, name]) => name === document)?.[0];
  if (!routine) return undefined;
  const { pk } = roundKey({ routine, slot: '' });
  const rounds = await services.table.query<Round>({ pk, newestFirst: true, limit: recentRounds });
  return rounds.find(({ body }) => 'commandId' in body && body.commandId === commandId);
}
