import type { Plan, ReportPart } from '../plan.ts';
import type { AskedSignOff } from '../sign-off.ts';
import { worstOf } from '../status.ts';
import type { Iso } from '../time.ts';
import { fewOf, lineOf } from './bounds.ts';
import type { Block, Field } from './document.ts';
import type { ReportRecords } from './records.ts';
import { type Clock, clockOf } from './report-clock.ts';
import { askedIn, dueText, newestSignature, unsignedText } from './signed.ts';
import { badText, type Standing, standingsOf } from './standing.ts';
import { type Subject, subjectsOf } from './subjects.ts';

type VerdictPart = Extract<ReportPart, { kind: 'verdict' }>;

/** One check of a subject, and the title of its routine. */
interface Found extends Standing {
  readonly routine: string;
}

/**
 * Good only where every check is known to be well; what is bad counts before what is not known. What a person has found
 * wrong is bad. That nobody has signed off makes it not known where the sign-off is named, or nothing else judges it;
 * where its routine is named, it is a remark.
 */
export function verdictBlocks(plan: Plan, part: VerdictPart, records: ReportRecords, now: Iso): Block[] {
  const found = subjectsOf(plan, part.of).flatMap((subject) => {
    const routine = plan.routines[subject.routine]?.title ?? subject.routine;
    const judged = standingsOf(plan, subject, records);
    const signed = signedOff(plan, subject, records, now);
    const isRemark = subject.isWhole && judged.length > 0;
    const all = [...judged, ...(isRemark ? signed.flatMap(asRemark) : signed)];
    return all.map((standing): Found => ({ ...standing, routine }));
  });
  return [{ kind: 'fields', fields: [{ label: part.label, ...verdictOf(part, found) }] }];
}

function asRemark(standing: Standing): Standing[] {
  if (standing.kind === 'not-run') return [];
  return [standing.kind === 'not-known' ? { ...standing, kind: 'good', remark: standing.text } : standing];
}

/** How sign-offs stand, each by its newest slot. */
function signedOff(plan: Plan, { routine, checks }: Subject, records: ReportRecords, now: Iso): Standing[] {
  const clock = clockOf(plan, records.period);
  return checks.flatMap((id): Standing[] => {
    const check = plan.checks[id];
    if (check?.source.kind !== 'sign-off') return [];
    return [{ check: id, title: check.title, ...givenState(askedIn(records, routine, id).at(-1), clock, now) }];
  });
}

function givenState(
  newest: AskedSignOff | undefined,
  clock: Clock,
  now: Iso,
): Pick<Standing, 'kind' | 'status' | 'text'> {
  if (!newest) return { kind: 'not-run', status: 'UNKNOWN', text: 'nobody was asked in this time' };
  const said = newestSignature(newest);
  const unsigned = `${unsignedText(newest, now)}, ${dueText(newest, clock, now)}`;
  if (!said) return { kind: 'not-known', status: 'UNKNOWN', text: unsigned };
  const { isGood, by, note } = said;
  if (isGood) return { kind: 'good', status: 'OK', text: lineOf(note) };
  return { kind: 'bad', status: 'CRITICAL', text: `${lineOf(by)} found something wrong: ${lineOf(note)}` };
}

function verdictOf({ good, bad }: VerdictPart, found: readonly Found[]): Omit<Field, 'label'> {
  const some = (kind: Standing['kind']) => found.filter((each) => each.kind === kind);
  const remarks = found.flatMap(({ title, remark }) => (remark === undefined ? [] : [`${title}: ${remark}`]));
  const [wrong, unknown, notRun] = [some('bad'), some('not-known'), some('not-run')];
  const worst = worstOf(wrong.map(({ status }) => status));
  if (worst) {
    const items = [...wrong.map(whyOf), ...linesOf([...unknown, ...notRun]), ...remarks];
    return { value: bad, status: worst, items: fewOf(items) };
  }
  if (found.length === 0) return { value: 'NOT KNOWN: no check judges it', status: 'UNKNOWN' };
  if (unknown.length + notRun.length > 0) {
    return notKnown(unknown.length > 0 ? 'NOT KNOWN' : 'NOT RUN', [...unknown, ...notRun], remarks);
  }
  return { value: good, status: 'OK', ...(remarks.length > 0 && { items: fewOf(remarks) }) };
}

function notKnown(word: string, found: readonly Found[], remarks: readonly string[]): Omit<Field, 'label'> {
  const whys = new Set(found.map((each) => (each.isOfRound ? each.text : whyOf(each))));
  const [why, ...others] = whys;
  const items = others.length > 0 ? [...linesOf(found), ...remarks] : remarks;
  return {
    value: others.length > 0 || why === undefined ? word : `${word}: ${why}`,
    status: 'UNKNOWN',
    ...(items.length > 0 && { items: fewOf(items) }),
  };
}

/** What is so of a whole round is said once. */
function linesOf(found: readonly Found[]): string[] {
  return [...new Set(found.map((each) => (each.isOfRound ? `${each.routine}: ${each.text}` : whyOf(each))))];
}

function whyOf(standing: Standing): string {
  const { title, kind, text } = standing;
  return `${title}: ${kind === 'bad' ? badText(standing) : text}`;
}
