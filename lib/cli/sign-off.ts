import { entryLimits } from '../../functions/core/entry-limits.ts';
import type { Iso } from '../../functions/core/time.ts';
import { giveSignOff } from '../../functions/flow/give-sign-off.ts';
import { type Connection, recordsOf } from './connection.ts';
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

/** Slots of a sign-off that are named where another one was meant. */
const namedSlots = 5;

/** Records what a person says: that it is in order, or what is wrong. @throws {Error} when the options make no sense */
export async function signOff(connection: Connection, id: string, options: SignOffOptions): Promise<Outcome> {
  const said = saidBy(options);
  const slot = options.slot === undefined ? undefined : instantOf('--slot', options.slot);
  const known = await readSignOffs(connection);
  const meant = slot ?? known.find((each) => each.id === id)?.slot;
  const signed =
    meant === undefined
      ? undefined
      : await giveSignOff(recordsOf(connection), { id, slot: meant }, { ...said, by: options.by });
  if (!signed) {
    const answer = notAsked(known, id, slot);
    return { isDone: false, lines: [answer], data: { isDone: false, answer } };
  }
  const isDone = signed.next !== undefined;
  const answer = signed.lacksNote ? `${signed.answer} Say it again, and add --note TEXT.` : signed.answer;
  return { isDone, lines: [answer], data: { isDone, answer, id, slot: meant } };
}

function saidBy({ note, problem }: Answer): { readonly note: string; readonly isGood: boolean } {
  if (note !== undefined && problem !== undefined) {
    throw new Error(
      'rounds signoff got both --note and --problem; expected one of them. --problem TEXT says that it is not in order.',
    );
  }
  const text = oneLine(problem ?? note ?? '', entryLimits.signOffNote);
  if (problem !== undefined && text === '') {
    throw new Error('--problem got nothing; expected what is wrong. Write --problem "two backups are missing".');
  }
  return { note: text, isGood: problem === undefined };
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
