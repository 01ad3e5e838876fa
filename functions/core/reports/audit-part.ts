import { contactsCheck } from '../observations.ts';
import type { Evidence, Plan, ReportPart } from '../plan.ts';
import { roundsAnswer } from '../rounds-answer.ts';
import { type Iso, laterBy } from '../time.ts';
import { counted } from '../words.ts';
import { fewOf, lineOf } from './bounds.ts';
import type { Block, Field } from './document.ts';
import { isForAwareness, isInTime, isOver, openedIn } from './incident-course.ts';
import type { ReportRecords } from './records.ts';
import { clockOf, isWithin } from './report-clock.ts';
import { slotsBetween } from './report-slots.ts';
import { isGiven } from './signed.ts';

/** How long writing a report may take before it counts as missing, in milliseconds. */
const writingMs = 15 * 60_000;

/** What the records say to a point of an audit, and what speaks against it. */
interface Finding {
  readonly answer: 'YES' | 'NO' | 'NOT KNOWN';
  readonly why: string;
  readonly against?: readonly string[];
}

const statusOf = { YES: 'OK', NO: 'CRITICAL', 'NOT KNOWN': 'UNKNOWN' } as const;

export function auditBlocks(
  plan: Plan,
  { point, evidence }: Extract<ReportPart, { kind: 'audit' }>,
  records: ReportRecords,
  now: Iso,
): Block[] {
  const { answer, why, against = [] } = findingOf(plan, evidence, records, now);
  const items = against.length > 0 && { items: fewOf(against) };
  const field: Field = { label: point, value: `${answer}: ${why}`, status: statusOf[answer], ...items };
  return [{ kind: 'fields', fields: [field] }];
}

function findingOf(plan: Plan, evidence: Evidence, records: ReportRecords, now: Iso): Finding {
  switch (evidence.kind) {
    case 'rounds':
      return roundsFinding(plan, evidence.of, records, now);
    case 'escalations':
      return escalationsFinding(plan, records);
    case 'incidents':
      return incidentsFinding(plan, records, now);
    case 'reports':
      return reportsFinding(plan, evidence.of, records, now);
    case 'sign-offs':
      return signOffsFinding(plan, evidence.of, records, now);
  }
}

/** A routine owes nothing before its first round; one that has none, nothing before the first trace of anything. */
function roundsFinding(plan: Plan, of: readonly string[], records: ReportRecords, now: Iso): Finding {
  const { period } = records;
  const known = records.rounds.filter(({ slot }) => isWithin(slot, period));
  const since = knownSince(records);
  if (since === undefined) return { answer: 'NOT KNOWN', why: 'nothing is on record' };
  const firstKnown = new Map(of.map((id) => [id, known.find(({ routine }) => routine === id)?.slot ?? since]));
  const routines = Object.fromEntries(Object.entries(plan.routines).filter(([id]) => of.includes(id)));
  // A report that is made before its time misses nothing that is still to come.
  const to = period.to < now ? period.to : now;
  const { status, text, metrics } = roundsAnswer({ ...plan, routines }, known, period.from, to, firstKnown);
  const expected = metrics.find(({ label }) => label === 'expected')?.value ?? 0;
  if (status === 'CRITICAL') return { answer: 'NO', why: text };
  return { answer: status === 'OK' && expected > 0 ? 'YES' : 'NOT KNOWN', why: text };
}

/** When anything was recorded for the first time that the records still know of: before it a new platform owes nothing. */
function knownSince({ rounds, signOffs, incidents, reports }: ReportRecords): Iso | undefined {
  const slots = [...rounds, ...signOffs, ...reports].map(({ slot }) => slot);
  return [...slots, ...incidents.map(({ head }) => head.openedAt)].sort()[0];
}

