import { execFile } from 'node:child_process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { colorsFor } from '../../../lib/cli/colors.ts';
import { demoRunbook } from '../../../lib/cli/demo-runbook.ts';
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
    const [, commands = '', examples = ''] = (await helpOf()).split(/^(?:Commands|Examples):\n/m);
    const names = [...commands.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name);
    const shown = [...examples.matchAll(/^ {2}rounds (\w+)/gm)].map(([, name]) => name);
    expect(names).toEqual([...new Set(shown), 'help']);
  });

  it.each(['ack', 'resolve', 'silence', 'signoff', 'incidents', 'status', 'export'])(
    'of %s has examples of it, and says whose credentials it uses',
    async (name) => {
      const [, examples = '', where = ''] = (await helpOf(name)).split(/^(?:Examples:|Without --stack)/m);
      const lines = examples.trim().split('\n');
      expect(lines[0]).toMatch(new RegExp(`^rounds ${name}\\b`));
      expect(where).toContain('AWS_PROFILE and AWS_REGION');
    },
  );

  it('of run has examples of it, and says where it runs, and that a round goes on', async () => {
    const help = await helpOf('run');
    expect(help.split('Examples:\n')[1]).toMatch(/^ {2}rounds run /);
    expect(help).toContain('AWS_PROFILE and AWS_REGION');
    expect(help).toContain('Ctrl-C ends only the watching');
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
