import type { Command } from 'commander';
import type { CostFlags } from './cost.ts';
import { examples, withJson } from './options.ts';
import { printOutcome } from './print-outcome.ts';

/** Adds `rounds cost` to the command line. */
export function registerCost(program: Command): void {
  const command = program
    .command('cost')
    .description('say what a month costs on AWS, by service and for what, and what the same would cost by other means')
    .argument('[platform]', 'its id, or a .ts, .js or .json runbook (default: each platform in this folder)')
    .option('--hosts <number>', 'so many hosts (default: the floors of its fleets)')
    .option('--incidents <number>', 'so many incidents a month that people are told of (default: 10)')
    .option('--prices <file>', 'your own prices: a JSON object of dollars by the names in lib/cost/prices.ts');
  withJson(command)
    .addHelpText(
      'after',
      `
It is an estimate from the runbook alone: nothing is asked of AWS. All fleets have as many hosts as their floor, and those
beyond are in the one with the most. What it counts on is in lib/cost/usage.ts; docs/cost.md says what moves it.
${examples(
  'rounds cost',
  'rounds cost fossawork --hosts 10000',
  'rounds cost gold-escrow --hosts 50 --incidents 40 --prices prices.json',
)}`,
    )
    .action(async (name: string | undefined, { json, ...flags }: CostFlags & { readonly json?: boolean }) => {
      const { runCost } = await import('./cost.ts');
      printOutcome(await runCost(name, flags), json);
    });
}
