import { ageText } from '../../functions/core/age.ts';
import type { AskedSignOff, Signature } from '../../functions/core/sign-off.ts';
import { clockText, type Iso, isoOf, msOf } from '../../functions/core/time.ts';
import { readSignOffs as readAsked } from '../../functions/flow/sign-offs.ts';
import type { Connection } from './connection.ts';
import type { Outcome } from './outcome.ts';

/** A sign-off in a slot, and how it stands now. */
export interface SignOffReport extends AskedSignOff {
  readonly status: 'overdue' | 'wrong' | 'open' | 'signed';
  /** Nobody has found it in order, and it was not asked anew since. */
  readonly isAskedFor: boolean;
}

/** How far back `--all` goes. */
const shownDays = 7;

const urgency: readonly SignOffReport['status'][] = ['overdue', 'wrong', 'open', 'signed'];

/** What people were asked, the newest slot first. */
export async function readSignOffs({ table, now }: Connection): Promise<SignOffReport[]> {
  const asked = await readAsked(table);
  const at = now();
  const seen = new Set<string>();
  return asked.map((each) => {
    const status = statusOf(each, at);
    const isNewest = !seen.has(each.id);
    seen.add(each.id);
    return { ...each, status, isAskedFor: isNewest && status !== 'signed' };
  });
}

function statusOf({ signatures, dueAt }: AskedSignOff, now: Iso): SignOffReport['status'] {
  const newest = signatures.at(-1);
  if (newest) return newest.isGood ? 'signed' : 'wrong';
  return dueAt <= now ? 'overdue' : 'open';
}

/** Those that people are asked for now: the overdue ones first, then by their due times. */
export function askedFor(signOffs: readonly SignOffReport[]): SignOffReport[] {
  return signOffs
    .filter(({ isAskedFor }) => isAskedFor)
    .sort(
      (one, other) => urgency.indexOf(one.status) - urgency.indexOf(other.status) || (one.dueAt < other.dueAt ? -1 : 1),
    );
}

/** What people are asked for now, and how to answer; with `all` also what has become of the others of the last days. */
export async function listSignOffs(
  connection: Connection,
  { all }: { readonly all?: boolean },
  timeZone: string,
): Promise<Outcome> {
  const at = connection.now();
  const signOffs = await readSignOffs(connection);
  const asked = askedFor(signOffs);
  const since = isoOf(msOf(at) - shownDays * 86_400_000);
  const others = all ? signOffs.filter(({ isAskedFor, slot }) => !isAskedFor && slot >= since) : [];
  const lines = [
    ...(asked.length > 0 ? asked.flatMap((each) => details(each, at, timeZone)) : ['Nothing is asked for.']),
    ...(all ? ['', `The last ${shownDays} days`] : []),
    ...others.map((each) => historyText(each, timeZone)),
    ...(all && others.length === 0 ? ['  nothing else was asked for'] : []),
  ];
  return { isDone: true, lines, data: [...asked, ...others] };
}

/** One line: how it stands, what it is, and until when. */
export function signOffText({ status, id, title, routine, dueAt }: SignOffReport, now: Iso, timeZone: string): string {
  const age = dueAt <= now ? `${ageText(dueAt, now)} ago` : `in ${ageText(now, dueAt)}`;
  return `  ${status}  ${id}  ${title}, of ${routine}, due ${clockText(dueAt, timeZone)}, ${age}`;
}

function details(signOff: SignOffReport, now: Iso, timeZone: string): string[] {
  const { id, title, question, note, signatures } = signOff;
  return [
    signOffText(signOff, now, timeZone),
    ...(question === title ? [] : [`    ${question}`]),
    ...signatures.map((signature) => `    ${signatureText(signature, timeZone)}`),
    `    rounds signoff ${id}${note === 'required' ? ' --note TEXT' : ''}, or with --problem TEXT`,
  ];
}

function historyText({ slot, id, title, signatures }: SignOffReport, timeZone: string): string {
  const said = signatures.map((signature) => signatureText(signature, timeZone)).join('; ');
  return `  ${clockText(slot, timeZone)}  ${id}  ${title}: ${said || 'nobody has signed it off'}`;
}

function signatureText({ by, at, note, isGood }: Signature, timeZone: string): string {
  const said = isGood ? 'signed off' : 'reported as wrong';
  return `${said} by ${by}, ${clockText(at, timeZone)}${note === '' ? '' : `: ${note}`}`;
}
