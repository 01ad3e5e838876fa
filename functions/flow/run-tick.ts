import { ServiceFailure } from '../adapters/adapter-error.ts';
import { type Item, type Key, UnreadableItem } from '../adapters/dynamodb.ts';
import type { Datum } from '../core/metric-data.ts';
import type { Round, SendingRound } from '../core/round.ts';
import { isoOf } from '../core/time.ts';
import { auditContacts, planAudit } from './audit-contacts.ts';
import { goOnWithSlot } from './catch-up.ts';
import { goOnWithAlert } from './change-alert.ts';
import { closeJournal } from './close-journal.ts';
import { collectRound } from './collect-round.ts';
import { deliverAll } from './deliver.ts';
import { resumeSending } from './dispatch-round.ts';
import { endAbandoned, isAbandoned } from './end-abandoned.ts';
import { isRoundKey, partition, silenceKey } from './keys.ts';
import { goOnWithReport } from './send-report.ts';
import type { Services } from './services.ts';
import { goOnWithSignOff } from './sign-offs.ts';
import { watchAllSlots } from './slot-watch.ts';
import { alertsToReview, readMemory } from './surroundings.ts';

const heartbeat: Datum = { name: 'Heartbeat', dimensions: {}, unit: 'Count', values: [[1, 1]] };

/** How long something is set aside that cannot be done because of what it is, in milliseconds. */
const setAsideMs = 10 * 60_000;

/**
 * Does everything that is owed now: what a crash left, what no event announced, what was parked, what SNS refused, slots
 * that never fired. Mailboxes come after what fills them, so that what is due at one moment is one message to each contact;
 * rounds come last.
 * @param isNew this container has not run before: it may be the first one of another runbook
 */
export async function runTick(services: Services, isNew: boolean): Promise<void> {
  const { table, now } = services;
  if (isNew) {
    for (const begin of [watchAllSlots, planAudit]) await begin(services).catch(unlessUnreadable(services));
  }
  const changed = isNew ? await alertsToReview(services) : [];
  const due = withoutTwins([...(await table.due(isoOf(now()))), ...changed]);
  const contacts = new Set(due.filter(({ pk }) => pk === partition.mailbox).map(({ sk }) => sk));
  const rounds = due.filter(isRoundKey);
  for (const key of due) {
    if (key.pk === partition.mailbox || isRoundKey(key)) continue;
    for (const contact of await goOn(services, key)) contacts.add(contact);
  }
  await deliverAll(services, [...contacts]);
  // They tell people themselves, and may take long: nobody else is to wait for them.
  for (const key of rounds) await goOn(services, key);
  await closeJournal(services, [heartbeat]);
}

/** What nobody can read keeps the tick from nothing else. */
function unlessUnreadable({ journal }: Services) {
  return (error: unknown) => {
    if (!(error instanceof UnreadableItem)) throw error;
    journal.failure('an item of the table cannot be read', error);
  };
}

function withoutTwins(keys: readonly Key[]): readonly Key[] {
  return [...new Map(keys.map((key) => [`${key.pk} ${key.sk}`, key])).values()];
}

/** One that cannot be helped must not stop the others, nor stand before them the next time. */
async function goOn(services: Services, key: Key): Promise<readonly string[]> {
  try {
    return await goOnWith(services, key);
  } catch (error) {
    services.journal.failure('something that was due could not be done', error, { ...key });
    const isPassing = error instanceof ServiceFailure && error.retryable;
    if (!isPassing) await setAside(services, key);
    return [];
  }
}

async function setAside({ table, now, journal }: Services, key: Key): Promise<void> {
  try {
    await table.postpone(key, isoOf(now() + setAsideMs));
  } catch (error) {
    journal.failure('it could not be set aside either', error, { ...key });
  }
}

/** @returns whose mailboxes hold something new */
async function goOnWith(services: Services, key: Key): Promise<readonly string[]> {
  if (key.pk === partition.alert) return goOnWithAlert(services, key.sk);
  if (key.pk === partition.audit) return auditContacts(services);
  if (key.pk === partition.signOff) return goOnWithSignOff(services, key);
  if (key.pk === silenceKey.pk) return goOnWithSilences(services);
  if (key.pk === partition.slot) await goOnWithSlot(services, key.sk);
  else if (key.pk === partition.report) await goOnWithReport(services, key);
  else {
    const stored = await services.table.get<Round>(key);
    if (stored && isAbandoned(services, stored)) await endAbandoned(services, stored);
    else if (stored && isSending(stored)) await resumeSending(services, stored);
    else await collectRound(services, key);
  }
  return [];
}

/** Somebody has changed the silences: what they hold back, or held back, may have another time now. */
async function goOnWithSilences(services: Services): Promise<readonly string[]> {
  const { table } = services;
  const stored = await table.get(silenceKey);
  const contacts: string[] = [];
  const { items } = await readMemory(services);
  for (const { pk, sk } of items.values()) contacts.push(...(await goOn(services, { pk, sk })));
  // A silence that came meanwhile keeps it due.
  if (stored) await table.put(silenceKey, stored.version, stored.body);
  return contacts;
}

function isSending(stored: Item<Round>): stored is Item<SendingRound> {
  return stored.body.status === 'sending';
}
