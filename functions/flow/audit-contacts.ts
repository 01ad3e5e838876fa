import type { Alert } from '../core/alert.ts';
import { channelsNeeded, nextAudit } from '../core/audit.ts';
import { auditObservation, contactsCheck } from '../core/observations.ts';
import type { Channel } from '../core/plan.ts';
import { type Iso, isoOf } from '../core/time.ts';
import { changeAlert } from './change-alert.ts';
import { alertKey, auditKey } from './keys.ts';
import type { Services } from './services.ts';
import { readSurroundings } from './surroundings.ts';

/** How soon it is asked again when somebody cannot be told, or nobody could say, in milliseconds. */
const againMs = 60 * 60_000;

interface Audit {
  readonly nextAt: Iso;
}

/** Lets the first audit of a platform be due in an hour: until then everybody has confirmed, or has not noticed. */
export async function planAudit({ table, now }: Services): Promise<void> {
  if (await table.get(auditKey)) return;
  const nextAt = isoOf(now() + againMs);
  await table.put<Audit>(auditKey, 0, { nextAt }, { dueAt: nextAt });
}

/**
 * Asks SNS, once a day, whether everybody who may have to be told has confirmed it: who has not is told nothing, and
 * nobody would notice. For the tick.
 * @returns whose mailboxes hold something new
 */
export async function auditContacts(services: Services): Promise<readonly string[]> {
  const { plan, table, journal, now } = services;
  const stored = await table.get<Audit>(auditKey);
  const at = isoOf(now());
  if (!stored || stored.body.nextAt > at) return [];
  const { missing, isComplete } = await findMissing(services);
  const observation = auditObservation(plan, missing, at, isComplete);
  const around = await readSurroundings(services, contactsCheck);
  const known = await table.get<Alert>(alertKey(contactsCheck));
  const { contacts } = await changeAlert(services, contactsCheck, { kind: 'observation', observation }, around, known);
  // Those who are told of it may be those who are not reached: the alarm on failures has a topic of its own.
  if (missing.size > 0 && contacts.length > 0) journal.failure('somebody cannot be told', observation.headline);
  const isWell = isComplete && missing.size === 0;
  const nextAt = isWell ? nextAudit(plan, at) : isoOf(now() + againMs);
  await table.put<Audit>(auditKey, stored.version, { nextAt }, { dueAt: nextAt });
  return contacts;
}

/** The channels in which nothing reaches a contact, as far as SNS tells. */
async function findMissing({ plan, topics, journal }: Services) {
  const missing = new Map<string, readonly Channel[]>();
  let isComplete = true;
  for (const [contact, needed] of channelsNeeded(plan)) {
    try {
      const confirmed = await topics.confirmed(contact);
      const channels = needed.filter((channel) => !confirmed.has(channel));
      if (channels.length > 0) missing.set(contact, channels);
    } catch (error) {
      isComplete = false;
      journal.failure('whether a contact can be told is not known', error, { contact });
    }
  }
  return { missing, isComplete };
}
