import { namedFew } from '../answer.ts';
import { contactsCheck } from '../observations.ts';
import type { Evidence, Plan, ReportPart } from '../plan.ts';
import { isJob, routineOf } from '../round.ts';
import { roundLastsMs, roundsAnswer } from '../rounds-answer.ts';
import { type Iso, laterBy } from '../time.ts';
import { counted } from '../words.ts';
import { fewOf, lineOf } from './bounds.ts';
import type { Block, Field } from './document.ts';
import { becameAt, isForAwareness, isInTime, isOver, openedIn } from './incident-course.ts';
import type { IncidentRecord, ReportRecords } from './records.ts';
import { clockOf, isWithin } from './report-clock.ts';
import { isWritten, slotsBetween } from './report-slots.ts';
import { isGiven } from './signed.ts';
import { askedRounds, type Standing, standingsIn } from './standing.ts';
import { subjectsOf } from './subjects.ts';

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
      return roundsFinding(plan, evidence, records, now);
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

/**
 * Whether all rounds ran, and what each of their checks and jobs found. A round counts where it has to have ended, so
 * that each is in one audit. A routine owes nothing before its schedule was as it is now; where that is not known,
 * nothing before its first round, and one that has none, nothing before the first trace of anything.
 */
function roundsFinding(
  plan: Plan,
  { of, isWell }: Extract<Evidence, { kind: 'rounds' }>,
  records: ReportRecords,
  now: Iso,
): Finding {
  const since = knownSince(records);
  if (since === undefined) return nothingKnown;
  const routines = Object.fromEntries(Object.entries(plan.routines).filter(([id]) => of.includes(id)));
  // A report that is made before its time misses nothing that is still to come.
  const to = records.period.to < now ? records.period.to : now;
  const begins = Object.keys(routines).map((id) => [id, endedBefore(plan, id, records.period.from)] as const);
  const from = begins.map(([, begin]) => begin).sort()[0] ?? records.period.from;
  const known = begins.flatMap(([id, begin]) =>
    records.rounds.filter(({ routine, slot }) => routine === id && begin < slot && slot < to),
  );
  const owedSince = begins.map(([id, begin]) => {
    const first = records.expected[id] ?? known.find(({ routine }) => routine === id)?.slot ?? since;
    return [id, first > begin ? first : laterBy(1, begin)] as const;
  });
  const clock = clockOf(plan, records.period);
  const newer = Object.entries(routines).flatMap(([id, { title }]) => {
    const at = records.expected[id];
    return at !== undefined && at > records.period.from ? [`; ${title} since ${clock(at)}, as it is now`] : [];
  });
  const { status, text, metrics } = roundsAnswer({ ...plan, routines }, known, from, to, new Map(owedSince));
  const expected = metrics.find(({ label }) => label === 'expected')?.value ?? 0;
  const found = Object.keys(routines).flatMap((id) => findingsIn(plan, id, { ...records, rounds: known }, from));
  const against = found.map(({ text: line }) => line);
  const why = `${text}${newer.join('')}`;
  // To have found something is what a check is for, unless it was to be well; a job that failed has not done its work.
  const isAgainst = found.some((each) => each.kind === 'bad' && (isWell || each.isJob));
  if (status === 'CRITICAL' || isAgainst) return { answer: 'NO', why, against };
  const isKnown = status === 'OK' && expected > 0 && found.every(({ kind }) => kind === 'bad');
  return { answer: isKnown ? 'YES' : 'NOT KNOWN', why, against };
}

/** Rounds of slots up to here have to have ended by a time. */
function endedBefore(plan: Plan, routine: string, to: Iso): Iso {
  return laterBy(-roundLastsMs(routineOf(plan, routine)), to);
}

