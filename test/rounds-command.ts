import { roundsProgram } from '../lib/cli/program.ts';
import { routineFor } from '../lib/cli/runnable.ts';
import { scenariosOf } from '../lib/local/sandbox/scenario.ts';
import { compile } from '../lib/runbook/compile.ts';
import { loadContacts } from '../lib/runbook/contacts.ts';
import { platforms } from '../lib/runbooks/platforms.ts';

/** Why a command that is shown to people cannot be run as it stands; `undefined` when it can. */
export function roundsFault([name = '', ...args]: readonly string[]): string | undefined {
  if (name === '--help') return undefined;
  const command = roundsProgram().commands.find((candidate) => candidate.name() === name);
  if (!command) return `rounds has no command ${name}`;
  const { operands, unknown } = command.exitOverride().parseOptions(args);
  if (unknown.length > 0) return `rounds ${name} has no option ${unknown.join(' ')}`;
  const { scenario, platform = operands[0] } = command.opts();
  if (scenario !== undefined && !scenariosOf(platform).includes(scenario)) return `${platform} has no ${scenario}`;
  return name === 'run' && operands.length > 0 ? runFault(operands) : undefined;
}

function runFault([platform = '', name = '']: readonly string[]): string | undefined {
  const runbookOf = platforms[platform];
  // In place of the names of a runbook.
  if (platform === 'PLATFORM') return undefined;
  if (!runbookOf) return `there is no platform ${platform}`;
  try {
    routineFor(compile(runbookOf(loadContacts(platform, { allowUnconfigured: true }).contacts)), name);
    return undefined;
  } catch (error) {
    return String(error);
  }
}
