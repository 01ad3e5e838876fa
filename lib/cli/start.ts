import type { Command } from 'commander';
import { scenarioNames } from '../local/sandbox/scenario.ts';
import { platforms } from '../runbooks/platforms.ts';
import { type DemoRoundOptions, runOnDemo } from './demo-round.ts';
import { demoRunbook } from './demo-runbook.ts';
import { registerRun } from './run.ts';

interface StartOptions extends DemoRoundOptions {
  readonly platform: string;
}

/** Adds `rounds start` and `rounds run` to the command line. */
export function registerStart(program: Command): void {
  program
    .command('start')
    .description("run a platform's morning round now on demo hosts, show it, and keep the schedules going until Ctrl-C")
    .option('--platform <name>', `whose morning it is: ${Object.keys(platforms).join(', ')}`, 'fossawork')
    .option('--once', 'end after the round: 0 if it was collected, whatever it found; 1 if Rounds itself failed')
    .option('--scenario <name>', `what is wrong with the demo hosts: ${scenarioNames.join(', ')}`, 'healthy')
    .option('--json', 'print one object instead: rounds, results, incidents, notifications; implies --once')
    .action(async ({ platform, ...options }: StartOptions) => {
      const runbook = demoRunbook(platform);
      process.exitCode = await runOnDemo({ runbook, routine: 'morning', requestedBy: 'rounds start' }, options);
    });
  registerRun(program);
}
