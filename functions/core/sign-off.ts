import type { Observation } from './alert.ts';
import { singleObservation } from './observations.ts';
import type { Plan } from './plan.ts';
import { clockText, type Iso, laterBy } from './time.ts';

/** What a person was asked to confirm, for one slot, as the table keeps it: everything that its record has to say. */
export interface AskedSignOff {
  readonly id: string;
  readonly routine: string;
  readonly slot: Iso;
  readonly title: string;
  readonly question: string;
  readonly note: 'optional' | 'required';
  readonly dueAt: Iso;
  /** What people have said, the newest last: nothing is ever taken back, only said anew. */
  readonly signatures: readonly Signature[];
}

export interface Signature {
  readonly by: string;
  readonly at: Iso;
  /** Empty for none. */
  readonly note: string;
  /** The person has looked and found it in order. */
  readonly isGood: boolean;
}

/** Signatures of one sign-off at most. */
const signaturesLimit = 20;

/** What a routine asks of people in a slot. */
export function signOffsOf(plan: Plan, routine: string, slot: Iso): readonly AskedSignOff[] {
  return (plan.routines[routine]?.checks ?? []).flatMap((id) => {
    const check = plan.checks[id];
    if (check?.source.kind !== 'sign-off') return [];
    const { question, note, dueMinutes } = check.source;
    const dueAt = laterBy(dueMinutes * 60_000, slot);
    return [{ id, routine, slot, title: check.title, question, note, dueAt, signatures: [] }];
  });
}

export interface Signed {
  /** Absent where nothing changes. */
  readonly next?: AskedSignOff;
  /** Nothing changes because a note is missing. */
  readonly lacksNote?: true;
  /** What has become of it, for the person. */
  readonly answer: string;
}

/**
 * Adds what a person says. Needs no plan.
 * @param after how many signatures the person has seen; as many as there are, if absent
 */
export function sign(asked: AskedSignOff, signature: Signature, after = asked.signatures.length): Signed {
  const { isGood, note } = signature;
  const name = `${asked.title} (${asked.slot})`;
  const newest = asked.signatures.at(-1);
  if (newest?.isGood && isGood) {
    return { answer: `${newest.by} has signed off ${name} already, at ${newest.at}; nothing was changed.` };
  }
  // On a page that is older, whoever overrules somebody does not know it.
  if (newest && asked.signatures.length > after) {
    return { answer: `${name} ${saidText(newest)}, at ${newest.at}; nothing was changed: look at it again.` };
  }
  if (asked.signatures.length >= signaturesLimit) {
    return { answer: `${name} has ${signaturesLimit} signatures; nothing was changed: no more of them are kept.` };
  }
  if (note === '' && (asked.note === 'required' || !isGood)) {
    const why = isGood ? 'asks for a note' : 'is found wrong, and nobody knows why without a note';
    return { lacksNote: true, answer: `${name} ${why}; nothing was changed: add a note.` };
  }
  return { next: { ...asked, signatures: [...asked.signatures, signature] }, answer: `${name} ${saidText(signature)}` };
}

function saidText({ by, isGood, note }: Signature): string {
  return `is ${isGood ? 'signed off' : 'reported as wrong'} by ${by}${note === '' ? '' : `: ${note}`}`;
}

/** What is so now: a signature, or that there is none in time; `undefined` while there is time. */
export function signOffObservation(plan: Plan, asked: AskedSignOff, now: Iso): Observation | undefined {
  const { id, title, routine, slot, dueAt, question } = asked;
  const rules = plan.checks[id]?.rules ?? [];
  const base = { check: id, title, round: `${routine}/${slot}`, name: 'a person' };
  const newest = asked.signatures.at(-1);
  if (!newest) {
    if (now < dueAt) return undefined;
    const text = `nobody has signed off by ${clockText(dueAt, plan.timeZone)}: ${question}`;
    return singleObservation({ ...base, at: dueAt, headline: `${title}: not signed off` }, rules, 'WARNING', text);
  }
  const { by, note, isGood } = newest;
  // Clocks disagree: what was said after something else must not look older, nor older than that nobody had said it.
  const times = asked.signatures.map((signature) => signature.at);
  const at = [...times, ...(now < dueAt ? [] : [dueAt])].sort().at(-1) ?? dueAt;
  if (isGood) return singleObservation({ ...base, at, headline: `${title}: signed off by ${by}` }, rules, 'OK', note);
  return singleObservation({ ...base, at, headline: `${title}: ${by} has found something` }, rules, 'CRITICAL', note);
}
