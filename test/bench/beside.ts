import { join } from 'node:path';
import { type BundleCost, bundleAims, measureBundles } from './bundles.ts';
import { type DecideRate, measureDecide } from './decide-rate.ts';
import { figureTable, verdict } from './figure-table.ts';
import { criticalFigures, type Figure, healthyFigures, type NamedPromise, type Promised } from './figures.ts';
import { type HostRoundsCost, measureHostRounds } from './host-rounds.ts';
import { type LogReadingCost, measureLogReading } from './log-reading.ts';
import {
  type Condition,
  type OperationCount,
  type RoundCost,
  simulateIdleTick,
  simulateRound,
  synthesizeBench,
} from './simulated-round.ts';
import { counted, shown, textTable } from './text-table.ts';

/** What is measured beside rounds on the wire, in the shape of `--json`. */
export interface Beside {
  readonly rounds: readonly Pick<RoundCost, 'hosts' | 'checks'>[];
  readonly healthy: readonly Figure[];
  readonly critical: readonly Figure[];
  readonly idleTick: readonly OperationCount[];
  readonly bundles: readonly BundleCost[];
  readonly decide: DecideRate;
  readonly logReading: readonly LogReadingCost[];
  readonly hostRounds: readonly HostRoundsCost[];
}

export interface BesideProps {
  readonly folder: string;
  /** Of logs that are read. */
  readonly megabytes: number;
  readonly progress: (step: string) => void;
}

const hostCounts = [1, 100, 1_000];
const checkCounts = [1, 10];

/** Rounds without latencies, in which every call can be told beforehand; bundles; and what one process can do. */
export async function measureBeside({ folder, megabytes, progress }: BesideProps): Promise<Beside> {
  const logBytes = megabytes * 1_000_000;
  const platforms = checkCounts.map((checks) => {
    progress(`synthesizing a platform of ${counted(checks, 'check')}`);
    return { checks, assembly: synthesizeBench(checks, join(folder, `${checks}-checks`)) };
  });
  const rounds: Record<Condition, RoundCost[]> = { healthy: [], critical: [] };
  for (const condition of ['healthy', 'critical'] as const)
    for (const hosts of hostCounts)
      for (const { checks, assembly } of platforms) {
        progress(`a ${condition} round of ${counted(hosts, 'host')} with ${counted(checks, 'check')}`);
        rounds[condition].push(await simulateRound(assembly, { hosts, checks, condition }));
      }
  const idleTick = await Promise.all(platforms.slice(0, 1).map(({ assembly }) => simulateIdleTick(assembly)));
  progress('bundling and importing the functions');
  const bundles = measureBundles(folder);
  progress('deciding ten million observations');
  const decide = measureDecide();
  progress(`reading ${shown(megabytes)} MB of logs`);
  const logReading = measureLogReading(folder, logBytes);
  progress('running the documents of the platforms on demo hosts');
  const hostRounds = await measureHostRounds(folder, logBytes);
  return {
    rounds: rounds.healthy.map(({ hosts, checks }) => ({ hosts, checks })),
    healthy: healthyFigures(rounds.healthy),
    critical: criticalFigures(rounds.critical),
    idleTick: idleTick.flat(),
    bundles,
    decide,
    logReading,
    hostRounds,
  };
}

export function besideText(report: Beside, { megabytes }: Pick<BesideProps, 'megabytes'>): string[] {
  const { rounds, bundles, decide, idleTick } = report;
  const heads = [
    rounds.map(({ hosts }) => counted(hosts, 'host')),
    rounds.map(({ checks }) => counted(checks, 'check')),
  ];
  return [
    ...figureTable('A healthy round', heads, report.healthy),
    '',
    ...figureTable('Every check critical on every host', heads, report.critical),
    '',
    ...textTable([
      ['Bundle', 'KB', 'of the SDK', 'time library', 'ours', 'plan', 'import, ms', 'of a processor', 'promised'],
      ...bundles.map(({ platform, name, kilobytes, parts: { sdk, time, ours }, promise, ...times }) => [
        `${platform} ${name}`,
        ...[kilobytes, sdk, time, ours, kilobytes - sdk - time - ours].map(shown),
        ...[times.importMs, times.importProcessorMs].map(shown),
        verdict(promise),
      ]),
      ['the aim', shown(bundleAims.kilobytes), '', '', '', '', shown(bundleAims.importMs), '', ''],
    ]),
    '',
    ...textTable([
      [`Reading ${shown(megabytes)} MB of logs`, 'seconds', 'of a processor', 'the next time', 'MB of memory', ''],
      ...report.logReading.map((cost) => [
        cost.name,
        ...[cost.firstSeconds, cost.processorSeconds, cost.nextSeconds, cost.peakMegabytes].map(shown),
        '',
      ]),
    ]),
    '',
    ...report.hostRounds.flatMap(hostRoundsTable),
    `A tick with nothing owed: ${idleTick.map(({ operation, count }) => `${count} ${operation}`).join(', ')}.`,
    `decide: ${shown(decide.perSecond)} observations a second (${shown(decide.observations)} observed, ${shown(decide.notices)} notices); ` +
      `in their second half the heap grew by ${shown(Math.round(decide.growthBytes / 1_024))} KB (${verdict(flatMemory(decide))}).`,
  ];
}

export function besidePromises({ healthy, critical, bundles, decide, hostRounds }: Beside): NamedPromise[] {
  return [
    { name: 'memory of decide', promise: flatMemory(decide) },
    ...healthy.map(({ name, promise }) => ({ name: `healthy round, ${name}`, promise })),
    ...critical.map(({ name, promise }) => ({ name: `critical round, ${name}`, promise })),
    ...bundles.map(({ platform, name, promise }) => ({ name: `bundle of ${platform} ${name}`, promise })),
    ...hostRounds.map(({ name, promise }) => ({ name: `memory of ${name}`, promise })),
  ];
}

function hostRoundsTable(cost: HostRoundsCost): string[] {
  return [
    ...textTable([
      [cost.name, 'seconds', 'of a processor', 'the next time', 'document, bytes', 'could not be judged'],
      ...cost.rounds.map(({ routine, firstSeconds, nextSeconds, documentBytes, unjudged }) => [
        routine,
        ...[shown(firstSeconds), '', shown(nextSeconds), shown(documentBytes), unjudged.join(' ')],
      ]),
      [
        'at the same time',
        ...[cost.firstSeconds, cost.processorSeconds, cost.nextSeconds].map(shown),
        `${shown(cost.peakMegabytes)} MB of memory`,
        verdict(cost.promise),
      ],
    ]),
    '',
  ];
}

/** Five million observations may leave behind what the collector has not looked at yet, and no more. */
function flatMemory({ growthBytes }: DecideRate): Promised {
  return { text: 'under 5 MB', held: growthBytes < 5 * 1_024 * 1_024 };
}
