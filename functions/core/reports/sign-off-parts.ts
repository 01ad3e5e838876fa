import type { Plan, ReportPart } from '../plan.ts';
import type { AskedSignOff, Signature } from '../sign-off.ts';
import type { Iso } from '../time.ts';
import { listed } from '../words.ts';
import { fewOf, lineOf, shownEntries } from './bounds.ts';
import type { Block, Field } from './document.ts';
import { byTime } from './incident-notes.ts';
import type { ReportRecords } from './records.ts';
import { type Clock, clockOf, isWithin, lastDateOf } from './report-clock.ts';
import { askedIn, nobodySignedOff, signedLate, unsignedText } from './signed.ts';
import { subjectsOf } from './subjects.ts';

/** Notes of one sign-off. */
const shownNotes = 20;

/** Characters of one note: people have taken the trouble to write it. */
const noteCharacters = 500;

/** What people have written when they signed off, late for older slots too; where nobody has signed off, that. */
export function notesBlocks(
  plan: Plan,
  { of }: Extract<ReportPart, { kind: 'notes' }>,
  records: ReportRecords,
  now: Iso,
): Block[] {
  const clock = clockOf(plan, records.period);
  const late = signedLate(records);
  const fields = subjectsOf(plan, of).flatMap(({ routine, checks }) =>
    checks.flatMap((id): Field[] => {
      const check = plan.checks[id];
      if (check?.source.kind !== 'sign-off') return [];
      const own = late.filter(({ asked }) => asked.id === id && asked.routine === routine);
      const texts = own.map(({ asked, signature }) => `late, for ${clock(asked.slot)}: ${noteText(signature, clock)}`);
      return [{ label: check.title, ...noteOf(askedIn(records, routine, id), texts, clock, now) }];
    }),
  );
  return [{ kind: 'fields', fields }];
}

/** @param late what was said on slots before the period */
function noteOf(asked: readonly AskedSignOff[], late: readonly string[], clock: Clock, now: Iso): Omit<Field, 'label'> {
  const signatures = asked.flatMap((each) => each.signatures).toSorted(byTime);
  const newest = asked.at(-1);
  if (newest && signatures.length === 0) {
    const items = late.length > 0 && { items: fewOf(late, shownNotes) };
    return { value: unsignedText(newest, now), status: 'UNKNOWN', ...items };
  }
  const texts = [...signatures.map((signature) => noteText(signature, clock)), ...late];
  const [only = 'nobody was asked in this time', ...others] = texts;
  return others.length === 0 ? { value: only } : { value: `${texts.length} notes`, items: fewOf(texts, shownNotes) };
}

function noteText({ by, at, note, isGood }: Signature, clock: Clock): string {
  const text = note === '' ? 'signed off without a note' : lineOf(note, noteCharacters);
  return `${isGood ? '' : 'WRONG: '}${text} (${lineOf(by)}, ${clock(at)})`;
}

/** Who has signed off what the period asked for, who did so late for a time before it, and its last date. */
export function operatorBlocks({ timeZone }: Plan, records: ReportRecords): Block[] {
  const { signOffs, period } = records;
  const own = signOffs.filter(({ slot }) => isWithin(slot, period)).flatMap(({ signatures }) => signatures);
  const late = signedLate(records).map(({ signature }) => signature);
  const operator: Field =
    own.length > 0
      ? { label: 'Operator', value: namesOf(own) }
      : { label: 'Operator', value: nobodySignedOff, status: 'UNKNOWN' };
  const others: Field[] = late.length > 0 ? [{ label: 'Signed late, for a time before', value: namesOf(late) }] : [];
  return [{ kind: 'fields', fields: [operator, ...others, { label: 'Date', value: lastDateOf(period, timeZone) }] }];
}

function namesOf(signatures: readonly Signature[]): string {
  const people = [...new Set(signatures.toSorted(byTime).map(({ by }) => lineOf(by)))];
  const more = people.length > shownEntries ? [`${people.length - shownEntries} more`] : [];
  return listed([...people.slice(0, shownEntries), ...more]);
}
