import type { Command } from 'commander';
import type { Command as IncidentCommand } from '../../functions/core/command.ts';
import { exitCodeOf } from '../../functions/core/status.ts';
import type { Connection } from './connection.ts';
import { registerExport } from './export-command.ts';
import {
  type ByOptions,
  type CommonOptions,
  examples,
  operator,
  timeZone,
  whereHelp,
  withBy,
  withPlace,
} from './options.ts';
import type { Outcome } from './outcome.ts';
import { registerReports } from './report-command.ts';
import { run } from './run-connected.ts';

interface SignOffFlags extends ByOptions {
  readonly note?: string;
  readonly problem?: string;
  readonly slot?: string;
  readonly all?: boolean;
}

interface SilenceFlags extends ByOptions {
  readonly all?: boolean;
  readonly for?: string;
  readonly until?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly list?: boolean;
  readonly end?: string;
}

/** Adds what people do while Rounds runs: take incidents, silence, sign off, see how things stand, read reports. */
export function registerCommands(program: Command): void {
  registerAck(program);
  registerResolve(program);
  registerSilence(program);
  registerSignOff(program);
  registerIncidents(program);
  registerStatus(program);
  registerReports(program);
  registerExport(program);
}

function registerAck(program: Command): void {
  const command = program
    .command('ack')
    .description('say that you take care of an incident: nobody else is told to; a second one is told who was first')
    .argument('<incident>', 'its number, or the check');
  withBy(withPlace(command))
    .addHelpText(
      'after',
      examples('rounds ack DAILY-20261121-001', 'rounds ack disk --by ann --stack Rounds-fossawork') + whereHelp,
    )
    .action((name: string, options: ByOptions) => actOnIncident('acknowledge', name, options));
}

function registerResolve(program: Command): void {
  const command = program
    .command('resolve')
    .description('end an incident by hand: everybody who was told hears of it')
    .argument('<incident>', 'its number, or the check');
  withBy(withPlace(command))
    .addHelpText(
      'after',
      examples('rounds resolve DAILY-20261121-001', 'rounds resolve disk --stack Rounds-fossawork') +
        '\nIncidents also end by themselves, with the first good result. One that is resolved by hand while its check is' +
        '\nstill bad opens again, with a new number: to be left in peace, use rounds silence.\n' +
        whereHelp,
    )
    .action((name: string, options: ByOptions) => actOnIncident('resolve', name, options));
}

async function actOnIncident(kind: IncidentCommand['kind'], name: string, options: ByOptions): Promise<void> {
  await run(options, async (connection) => {
    const { commandIncident } = await import('./incident-command.ts');
    return commandIncident(connection, kind, name, operator(options));
  });
}

function registerSilence(program: Command): void {
  const command = program
    .command('silence')
    .description('tell nobody of some checks for a while; what is still bad at the end, and was not told, is told then')
    .argument('[checks...]', 'checks; fleet-FLEET for the hosts of a fleet, round-ROUTINE for Rounds itself')
    .option('--all', 'all checks')
    .option('--for <length>', 'for so long: 30m, 36h, 2d (48 hours, whatever the clocks do)')
    .option('--until <time>', 'until then: ISO 8601 with Z or an offset')
    .option('--reason <text>', 'why; everybody sees it')
    .option('--dry-run', 'only show what it would match')
    .option('--list', 'show the silences that are kept, those in force first')
    .option('--end <id>', 'end one early');
  withBy(withPlace(command))
    .addHelpText(
      'after',
      examples(
        'rounds silence disk log-sizes --for 2h --reason "clearing old logs"',
        'rounds silence --all --until 2026-11-23T08:00-05:00 --reason "database move" --dry-run',
        'rounds silence --list',
        'rounds silence --end s-3f9a1c',
      ) + whereHelp,
    )
    .action(async (checks: string[], options: SilenceFlags) => {
      await run(options, async (connection) => {
        const { endSilence, listSilences, silence } = await import('./silence.ts');
        if (options.list) return listSilences(connection, timeZone());
        if (options.end !== undefined) return endSilence(connection, options.end, operator(options));
        return silence(connection, checks, { ...options, by: operator(options) }, timeZone());
      });
    });
}

function registerSignOff(program: Command): void {
  const command = program
    .command('signoff')
    .description(
      'say that what only a person can judge is in order, or what is not; without an id show what is asked for',
    )
    .argument('[id]', 'what is signed off, as the list names it')
    .option('--note <text>', 'what is to be recorded with it')
    .option('--problem <text>', 'it is not in order: what is wrong')
    .option('--slot <time>', 'of this slot: ISO 8601 with Z or an offset (default: the newest)')
    .option('--all', 'without an id: also what has become of the others of the last days');
  withBy(withPlace(command))
    .addHelpText(
      'after',
      examples(
        'rounds signoff',
        'rounds signoff access-review --note "two accounts removed"',
        'rounds signoff access-review --problem "an account of a former colleague"',
        'rounds signoff --all --stack Rounds-fossawork',
      ) +
        '\nA problem is told as any other; when it is mended, sign it off: everything that was said stays on record.\n' +
        whereHelp,
    )
    .action((id: string | undefined, options: SignOffFlags) =>
      run(options, (connection) => answer(connection, id, options)),
    );
}

async function answer(connection: Connection, id: string | undefined, options: SignOffFlags): Promise<Outcome> {
  const { note, problem, slot, all } = options;
  if (id !== undefined && !all) {
    const { signOff } = await import('./sign-off.ts');
    return signOff(connection, id, { ...options, by: operator(options) });
  }
  if (id !== undefined || [note, problem, slot].some((text) => text !== undefined)) {
    const got = id === undefined ? 'something to say, and no id' : `both '${id}' and --all`;
    throw new Error(`rounds signoff got ${got}; expected an id, or nothing but --all. See: rounds signoff.`);
  }
  const { listSignOffs } = await import('./sign-offs.ts');
  return listSignOffs(connection, options, timeZone());
}

function registerIncidents(program: Command): void {
  const command = program
    .command('incidents')
    .description('list the open incidents: how urgent, since when, where, who was told, who has it, what waits')
    .option('--all', 'the resolved ones as well');
  withPlace(command)
    .addHelpText('after', examples('rounds incidents', 'rounds incidents --all --json') + whereHelp)
    .action(async (options: CommonOptions & { readonly all?: boolean }) => {
      await run(options, async (connection) => {
        const { listIncidents } = await import('./incidents.ts');
        return listIncidents(connection, options, timeZone());
      });
    });
}

function registerStatus(program: Command): void {
  const command = program
    .command('status')
    .description('show how things stand: newest rounds, checks, incidents, what waits to be told, sign-offs, silences');
  withPlace(command)
    .addHelpText('after', examples('rounds status', 'rounds status --json --stack Rounds-fossawork') + whereHelp)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitCodeOf.UNKNOWN))
    .action(async (options: CommonOptions) => {
      // Where it cannot be found out, it is not known.
      process.exitCode = exitCodeOf.UNKNOWN;
      await run(options, async (connection) => {
        const { status } = await import('./status.ts');
        return status(connection, timeZone());
      });
    });
}
