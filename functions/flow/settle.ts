import type { Item } from '../adapters/dynamodb.ts';
import type { Alert, Outgoing } from '../core/alert.ts';
import type { Letter } from '../core/mailbox.ts';
import { dueAt, numbered, struckOut, unnumbered } from '../core/outbox.ts';
import { putLetters } from './deliver.ts';
import { claimNumber, recordNotice } from './incidents.ts';
import { alertKey } from './keys.ts';
import type { Services } from './services.ts';

/** How often a change is repeated because the alert changed meanwhile. */
const saveTries = 10;

/** An alert after an event, and the contacts whose mailboxes hold something new. */
export interface Changed {
  readonly alert: Alert | undefined;
  readonly contacts: readonly string[];
}

/**
 * Empties an alert's outbox: gives its incidents their numbers, puts its notices into the records and a letter for each
 * recipient into the mailboxes. Doing any of it again, or at the same time as somebody else, changes nothing.
 */
export async function settle(services: Services, current: Item<Alert>): Promise<Changed> {
  let alert = current.body;
  const numbers: [openedAt: string, number: string][] = [];
  for (let notice = unnumbered(alert); notice; notice = unnumbered(alert)) {
    const number = await claimNumber(services, notice);
    alert = numbered(alert, notice.openedAt, number);
    numbers.push([notice.openedAt, number]);
  }
  for (const { notice, isRecorded } of alert.outbox) if (!isRecorded) await recordNotice(services, notice);
  for (const { notice, to, isRecorded } of alert.outbox) {
    if (!isRecorded || to.length > 0) continue;
    const { incident, kind, check } = notice;
    services.journal.failure('there is nobody to be told', 'the roles reach nobody now', { incident, kind, check });
  }
  const letters = lettersOf(alert.outbox);
  for (const [contact, ownLetters] of letters) await putLetters(services, contact, ownLetters);
  const settled = await save(services, current, (stored) => {
    const named = numbers.reduce((each, [openedAt, number]) => numbered(each, openedAt, number), stored);
    return struckOut(named, alert.outbox);
  });
  return { alert: settled, contacts: [...letters.keys()] };
}

/** By contact, oldest first. */
function lettersOf(outbox: readonly Outgoing[]): ReadonlyMap<string, readonly Letter[]> {
  const letters = new Map<string, Letter[]>();
  for (const { notice, to } of outbox) {
    for (const { contact, role, channels } of to) {
      letters.set(contact, [...(letters.get(contact) ?? []), { notice, role, channels }]);
    }
  }
  return letters;
}

async function save({ table }: Services, current: Item<Alert>, change: (alert: Alert) => Alert): Promise<Alert> {
  const key = alertKey(current.body.check);
  let stored: Item<Alert> | undefined = current;
  for (let attempt = 0; attempt < saveTries && stored; attempt++) {
    const next = change(stored.body);
    const due = dueAt(next);
    if (await table.put<Alert>(key, stored.version, next, due ? { dueAt: due } : {})) return next;
    stored = await table.get<Alert>(key);
  }
  throw new Error(`The alert ${current.body.check} could not be saved: it kept changing.`);
}
