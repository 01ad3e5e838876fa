import type { Command } from 'commander';
import type { Plan } from '../../functions/core/plan.ts';
import { parseScenario, scenarioNames } from '../local/sandbox/scenario.ts';
import { compile } from '../runbook/compile.ts';
import type { Runbook } from '../runbook/types.ts';
import { platforms } from '../runbooks/platforms.ts';
import { colorsFor } from './colors.ts';
import { confirm, type Terminal } from './confirm.ts';
import type { Connection } from './connection.ts';
import { runOnDemo } from './demo-round.ts';
import { demoRunbook } from './demo-runbook.ts';
import { type ByOptions, connectTo, examples, operator, withBy, withPlace } from './options.ts';
import { runOnRequest } from './requested-round.ts';
import { changesOf, routineFor } from './runnable.ts';

interface RunOptions extends ByOptions {
  readonly scenario?: string;
  readonly yes?: boolean;
  readonly wait: boolean;
}

/** Adds `rounds run` to the command line. */
export function registerRun(program: Command): void {
  const command = program
    .command('run')
    .description('run a routine or a job now: where its platform runs, or else on demo hosts')
    .argument('<platform>', 'the platform, as lib/runbooks/platforms.ts names it')
    .argument('<name>', 'the routine, or the job that one runs alone, as the runbook names it')
    .option('--yes', 'run what changes something without being asked')
    .option('--no-wait', 'only ask for it: do not wait for its end')
    .option('--scenario <name>', `on new demo hosts, with this wrong with them: ${scenarioNames.join(', ')}`);
  withBy(withPlace(command))
    .addHelpText('after', () => `${runHelp}\nPlatforms and their routines:\n${platformLines().join('\n')}\n`)
    .action(async (platform: string, name: string, options: RunOptions) => {
      process.exitCode = await run(platform, name, options);
    });
}

const runHelp = `
With --stack it runs in what is deployed, with your own AWS credentials and region, as AWS_PROFILE and AWS_REGION choose
them; they need dynamodb:ListTables, and dynamodb:GetItem, Query and PutItem on the stack's table. Without it, where npm
start has the platform running on this machine; else on demo hosts that are there for this one round.

What changes something is named, and runs when you say y, or with --yes. Ctrl-C ends only the watching: a round that was
asked for goes on.
${examples(
  'rounds run fossawork health',
  'rounds run fossawork morning --scenario disk-full --json',
  'rounds run fossawork morning --stack Rounds-fossawork --no-wait',
)}`;

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
 * @throws {Error} before anything is run, when it is not known, or not wanted
 * @throws {Interrupted} when a signal ended it
 */
async function run(platform: string, name: string, options: RunOptions): Promise<number> {
  const { scenario, json, wait, yes } = options;
  const runbook: Runbook = demoRunbook(platform);
  const plan = compile(runbook);
  const routine = routineFor(plan, name);
  if (scenario !== undefined) parseScenario(platform, scenario);
  const requestedBy = operator(options);
  const connection = await placeOf(platform, options);
  if (!connection && !wait) {
    throw new Error('--no-wait got no platform that runs; demo hosts end with their round. Add --stack, or npm start.');
  }
  const place = connection?.place ?? 'demo hosts';
  await agree({ plan, routine, place }, yes === true);
  const isQuiet = json === true;
  const { dim } = colorsFor(process.stderr);
  const progress = (text: string) => isQuiet || process.stderr.write(dim(`${text}\n`));
  progress(`${routine} runs on ${place}${connection ? '' : whyDemo(platform, scenario)}`);
  if (connection) return runOnRequest({ connection, plan, routine, requestedBy }, { isQuiet, wait, progress });
  return runOnDemo({ runbook, routine, requestedBy }, { scenario: scenario ?? 'healthy', once: true, json: isQuiet });
}

function whyDemo(platform: string, scenario: string | undefined): string {
  return scenario === undefined ? `: no local cloud of ${platform} is running here, and no --stack is given` : '';
}

/**
 * Where a round is to be asked for; `undefined` for demo hosts.
 * @throws {Error} when the stack is another platform's
 */
async function placeOf(platform: string, { stack, scenario }: RunOptions): Promise<Connection | undefined> {
  if (stack !== undefined && scenario !== undefined) {
    throw new Error('rounds run got both --stack and --scenario, which is about demo hosts; expected one of them.');
  }
  if (scenario !== undefined) return undefined;
  if (stack === undefined) {
    const { findLocal } = await import('./connection.ts');
    const local = await findLocal();
    return local?.platform === platform ? local : undefined;
  }
  const connection = await connectTo(stack);
  if (connection.platform === platform) return connection;
  throw new Error(
    `--stack got '${stack}', which is the platform '${connection.platform}'; expected one of '${platform}'. ` +
      `Write rounds run ${connection.platform} ..., or name another stack.`,
  );
}

/**
 * Lets a person decide about what changes something.
 * @throws {Error} unless it may be run
 */
export async function agree(
  { plan, routine, place }: { readonly plan: Plan; readonly routine: string; readonly place: string },
  isAgreed: boolean,
  terminal: Terminal = process,
): Promise<void> {
  const changes = changesOf(plan, routine);
  if (changes.length === 0 || isAgreed) return;
  if (!terminal.stdin.isTTY) {
    throw new Error(
      `${routine} changes something (${changes.join('; ')}), and there is no terminal to ask on. Add --yes to run it.`,
    );
  }
  const question = [`${routine} changes something, on ${place}:`, ...changes.map((change) => `  ${change}`), 'Run it?'];
  if (await confirm(question.join('\n'), terminal)) return;
  throw new Error('The answer was not y: nothing is run.');
}
