import type { Alert } from '../core/alert.ts';
import { type Batch, delivered, nextBatch, refused, reserved, wakeAt } from '../core/batch.ts';
import { heirsOf } from '../core/heirs.ts';
import { type Letter, type Mailbox, received } from '../core/mailbox.ts';
import { messageOf } from '../core/messages.ts';
import { isPage } from '../core/notice.ts';
import { quieted } from '../core/quieted.ts';
import { isoOf } from '../core/time.ts';
import { alertKey, mailboxKey } from './keys.ts';
import { isHeld, newLease, type Services } from './services.ts';

/** How long one invocation may send from a mailbox, in milliseconds. */
const sendLeaseMs = 60_000;

/**
 * Nothing is begun in the last part of a lease, because it could end after somebody else has begun: a publish with its
 * strike-out takes 25 s at most, by the time-outs and tries of the clients. In milliseconds.
 */
const longestStepMs = 35_000;

/** When a refused publish is tried again, in milliseconds. */
const retryMs = 60_000;

/** How often letters are put in again because the mailbox changed meanwhile. */
const putTries = 10;

/** Writes of a mailbox in one go, lost races included: the caps allow fewer messages in the time of a lease. */
const writesLimit = 100;

/** Puts letters into a contact's mailbox. Doing it again changes nothing. */
export async function putLetters(services: Services, contact: string, letters: readonly Letter[]): Promise<void> {
  const { table, now } = services;
  const key = mailboxKey(contact);
  for (let attempt = 0; attempt < putTries; attempt++) {
    const stored = await table.get<Mailbox>(key);
    const next = received(stored?.body, contact, letters);
    if (next === stored?.body) return;
    if (await table.put(key, stored?.version ?? 0, next, { dueAt: isoOf(now()) })) return;
  }
  throw new Error(`The mailbox of ${contact} was changed by others ${putTries} times in a row.`);
}

/** Sends to some contacts what they may be sent now. What cannot be is left to the tick. */
export async function deliverAll(services: Services, contacts: readonly string[]): Promise<void> {
  for (const contact of contacts) {
    try {
      await deliver(services, contact);
    } catch (error) {
      services.journal.failure('a mailbox could not be emptied', error, { contact });
    }
  }
}

/**
 * Sends from a mailbox under a lease: counts a message as sent, publishes it, strikes its letters out, which is also
 * where the next one is counted. Only where a crash comes between publish and strike-out is somebody told twice.
 */
async function deliver(services: Services, contact: string): Promise<void> {
  const { table, now } = services;
  const key = mailboxKey(contact);
  const lease = newLease(services, sendLeaseMs);
  const stopAt = now() + sendLeaseMs - longestStepMs;
  let stored = await table.get<Mailbox>(key);
  // What has become of the last message, for the mailbox as it is when that is stored.
  let outcome: ((mailbox: Mailbox) => Mailbox) | undefined;
  let isRefused = false;
  for (let writes = 0; writes < writesLimit; writes++) {
    if (!stored || isHeld(stored.body.lease, services)) return;
    const { lease: _ours, ...before } = outcome?.(stored.body) ?? stored.body;
    if (!outcome && before.letters.length === 0) return;
    const mailbox = await present(services, before);
    const at = isoOf(now());
    const batch: Batch | undefined = isRefused || now() > stopAt ? undefined : nextBatch(mailbox, at);
    const next = batch ? { ...reserved(mailbox, batch, at), lease } : mailbox;
    const wake = wakeAt(mailbox, at);
    const dueAt = batch ? lease.until : wake && (isRefused ? isoOf(now() + retryMs) : wake);
    const written = await table.put<Mailbox>(key, stored.version, next, dueAt ? { dueAt } : {});
    if (!written) {
      stored = await table.get<Mailbox>(key);
      continue;
    }
    if (!batch) return;
    stored = written;
    isRefused = !(await publish(services, contact, batch));
    const settle = isRefused ? refused : delivered;
    outcome = (current) => settle(current, batch);
  }
  throw new Error(`The mailbox of ${contact} was not done after ${writesLimit} writes.`);
}

/** The mailbox against what is so now; an empty one where the contact cannot be told any more. */
async function present(services: Services, mailbox: Mailbox): Promise<Mailbox> {
  const { table, topics, journal } = services;
  const { contact, letters } = mailbox;
  const checks = new Set(letters.flatMap(({ notice }) => (isPage(notice) ? [notice.check] : [])));
  const alerts = new Map<string, Alert | undefined>();
  for (const check of checks) {
    try {
      alerts.set(check, (await table.get<Alert>(alertKey(check)))?.body);
    } catch (error) {
      // Better a page in vain than none.
      journal.failure('an alert could not be read before it was told', error, { check });
    }
  }
  const current = quieted(mailbox, alerts);
  if (topics.has(contact)) return current;
  await handOn(services, contact, current.letters);
  return { ...current, letters: [] };
}

/** Puts the pages of a contact whom a deployment has removed into the mailboxes of those who are to be told now. */
async function handOn(services: Services, contact: string, letters: readonly Letter[]): Promise<void> {
  const { plan, journal, now } = services;
  const gone = 'the runbook that is deployed now has no such contact';
  for (const letter of letters) {
    const { kind, incident } = letter.notice;
    const heirs = heirsOf(plan, letter, isoOf(now()));
    for (const [heir, copy] of heirs) await putLetters(services, heir, [copy]);
    const about = { contact, incident, kind, heirs: [...heirs.keys()] };
    if (heirs.size > 0) journal.info('a page is handed on', about);
    else if (isPage(letter.notice)) journal.failure('a contact cannot be told', gone, about);
    // That something is over is news only for whoever knew of it.
    else journal.info('a contact cannot be told, and need not be', about);
  }
}

/** @returns whether SNS has taken it */
async function publish({ plan, topics, journal, now }: Services, contact: string, batch: Batch): Promise<boolean> {
  const { letters, channels } = batch;
  const kinds = [...new Set(letters.map(({ notice }) => notice.kind))];
  const about = { contact, incidents: incidentsOf(letters), kinds, channels };
  try {
    await topics.publish({ contact, channels, message: messageOf(plan, contact, letters, isoOf(now())) });
    journal.info('told', about);
    return true;
  } catch (error) {
    journal.failure('a message was refused by SNS', error, about);
    return false;
  }
}

function incidentsOf(letters: readonly Letter[]): string[] {
  return [...new Set(letters.map(({ notice }) => notice.incident))];
}
