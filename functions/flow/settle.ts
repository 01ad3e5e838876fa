import type { Item } from '../adapters/dynamodb.ts';
import type { Alert, Notice, Recipient } from '../core/alert.ts';
import { messageOf } from '../core/messages.ts';
import { struckOut } from '../core/outbox.ts';
import { isoOf } from '../core/time.ts';
import { recordNotice } from './incidents.ts';
import { alertKey } from './keys.ts';
import { isHeld, newLease, type Services } from './services.ts';

/** How long one invocation may send an alert's outbox, in milliseconds. */
export const sendLeaseMs = 60_000;

/** No publish starts in the last part of a lease: it could end after somebody else has begun. In milliseconds. */
const publishMs = 25_000;

/** When a refused publish is tried again, in milliseconds. */
const retryMs = 60_000;

/** How often a strike-out is repeated because the alert changed meanwhile. */
const strikeTries = 10;

/** Sends what is owed of an alert that nobody else is sending. For the tick. */
export async function settleDue(services: Services, check: string): Promise<void> {
  const { table } = services;
  const stored = await table.get<Alert>(alertKey(check));
  if (!stored || stored.body.outbox.length === 0 || isHeld(stored.body.lease, services)) return;
  const lease = newLease(services, sendLeaseMs);
  const claimed = await table.put(alertKey(check), stored.version, { ...stored.body, lease }, { dueAt: lease.until });
  if (claimed) await settle(services, claimed);
}

/**
 * Sends an alert's outbox under the lease that the alert holds: publish, then strike out, one recipient at a time. A
 * crash between the two is the one way in which somebody is told twice.
 */
export async function settle(services: Services, leased: Item<Alert>): Promise<Alert> {
  const { now } = services;
  const stopAt = now() + sendLeaseMs - publishMs;
  const refused = new Set<string>();
  let current = leased;
  for (let next = nextDelivery(current.body, refused); next; next = nextDelivery(current.body, refused)) {
    if (now() > stopAt) return current.body;
    const { notice, recipient, isRecorded } = next;
    if (!isRecorded) await recordNotice(services, notice);
    if (recipient && !(await publish(services, notice, recipient))) {
      refused.add(deliveryName(notice, recipient));
      continue;
    }
    current = await strike(services, current, notice, recipient?.contact ?? '');
    if (isHeld(current.body.lease, services)) return current.body;
  }
  if (refused.size > 0) await release(services, current);
  return current.body;
}

/** Leaves what was refused to the tick, and to whoever has more to tell before it. */
async function release({ table, now }: Services, current: Item<Alert>): Promise<void> {
  const { lease: _done, ...alert } = current.body;
  await table.put(current, current.version, alert, { dueAt: isoOf(now() + retryMs) });
}

interface Delivery {
  readonly notice: Notice;
  /** Absent when the notice tells nobody and is only recorded. */
  readonly recipient?: Recipient;
  readonly isRecorded: boolean;
}

function nextDelivery(alert: Alert, refused: ReadonlySet<string>): Delivery | undefined {
  for (const { notice, to, isRecorded = false } of alert.outbox) {
    if (to.length === 0) return { notice, isRecorded };
    const recipient = to.find((candidate) => !refused.has(deliveryName(notice, candidate)));
    if (recipient) return { notice, recipient, isRecorded };
  }
  return undefined;
}

function deliveryName({ incident, sequence }: Notice, { contact }: Recipient): string {
  return `${incident}/${sequence} to ${contact}`;
}

async function publish(services: Services, notice: Notice, recipient: Recipient): Promise<boolean> {
  const { plan, topics, journal } = services;
  try {
    await topics.publish(notice, recipient, messageOf(plan, notice, recipient));
    journal.info('told', { incident: notice.incident, kind: notice.kind, contact: recipient.contact });
    return true;
  } catch (error) {
    journal.failure('a message was refused by SNS', error, { delivery: deliveryName(notice, recipient) });
    return false;
  }
}

async function strike(services: Services, current: Item<Alert>, notice: Notice, contact: string): Promise<Item<Alert>> {
  const { table, now } = services;
  let stored: Item<Alert> | undefined = current;
  for (let attempt = 0; attempt < strikeTries && stored; attempt++) {
    const { lease, ...rest } = struckOut(stored.body, notice, contact);
    const isOwed = rest.outbox.length > 0;
    const body = { ...rest, ...(isOwed && lease && { lease }) };
    const dueAt = lease?.until ?? isoOf(now() + retryMs);
    const written: Item<Alert> | undefined = await table.put<Alert>(
      alertKey(body.check),
      stored.version,
      body,
      isOwed ? { dueAt } : {},
    );
    if (written) return written;
    stored = await table.get<Alert>(alertKey(body.check));
  }
  throw new Error(`The alert ${current.body.check} could not strike out what was sent: it kept changing.`);
}
