import type { Alert } from '../../functions/core/alert.ts';
import type { Plan, PriorityRule } from '../../functions/core/plan.ts';
import type { Round, Verdict } from '../../functions/core/round.ts';
import { type History, historyOf, type Version } from './history.ts';
import { notOwed } from './owed.ts';
import { type InvocationRecord, keyText, type RunRecord } from './run-record.ts';
import { forgottenTimes } from './timers.ts';
import { pagedInVain, toldTwice } from './told-once.ts';
import { untold } from './told-or-parked.ts';

export interface Finished {
  readonly plan: Plan;
  readonly record: RunRecord;
  /** Names of the rounds that the schedules asked for, and when. */
  readonly slots: readonly { readonly at: number; readonly name: string }[];
  readonly endAt: number;
}

/** What was not as FAULTS.md says it has to be, a sentence each; I5 is checked by whoever can run the handlers again. */
export function violationsOf(run: Finished): string[] {
  const history = historyOf(run.record);
  return [
    ...notOwed(run.plan, history),
    ...forgottenTimes(run.plan, history),
    ...untold(run.record, history),
    ...unheardRounds(run, history),
    ...toldTwice(run.record, history),
    ...pagedInVain(run.record, history),
    ...hushedFailures(run.record),
    ...unfinishedRounds(run, history),
    ...busyIdleTicks(run.record),
  ];
}

/** I1, from the other end: what the collected rounds found, as often as its rule asks for, became an incident. */
function unheardRounds({ plan }: Finished, history: History): string[] {
  const rounds = collectedRounds(history);
  return Object.entries(plan.checks).flatMap(([check, { rules }]) => {
    const versions = history.alerts.get(check) ?? [];
    const found = rounds.flatMap(({ round, call }) => {
      const verdict = round.summary.verdicts[check];
      return verdict && !isOutdated(round, call, versions) ? [{ verdict, round, call }] : [];
    });
    return found.flatMap(({ round: { sentAt, recheck }, call }, index) => {
      // A recheck asks few hosts only, and what it found is no share of the fleet.
      if (recheck) return [];
      const rule = rules.find((each) => {
        const row = found.slice(Math.max(0, index + 1 - each.attempts), index + 1);
        const isRow = row.length === each.attempts && row.every(({ verdict }) => matches(each, verdict));
        return isRow && !hasEnded(versions, row[0]?.call ?? 0, call);
      });
      const knows = ({ body }: Version<Alert>) =>
        body.observedAt >= sentAt && body.incident !== undefined && body.incident.priority <= (rule?.priority ?? '');
      if (!rule || versions.some(knows)) return [];
      const what = `${check} matched its rule for ${rule.priority} in the round of ${sentAt} (call ${call})`;
      return [`I1: ${what}, and no incident knows of it`];
    });
  });
}

/** Somebody has resolved an incident in between: results before that count no more. */
function hasEnded(versions: readonly Version<Alert>[], from: number, to: number): boolean {
  return versions.some(
    ({ write, body }, index) =>
      from < write.call && write.call <= to && !body.incident && versions[index - 1]?.body.incident,
  );
}

/** A newer result was known before this one came, which therefore counts for nothing. */
function isOutdated({ sentAt }: Collected, call: number, versions: readonly Version<Alert>[]): boolean {
  const isNewerKnown = versions.some(({ write, body }) => write.call < call && body.observedAt > sentAt);
  return isNewerKnown && !versions.some(({ body }) => body.observedAt === sentAt);
}

function matches({ states, share = 0 }: PriorityRule, { counts }: Verdict): boolean {
  const bad = states.reduce((sum, state) => sum + counts[state], 0);
  const hosts = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return bad >= 1 && bad >= share * hosts;
}

type Collected = Extract<Round, { status: 'collected' }>;

