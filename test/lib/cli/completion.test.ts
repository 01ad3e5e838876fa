import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { completionScript } from '../../../lib/cli/completion-script.ts';
import { completionWords, places, type Shell, shells } from '../../../lib/cli/completion-words.ts';
import { roundsProgram } from '../../../lib/cli/program.ts';
import { scenariosOf } from '../../../lib/local/sandbox/scenario.ts';
import { platforms } from '../../../lib/runbooks/platforms.ts';
import { scratchFolder } from '../../scratch-folder.ts';

const program = roundsProgram();
const ids = Object.keys(platforms);
const folder = scratchFolder();
const files = Object.fromEntries(
  shells.map((shell) => {
    const file = join(folder, `rounds.${shell}`);
    writeFileSync(file, `${completionScript(shell, completionWords(program))}\n`);
    return [shell, file];
  }),
) as Record<Shell, string>;

/** A missing tool skips a test aloud. */
function isMissing(tool: string): boolean {
  const { error } = spawnSync(tool, ['--version']);
  if (error) console.warn(`${tool} is not installed: completion is not tested with it`);
  return error !== undefined;
}

/** What the TAB key offers behind some words, the last of which has been begun; as bashcompinit asks for it in zsh. */
const offer = `
. "$0"
offer() {
  if [ -n "$ZSH_VERSION" ]; then emulate -L sh; setopt kshglob noshglob braceexpand; fi
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  _rounds
  printf '%s\\n' "\${COMPREPLY[@]}"
}
offer "$@"`;

function offered(shell: Shell, ...words: readonly string[]): string[] {
  const options = shell === 'zsh' ? ['-f'] : ['--norc'];
  const args = [...options, '-c', offer, files[shell], 'rounds', ...words];
  return execFileSync(shell, args, { encoding: 'utf8' }).split('\n').filter(Boolean);
}

describe.skipIf(isMissing('zsh')).each(['zsh'] as const)('the completion in %s', checksOf);
describe.each(['bash'] as const)('the completion in %s', checksOf);

function checksOf(shell: Shell): void {
  it.each<[words: readonly string[], expected: readonly string[]]>([
    [['sta'], ['start', 'status']],
    [['help', 'ini'], ['init']],
    [
      ['completion', ''],
      ['bash', 'zsh'],
    ],
    [['start', '--pl'], ['--platform']],
    [['start', '--platform', ''], ids],
    [['start', '--platform', '=', 'go'], ['gold-escrow']],
    [['start', '--platform', '='], ids],
    [['start', '--platform', 'gold-escrow', '--scenario', ''], scenariosOf('gold-escrow')],
    [['start', '--once', '--scenario', 'gas'], ['gas-high']],
    [['run', 'g'], ['gold-escrow']],
    [
      ['run', 'gold-escrow', 'mid'],
      ['midday', 'midday-hosts'],
    ],
    [['run', '--yes', 'fossawork', 'database-'], ['database-maintenance']],
    [['silence', 'disk', '--for', '2h', 'gas'], ['gas-price']],
    [['silence', '--for', 'd'], []],
    [['ack', '--stack', 'Rounds-gold-escrow', 'gas'], ['gas-price']],
    [['status', '--stack', ''], ids.map((id) => `Rounds-${id}`)],
    [['signoff', '--stack', 'Rounds-fossawork', 'day'], ['day-closed']],
    [
      ['report', 'inc'],
      ['incident', 'incident-review'],
    ],
    [
      ['preview', 'fossawork', '--status', ''],
      ['CRITICAL', 'UNKNOWN', 'WARNING'],
    ],
    [['preview', 'fossawork', '--check', 'fleet'], ['fleet-app']],
    [['replay', '--runbook', 'foss'], ['fossawork']],
    [['check', '--', 'ls', ''], []],
    [['nonsense', ''], []],
  ])('offers behind %j what can stand there', (words, expected) => {
    expect(offered(shell, ...words).sort()).toEqual([...expected].sort());
  });

  it('knows every command and every option', () => {
    expect(offered(shell, '').sort()).toEqual([...program.commands.map((each) => each.name()), 'help'].sort());
    for (const command of program.commands) {
      const options = command.options.flatMap(({ short, long }) => [short, long].filter(Boolean));
      expect(offered(shell, command.name(), '-').sort()).toEqual([...options, '-h', '--help'].sort());
    }
  });
}

test('the script offers for commands and options that there are', () => {
  for (const place of Object.values(places).flat()) {
    const [name, option = ''] = place.split(' ');
    const commands = program.commands.filter((each) => name === '*' || each.name() === name);
    expect(commands.length + Number(name === 'help'), place).toBeGreaterThan(0);
    if (!option.startsWith('--')) continue;
    expect(
      commands.some(({ options }) => options.some(({ long }) => long === option)),
      place,
    ).toBe(true);
  }
});

test.skipIf(isMissing('shellcheck'))('the script passes shellcheck', () => {
  const { status, stdout } = spawnSync('shellcheck', ['-s', 'bash', files.bash], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
});

test.skipIf(isMissing('zsh'))('zsh takes the script for that of a command', () => {
  const args = ['-f', '-c', 'source "$0"; print -r -- "$_comps[rounds]"', files.zsh];
  expect(execFileSync('zsh', args, { encoding: 'utf8', env: { ...process.env, HOME: folder } })).toContain('rounds');
});
