import type { Plan, ReportPart } from '../plan.ts';
import type { AskedSignOff, Signature } from '../sign-off.ts';
import { listed } from '../words.ts';
import { fewOf, lineOf, shownEntries } from './bounds.ts';
import type { Block, Field } from './document.ts';
import { byTime } from './incident-notes.ts';
import type { ReportRecords } from './records.ts';
import { type Clock, clockOf, dateText, isWithin } from './report-clock.ts';
import { askedIn, nobodySignedOff } from './signed.ts';
import { subjectsOf } from './subjects.ts';

/** Notes of one sign-off. */
const shownNotes = 20;

/** Characters of one note: people have taken the trouble to write it. */
const noteCharacters = 500;

/** What people have written when they signed off; where nobody has signed off, that. */
export function notesBlocks(
  plan: Plan,
  { of }: Extract<ReportPart, { kind: 'notes' }>,
  records: ReportRecords,
): Block[] {
  const clock = clockOf(plan, records.period);
  const fields = subjectsOf(plan, of).flatMap(({ routine, checks }) =>
    checks.flatMap((id): Field[] => {
      const check = plan.checks[id];
      if (check?.source.kind !== 'sign-off') return [];
      const asked = askedIn(records, routine, id);
      return [{ label: check.title, ...noteOf(asked, clock) }];
    }),
  );
  return [{ kind: 'fields', fields }];
}

function noteOf(asked: readonly AskedSignOff[], clock: Clock): Omit<Field, 'label'> {
  const signatures = asked.flatMap((each) => each.signatures).toSorted(byTime);
  if (asked.length === 0) return { value: 'nobody was asked in this time' };
  if (signatures.length === 0) return { value: nobodySignedOff, status: 'UNKNOWN' };
  const texts = signatures.map((signature) => noteText(signature, clock));
  const [only, ...others] = texts;
  return only !== undefined && others.length === 0
    ? { value: only }
    : { value: `${texts.length} notes`, items: fewOf(texts, shownNotes) };
}

function noteText({ by, at, note, isGood }: Signature, clock: Clock): string {
  const text = note === '' ? 'signed off without a note' : lineOf(note, noteCharacters);
  return `${isGood ? '' : 'WRONG: '}${text} (${lineOf(by)}, ${clock(at)})`;
}

/** Who has signed off in the period, and the date of its end. */
export function operatorBlocks({ timeZone }: Plan, { signOffs, period }: ReportRecords): Block[] {
  const given = signOffs.flatMap(({ signatures }) => signatures).filter(({ at }) => isWithin(at, period));
  const people = [...new Set(given.toSorted(byTime).map(({ by }) => lineOf(by)))];
  const more = people.length > shownEntries ? [`${people.length - shownEntries} more`] : [];
  const operator: Field =
    people.length > 0
      ? { label: 'Operator', value: listed([...people.slice(0, shownEntries), ...more]) }
      : { label: 'Operator', value: nobodySignedOff, status: 'UNKNOWN' };
  return [{ kind: 'fields', fields: [operator, { label: 'Date', value: dateText(period.to, timeZone) }] }];
}