/** That everybody could be told counts as well. */
function escalationsFinding(plan: Plan, { incidents, period }: ReportRecords): Finding {
  const found = openedIn(incidents, period);
  const untold = found.filter(({ head }) => head.check === contactsCheck);
  const asked = found.flatMap((record) => {
    const inTime = isInTime(plan, record);
    return inTime === undefined ? [] : [{ record, inTime }];
  });
  const late = asked.filter(({ inTime }) => !inTime);
  const against = [
    ...untold.map(({ head }) => `${head.number}: not everybody could be told`),
    ...late.map(({ record: { head } }) => `${head.number} ${lineOf(head.title)}: nobody acknowledged in time`),
  ];
  const dropped = found.reduce(
    (sum, { notices }) => sum + notices.reduce((all, each) => all + (each.droppedBefore ?? 0), 0),
    0,
  );
  if (dropped > 0) against.push(`${counted(dropped, 'notice')} could not be sent`);
  const why =
    asked.length === 0
      ? 'there was no incident with a deadline'
      : `${asked.length - late.length} of ${counted(asked.length, 'incident')} acknowledged or over before the first deadline`;
  return { answer: against.length > 0 ? 'NO' : 'YES', why, against };
}

function incidentsFinding(plan: Plan, { incidents, period }: ReportRecords, now: Iso): Finding {
  const found = openedIn(incidents, period).filter((record) => !isForAwareness(record));
  const open = found.filter((record) => !isOver(record, now));
  const clock = clockOf(plan, period);
  const against = open.map(({ head }) => `${head.number} ${lineOf(head.title)}: open since ${clock(head.openedAt)}`);
  if (found.length === 0) return { answer: 'YES', why: 'there was no incident' };
  const why = `${counted(found.length, 'incident')} numbered, ${found.length - open.length} over`;
  return { answer: open.length > 0 ? 'NO' : 'YES', why, against };
}

function reportsFinding(plan: Plan, of: readonly string[], records: ReportRecords, now: Iso): Finding {
  const { reports, period } = records;
  const clock = clockOf(plan, period);
  const since = knownSince(records);
  let expected = 0;
  const against: string[] = [];
  for (const id of of) {
    const report = Object.hasOwn(plan.reports, id) ? plan.reports[id] : undefined;
    if (!report || since === undefined) continue;
    const kept = new Set(reports.filter((head) => head.id === id).map(({ slot }) => slot));
    for (const slot of slotsBetween(plan, id, since > period.from ? since : period.from, period.to)) {
      if (!kept.has(slot) && laterBy(writingMs, slot) > now) continue;
      expected += 1;
      if (!kept.has(slot)) against.push(`${report.title} of ${clock(slot)} was not written`);
    }
  }
  if (expected === 0) return { answer: 'NOT KNOWN', why: 'no report was expected in this time' };
  const why = `${expected - against.length} of ${counted(expected, 'report')} written`;
  return { answer: against.length > 0 ? 'NO' : 'YES', why, against };
}

/** What still has time is neither given nor missing. */
function signOffsFinding(plan: Plan, of: readonly string[], { signOffs, period }: ReportRecords, now: Iso): Finding {
  const clock = clockOf(plan, period);
  const asked = signOffs.filter((each) => of.includes(each.id) && isWithin(each.slot, period));
  const due = asked.filter((each) => each.signatures.length > 0 || each.dueAt <= now);
  const missing = due.filter((each) => !isGiven(each));
  const against = missing.map(({ title, slot, signatures }) => {
    const by = signatures.at(-1)?.by;
    return `${lineOf(title)} of ${clock(slot)}: ${by === undefined ? 'nobody signed off' : `${lineOf(by)} found something wrong`}`;
  });
  const waiting = asked.length - due.length;
  const still = waiting > 0 ? `, ${waiting} not due yet` : '';
  if (due.length === 0) return { answer: 'NOT KNOWN', why: `no sign-off was due in this time${still}` };
  const why = `${due.length - missing.length} of ${counted(due.length, 'sign-off')} given${still}`;
  return { answer: missing.length > 0 ? 'NO' : 'YES', why, against };
}
