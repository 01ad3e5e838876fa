import type { Command } from 'commander';
import { scenariosOf } from '../local/sandbox/scenario.ts';
import { platforms } from '../runbooks/platforms.ts';
import { runDayOnDemo } from './day-command.ts';
import { type DemoRoundOptions, runOnDemo } from './demo-round.ts';
import { demoRunbook } from './demo-runbook.ts';
import { examples } from './options.ts';
import { registerRun } from './run.ts';

interface StartOptions extends DemoRoundOptions {
  readonly platform: string;
  readonly day?: string;
}

/** Adds `rounds start` and `rounds run` to the command line. */
export function registerStart(program: Command): void {
  program
    .command('start')
    .description("run a platform's morning round now on demo hosts, show it, and keep the schedules going until Ctrl-C")
    .option('--platform <name>', `whose morning it is: ${Object.keys(platforms).join(', ')}`, 'fossawork')
    .option('--once', 'end after the round: 0 if it was collected, whatever it found; 1 if Rounds itself failed')
    .option('--day <date>', 'drive the clock through this whole day instead, and end with its log: 2026-12-07')
    .option('--scenario <name>', 'what is wrong with the demo hosts, from the beginning; see below', 'healthy')
    .option('--json', 'print one object instead: rounds, results, incidents, notifications; implies --once')
    .addHelpText('after', startHelp)
    .action(async ({ platform, day, ...options }: StartOptions) => {
      const runbook = demoRunbook(platform);
      process.exitCode =
        day === undefined
          ? await runOnDemo({ runbook, routine: 'morning', requestedBy: 'rounds start' }, options)
          : await runDayOnDemo({ runbook, date: day, ...options });
    });
  registerRun(program);
}

function startHelp(): string {
  return `
Each demo host is a folder on this machine: the checks really run, in a local cloud that needs no account. Nobody is
told: messages are shown.

With --day the clock is driven through the schedules of a day as fast as the checks run, in about a minute;
what comes more often than every two hours is really run every four, and repeats its answer in between. Nobody signs
anything off. It ends with the report 'log' of the day; with --json it is one object of rounds, incidents,
notifications and log.

Scenarios:
${scenarioLines().join('\n')}
${examples(
  'rounds start',
  'rounds start --once --scenario backend-down',
  'rounds start --platform gold-escrow --once --json',
  'rounds start --day 2026-12-07 --scenario disk-full',
)}`;
}

/** `  fossawork: backend-down, disk-full, ...` */
export function scenarioLines(): string[] {
  return Object.keys(platforms).map((id) => `  ${id}: ${scenariosOf(id).join(', ')}`);
}
