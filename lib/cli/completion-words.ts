import type { Command } from 'commander';
import { fleetCheck, roundCheck } from '../../functions/core/observations.ts';
import type { Plan } from '../../functions/core/plan.ts';
import { statuses } from '../../functions/core/status.ts';
import { scenariosOf } from '../local/sandbox/scenario.ts';
import { compile } from '../runbook/compile.ts';
import { platforms } from '../runbooks/platforms.ts';
import { demoRunbook } from './demo-runbook.ts';
import { runnableNames } from './runnable.ts';

export const shells = ['bash', 'zsh'] as const;

export type Shell = (typeof shells)[number];

/** All that the TAB key knows: what is only in a table, such as the numbers of incidents, is not asked for. */
export interface CompletionWords {
  readonly commands: readonly CommandWords[];
  /** The same whatever the platform. */
  readonly words: Readonly<Record<string, readonly string[]>>;
  /** By platform. */
  readonly names: Readonly<Record<string, Readonly<Record<NameKind, readonly string[]>>>>;
}

export interface CommandWords {
  readonly name: string;
  readonly options: readonly { readonly names: readonly string[]; readonly takesValue: boolean }[];
}

type NameKind = 'scenarios' | 'runnable' | 'checks' | 'signOffs' | 'reports';

/** Which words may stand where: behind an option, as the operand of that number, or as any (`#`); of any command (`*`). */
export const places: Readonly<Record<string, readonly string[]>> = {
  commands: ['help 1'],
  shells: ['completion 1'],
  platforms: ['start --platform', 'run 1', 'preview 1', 'cost 1', 'replay --runbook', 'replay --against'],
  stacks: ['* --stack'],
  statuses: ['preview --status'],
  hosts: ['preview --hosts'],
  scenarios: ['start --scenario', 'run --scenario'],
  runnable: ['run 2'],
  checks: ['ack 1', 'resolve 1', 'note 1', 'report 2', 'silence #', 'preview --check'],
  signOffs: ['signoff 1'],
  reports: ['report 1'],
};

/** Where the platform is named that the names are of. */
export const platformPlaces: readonly string[] = ['run 1', 'preview 1'];

export function completionWords(program: Command): CompletionWords {
  const ids = Object.keys(platforms);
  return {
    commands: program.commands.map(wordsOf),
    words: {
      commands: [...program.commands.map((command) => command.name()), 'help'],
      shells,
      platforms: ids,
      stacks: ids.map((id) => `Rounds-${id}`),
      statuses: statuses.filter((status) => status !== 'OK'),
      hosts: ['all', 'some'],
    },
    names: Object.fromEntries(ids.map((id) => [id, namesOf(id, compile(demoRunbook(id)))])),
  };
}

function wordsOf(command: Command): CommandWords {
  const options = command.createHelp().visibleOptions(command);
  return {
    name: command.name(),
    options: options.map(({ short, long, required, optional }) => ({
      names: [short, long].filter((name) => name !== undefined),
      takesValue: required || optional,
    })),
  };
}

function namesOf(id: string, plan: Plan): Record<NameKind, readonly string[]> {
  const checks = Object.entries(plan.checks);
  const own = [...Object.keys(plan.fleets).map(fleetCheck), ...Object.keys(plan.routines).map(roundCheck)];
  return {
    scenarios: scenariosOf(id),
    runnable: runnableNames(plan),
    checks: [...checks.map(([check]) => check), ...own],
    signOffs: checks.flatMap(([check, { source }]) => (source.kind === 'sign-off' ? check : [])),
    reports: [...Object.keys(plan.reports), 'incident'],
  };
}
