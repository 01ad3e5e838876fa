import { Command, Help, type Option } from 'commander';
import { registerCheck } from './check.ts';
import { registerCommands } from './commands.ts';
import { registerCompletion } from './completion-command.ts';
import { registerCost } from './cost-command.ts';
import { registerInit } from './init-command.ts';
import { Interrupted } from './interruption.ts';
import { registerStart } from './start.ts';
import { registerWhatIf } from './what-if.ts';

/** What people do with Rounds, in the order of the help: each command by what it is for, in a few words. */
const groups: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Try it:': { start: 'a platform on demo hosts: a round, its schedules, or a whole day' },
  'Run:': { run: 'a routine or a job, now' },
  'On call:': {
    status: 'how everything stands',
    incidents: 'what is open, since when, and who has it',
    ack: 'you have it in hand: nobody else is told',
    resolve: 'end what no good result ends',
    silence: 'tell nobody of some checks for a while',
    signoff: 'what people are asked for, and your answer',
    note: 'add to the records of an incident',
  },
  'Paper:': {
    log: 'the operations log of a day',
    report: 'any other report, or that of an incident',
    export: 'all results and what people did, for other programs',
  },
  'Runbooks:': {
    init: 'begin a runbook of your own',
    check: 'run a check or monitoring plugin here, judged as in a round',
    preview: 'what comes, or who would be told of a failure',
    replay: 'recorded results through a changed runbook',
    cost: 'what a month costs on AWS, with as many hosts as you like',
  },
  'The command line:': { completion: 'let the TAB key complete commands, options and names' },
};

const doneOrNot = '0 when it is done; 1 when it is refused or fails.';
const ofPlugins = 'those of a monitoring plugin: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN';

/** Of the commands that say more by it. */
const exitCodes: Readonly<Record<string, string>> = {
  start: '0 when what ran was collected, whatever it found, and when Ctrl-C has ended the schedules; 1 when not.',
  run: '0 when the round was collected, whatever it found; 1 when not.',
  check: `${ofPlugins}, which a command line that cannot be meant is as well.`,
  status:
    `${ofPlugins}. CRITICAL is an incident of P0, P1 or P2,\nor a check that is CRITICAL; UNKNOWN a check that is, or ` +
    'nothing known yet, or nobody who answers;\nWARNING anything else that is not well. So it can be a check itself.',
  replay: '0, or 1 when it is refused or fails. With --against those of diff: 0 no difference, 1 some, 2 trouble.',
};

const generalHelp = `
Examples:
  rounds start --once --scenario backend-down     an incident, from the check to the SMS
  rounds start --day 2026-12-07                   a whole day, and its log
  rounds run fossawork health                     where it runs, or else on demo hosts
  rounds run fossawork morning --stack Rounds-fossawork
  rounds status --stack Rounds-fossawork
  rounds incidents
  rounds ack DAILY-20261121-001
  rounds resolve DAILY-20261121-001
  rounds silence disk --for 2h --reason "clearing old logs"
  rounds signoff access-review --note "two accounts removed"
  rounds note DAILY-20261121-001 --cause "debug log left on"
  rounds log --date 2026-11-23
  rounds report weekly-review
  rounds export --from 2026-11-01T00:00Z
  rounds init shop                                a runbook of your own, that runs
  rounds check --warning 80 --critical 90 -- lib/runbooks/scripts/disk.sh
  rounds preview fossawork --days 14
  rounds replay --runbook fossawork --results results.jsonl
  rounds cost fossawork --hosts 10000
  rounds completion bash                          rounds completion --help says where to put it

Exit codes:
  0    done; for check and status: OK
  1    refused or failed, also a command line that cannot be meant; for check and status: WARNING
  2    for check and status: CRITICAL; for replay --against: it could not compare
  3    for check and status: UNKNOWN, also a command line that cannot be meant
  130  ended by Ctrl-C

With --json each command prints one JSON object or list. Colours are for terminals; NO_COLOR=1 does without.`;

/** Every command of the command line. */
export function roundsProgram(): Command {
  const program = new Command('rounds')
    .description('Scheduled, serverless operations rounds for hosts on AWS.')
    .enablePositionalOptions()
    .showHelpAfterError('See: rounds --help, or --help behind a command.')
    .addHelpText('after', generalHelp);
  program.createHelp = () => Object.assign(new GroupedHelp(), program.configureHelp());
  registerStart(program);
  registerCheck(program);
  registerCommands(program);
  registerWhatIf(program);
  registerCost(program);
  registerInit(program);
  registerCompletion(program);
  for (const command of program.commands) teach(command);
  program.commandsGroup(lastGroup).helpCommand('help [command]', 'what a command is for, with examples');
  return program;
}

/** Runs a command line, and says what is wrong on stderr; sets the exit code. @param argv the words behind `rounds` */
export async function runRounds(argv: readonly string[]): Promise<void> {
  try {
    await roundsProgram().parseAsync(argv, { from: 'user' });
  } catch (error) {
    // Everything is closed; a call that still waits for an answer waits in vain.
    if (error instanceof Interrupted) process.exit(error.exitCode);
    process.stderr.write(`rounds: ${error instanceof Error ? error.message : String(error)}\n`);
    // A command that compares or judges has a code of its own for trouble.
    process.exitCode ||= 1;
  }
}

const lastGroup = Object.keys(groups).at(-1) ?? '';
const order = Object.values(groups).flatMap((commands) => Object.keys(commands));

function teach(command: Command): void {
  const name = command.name();
  const [group, commands] = Object.entries(groups).find(([, known]) => Object.hasOwn(known, name)) ?? [];
  if (group) command.helpGroup(group).summary(commands?.[name] ?? '');
  command.addHelpText('after', `\nExit code: ${exitCodes[name] ?? doneOrNot}`);
}

/** Commands in the order of what they are about, not of the files that they come from. */
class GroupedHelp extends Help {
  override visibleCommands(command: Command): Command[] {
    return super.visibleCommands(command).sort((one, other) => placeOf(one) - placeOf(other));
  }

  override groupItems<T extends Command | Option>(_all: T[], visible: T[], groupOf: (item: T) => string) {
    return super.groupItems(visible, visible, groupOf);
  }
}

function placeOf(command: Command): number {
  const place = order.indexOf(command.name());
  return place < 0 ? order.length : place;
}
