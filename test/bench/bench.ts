import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BundleCost, measureBundles } from './bundles.ts';
import { type DecideRate, measureDecide } from './decide-rate.ts';
import { criticalFigures, type Figure, healthyFigures, type Promised } from './figures.ts';
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

/** Everything that was measured, in the shape of `--json`. */
interface Report {
  readonly rounds: readonly Pick<RoundCost, 'hosts' | 'checks'>[];
  readonly healthy: readonly Figure[];
  readonly critical: readonly Figure[];
  readonly idleTick: readonly OperationCount[];
  readonly bundles: readonly BundleCost[];
  readonly decide: DecideRate;
  readonly logReading: readonly LogReadingCost[];
  readonly hostRounds: readonly HostRoundsCost[];
}

const hostCounts = [1, 100, 1_000];
const checkCounts = [1, 10];

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** Megabytes of logs that are read: the promise for hosts is about 1,000, which takes a few minutes. */
    logs: { type: 'string', default: '200' },
  },
});
const logBytes = Number(options.logs) * 1_000_000;
if (!(logBytes > 0)) throw new Error(`got --logs ${options.logs}, expected a number of megabytes, for instance 1000`);
const folder = mkdtempSync(join(tmpdir(), 'rounds-bench-'));
try {
  const report = await measure(folder);
  process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : text(report).join('\n')}\n`);
  process.exitCode = brokenPromises(report).length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(folder: string): Promise<Report> {
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
  progress(`reading ${options.logs} MB of logs`);
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

function text(report: Report): string[] {
  const { rounds, bundles, decide, idleTick } = report;
  const table = (title: string, figures: readonly Figure[]) =>
    textTable([
      [title, ...rounds.map(({ hosts }) => counted(hosts, 'host')), 'promised'],
      ['', ...rounds.map(({ checks }) => counted(checks, 'check')), ''],
      ...figures.map(({ name, values, promise }) => [name, ...values.map(shown), verdict(promise)]),
    ]);
  const broken = brokenPromises(report);
  return [
    ...table('A healthy round', report.healthy),
    '',
    ...table('Every check critical on every host', report.critical),
    '',
    ...textTable([
      ['Bundle', 'KB', 'import, ms', 'promised'],
      ...bundles.map(({ platform, name, kilobytes, importMs, promise }) => [
        `${platform} ${name}`,
        shown(kilobytes),
        shown(importMs),
        verdict(promise),
      ]),
    ]),
    '',
    ...textTable([
      [`Reading ${options.logs} MB of logs`, 'seconds', 'of a processor', 'the next time', 'MB of memory', ''],
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
    `Times are of this machine (${cpus().length} processors, Node ${process.versions.node}) and promise nothing.`,
    '',
    broken.length === 0 ? 'Every promise is held.' : `Promises broken: ${broken.join('; ')}.`,
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

function verdict(promise: Promised | undefined): string {
  return promise ? `${promise.held ? 'held' : 'BROKEN'}: ${promise.text}` : '';
}

/** Five million observations may leave behind what the collector has not looked at yet, and no more. */
function flatMemory({ growthBytes }: DecideRate): Promised {
  return { text: 'under 5 MB', held: growthBytes < 5 * 1_024 * 1_024 };
}

function brokenPromises({ healthy, critical, bundles, decide, hostRounds }: Report): string[] {
  const promises = [
    { name: 'memory of decide', promise: flatMemory(decide) },
    ...healthy.map(({ name, promise }) => ({ name: `healthy round, ${name}`, promise })),
    ...critical.map(({ name, promise }) => ({ name: `critical round, ${name}`, promise })),
    ...bundles.map(({ platform, name, promise }) => ({ name: `bundle of ${platform} ${name}`, promise })),
    ...hostRounds.map(({ name, promise }) => ({ name: `memory of ${name}`, promise })),
  ];
  return promises.flatMap(({ name, promise }) => (promise?.held === false ? [`${name} (${promise.text})`] : []));
}

function progress(step: string): void {
  process.stderr.write(`${step} ...\n`);
}