/** What was not well, or not known, in the rounds of a routine that the schedule asked for, with when. */
function findingsIn(plan: Plan, routine: string, records: ReportRecords, from: Iso) {
  const clock = clockOf(plan, records.period);
  const period = { from, to: records.period.to };
  const asked = askedRounds({ ...records, period }, routine).filter(
    ({ round }) => round.status === 'collected' && round.requestedBy === undefined,
  );
  const rounds = asked.map((each) => ({
    slot: each.round.slot,
    standings: subjectsOf(plan, [routine]).flatMap((subject) => standingsIn(plan, subject, each, clock)),
  }));
  return (plan.routines[routine]?.checks ?? []).flatMap((check) => {
    const slotsOf = (kind: Standing['kind']) =>
      rounds.flatMap(({ slot, standings }) =>
        standings.some((each) => each.check === check && each.kind === kind) ? [clock(slot)] : [],
      );
    const line = (what: string, slots: readonly string[]) =>
      `${lineOf(plan.checks[check]?.title ?? check)} ${what} in ${slots.length} of ${counted(rounds.length, 'round')}: ${namedFew(slots)}`;
    const kinds = [
      ['bad', 'not OK'],
      ['not-known', 'not known'],
    ] as const;
    return kinds.flatMap(([kind, what]) => {
      const slots = slotsOf(kind);
      return slots.length > 0 ? [{ kind, isJob: isJob(plan, check), text: line(what, slots) }] : [];
    });
  });
}

const nothingKnown: Finding = { answer: 'NOT KNOWN', why: 'nothing is on record' };

/** When anything was recorded for the first time that the records still know of: before it a new platform owes nothing. */
function knownSince({ rounds, signOffs, incidents, reports, expected }: ReportRecords): Iso | undefined {
  const slots = [...rounds, ...signOffs, ...reports].map(({ slot }) => slot);
  return [...slots, ...incidents.map(({ head }) => head.openedAt), ...Object.values(expected)].sort()[0];
}

/** That everybody could be told counts as well. */
function escalationsFinding(plan: Plan, records: ReportRecords): Finding {
  const { incidents, period } = records;
  if (knownSince(records) === undefined) return nothingKnown;
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

/** Those that became ones in the period, and those from before that are not over. */
function incidentsFinding(plan: Plan, records: ReportRecords, now: Iso): Finding {
  const { incidents, period } = records;
  if (knownSince(records) === undefined) return nothingKnown;
  const isOld = (record: IncidentRecord) => becameAt(record) < period.from && !isOver(record, now);
  const toAct = incidents.filter((record) => !isForAwareness(record));
  const found = [...toAct.filter(isOld), ...openedIn(toAct, period)];
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
    for (const slot of slotsBetween(plan, id, since > period.from ? since : period.from, period.to)) {
      const isKept = isWritten(plan, id, slot, reports);
      if (!isKept && laterBy(writingMs, slot) > now) continue;
      expected += 1;
      if (!isKept) against.push(`${report.title} of ${clock(slot)} was not written`);
    }
  }
  if (expected === 0) return { answer: 'NOT KNOWN', why: 'no report was expected in this time' };
  const why = `${expected - against.length} of ${counted(expected, 'report')} written`;
  return { answer: against.length > 0 ? 'NO' : 'YES', why, against };
}

/** A sign-off counts where it is due, so that each is in one audit. What still has time is neither given nor missing. */
function signOffsFinding(plan: Plan, of: readonly string[], { signOffs, period }: ReportRecords, now: Iso): Finding {
  const clock = clockOf(plan, period);
  const asked = signOffs.filter((each) => of.includes(each.id));
  const due = asked.filter((each) => isWithin(each.dueAt, period) && (each.signatures.length > 0 || each.dueAt <= now));
  const missing = due.filter((each) => !isGiven(each));
  const against = missing.map(({ title, slot, signatures }) => {
    const by = signatures.at(-1)?.by;
    return `${lineOf(title)} of ${clock(slot)}: ${by === undefined ? 'nobody signed off' : `${lineOf(by)} found something wrong`}`;
  });
  const waiting = asked.filter((each) => isWithin(each.slot, period) && !due.includes(each)).length;
  const still = waiting > 0 ? `, ${waiting} not due yet` : '';
  if (due.length === 0) return { answer: 'NOT KNOWN', why: `no sign-off was due in this time${still}` };
  const why = `${due.length - missing.length} of ${counted(due.length, 'sign-off')} given${still}`;
  return { answer: missing.length > 0 ? 'NO' : 'YES', why, against };
}
