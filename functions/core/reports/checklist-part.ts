import type { Plan, ReportPart } from '../plan.ts';
import type { AskedSignOff } from '../sign-off.ts';
import type { Iso } from '../time.ts';
import { lineOf } from './bounds.ts';
import type { Block } from './document.ts';
import type { ReportRecords } from './records.ts';
import { type Clock, clockOf } from './report-clock.ts';
import { askedIn, dueText, isGiven, newestSignature, unsignedText } from './signed.ts';
import { askedRounds, type Standing, standingsIn, standingsOf } from './standing.ts';
import { type Subject, subjectsOf } from './subjects.ts';

type ChecklistPart = Extract<ReportPart, { kind: 'checklist' }>;

/** Rounds of a day are many where one runs every five minutes: so many before the newest are looked at. */
const earlierRounds = 300;

const head = ['Item', 'State', 'What was found or said', 'When'];

/** A table for each routine: how each item stood last, and how often it was otherwise before. */
export function checklistBlocks(plan: Plan, { of }: ChecklistPart, records: ReportRecords, now: Iso): Block[] {
  const subjects = subjectsOf(plan, of);
  return subjects.flatMap((subject): Block[] => {
    const title = plan.routines[subject.routine]?.title ?? subject.routine;
    const table: Block = { kind: 'table', head, rows: rowsOf(plan, subject, records, now) };
    return subjects.length > 1 ? [{ kind: 'heading', level: 3, text: title }, table] : [table];
  });
}

function rowsOf(plan: Plan, subject: Subject, records: ReportRecords, now: Iso): string[][] {
  const clock = clockOf(plan, records.period);
  const asked = askedRounds(records, subject.routine);
  const earlier = asked.slice(0, -1).slice(-earlierRounds);
  const before = earlier.map((each) => standingsIn(plan, subject, each, clock));
  const standings = new Map(standingsOf(plan, subject, records).map((each) => [each.check, each]));
  const newest = asked.at(-1)?.round;
  return subject.checks.flatMap((id) => {
    const check = plan.checks[id];
    if (!check) return [];
    if (check.source.kind === 'sign-off') {
      return [signOffRow(check.title, askedIn(records, subject.routine, id), now, clock)];
    }
    const standing = standings.get(id);
    if (!standing) return [];
    const isAsked = newest && standing.kind !== 'not-run';
    const others = before.flatMap((each) => each.find(({ check: other }) => other === id) ?? []);
    return [[check.title, stateOf(standing), foundText(standing, others), isAsked ? clock(newest.slot) : '']];
  });
}

function stateOf({ kind, status }: Standing): string {
  switch (kind) {
    case 'good':
    case 'bad':
      return status;
    case 'not-known':
      return 'NOT KNOWN';
    case 'not-run':
      return 'NOT RUN';
  }
}

function foundText({ where, text, remark }: Standing, earlier: readonly Standing[]): string {
  const ran = earlier.filter(({ kind }) => kind !== 'not-run');
  const notWell = ran.filter(({ kind }) => kind !== 'good').length;
  const count = notWell > 0 ? `; not OK in ${notWell} of the ${ran.length} rounds before` : '';
  return `${where === undefined ? '' : `${where}: `}${text}${remark ? `; ${remark}` : ''}${count}`;
}

function signOffRow(title: string, asked: readonly AskedSignOff[], now: Iso, clock: Clock): string[] {
  const newest = asked.at(-1);
  if (!newest) return [title, 'NOT ASKED', 'nobody was asked in this time', ''];
  const earlier = asked.slice(0, -1);
  const notGiven = earlier.filter((each) => !isGiven(each)).length;
  const count = notGiven > 0 ? `; not signed off ${notGiven} of ${earlier.length} times before` : '';
  const signature = newestSignature(newest);
  if (!signature) {
    return [title, unsignedText(newest, now), `${dueText(newest, clock, now)}: ${lineOf(newest.question)}${count}`, ''];
  }
  const { by, isGood, note, at } = signature;
  const name = lineOf(by);
  return [title, isGood ? `signed off by ${name}` : `WRONG, says ${name}`, `${lineOf(note)}${count}`, clock(at)];
}
