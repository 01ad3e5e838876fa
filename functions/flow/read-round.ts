import { hostRecord } from '../core/host-record.ts';
import { type HostReport, readInvocation } from '../core/invocation.ts';
import { askedOf, fleetOf, type RunningRound, routineOf } from '../core/round.ts';
import { addJoined, addReport, newTally, type Tally } from '../core/tally.ts';
import { isoOf } from '../core/time.ts';
import { readBaselines } from './baselines.ts';
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

/** Reads the answers of every host that was asked, page by page; once the command is over, keeps them. */
export async function readRound(services: Services, round: RunningRound): Promise<Reading> {
  const { plan, commands, journal, now } = services;
  const { recheck } = round;
  const routine = routineOf(plan, round.routine);
  const checks = askedOf(plan, routine, recheck);
  const tally = newTally(checks, fleetOf(plan, routine)?.rules ?? []);
  if (round.commandId === undefined) return { tally, final: true, gone: 0 };
  const baselines = await readBaselines(services, round.routine);
  const isTimeUp = isoOf(now()) >= round.deadlineAt;
  const command = await commands.state(round.commandId);
  tally.targets = command?.targets ?? 0;
  const isOver = isTimeUp || command?.over === true;
  const lost: LostHost[] = [];
  const seen = new Set<string>();
  const asked = recheck?.hosts.length ? recheck.hosts : undefined;
  for await (const page of commands.invocations(round.commandId)) {
    const unseen = page.filter(({ host }) => !seen.has(host));
    for (const { host } of unseen) seen.add(host);
    const reports = unseen
      .filter(({ host }) => !asked || asked.includes(host))
      .map((invocation) => readInvocation(invocation, checks, round.nonce, isTimeUp, baselines));
    for (const report of reports) {
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
    const gone = await addLost(services, round, { tally, lost, seen, asked });
    return { tally, final: true, gone };
  } catch (error) {
    // What is known to be bad is told all the same; the tick reads the round again.
    journal.failure('the hosts registered with SSM could not be listed', error);
    return { tally, final: false, gone: 0 };
  }
}

/**
 * Adds the hosts that did not answer: those that SSM still has registered are lost; the others were scaled in or
 * terminated on purpose.
 * @param found `asked`: the hosts that were asked, where these were not the whole fleet
 * @returns how many are gone
 */
async function addLost(
  services: Services,
  round: RunningRound,
  found: {
    readonly tally: Tally;
    readonly lost: readonly LostHost[];
    readonly seen: ReadonlySet<string>;
    readonly asked: readonly string[] | undefined;
  },
): Promise<number> {
  const { plan, commands } = services;
  const { tally, lost, seen, asked } = found;
  const { tags = {} } = fleetOf(plan, routineOf(plan, round.routine)) ?? {};
  const unanswered = new Map<string, LostHost | undefined>(lost.map((report) => [report.host, report]));
  for (const host of asked ?? []) if (!seen.has(host)) unanswered.set(host, undefined);
  if (asked && unanswered.size === 0) return 0;
  // A host that was asked by name cannot have come too late.
  const isListed = !asked && seen.size >= tally.targets;
  for await (const page of commands.hosts(asked ? { hosts: asked } : { tags })) {
    const reports = page.flatMap(({ host, name, online }): LostHost[] => {
      const known = unanswered.get(host);
      unanswered.delete(host);
      if (seen.has(host)) return known ? [known] : [];
      if (!online) return [{ kind: 'lost', host, name, reason: 'SSM has lost the connection to its agent' }];
      return isListed ? [] : [{ kind: 'lost', host, name, reason: 'SSM lists no answer of it' }];
    });
    if (isListed) for (const { host, online } of page) if (online && !seen.has(host)) addJoined(tally, host);
    for (const report of reports) addReport(tally, report);
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
