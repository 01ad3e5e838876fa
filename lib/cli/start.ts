import type { Command } from 'commander';
import { routineOf } from '../../functions/core/round.ts';
import { parseScenario, scenarioNames } from '../local/sandbox/scenario.ts';
import { compile } from '../runbook/compile.ts';
import { platforms } from '../runbooks/platforms.ts';
import { colorsFor } from './colors.ts';
import type { Demo } from './demo.ts';
import { interruption, unlessAborted } from './interruption.ts';
import { keepGoing } from './keep-going.ts';
import type { RunReport } from './records.ts';
import { print, showIncidents, showNotifications, showRound } from './show.ts';

interface StartOptions {
  readonly once?: boolean;
  readonly scenario: string;
  readonly json?: boolean;
}

interface RoutineChoice {
  readonly platform: string;
  readonly routine: string;
}

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
    .argument('<platform>', 'the platform, as lib/runbooks/platforms.ts names it')
    .argument('<routine>', 'the routine, as the runbook names it')
    .option(...scenario)
    .option('--json', 'print one object instead: rounds, results, incidents, notifications')
    .addHelpText('after', () => ['\nPlatforms and their routines:', ...platformLines(), ''].join('\n'))
    .action(async (platform: string, routine: string, options: StartOptions) => {
      process.exitCode = await start({ platform, routine }, { ...options, once: true });
    });
}

/** Whom a runbook tells does not change its routines, so nobody's contacts are read for this. */
function platformLines(): string[] {
  return Object.entries(platforms).map(
    ([id, runbookOf]) =>
      `  ${id}: ${runbookOf({})
        .routines.map((routine) => routine.id)
        .join(', ')}`,
  );
}

/**
 * @returns the exit code
 * @throws {Error} that names what there is, before anything is started, when there is no such platform, routine or scenario
 * @throws {Interrupted} when a signal ended it before the round was shown; everything is cleaned up
 */
async function start({ platform, routine }: RoutineChoice, options: StartOptions): Promise<number> {
  parseScenario(options.scenario);
  // Loading it takes a second, for the CDK: the other commands do without.
  const { demoRunbook, runRound, startDemo } = await import('./demo.ts');
  const runbook = demoRunbook(platform);
  routineOf(compile(runbook), routine);

  const isQuiet = options.json === true;
  const { dim } = colorsFor(process.stderr);
  const progress = (step: string) => isQuiet || process.stderr.write(dim(`${step} ...\n`));
  const signal = interruption();
  const demo = await startDemo({ runbook, scenario: options.scenario, progress, signal });
  try {
    progress(`running ${routine}`);
    const report = await unlessAborted(runRound(demo, routine, 'rounds start', progress), signal);
    print(isQuiet ? [JSON.stringify(report, null, 2)] : summary(demo, report));
    if (!options.once && !isQuiet) await stayOpen(demo, signal);
    return report.rounds.every(({ status }) => status === 'collected') ? 0 : 1;
  } finally {
    await demo.close();
  }
}

/** Keeps going where the other commands find it. */
async function stayOpen(demo: Demo, signal: AbortSignal): Promise<void> {
  const { announce } = await import('./connection.ts');
  const { cloud, plan } = demo;
  const table = cloud.resource('AWS::DynamoDB::Table').ref;
  const withdraw = await announce({ platform: plan.platform.id, table, client: cloud.clientFor('rounds') });
  try {
    await keepGoing(demo, signal);
  } finally {
    await withdraw();
  }
}

function summary({ plan, hosts }: Demo, { rounds, results, incidents, notifications }: RunReport): string[] {
  const others = scenarioNames.filter((name) => name !== hosts.scenario);
  return [
    '',
    ...rounds.flatMap((round) => showRound(round, results, plan.timeZone)),
    '',
    ...showIncidents(incidents, plan.timeZone),
    ...showNotifications(notifications),
    '',
    colorsFor(process.stdout).dim(`Scenario ${hosts.scenario}; the others: ${others.join(', ')}.`),
  ];
}
