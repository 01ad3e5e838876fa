import { execFile } from 'node:child_process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { colorsFor } from '../../../lib/cli/colors.ts';
import { demoRunbook } from '../../../lib/cli/demo.ts';
import { platforms } from '../../../lib/runbooks/platforms.ts';
import { root } from '../../markdown.ts';

function helpOf(...words: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = ['--import', 'tsx', 'bin/rounds.ts', ...words, '--help'];
    execFile(process.execPath, args, { cwd: root }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}

describe('the help', () => {
  it('has an example of each command', async () => {
    const help = await helpOf();
    const [, examples = ''] = help.split('Examples:\n');
    const commands = examples.trim().split('\n');
    expect(commands.map((line) => line.trim().split(' ').slice(0, 2).join(' '))).toEqual([
      'rounds start',
      'rounds run',
      'rounds check',
    ]);
  });

  it('of run lists the routines of every platform', async () => {
    const help = await helpOf('run');
    for (const platform of Object.keys(platforms)) {
      expect(help).toContain(
        `  ${platform}: ${demoRunbook(platform)
          .routines.map(({ id }) => id)
          .join(', ')}\n`,
      );
    }
  });
});

describe('colours', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('are left out of what does not go to a terminal, also in CI', () => {
    vi.stubEnv('FORCE_COLOR', '');
    vi.stubEnv('CI', 'true');
    expect(colorsFor({}).red('bad')).toBe('bad');
  });
});
