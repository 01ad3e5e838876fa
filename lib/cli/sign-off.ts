import type { Key } from '../../functions/adapters/dynamodb.ts';
import { type AskedSignOff, type Signed, sign } from '../../functions/core/sign-off.ts';
import type { Iso } from '../../functions/core/time.ts';
import { signOffKey } from '../../functions/flow/keys.ts';
import type { Connection } from './connection.ts';
import { expiryAt } from './expiry.ts';
import { oneLine } from './one-line.ts';
import type { Outcome } from './outcome.ts';
import { instantOf } from './period.ts';
import { askedFor, readSignOffs, type SignOffReport } from './sign-offs.ts';

export interface SignOffOptions {
  readonly note?: string;
  /** What the person has found wrong, where it is not in order. */
  readonly problem?: string;
  /** @default the newest */
  readonly slot?: string;
  readonly by: string;
}

type Answer = Pick<SignOffOptions, 'note' | 'problem'>;

const noteCharacters = 500;

/** Slots of a sign-off that are named where another one was meant. */
const namedSlots = 5;

/** How often it is tried again because somebody else was faster. */
const tries = 10;

/** Records what a person says: that it is in order, or what is wrong. @throws {Error} when the options make no sense */
export async function signOff(connection: Connection, id: string, options: SignOffOptions): Promise<Outcome> {
  const said = saidBy(options);
  const slot = options.slot === undefined ? undefined : instantOf('--slot', options.slot);
  const known = await readSignOffs(connection);
  const meant = slot ?? known.find((each) => each.id === id)?.slot;
  const key = meant === undefined ? undefined : signOffKey({ slot: meant, id });
  const signed = key && (await change(connection, key, { ...said, by: options.by }));
  if (!signed) {
    const answer = notAsked(known, id, slot);
    return { isDone: false, lines: [answer], data: { isDone: false, answer } };
  }
  const { next, answer } = signed;
  const isDone = next !== undefined;
  return { isDone, lines: [answer], data: { isDone, answer, id, slot: meant } };
}

function saidBy({ note, problem }: Answer): { readonly note: string; readonly isGood: boolean } {
  if (note !== undefined && problem !== undefined) {
    throw new Error(
      'rounds signoff got both --note and --problem; expected one of them. --problem TEXT says that it is not in order.',
    );
  }
  const text = oneLine(problem ?? note ?? '', noteCharacters);
  if (problem !== undefined && text === '') {
    throw new Error('--problem got nothing; expected what is wrong. Write --problem "two backups are missing".');
  }
  return { note: text, isGood: problem === undefined };
}

/**
 * Signs it as it is, and writes it if it still is so: of two people at once, one is told of the other.
 * @returns `undefined` where it was never asked for
 */
async function change(
  { table, now }: Connection,
  key: Key,
  said: { readonly by: string; readonly note: string; readonly isGood: boolean },
): Promise<Signed | undefined> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const stored = await table.get<AskedSignOff>(key);
    if (!stored) return undefined;
    const at = now();
    const signed = sign(stored.body, { ...said, at });
    if (!signed.next) return signed;
    // What follows, the tick does: it knows the runbook, and tells people. It is due at once, whatever this clock says.
    const { slot: dueAt } = stored.body;
    if (await table.put(key, stored.version, signed.next, { dueAt, ...expiryAt(at) })) return signed;
  }
  throw new Error(`The sign-off ${key.sk} was changed by others ${tries} times in a row; try it again.`);
}

function notAsked(known: readonly SignOffReport[], id: string, slot: Iso | undefined): string {
  const slots = known.filter((each) => each.id === id).map((each) => each.slot);
  if (slot !== undefined && slots.length > 0) {
    return `Nobody was asked for '${id}' in the slot ${slot}. Its newest slots are: ${slots.slice(0, namedSlots).join(', ')}.`;
  }
  const ids = askedFor(known).map((each) => `${each.id} (${each.title})`);
  const instead = ids.length > 0 ? `Asked for are: ${ids.join(', ')}.` : 'Nothing is asked for.';
  return `Nobody was asked for a sign-off '${id}'. ${instead}`;
}
