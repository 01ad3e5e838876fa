import { type AskedSignOff, type Signature, type Signed, sign } from '../core/sign-off.ts';
import { isoOf } from '../core/time.ts';
import { signOffKey } from './keys.ts';
import { expiry, type Records } from './services.ts';

/** How often it is tried again because somebody else was faster. */
const tries = 10;

/**
 * Signs what was asked for as it is, and writes it if it still is so: of two people at once, one is told of the other.
 * @param after how many signatures the person has seen; as many as there are, if absent
 * @returns `undefined` where it was never asked for
 */
export async function giveSignOff(
  { table, now }: Records,
  asked: Pick<AskedSignOff, 'id' | 'slot'>,
  said: Omit<Signature, 'at'>,
  after?: number,
): Promise<Signed | undefined> {
  const key = signOffKey(asked);
  for (let attempt = 0; attempt < tries; attempt++) {
    const stored = await table.get<AskedSignOff>(key);
    if (!stored) return undefined;
    const signed = sign(stored.body, { ...said, at: isoOf(now()) }, after);
    if (!signed.next) return signed;
    // What follows, the tick does: it knows the runbook, and tells people. It is due at once, whatever this clock says.
    const { slot: dueAt } = stored.body;
    if (await table.put(key, stored.version, signed.next, { dueAt, ...expiry({ now }) })) return signed;
  }
  throw new Error(`The sign-off ${key.sk} was changed by others ${tries} times in a row; try it again.`);
}
