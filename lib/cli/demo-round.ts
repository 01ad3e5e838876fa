import { routineOf } from '../../functions/core/round.ts';
import { parseScenario, scenariosOf } from '../local/sandbox/scenario.ts';
import { compile } from '../runbook/compile.ts';
import type { Runbook } from '../runbook/types.ts';
import { colorsFor } from './colors.ts';
import type { Demo } from './demo.ts';
import { interruption, unlessAborted } from './interruption.ts';
import { keepGoing } from './keep-going.ts';
import type { RunReport } from './records.ts';
import { print, showIncidents, showNotifications, showRound } from './show.ts';

export interface DemoRound {
  readonly runbook: Runbook;
  readonly routine: string;
  readonly requestedBy: string;
}

export interface DemoRoundOptions {
  /** End after the round. */
  readonly once?: boolean;
  readonly scenario: string;
  /** Print one object; implies `once`. */
  readonly json?: boolean;
}

/**
 * Starts a platform's stack on this machine, runs a routine, and shows it.
 * @returns the exit code
 * @throws {Error} that names what there is, before anything is started, when there is no such routine or scenario
 * @throws {Interrupted} when a signal ended it before the round was shown; everything is cleaned up
 */
export async function runOnDemo(
  { runbook, routine, requestedBy }: DemoRound,
  options: DemoRoundOptions,
): Promise<number> {
  parseScenario(runbook.id, options.scenario);
  routineOf(compile(runbook), routine);
  // Loading it takes a second, for the CDK: the other commands do without.
  const { runRound, startDemo } = await import('./demo.ts');

  const isQuiet = options.json === true;
  const { dim } = colorsFor(process.stderr);
  const progress = (step: string) => isQuiet || process.stderr.write(dim(`${step} ...\n`));
  const signal = interruption();
  const isStaying = !options.once && !isQuiet;
  const demo = await startDemo({ runbook, scenario: options.scenario, withConsole: isStaying, progress, signal });
  try {
    // Before the round, which can be watched there.
    print(consoleLine(demo));
    progress(`running ${routine}`);
    const report = await unlessAborted(runRound(demo, routine, requestedBy, progress), signal);
    print(isQuiet ? [JSON.stringify(report, null, 2)] : summary(demo, report));
    if (isStaying) await stayOpen(demo, signal);
    return report.rounds.every(({ status }) => status === 'collected') ? 0 : 1;
  } finally {
    await demo.close();
  }
}

function consoleLine({ consoleUrl }: Demo): string[] {
  return consoleUrl === undefined ? [] : [`Console: ${consoleUrl}`];
}

/** Keeps going where the other commands find it. */
async function stayOpen(demo: Demo, signal: AbortSignal): Promise<void> {
  const { announce } = await import('./connection.ts');
  const { cloud, plan } = demo;
  const table = cloud.resource('AWS::DynamoDB::Table').ref;
  const withdraw = await announce({ platform: plan.platform.id, table, client: cloud.clientFor('rounds') });
  try {
    print(['', ...consoleLine(demo)]);
    await keepGoing(demo, signal);
  } finally {
    await withdraw();
  }
}

function summary({ plan, hosts }: Demo, { rounds, results, incidents, notifications }: RunReport): string[] {
  const others = scenariosOf(hosts.platform).filter((name) => name !== hosts.scenario);
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
