import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { colorsFor } from '../../../lib/cli/colors.ts';
import { root } from '../../markdown.ts';

/** Starts a program on a terminal, and gives what that shows; Python is needed by the checks anyway. */
const onTerminal = `
import os, pty, sys
pty.spawn(sys.argv[1:])`;

const program = `
import { colorsFor } from './lib/cli/colors.ts';
process.stdout.write(JSON.stringify(colorsFor(process.stdout).red('bad')));`;

/** What it prints in red, and with which escape sequences. */
function printed(environment: Readonly<Record<string, string>>, terminal: boolean): string {
  const words = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', program];
  const [file = '', ...args] = terminal ? ['python3', '-c', onTerminal, ...words] : words;
  const { CI: _ci, FORCE_COLOR: _force, NO_COLOR: _none, ...inherited } = process.env;
  const env = { ...inherited, TERM: 'xterm', ...environment };
  return JSON.parse(execFileSync(file, args, { cwd: join(root), env, encoding: 'utf8' }));
}

const red = '\u001b[31mbad\u001b[39m';

describe('colours', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each<[where: string, environment: Record<string, string>, terminal: boolean, expected: string]>([
    ['on a terminal', {}, true, red],
    ['nowhere else', {}, false, 'bad'],
    ['not in the files of CI', { CI: 'true' }, false, 'bad'],
    ['not where NO_COLOR is set', { NO_COLOR: '1' }, true, 'bad'],
    ['not on a terminal that has none', { TERM: 'dumb' }, true, 'bad'],
    ['where FORCE_COLOR asks for them', { FORCE_COLOR: '1' }, false, red],
    ['not where NO_COLOR is set as well', { FORCE_COLOR: '1', NO_COLOR: '1' }, true, 'bad'],
  ])('are there %s', (_where, environment, terminal, expected) => {
    expect(printed(environment, terminal)).toBe(expected);
  });

  it('are left out of a stream that is no terminal', () => {
    vi.stubEnv('FORCE_COLOR', '');
    expect(colorsFor({}).red('bad')).toBe('bad');
  });
});
