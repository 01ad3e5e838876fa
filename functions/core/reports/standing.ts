import { onDemand, type Plan, type PlanCheck } from '../plan.ts';
import { type Round, routineOf, type Verdict } from '../round.ts';
import type { Status } from '../status.ts';
import type { Iso } from '../time.ts';
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
  const due = lastDue(plan, subject.routine, records);
  const current = askedRounds(records, subject.routine).filter(({ round }) => due === undefined || round.slot >= due);
  const notRun = () => {
    const why = due === undefined ? 'it was not planned in this time' : `no round of ${clock(due)} is on record`;
    return ofRound(plan, subject, 'not-run', why);
  };
  const newest = current.at(-1);
  if (!newest) return notRun();
  const found = standingsIn(plan, subject, newest, clock);
  const { requestedBy, slot } = newest.round;
  const planned = current.findLast(({ round }) => round.requestedBy === undefined);
  if (requestedBy === undefined || (!planned && due === undefined)) return found;
  const before = planned ? standingsIn(plan, subject, planned, clock) : notRun();
  const again = `asked again by ${lineOf(requestedBy)} at ${clock(slot)}`;
  return found.map((standing, index) =>
    withBefore(standing, before[index], planned && clock(planned.round.slot), again),
  );
}

/** What a person asks for does not take back what the schedule has found. */
function withBefore(standing: Standing, before: Standing | undefined, at: string | undefined, again: string): Standing {
  if (!before || before.kind === 'good') return standing;
  const state = {
    bad: badText(before),
    'not-known': `not known: ${before.text}`,
    'not-run': `not run: ${before.text}`,
  };
  const remarks = [`was ${state[before.kind]}${at === undefined ? '' : ` (${at})`}; ${again}`, standing.remark];
  return { ...standing, remark: remarks.filter((each) => each !== undefined).join('; ') };
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
export function lastDue(plan: Plan, routine: string, { period }: Pick<ReportRecords, 'period'>): Iso | undefined {
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
  const { verdict, population, unjudged, at } = newestVerdict(check, first, hosts, round.summary.hosts.lost, rechecks);
  const { status } = verdict;
  const text = lineOf(verdict.text);
  if (status === 'UNKNOWN') return { ...base, kind: 'not-known', status, text };
  if (status !== 'OK') return { ...base, kind: 'bad', status, ...whereOf(verdict, population), text };
  const { missing } = round.summary.hosts;
  if (isOnHosts && missing > 0) {
    const why = `${text}; ${counted(missing, 'host')} that the fleet should have ${missing === 1 ? 'is' : 'are'} missing`;
    return { ...base, kind: 'not-known', status: 'UNKNOWN', text: lineOf(why) };
  }
  if (isOnHosts && at !== undefined && unjudged > 0) {
    const why = `${text}; ${counted(unjudged, 'host')} did not answer and ${unjudged === 1 ? 'was' : 'were'} not asked again`;
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

/** What a round, or a recheck of it, says of a check. */
interface Judgement {
  readonly verdict: Verdict;
  readonly population: number | undefined;
  /** Hosts that did not answer when the whole fleet was asked last: a recheck of others says nothing of them. */
  readonly unjudged: number;
  /** When the recheck was sent. */
  readonly at?: string;
}

/** What the last recheck says that asked for a check and was collected, if any did. */
function newestVerdict(
  check: string,
  first: Verdict,
  hosts: number | undefined,
  lost: number,
  rechecks: readonly Round[],
): Judgement {
  let newest: Judgement = { verdict: first, population: hosts, unjudged: lost };
  for (const round of rechecks) {
    if (round.status !== 'collected' || !round.recheck) continue;
    const verdict = round.summary.verdicts[check];
    const { unasked, populations } = round.recheck;
    if (!verdict) continue;
    // Of hosts that were bad and were not asked again nothing good is known; nor does UNKNOWN mend anything.
    const isOfAll = (unasked?.[check]?.total ?? 0) === 0;
    const saysNothing = verdict.status === 'OK' ? !isOfAll : verdict.status === 'UNKNOWN';
    if (saysNothing && newest.verdict.status !== 'OK') continue;
    const unjudged = round.recheck.hosts.length > 0 ? newest.unjudged : round.summary.hosts.lost;
    newest = { verdict, population: hosts && (populations[check] ?? hosts), unjudged, at: round.sentAt };
  }
  return newest;
}

function hostsIn({ counts }: Verdict): number {
  return counts.OK + counts.WARNING + counts.CRITICAL + counts.UNKNOWN;
}
