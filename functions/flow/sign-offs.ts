import type { Item, Key, Table } from '../adapters/dynamodb.ts';
import type { Alert, Observation } from '../core/alert.ts';
import { type AskedSignOff, signOffObservation, signOffsOf } from '../core/sign-off.ts';
import { type Iso, isoOf } from '../core/time.ts';
import { changeAlert } from './change-alert.ts';
import { alertKey, partition, signOffKey } from './keys.ts';
import { expiry, type Services } from './services.ts';
import { readSurroundings } from './surroundings.ts';

/** Sign-offs that are looked at, the newest of them: weeks. */
const recentSignOffs = 500;

/** Asks people for what a routine wants of them in a slot. Doing it again changes nothing. */
export async function askSignOffs(services: Services, routine: string, slot: Iso): Promise<void> {
  for (const asked of signOffsOf(services.plan, routine, slot)) {
    await services.table.put(signOffKey(asked), 0, asked, { dueAt: asked.dueAt, ...expiry(services) });
  }
}

/**
 * What people were asked, the newest slot first.
 * @param until the last slot that counts; all, if absent
 */
export async function readSignOffs(table: Table, until?: Iso): Promise<AskedSignOff[]> {
  const to = until === undefined ? {} : { to: `${until}~` };
  const items = await table.query<AskedSignOff>({
    pk: partition.signOff,
    ...to,
    newestFirst: true,
    limit: recentSignOffs,
  });
  return items.map(({ body }) => body);
}

/**
 * Holds what a person has said, or that nobody has in time, against the alert. For the tick.
 * @returns whose mailboxes hold something new
 */
export async function goOnWithSignOff(services: Services, key: Key): Promise<readonly string[]> {
  const { table, plan, now } = services;
  const stored = await table.get<AskedSignOff>(key);
  if (!stored) return [];
  const observation = signOffObservation(plan, stored.body, isoOf(now()));
  if (!observation) return [];
  const { check } = observation;
  const isAsked = plan.checks[check]?.source.kind === 'sign-off';
  // What is said late of an old slot is on record, and says nothing of the present one; but what is wrong is told, and
  // can be taken back.
  const known = await table.get<Alert>(alertKey(check));
  const isKnown = known?.body.facts?.round === observation.round;
  const isHeard = observation.counts.CRITICAL > 0 || isKnown || (await isTheNewest(services, stored));
  const contacts = isAsked && isHeard ? await apply(services, check, observation, known) : [];
  // A signature that came meanwhile keeps it due.
  await table.put(stored, stored.version, stored.body, expiry(services));
  return contacts;
}

async function apply(
  services: Services,
  check: string,
  observation: Observation,
  known: Item<Alert> | undefined,
): Promise<readonly string[]> {
  const around = await readSurroundings(services, check);
  const { contacts } = await changeAlert(services, check, { kind: 'observation', observation }, around, known);
  return contacts;
}

async function isTheNewest({ table }: Services, { pk, sk, body }: Item<AskedSignOff>): Promise<boolean> {
  const later = await table.query<AskedSignOff>({ pk, from: `${sk}~`, limit: recentSignOffs });
  return !later.some((other) => other.body.id === body.id && other.body.slot > body.slot);
}
