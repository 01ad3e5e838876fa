import type { Distribution } from './distribution.ts';
import type { Plan, PlanCheck, PlanFleet, PlanRoutine } from './plan.ts';
import type { Status } from './status.ts';
import type { HostList } from './tally.ts';
import type { Iso } from './time.ts';

/** One run of a routine in a slot, as the table keeps it. */
export type Round = RoundHead &
  (
    | UnsentCommand
    | ({ readonly status: 'running' } & SentCommand & HalfRead)
    | ({ readonly status: 'collected'; readonly summary: RoundSummary } & SentCommand)
    | { readonly status: 'skipped' | 'failed' | 'missed'; readonly reason: string }
  );

interface RoundHead {
  readonly routine: string;
  readonly slot: Iso;
  /** Tells this round's result lines from imitations of them: 32 hexadecimal digits. */
  readonly nonce: string;
  readonly requestedAt: Iso;
  /** Who asked for it outside the schedule. */
  readonly requestedBy?: string;
  /** It asks only some hosts for some checks again, because they were bad. */
  readonly recheck?: Recheck;
  /** What people should know about it: that its time does not exist on this day. */
  readonly note?: string;
  /** Who works on the round until when: another one leaves it alone. */
  readonly lease?: Lease;
}

export interface Recheck {
  readonly checks: readonly string[];
  /** Jobs that are to mend what is bad, among `checks`: then only the hosts that are named are asked. */
  readonly remedies?: readonly string[];
  /** The hosts that were bad, at most 50; empty for the whole fleet, where they were more. */
  readonly hosts: readonly string[];
  /** By check id, those that were bad and are not asked, so that nothing is known of them. */
  readonly unasked?: Readonly<Record<string, HostList>>;
  /** By check id, the hosts that a priority rule's share refers to: those of the whole fleet. */
  readonly populations: Readonly<Record<string, number>>;
}

export interface Lease {
  readonly owner: string;
  readonly until: Iso;
}

interface UnsentCommand {
  readonly status: 'sending';
  /** Why SSM did not take the command the last time. */
  readonly refusal?: string;
}

export interface SentCommand {
  /** Absent where nothing of the round runs on hosts. */
  readonly commandId?: string;
  readonly sentAt: Iso;
  /** Nothing is waited for beyond it: a host that has not answered is lost. */
  readonly deadlineAt: Iso;
}

/** The lists by which a round is read, each page of which becomes a pack: first what the hosts answered, then who is there. */
export type PackedList = 'answers' | 'hosts';

/** What is remembered of a round that is read in more than one go. */
interface HalfRead {
  /** Where the reading of a command that is over goes on; what stands before it is in packs. */
  readonly mark?: PageMark;
  /** More hosts have failed than are read early: their events are not followed one by one any more. */
  readonly isStorm?: true;
  /** When all pages were read the last time though hosts were missing, and whether the command was over then. */
  readonly read?: { readonly at: Iso; readonly over: boolean };
}

export interface PageMark {
  readonly list: PackedList;
  /** Pages of the list that are packed. */
  readonly pages: number;
  /** SSM's name of the next page. Absent: its first one. */
  readonly next?: string;
  /** Pages of the answers, once the hosts are listed. */
  readonly answerPages?: number;
}

export type SendingRound = Extract<Round, { status: 'sending' }>;

export type RunningRound = Extract<Round, { status: 'running' }>;

/** What a collected round found. */
export interface RoundSummary {
  readonly collectedAt: Iso;
  /** `missing`: hosts that the fleet's floor asks for and that are not registered. */
  readonly hosts: HostCounts;
  /** By check id, in the order of the procedure. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** By check and metric, what the hosts reported: of metrics that reports, or checks on our own records, ask for. */
  readonly distributions?: Readonly<Record<string, Readonly<Record<string, Distribution>>>>;
}

export interface HostCounts {
  readonly answered: number;
  readonly lost: number;
  readonly gone: number;
  readonly missing: number;
}

/** One check over the fleet. */
export interface Verdict {
  readonly status: Status;
  readonly counts: Readonly<Record<Status, number>>;
  /** Output of the worst host, or of one that stands for all. */
  readonly text: string;
}

/** How long SSM may take to reach a host, in seconds; 30 is the least that SendCommand takes. */
export const deliverySeconds = 120;

/** How long reading a round is tried after its deadline, in milliseconds: after it the round has failed. */
export const readWindowMs = 30 * 60_000;

/**
 * How long an invocation reads answers before it leaves the rest to the next one, in milliseconds: some 15,000 hosts, and
 * time left for all that follows from them.
 */
