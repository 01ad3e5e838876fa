import type { Command } from 'commander';
import { examples, timeZone, withJson } from './options.ts';
import { printOutcome } from './print-outcome.ts';

interface InitFlags {
  readonly name?: string;
  readonly timeZone?: string;
  readonly json?: boolean;
}

/** Adds `rounds init` to the command line. */
export function registerInit(program: Command): void {
  const command = program
    .command('init')
    .description('begin a runbook for a platform of your own: with an example of a check, and tests that pass')
    .argument('<id>', 'its id: lower-case letters, digits and single hyphens, at most 20 characters')
    .option('--name <name>', 'how messages name it (default: made from the id)')
    .option('--time-zone <zone>', 'the clock that it lives by, an IANA name (default: the one here)');
  withJson(command)
    .addHelpText('after', examples('rounds init shop', 'rounds init shop --name "Web Shop" --time-zone Europe/Berlin'))
    .action(async (id: string, { json, ...flags }: InitFlags) => {
      const { init } = await import('./init.ts');
      const words = id.replaceAll('-', ' ');
      const name = flags.name ?? `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
      const runbook = { id, name, timeZone: flags.timeZone ?? timeZone(), year: new Date().getFullYear() };
      printOutcome(await init(runbook), json);
    });
}
