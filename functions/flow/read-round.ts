import { ServiceFailure } from '../adapters/adapter-error.ts';
import { pageSize } from '../adapters/ssm.ts';
import type { HostReport } from '../core/invocation.ts';
import { askedOf, fleetOf, type PageMark, type RunningRound, routineOf, sweptHosts } from '../core/round.ts';
import { newTally, type Tally } from '../core/tally.ts';
import { isoOf } from '../core/time.ts';
import { readBaselines } from './baselines.ts';
import { keepPage, keptPages } from './host-packs.ts';
import { type LostHost, readHosts } from './read-hosts.ts';
import type { Services } from './services.ts';
import { add, addPack, isLate, type UnderWay } from './under-way.ts';

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
}

/**
 * Reads the answers of every host that was asked, page by page; once the command is over, keeps them. What time does not
 * suffice for is left to the next reading, which begins where this one ends. While hosts are still at work, and they are
 * many, only those that have failed are read.
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
  const { commandId, recheck } = round;
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
  const isLarge = targets > sweptHosts;
  if (!isOver && (isEarly || isLarge)) return readFailed(services, begin(), isEarly);
  if (isLarge && !round.mark) {
    const first = await readFailed(services, begin(), true);
    if (first.tally.fleet.counts.OK > 0) await tellFirst?.(first);
  }
  const under = begin();
  const { tally } = under;
  try {
    return await readAll(services, under, isOver);
  } catch (error) {
    const isRefused = error instanceof ServiceFailure && error.code === 'InvalidNextToken' && round.mark;
    if (!isRefused) throw error;
    journal.info('SSM does not know any more where the reading ended: it begins anew', { ...round.mark });
    return { tally, final: false, gone: 0 };
  }
}

async function readFailed(services: Services, under: UnderWay, isEarly: boolean): Promise<Reading> {
  const { round, tally, seen } = under;
  const part = { tally, final: false, gone: 0 };
  for await (const { entries, next } of services.commands.invocations(round.commandId, { onlyFailed: true })) {
    add(under, entries);
    // A page may have fewer hosts than it could, and even none.
    if (next && (isLate(services) || (isEarly && seen.size >= pageSize))) return { ...part, isStorm: true };
  }
  return part;
}

async function readAll(services: Services, under: UnderWay, isOver: boolean): Promise<Reading> {
  const { tally, seen, round } = under;
  const notYet = { tally, final: false, gone: 0 };
  const { mark = { list: 'answers', pages: 0 } } = round;
  const answered = await readAnswers(services, under, mark, isOver);
  if (answered.next) return { ...notYet, mark: answered };
  // SSM lists a command before all of its hosts: while some are missing or at work, the round is not over.
  const isComplete = under.isTimeUp || (isOver && tally.pending === 0 && seen.size >= tally.targets);
  if (!isComplete) return notYet;
  const begin = mark.list === 'hosts' ? mark : { list: 'hosts' as const, pages: 0, answerPages: answered.pages };
  if (mark.list === 'answers' && isLate(services)) return { ...notYet, mark: begin };
  try {
    const listed = await readHosts(services, under, begin);
    return listed ? { ...notYet, mark: listed } : { tally, final: true, gone: under.silent.size };
  } catch (error) {
    // What is known to be bad is told all the same; the tick reads the round again.
    services.journal.failure('the hosts registered with SSM could not be listed', error);
    return { ...notYet, mark: begin };
  }
}

/** Adds what the hosts answered: first what is kept of it already. @returns how far it has come */
async function readAnswers(
  services: Services,
  under: UnderWay,
  mark: PageMark,
  isOver: boolean,
): Promise<Pick<PageMark, 'pages' | 'next'> & { readonly list: 'answers' }> {
  const { round } = under;
  const kept = mark.list === 'answers' ? mark.pages : (mark.answerPages ?? 0);
  for (const pack of await keptPages(services, round, 'answers', kept)) addPack(under, pack);
  const whole = { list: 'answers', pages: kept } as const;
  if (mark.list === 'hosts') return whole;
  let { pages } = whole;
  for await (const { entries, next } of services.commands.invocations(round.commandId, { from: mark.next })) {
    pages += 1;
    const reports = add(under, entries);
    const lost = reports.filter(isLost);
    const told = {
      reports: reports.filter(({ kind }) => kind === 'answered'),
      silent: Object.fromEntries(lost.map(({ host, name, reason }) => [host, { name, lost: reason }])),
    };
    if (isOver) await keepPage(services, round, 'answers', pages, told);
    if (isOver && next && isLate(services)) return { list: 'answers', pages, next };
  }
  return { list: 'answers', pages };
}

function isLost(report: HostReport): report is LostHost {
  return report.kind === 'lost';
}
