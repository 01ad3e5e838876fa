import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import colors from 'picocolors';
import { roundName } from '../../functions/core/round.ts';
import { clockText, isoOf } from '../../functions/core/time.ts';
import { scenarioNames } from '../local/sandbox/scenario.ts';
import { type Demo, runRound, startDemo } from './demo.ts';
import { endedRounds, notificationsOf, type RunReport, readResults } from './records.ts';
import { showIncidents, showNotification, showRound } from './show.ts';

interface StartOptions {
  readonly once?: boolean;
  readonly scenario: string;
  readonly json?: boolean;
}

interface RoutineChoice {
  readonly platform: string;
  readonly routine: string;
}

/** Schedules that are listed before the terminal is left to them. */
const listedSchedules = 5;

const newsIntervalMs = 1_000;

/** Adds `rounds start` and `rounds run` to the command line. */
export function registerStart(program: Command): void {
  const scenario = [
    '--scenario <name>',
    `what is wrong with the demo hosts: ${scenarioNames.join(', ')}`,
    'healthy',
  ] as const;
  program
    .command('start')
    .description("run FossaWork's morning round now on demo hosts, show it, and keep the schedules going until Ctrl-C")
    .option('--once', 'end after the round: 0 if it was collected, whatever it found; 1 if Rounds itself failed')
    .option(...scenario)
    .option('--json', 'print one object instead: rounds, results, incidents, notifications; implies --once')
    .action(async (options: StartOptions) => {
      process.exitCode = await start({ platform: 'fossawork', routine: 'morning' }, options);
    });
  program
    .command('run')
    .description('run one routine of a platform once on demo hosts, and show it')
    .argument('<platform>', 'the platform: fossawork')
    .argument('<routine>', 'the routine, as the runbook names it: morning, health')
    .option(...scenario)
    .option('--json', 'print one object instead: rounds, results, incidents, notifications')
    .action(async (platform: string, routine: string, options: StartOptions) => {
      process.exitCode = await start({ platform, routine }, { ...options, once: true });
    });
}

/** @returns the exit code */
async function start({ platform, routine }: RoutineChoice, options: StartOptions): Promise<number> {
  const isQuiet = options.json === true;
  const progress = (step: string) => isQuiet || process.stderr.write(colors.dim(`${step} ...\n`));
  const demo = await startDemo({ platform, scenario: options.scenario, progress });
  try {
    progress(`running ${routine}`);
    const report = await runRound(demo, routine, 'rounds start');
    print(isQuiet ? [JSON.stringify(report, null, 2)] : summary(demo, report));
    if (!options.once && !isQuiet) await keepGoing(demo);
    return report.rounds.every(({ status }) => status === 'collected') ? 0 : 1;
  } finally {
    await demo.close();
  }
}

function summary({ plan, hosts }: Demo, { rounds, results, incidents, notifications }: RunReport): string[] {
  return [
    '',
    ...rounds.flatMap((round) => showRound(round, results, plan.timeZone)),
    '',
    ...showIncidents(incidents, plan.timeZone),
    ...notifications.flatMap((notification) => ['', ...showNotification(notification)]),
    '',
    colors.dim(
      `Scenario ${hosts.scenario}; the others: ${scenarioNames.filter((name) => name !== hosts.scenario).join(', ')}.`,
    ),
  ];
}

/** Lets the schedules fire in real time, and shows each round and message when it comes, until Ctrl-C. */
async function keepGoing(demo: Demo): Promise<void> {
  const { cloud, plan } = demo;
  const upcoming = cloud.upcoming
    .slice(0, listedSchedules)
    .map(({ schedule, at }) => `  ${clockText(isoOf(at), plan.timeZone)}  ${schedule.name}`);
  print(['', 'The schedules go on; Ctrl-C ends. Next:', ...upcoming]);
  const shown = new Set(cloud.sns.deliveries.map(({ messageId }) => messageId));
  for (const round of await endedRounds(demo.table, plan)) shown.add(roundName(round));
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  cloud.run();
  while (!stop.signal.aborted) {
    await showNews(demo, shown);
    await setTimeout(newsIntervalMs, undefined, { signal: stop.signal }).catch(() => {});
  }
}

async function showNews({ cloud, plan, table }: Demo, shown: Set<string>): Promise<void> {
  for (const round of await endedRounds(table, plan)) {
    if (shown.has(roundName(round))) continue;
    shown.add(roundName(round));
    print(['', ...showRound(round, await readResults(table, plan, round), plan.timeZone)]);
  }
  const fresh = cloud.sns.deliveries.filter(({ messageId }) => !shown.has(messageId));
  for (const { messageId } of fresh) shown.add(messageId);
  print(notificationsOf(fresh).flatMap((notification) => ['', ...showNotification(notification)]));
}

function print(lines: readonly string[]): void {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
}
