import { execFile } from 'node:child_process';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { demoRunbook } from '../../../lib/cli/demo-runbook.ts';
import { roundsProgram } from '../../../lib/cli/program.ts';
import { platforms } from '../../../lib/runbooks/platforms.ts';
import { root } from '../../markdown.ts';
import { roundsFault } from '../../rounds-command.ts';

const program = roundsProgram();
const names = program.commands.map((command) => command.name());

function helpOf(command: Command | undefined): string {
  const parts: string[] = [];
  command?.configureOutput({ writeOut: (part) => parts.push(part) }).outputHelp();
  return parts.join('');
}

function helpOn(name: string): string {
  return helpOf(program.commands.find((command) => command.name() === name));
}

/** What a help shows below `Examples:`, without the remarks behind them. */
function examplesIn(help: string): string[] {
  const [, block = ''] = help.split(/^Examples:\n/m);
  const lines = block.split('\n\n')[0]?.split('\n') ?? [];
  return lines.map((line) => line.trim().replace(/ {2,}.*$/, '')).filter(Boolean);
}

/** `rounds ack disk` of an example that sets a variable before, or stands in another command. */
function commandIn(example: string): string {
  return /(?:^|npx |[A-Z_]+=\S+ )rounds ([^>)]*)/.exec(example)?.[1]?.trim() ?? '';
}

describe('the help', () => {
  it('is what the command line prints', async () => {
    const printed = await new Promise((resolve, reject) => {
      const args = ['--import', 'tsx', 'bin/rounds.ts', '--help'];
      execFile(process.execPath, args, { cwd: root }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
    });
    expect(printed).toBe(helpOf(program));
  });

  it('names the commands by what people do, each with what it is for', () => {
    const help = helpOf(program);
    const headings = [...help.matchAll(/^(\S.*):$/gm)].map(([, heading]) => heading);
    expect(headings.slice(1)).toEqual([
      ...['Try it', 'Run', 'On call', 'Paper', 'Runbooks', 'The command line'],
      ...['Examples', 'Exit codes'],
    ]);
    for (const command of program.commands) {
      expect(command.helpGroup(), command.name()).not.toBe('');
      expect(command.summary(), command.name()).toMatch(/^.{10,70}$/);
    }
  });

  it('has an example of each command', () => {
    const shown = examplesIn(helpOf(program)).map((example) => commandIn(example).split(' ')[0]);
    expect([...new Set(shown)].sort()).toEqual([...names].sort());
  });

  it.each([program.name(), ...names])('of %s has only examples that can be run', (name) => {
    const examples = examplesIn(name === program.name() ? helpOf(program) : helpOn(name));
    expect(examples).not.toEqual([]);
    for (const example of examples) {
      const command = commandIn(example);
      expect(roundsFault(command.split(' ')), example).toBeUndefined();
      if (name !== program.name()) expect(command.split(' ')[0]).toBe(name);
    }
  });

  it.each(names)('of %s says what it is for, its exit codes, and that it has JSON for programs', (name) => {
    const help = helpOn(name);
    expect(help.split('\n')[2]).toMatch(/^\S.{20,}/);
    expect(help).toMatch(/^Exit code: .*\b0\b/m);
    expect(help).toMatch(/^ {2}--json +\S/m);
  });

  it('says whose credentials the commands use that go to a stack', () => {
    for (const command of program.commands.filter(({ options }) => options.some(({ long }) => long === '--stack')))
      expect(helpOn(command.name())).toContain('AWS_PROFILE and AWS_REGION');
  });

  it('of run says where it runs, and that a round goes on', () => {
    expect(helpOn('run')).toContain('Ctrl-C ends only the watching');
  });

  it('of run lists the routines of every platform', () => {
    for (const platform of Object.keys(platforms)) {
      const routines = demoRunbook(platform).routines.map(({ id }) => id);
      expect(helpOn('run')).toContain(`  ${platform}: ${routines.join(', ')}\n`);
    }
  });

  it('of start lists the scenarios of each platform, and no others', () => {
    expect(helpOn('start')).toMatch(/^ {2}gold-escrow: healthy, disk-full, errors, database-down, gas-high, /m);
    expect(helpOn('start')).toMatch(/^ {2}fossawork: healthy, backend-down, /m);
  });
});
