import { pageSize } from '../adapters/ssm.ts';
import type { HostReport } from '../core/invocation.ts';
import { askedOf, fleetOf, type PageMark, type RunningRound, routineOf, spacingMs, sweptHosts } from '../core/round.ts';
import { newTally, type Tally } from '../core/tally.ts';
import { isoOf, msOf } from '../core/time.ts';
import { readBaselines } from './baselines.ts';
import { keepPage, keptPages } from './host-packs.ts';
import { type LostHost, readHosts } from './read-hosts.ts';
import type { Services } from './services.ts';
import { add, addPack, isLate, isPassing, isTokenRefused, type UnderWay } from './under-way.ts';

/** What could be read of a round. */
export interface Reading {
  readonly tally: Tally;
  /** Nothing more will come. */
  readonly final: boolean;
  /** Hosts that left the fleet during the round, which is nobody's problem. */
  readonly gone: number;
  /** It is not read to its end for want of time: where to go on. */
  readonly mark?: PageMark;
  /** More hosts have failed than are read early. */
  readonly isStorm?: true;
  /** All pages were read though hosts are missing. */
  readonly read?: NonNullable<RunningRound['read']>;
}

/**
 * Reads the answers of every host that was asked, page by page; once the command is over, keeps them. What time does not
 * suffice for is left to the next reading, which begins where this one ends. Many hosts, of which some are still missing,
 * are read whole from time to time; in between, only those that have failed.
 * @param isEarly some host has failed: only the first of those are read, a page of them
 * @param tellFirst hears of the first hosts that have failed before all of many hosts are read, which takes long
 */
export async function readRound(
  services: Services,
  round: RunningRound,
  isEarly = false,
  tellFirst?: (reading: Reading) => Promise<unknown>,
): Promise<Reading> {
  const { plan, commands, journal, now } = services;
  const { commandId, recheck, mark, read } = round;
  const routine = routineOf(plan, round.routine);
  const checks = askedOf(plan, routine, recheck);
  const rules = fleetOf(plan, routine)?.rules ?? [];
  if (commandId === undefined) return { tally: newTally(checks, rules), final: true, gone: 0 };
  const { over = false, targets = 0 } = (await commands.state(commandId)) ?? {};
  const isTimeUp = isoOf(now()) >= round.deadlineAt;
  const baselines = await readBaselines(services, round.routine);
  const asked = recheck?.hosts.length ? recheck.hosts : undefined;
  const begin = (): UnderWay => ({
    ...{ round: { ...round, commandId }, checks, isTimeUp, baselines, asked },
    ...{ tally: { ...newTally(checks, rules), targets }, seen: new Set(), silent: new Map() },
  });
  const isOver = isTimeUp || over;
  if (!isOver && isEarly) return readFailed(services, begin(), isEarly);
  if (targets > sweptHosts && !mark) {
    const isRecent = read?.over === isOver && now() < msOf(read.at) + spacingMs(targets);
    // What the script itself calls well can only be bad by a threshold.
    const isPart = !isTimeUp && (isRecent || (!isOver && !checks.some(hasThresholds)));
    const first = await readFailed(services, begin(), !isPart);
    if (isPart) return first;
    if (first.tally.fleet.counts.OK > 0) await tellFirst?.(first);
  }
  const under = begin();
  try {
    const reading = await readAll(services, under, isOver);
    const isWhole = !reading.final && !reading.mark;
    return isWhole ? { ...reading, read: { at: isoOf(now()), over: isOver } } : reading;
  } catch (error) {
    if (!isTokenRefused(error) || !mark) throw error;
    journal.info('SSM does not know any more where the reading ended: it begins anew', { ...mark });
    return { tally: under.tally, final: false, gone: 0 };
  }
}

function hasThresholds([, { source }]: ReturnType<typeof askedOf>[number]): boolean {
  return source.kind === 'host' && source.thresholds.length > 0;
}

async function readFailed(services: Services, under: UnderWay, isEarly: boolean): Promise<Reading> {
  const { round, tally, seen } = under;
  const part = { tally, final: false, gone: 0 };
  for await (const { entries, next } of services.commands.invocations(round.commandId, { onlyFailed: true })) {
    add(under, entries);
    // A page may have fewer hosts than it could, and even none.
    if (next && isEarly && seen.size >= pageSize) return { ...part, isStorm: true };
    if (isLate(services)) break;
  }
  return part;
}

async function readAll(services: Services, under: UnderWay, isOver: boolean): Promise<Reading> {
  const { tally, seen, round, asked, isTimeUp } = under;
  const notYet = { tally, final: false, gone: 0 };
  const { mark = { list: 'answers', pages: 0 } } = round;
  const answered = await readAnswers(services, under, mark, isOver);
  if (answered.next) return { ...notYet, mark: answered };
  // SSM lists a command before all of its hosts: while some are missing or at work, the round is not over.
  const areAllSeen = seen.size >= tally.targets || asked?.every((host) => seen.has(host));
  const isComplete = isTimeUp || (isOver && tally.pending === 0 && areAllSeen);
  if (!isComplete) return notYet;
  const begin = mark.list === 'hosts' ? mark : { list: 'hosts' as const, pages: 0, answerPages: answered.pages };
  if (mark.list === 'answers' && isLate(services)) return { ...notYet, mark: begin };
  const listed = await readHosts(services, under, begin);
  return listed ? { ...notYet, mark: listed } : { tally, final: true, gone: under.silent.size };
}

/** Adds what the hosts answered: first what is kept of it already. @returns how far it has come */
async function readAnswers(
  services: Services,
  under: UnderWay,
  mark: PageMark,
  isOver: boolean,
): Promise<PageMark & { readonly list: 'answers' }> {
  const { round } = under;
  const kept = mark.list === 'answers' ? mark.pages : (mark.answerPages ?? 0);
  for await (const pack of keptPages(services, round, 'answers', kept)) addPack(under, pack);
  if (mark.list === 'hosts') return { list: 'answers', pages: kept };
  let reached: PageMark & { readonly list: 'answers' } = { ...mark, list: 'answers' };
  try {
    for await (const { entries, next } of services.commands.invocations(round.commandId, { from: mark.next })) {
      const reports = add(under, entries);
      const pages = reached.pages + 1;
      if (isOver) await keepPage(services, round, 'answers', pages, toldBy(reports));
      reached = { list: 'answers', pages, ...(next && isOver && { next }) };
      if (isLate(services)) break;
    }
  } catch (error) {
    // What is packed need not be read again; of a command that is not over nothing is.
    if (!isPassing(error) || reached.pages === mark.pages || !reached.next) throw error;
    services.journal.info('the answers of a round could not be read on', { error: String(error), ...reached });
  }
  return reached;
}

function toldBy(reports: readonly HostReport[]) {
  const lost = reports.filter(isLost);
  return {
    reports: reports.filter(({ kind }) => kind === 'answered'),
    silent: Object.fromEntries(lost.map(({ host, name, reason }) => [host, { name, lost: reason }])),
  };
}

function isLost(report: HostReport): report is LostHost {
  return report.kind === 'lost';
}
