import { onDemand, type Plan, type PlanCheck } from '../plan.ts';
import { type Round, routineOf, type Verdict } from '../round.ts';
import type { Status } from '../status.ts';
import { counted, shareOf } from '../words.ts';
import { lineOf } from './bounds.ts';
import type { ReportRecords } from './records.ts';
import { type Clock, clockOf, isWithin } from './report-clock.ts';
import { openSlotBefore } from './report-slots.ts';
import type { Subject } from './subjects.ts';

/**
 * How one check stands. `not-known`: nobody can say; `not-run`: it was not asked. Both may be anything, and are never
 * taken for good.
 */
export interface Standing {
  readonly check: string;
  readonly title: string;
  readonly kind: 'good' | 'bad' | 'not-known' | 'not-run';
  /** UNKNOWN where it is not known. */
  readonly status: Status;
  /** On how many hosts it is bad: `on 1 of 3 hosts`. */
  readonly where?: string;
  /** What was found, or why nothing was. */
  readonly text: string;
  /** It is said of the whole round, and so of each of its checks. */
  readonly isOfRound?: true;
  /** What else is worth knowing: that it was well only when it was asked again. */
  readonly remark?: string;
}

/** A round that somebody or the schedule asked for, and those that asked again what was bad in it. */
export interface AskedRound {
  readonly round: Round;
  readonly rechecks: readonly Round[];
}

type CollectedRound = Extract<Round, { status: 'collected' }>;

/** The rounds of a routine in the period, the oldest first. */
export function askedRounds(
  { rounds, period }: Pick<ReportRecords, 'rounds' | 'period'>,
  routine: string,
): AskedRound[] {
  const asked: { readonly round: Round; readonly rechecks: Round[] }[] = [];
  for (const round of rounds) {
    if (round.routine !== routine || !isWithin(round.slot, period)) continue;
    if (round.recheck) asked.at(-1)?.rechecks.push(round);
    else asked.push({ round, rechecks: [] });
  }
  return asked;
}

/** How the checks of a subject stood in its newest round; sign-offs are none of them. */
export function standingsOf(plan: Plan, subject: Subject, records: ReportRecords): Standing[] {
  const { period } = records;
  const clock = clockOf(plan, period);
  const newest = askedRounds(records, subject.routine).at(-1);
  const due = lastDue(plan, subject.routine, records);
  if (newest && (due === undefined || newest.round.slot >= due)) return standingsIn(plan, subject, newest, clock);
  const why = due === undefined ? 'it was not planned in this time' : `no round of ${clock(due)} is on record`;
  return ofRound(plan, subject, 'not-run', why);
}

/** How the checks of a subject stood in one round. */
export function standingsIn(plan: Plan, subject: Subject, { round, rechecks }: AskedRound, clock: Clock): Standing[] {
  switch (round.status) {
    case 'collected':
      return judgedOf(plan, subject).map(([id, check]) => standingOf(id, check, round, rechecks, clock));
    case 'skipped':
      return ofRound(plan, subject, 'not-run', round.reason);
    case 'failed':
    case 'missed':
      return ofRound(plan, subject, 'not-known', round.reason);
    case 'sending':
      return ofRound(
        plan,
        subject,
        'not-known',
        `the round of ${clock(round.slot)} had not been sent to the hosts yet`,
      );
    case 'running':
      return ofRound(plan, subject, 'not-known', `the round of ${clock(round.slot)} was still under way`);
  }
}

/** The newest slot of the period that the calendar asked for. */
function lastDue(plan: Plan, routine: string, { period }: ReportRecords): string | undefined {
  const { schedule } = routineOf(plan, routine);
  const due = schedule === onDemand ? undefined : openSlotBefore(plan, schedule, period.to);
  return due !== undefined && due >= period.from ? due : undefined;
}

/** What is judged by a check or a job. */
function judgedOf({ checks }: Plan, subject: Subject): (readonly [id: string, check: PlanCheck])[] {
  return subject.checks.flatMap((id) => {
    const check = checks[id];
    return check && check.source.kind !== 'sign-off' ? [[id, check] as const] : [];
  });
}

function ofRound(plan: Plan, subject: Subject, kind: 'not-known' | 'not-run', text: string): Standing[] {
  return judgedOf(plan, subject).map(([check, { title }]) => {
    return { check, title, kind, status: 'UNKNOWN', text: lineOf(text), isOfRound: true };
  });
}

function standingOf(
  check: string,
  { title, source }: PlanCheck,
  round: CollectedRound,
  rechecks: readonly Round[],
  clock: Clock,
): Standing {
  const first = round.summary.verdicts[check];
  const base = { check, title };
  if (!first) return { ...base, kind: 'not-known', status: 'UNKNOWN', text: 'it was not asked in the newest round' };
  const isOnHosts = source.kind === 'host';
  const hosts = isOnHosts ? hostsIn(first) + round.summary.hosts.lost : undefined;
  const { verdict, population, at } = newestVerdict(check, first, hosts, rechecks);
  const { status } = verdict;
  const text = lineOf(verdict.text);
  if (status === 'UNKNOWN') return { ...base, kind: 'not-known', status, text };
  if (status !== 'OK') return { ...base, kind: 'bad', status, ...whereOf(verdict, population), text };
  const { missing } = round.summary.hosts;
  if (isOnHosts && missing > 0) {
    const why = `${text}; ${counted(missing, 'host')} that the fleet should have ${missing === 1 ? 'is' : 'are'} missing`;
    return { ...base, kind: 'not-known', status: 'UNKNOWN', text: lineOf(why) };
  }
  if (at === undefined || first.status === 'OK') return { ...base, kind: 'good', status, text };
  const before = badText({ status: first.status, ...whereOf(first, hosts), text: lineOf(first.text) });
  return { ...base, kind: 'good', status, text, remark: `was ${before}; well at ${clock(at)}` };
}

/** `CRITICAL on 1 of 3 hosts: 97% used`. */
export function badText({ status, where, text }: Pick<Standing, 'status' | 'where' | 'text'>): string {
  return `${where === undefined ? status : `${status} ${where}`}: ${text}`;
}

/** @param population hosts that were asked; absent where none were */
function whereOf({ status, counts }: Verdict, population: number | undefined): Pick<Standing, 'where'> {
  const isKnown = population !== undefined && counts[status] > 0;
  return isKnown ? { where: `on ${shareOf(counts[status], population)}` } : {};
}

/** What the last recheck says that asked for a check and was collected, if any did. */
function newestVerdict(check: string, first: Verdict, hosts: number | undefined, rechecks: readonly Round[]) {
  let newest: { verdict: Verdict; population: number | undefined; at?: string } = { verdict: first, population: hosts };
  for (const round of rechecks) {
    if (round.status !== 'collected' || !round.recheck) continue;
    const verdict = round.summary.verdicts[check];
    const { unasked, populations } = round.recheck;
    if (!verdict) continue;
    // Of hosts that were bad and were not asked again nothing good is known; nor does UNKNOWN mend anything.
    const isOfAll = (unasked?.[check]?.total ?? 0) === 0;
    const saysNothing = verdict.status === 'OK' ? !isOfAll : verdict.status === 'UNKNOWN';
    if (saysNothing && newest.verdict.status !== 'OK') continue;
    newest = { verdict, population: hosts && (populations[check] ?? hosts), at: round.sentAt };
  }
  return newest;
}

function hostsIn({ counts }: Verdict): number {
  return counts.OK + counts.WARNING + counts.CRITICAL + counts.UNKNOWN;
}