/** In the order in which they were sent. */
function collectedRounds({ rounds }: History): { round: Collected; call: number }[] {
  const collected = [...rounds.values()].flatMap((versions) => {
    const last = versions.at(-1);
    return last?.body.status === 'collected' ? [{ round: last.body, call: last.write.call }] : [];
  });
  return collected.sort((one, other) => (one.round.sentAt < other.round.sentAt ? -1 : 1));
}

/** I4: what a function logged as a failure of Rounds itself was counted, or the function's own error shows it. */
function hushedFailures({ invocations, calls }: RunRecord): string[] {
  const isOutage = (id: number) =>
    calls.some(({ invocation, operation, fault }) => invocation.id === id && operation === 'PutMetricData' && fault);
  return invocations
    .filter(({ outcome, failures, reported, name }) => name !== 'person' && outcome === 'done' && reported < failures)
    .filter(({ id }) => !isOutage(id))
    .map(
      ({ name, id, failures, reported }) =>
        `I4: ${name} ${id} logged ${failures} failures, and ${reported} were counted`,
    );
}

/** Ticks are skipped where nothing is due: of those that were run all the same none found anything to do. */
function busyIdleTicks({ invocations, writes }: RunRecord): string[] {
  const idle = invocations.filter(({ name, input }) => name === 'tick' && isIdle(input));
  return idle.flatMap((tick) => {
    const isAlone = !invocations.some((other) => other !== tick && isAtOnce(other, tick));
    const written = writes.find(({ invocation }) => invocation === tick);
    return isAlone && written ? [`The tick ${tick.id} had nothing to do and wrote ${keyText(written)}`] : [];
  });
}

function isIdle(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'isIdle' in input && input.isIdle === true;
}

function isAtOnce(one: InvocationRecord, other: InvocationRecord): boolean {
  return one.startedAt <= (other.endedAt ?? Infinity) && other.startedAt <= (one.endedAt ?? Infinity);
}

/** I6: every slot's round came to an end that is known, and whoever has to know heard of one that could not be done. */
function unfinishedRounds(run: Finished, history: History): string[] {
  const open = [...history.rounds].flatMap(([name, versions]) => {
    const { status, slot } = versions.at(-1)?.body ?? {};
    const isOld = slot !== undefined && Date.parse(slot) <= run.endAt - slackMs;
    return isOld && (status === 'sending' || status === 'running') ? [`I6: the round ${name} ended as ${status}`] : [];
  });
  const absent = run.slots
    .filter(({ at, name }) => at <= run.endAt - slackMs && !history.rounds.has(name))
    .map(({ name }) => `I6: the slot ${name} has left no round`);
  const quiet = [...history.rounds].flatMap(([name, versions]) => hushedRound(name, versions, run, history));
  return [...open, ...absent, ...quiet];
}

/** How long before the end of a run a slot must have been to be expected to have ended. */
const slackMs = 60 * 60_000;

/** A round that could not be done is told of; where newer ones could be, the alarm on failures has to do. */
function hushedRound(
  name: string,
  versions: readonly Version<Round>[],
  { record }: Finished,
  { alerts }: History,
): string[] {
  const last = versions.at(-1);
  if (last?.body.status !== 'failed' && last?.body.status !== 'missed') return [];
  const { write, body } = last;
  const check = `round-${body.routine}`;
  const known = alerts.get(check)?.findLast((version) => version.write.call < write.call)?.body;
  const isTold = record.publishes.some(({ notices }) =>
    notices.some(
      (notice) => notice.check === check && (notice.round === name || notice.openedAt === known?.incident?.openedAt),
    ),
  );
  const isHeldBack = known?.parked.some(({ heldBy }) => heldBy !== undefined) === true;
  const isOld = known !== undefined && !known.incident && known.observedAt > body.slot;
  const isAlarmed = write.invocation.failures > 0;
  if (isTold || isHeldBack || (isOld && isAlarmed)) return [];
  return [`I6: the round ${name} ${body.status} by call ${write.call}, and nobody was told`];
}
