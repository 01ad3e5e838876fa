import { hostRecord } from '../core/host-record.ts';
import { type HostReport, readInvocation } from '../core/invocation.ts';
import { checksOf, type RunningRound, routineOf } from '../core/round.ts';
import { addJoined, addReport, newTally, type Tally } from '../core/tally.ts';
import { isoOf } from '../core/time.ts';
import { hostKey } from './keys.ts';
import { expiry, type Services } from './services.ts';

/** What could be read of a round. */
export interface Reading {
  readonly tally: Tally;
  /** Nothing more will come. */
  readonly final: boolean;
  /** Hosts that left the fleet during the round, which is nobody's problem. */
  readonly gone: number;
}

type LostHost = Extract<HostReport, { kind: 'lost' }>;

/** Reads every host's answers, page by page; once the command is over, keeps them. */
export async function readRound(services: Services, round: RunningRound): Promise<Reading> {
  const { plan, commands, journal, now } = services;
  const routine = routineOf(plan, round.routine);
  const checks = checksOf(plan, routine).filter(([, check]) => check.source.kind === 'host');
  const tally = newTally(checks.map(([id]) => id));
  const isTimeUp = isoOf(now()) >= round.deadlineAt;
  const command = await commands.state(round.commandId);
  tally.targets = command?.targets ?? 0;
  const isOver = isTimeUp || command?.over === true;
  const lost: LostHost[] = [];
  const seen = new Set<string>();
  for await (const page of commands.invocations(round.commandId)) {
    const reports = page
      .filter(({ host }) => !seen.has(host))
      .map((invocation) => readInvocation(invocation, checks, round.nonce, isTimeUp));
    for (const report of reports) {
      seen.add(report.host);
      if (report.kind === 'lost') lost.push(report);
      else addReport(tally, report);
    }
    const answered = reports.filter(({ kind }) => kind === 'answered');
    if (isOver) await keep(services, round, answered);
  }
  // SSM lists a command before all of its hosts: while some are missing or at work, the round is not over.
  const isComplete = isTimeUp || (isOver && tally.pending === 0 && seen.size >= tally.targets);
  if (!isComplete) return { tally, final: false, gone: 0 };
  try {
    return { tally, final: true, gone: await addLost(services, round, { tally, lost, seen }) };
  } catch (error) {
    // What is known to be bad is told all the same; the tick reads the round again.
    journal.failure('the hosts registered with SSM could not be listed', error);
    return { tally, final: false, gone: 0 };
  }
}

/**
 * Adds the hosts that did not answer: those that SSM still has registered are lost; the others were scaled in or
 * terminated on purpose.
 * @returns how many are gone
 */
async function addLost(
  services: Services,
  round: RunningRound,
  { tally, lost, seen }: { tally: Tally; lost: readonly LostHost[]; seen: ReadonlySet<string> },
): Promise<number> {
  const { plan, commands } = services;
  const fleet = plan.fleets[routineOf(plan, round.routine).fleet];
  const unanswered = new Map(lost.map((report) => [report.host, report]));
  for await (const page of commands.hosts(fleet?.tags ?? {})) {
    const unseen = page.filter(({ host }) => !seen.has(host));
    const isListed = seen.size >= tally.targets;
    const reports = unseen.flatMap(({ host, name, online }): LostHost[] => {
      if (!online) return [{ kind: 'lost', host, name, reason: 'SSM has lost the connection to its agent' }];
      return isListed ? [] : [{ kind: 'lost', host, name, reason: 'SSM lists no answer of it' }];
    });
    if (isListed) for (const { host, online } of unseen) if (online) addJoined(tally, host);
    reports.push(...page.flatMap(({ host }) => unanswered.get(host) ?? []));
    for (const report of reports) {
      addReport(tally, report);
      unanswered.delete(report.host);
    }
    await keep(services, round, reports);
  }
  return unanswered.size;
}

async function keep(services: Services, round: RunningRound, reports: readonly HostReport[]): Promise<void> {
  const items = reports.flatMap((report) => {
    const body = hostRecord(report);
    return body ? [{ ...hostKey(round, report.host), body }] : [];
  });
  await services.table.putAll(items, expiry(services));
}