export const readMs = 100_000;

/** A fleet of so many hosts is read whole whenever it is looked at: ten pages take seconds. */
export const sweptHosts = 500;

/** How long all pages of so many hosts are not read once more while some are missing, in milliseconds: 5 minutes of 10,000. */
export function spacingMs(hosts: number): number {
  return Math.ceil(hosts / 2_000) * sweepMs;
}

/** How long an event waits for a round on which somebody else works, in milliseconds: ten pages are read in that time. */
export const claimMs = 5_000;

/** How long a handler may hold a round, in milliseconds: longer than any function's time-out. */
export const leaseMs = 200_000;

/** How often a running round is looked at although no event came, in milliseconds. */
export const sweepMs = 60_000;

/** How long a round is tried to be sent, in milliseconds: after it the round has failed. */
export const sendWindowMs = 15 * 60_000;

/** How long a slot is waited for before the tick fires it itself, in milliseconds. */
export const slotGraceMs = 3 * 60_000;

/** How late a slot may still be fired, in milliseconds: after it the round is missed. */
export const catchUpMs = 15 * 60_000;

/** How long after a bad result a check is asked again, in milliseconds. */
export const recheckDelayMs = 60_000;

/** What a recheck may take beyond deadlines: the tick that sends it, lists that lag, a collector's crash. */
const recheckGraceMs = 5 * 60_000;

/**
 * How long after an observation the results of its recheck come at most, in milliseconds: the round that found it may
 * last until its deadline, and so may the recheck.
 */
export function softMs(plan: Plan, routine: string): number {
  return recheckDelayMs + 2 * routineOf(plan, routine).deadlineSeconds * 1_000 + recheckGraceMs;
}

/** Rounds and host results are kept for this many days. */
export const retentionDays = 400;

/** Names a round everywhere: in the command's comment (at most 100 characters), in claims and in logs. */
export function roundName({ routine, slot }: Pick<Round, 'routine' | 'slot'>): string {
  return `${routine}/${slot}`;
}

/** The comment by which a command whose answer got lost is found again. */
export function commandComment(plan: Plan, round: Pick<Round, 'routine' | 'slot'>): string {
  return `rounds ${plan.platform.id} ${roundName(round)}`;
}

/** @throws {Error} when the runbook has no such routine: the input is wrong or from another deployment. */
export function routineOf(plan: Plan, id: string): PlanRoutine {
  const routine = Object.hasOwn(plan.routines, id) && plan.routines[id];
  if (routine) return routine;
  const known = Object.keys(plan.routines).join(', ');
  throw new Error(`There is no routine '${id}' in the runbook of ${plan.platform.id}; its routines are: ${known}.`);
}

/** Where a routine runs; `undefined` where nothing of it runs on hosts. */
export function fleetOf(plan: Plan, { fleet }: PlanRoutine): PlanFleet | undefined {
  return fleet === undefined ? undefined : plan.fleets[fleet];
}

/** Whether a round of a routine is a command to hosts. */
export function runsOnHosts(plan: Plan, routine: PlanRoutine): boolean {
  return checksOf(plan, routine).some(([, { source }]) => source.kind === 'host');
}

/** The checks of a routine, in the order of the procedure. */
export function checksOf(plan: Plan, routine: PlanRoutine): readonly (readonly [id: string, check: PlanCheck])[] {
  return definitionsOf(plan, routine.checks);
}

/** Whether it changes something on hosts. */
export function isJob({ checks }: Pick<Plan, 'checks'>, check: string): boolean {
  const source = checks[check]?.source;
  return source?.kind === 'host' && source.changes !== undefined;
}

/** Whether a check can be asked again just to be sure: a job would change something again. */
export function isRepeatable({ checks }: Pick<Plan, 'checks'>, check: string): boolean {
  const source = checks[check]?.source;
  return source?.kind === 'host' && source.changes === undefined;
}

/** What a round asks of hosts: the routine's checks and jobs, or those of a recheck, remedies included. */
export function askedOf(plan: Plan, routine: PlanRoutine, recheck?: Recheck): ReturnType<typeof checksOf> {
  const all = recheck ? definitionsOf(plan, [...routine.remedies, ...routine.checks]) : checksOf(plan, routine);
  return all.filter(([id, { source }]) => source.kind === 'host' && (!recheck || recheck.checks.includes(id)));
}

function definitionsOf(plan: Plan, ids: readonly string[]): readonly (readonly [id: string, check: PlanCheck])[] {
  return ids.flatMap((id) => {
    const check = plan.checks[id];
    return check ? [[id, check] as const] : [];
  });
}
