import type { Item, Key } from '../adapters/dynamodb.ts';
import type { Datum } from '../core/metric-data.ts';
import type { Round, SendingRound } from '../core/round.ts';
import { isoOf } from '../core/time.ts';
import { goOnWithSlot } from './catch-up.ts';
import { closeJournal } from './close-journal.ts';
import { collectRound } from './collect-round.ts';
import { resumeSending } from './dispatch-round.ts';
import { partition } from './keys.ts';
import type { Services } from './services.ts';
import { settleDue } from './settle.ts';
import { watchAllSlots } from './slot-watch.ts';

const heartbeat: Datum = { name: 'Heartbeat', dimensions: {}, unit: 'Count', values: [[1, 1]] };

/**
 * Does everything that is owed now: what a crash left, what no event announced, what SNS refused, slots that never fired.
 * @param isNew this container has not run before: there may be routines whose slots nobody waits for yet
 */
export async function runTick(services: Services, isNew: boolean): Promise<void> {
  const { table, journal, now } = services;
  if (isNew) await watchAllSlots(services);
  for (const key of await table.due(isoOf(now()))) {
    try {
      await goOn(services, key);
    } catch (error) {
      // One that cannot be helped must not stop the others.
      journal.failure('something that was due could not be done', error, { ...key });
    }
  }
  await closeJournal(services, [heartbeat]);
}

async function goOn(services: Services, key: Key): Promise<void> {
  if (key.pk === partition.alert) return settleDue(services, key.sk);
  if (key.pk === partition.slot) return goOnWithSlot(services, key.sk);
  const stored = await services.table.get<Round>(key);
  if (stored && isSending(stored)) return resumeSending(services, stored);
  return collectRound(services, key);
}

function isSending(stored: Item<Round>): stored is Item<SendingRound> {
  return stored.body.status === 'sending';
}
