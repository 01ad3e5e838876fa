import type { Item, Key } from '../adapters/dynamodb.ts';
import type { Document } from '../core/reports/document.ts';
import type { ReportHead } from '../core/reports/records.ts';
import { reportEmail } from '../core/reports/report-email.ts';
import { type Lease, leaseMs } from '../core/round.ts';
import { isoOf, msOf } from '../core/time.ts';
import { reportHeadKey, reportKey } from './keys.ts';
import { expiry, isHeld, newLease, type TellingServices } from './services.ts';

/** The head of a report as the table keeps it. */
export interface KeptHead extends ReportHead {
  /** Who is mailing it until when: another one leaves it alone. */
  readonly lease?: Lease;
}

/** When a refused publish is tried again, in milliseconds: then after as long as the report is old. */
const retryMs = 60_000;

/** How long a refused publish is tried again, in milliseconds. */
const triedMs = 86_400_000;

/**
 * Nothing is begun in the last part of a lease, because it could end after somebody else has begun: a publish with its
 * strike-out takes 25 s at most, by the time-outs and tries of the clients. In milliseconds.
 */
const longestStepMs = 35_000;

/**
 * Keeps the head of a report and mails the report to everybody who is owed it. What is kept already stays as it is.
 * @returns whether it was not kept before
 */
export async function announceReport(services: TellingServices, head: ReportHead): Promise<boolean> {
  const kept = await put(services, reportHeadKey(head), 0, { ...head, lease: newLease(services, leaseMs) });
  if (kept) await send(services, kept);
  return kept !== undefined;
}

/** Mails a report to those who are still owed it. For the tick. */
export async function goOnWithReport(services: TellingServices, key: Key): Promise<void> {
  const stored = await services.table.get<KeptHead>(key);
  if (!stored || stored.body.owed.length === 0 || isHeld(stored.body.lease, services)) return;
  const claimed = await put(services, stored, stored.version, { ...stored.body, lease: newLease(services, leaseMs) });
  if (claimed) await send(services, claimed);
}

/**
 * Tells one after the other, and strikes each out. Only where a crash comes between publish and strike-out is somebody
 * told twice.
 */
async function send(services: TellingServices, claimed: Item<KeptHead>): Promise<void> {
  const { table, now } = services;
  const { id, slot, owed } = claimed.body;
  if (owed.length === 0) return;
  const document = await table.get<Document>(reportKey({ id, slot }));
  if (!document) throw new Error(`The report ${id} of ${slot} has a head and no document: it cannot be sent.`);
  const stopAt = now() + leaseMs - longestStepMs;
  let stored = claimed;
  for (const contact of owed) {
    if (now() > stopAt) break;
    if (!(await tell(services, stored.body, document.body, contact))) continue;
    const left = stored.body.owed.filter((other) => other !== contact);
    const next = await put(services, stored, stored.version, { ...stored.body, owed: left });
    // Somebody else goes on with it: the lease is over.
    if (!next) return;
    stored = next;
  }
  const { lease: _done, ...head } = stored.body;
  if (head.owed.length === 0) return;
  await put(services, stored, stored.version, head);
  if (!isTriedAgain(services, head)) {
    const why = 'it was refused for a day; to read it: rounds report';
    services.journal.failure('a report is not mailed any more', why, { id, slot, owed: head.owed });
  }
}

/** Keeps a head; while somebody is owed the report, the tick looks after it, for a day. */
function put(
  services: TellingServices,
  key: Key,
  version: number,
  head: KeptHead,
): Promise<Item<KeptHead> | undefined> {
  const { lease, ...done } = head;
  const { table, now } = services;
  const isOver = head.owed.length === 0 || !(lease || isTriedAgain(services, head));
  if (isOver) return table.put<KeptHead>(key, version, done, expiry(services));
  const dueAt = lease?.until ?? isoOf(now() + Math.max(retryMs, now() - msOf(head.writtenAt)));
  return table.put(key, version, head, { dueAt, ...expiry(services) });
}

function isTriedAgain({ now }: TellingServices, { writtenAt }: ReportHead): boolean {
  return now() - msOf(writtenAt) < triedMs;
}

/** @returns whether nothing more is owed to the contact */
async function tell(
  { plan, topics, journal }: TellingServices,
  head: ReportHead,
  document: Document,
  contact: string,
): Promise<boolean> {
  const { id, slot } = head;
  const about = { id, slot, contact };
  if (!topics.has(contact)) {
    journal.failure('a contact cannot be told', 'the runbook that is deployed now has no such contact', about);
    return true;
  }
  try {
    await topics.publish({ contact, channels: ['email'], message: reportEmail(plan, head, document) });
    journal.info('report sent', about);
    return true;
  } catch (error) {
    journal.failure('a report was refused by SNS', error, about);
    return false;
  }
}
