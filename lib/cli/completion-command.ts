import type { Command } from 'commander';
import { examples, withJson } from './options.ts';
import { printOutcome } from './print-outcome.ts';

/** Adds `rounds completion` to the command line. */
export function registerCompletion(program: Command): void {
  const command = program
    .command('completion')
    .description(
      'print what makes the TAB key complete commands, options, and the names of the runbooks in this folder',
    )
    .argument('<shell>', 'bash or zsh');
  withJson(command)
    .addHelpText('after', completionHelp)
    .action(async (shell: string, { json }: { readonly json?: boolean }) => {
      const { completionScript } = await import('./completion-script.ts');
      const { completionWords, shells } = await import('./completion-words.ts');
      const known = shells.find((each) => each === shell);
      if (!known) throw new Error(`rounds completion got '${shell}'; expected one of ${shells.join(', ')}.`);
      const data = completionWords(program);
      printOutcome({ isDone: true, lines: [completionScript(known, data).trimEnd()], data }, json);
    });
}

const completionHelp = `
It is for a command that is called rounds: npx rounds gets it by an alias. For every new shell, write into ~/.bashrc
  alias rounds='npx rounds'
  eval "$(rounds completion bash)"
or into ~/.zshrc the same with zsh. To have it without the moment that this takes, write what it prints into a file that
is sourced there; make it anew when a runbook has changed.
${examples('eval "$(npx rounds completion bash)"', 'rounds completion zsh > ~/.rounds-completion.zsh')}`;
