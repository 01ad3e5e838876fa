import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStepOutput } from '../../../functions/core/result-line.ts';
import { renderCheckScript, renderTidy, renderUnpack } from '../../../lib/runbook/check-script.ts';
import { scratchFolder } from '../../scratch-folder.ts';

const host = `test-${process.pid}`;
const nonces = ['1', '2'].map((digit) => digit.repeat(32));
const running = 'the check could not be started: it is running already, started by another round; wait for its end';

const missing = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0;
const pathOf = (tool: string) => spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim();

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 400) throw new Error('it has not come to pass in 20 s');
    await setTimeout(50);
  }
}

describe.skipIf(missing('flock')).each(['dash', 'bash'].filter((shell) => !missing(shell)))(
  'a job under %s',
  (shell) => {
    let home: string;
    let children: number[];
    beforeEach(() => {
      home = scratchFolder();
      children = [];
    });
    afterEach(() => {
      for (const pid of children) spawnSync('kill', ['-KILL', String(pid)]);
      // A command that was killed leaves its scripts, and every test has the same nonces.
      for (const nonce of nonces)
        rmSync(`/run/rounds/rounds-${nonce.slice(16)}-${host}`, { recursive: true, force: true });
    });

    /** What SSM runs: the steps of a command, one after the other. */
    const textOf = (script: string, command: number, timeoutSeconds = 20) => {
      const nonce = nonces[command] ?? '';
      const job = { state: 'shop/tidy', isJob: true, settings: {}, timeoutSeconds, nonce };
      const step = renderCheckScript({ file: 'tidy.sh', script, ...job });
      return `(${renderUnpack({ 'tidy.sh': script }, nonce)}) >&2\n(${step})\n(${renderTidy(nonce)})\n`;
    };
    const environment = (changes: NodeJS.ProcessEnv = {}) => ({
      ...{ PATH: process.env.PATH, HOME: home, ROUNDS_STATE_FOLDER: join(home, 'state') },
      // Two checkouts may be tested at the same time on one machine.
      AWS_SSM_INSTANCE_ID: host,
      ...changes,
    });

    /** Runs it to its end; what it has said. */
    const run = (script: string, { command = 1, timeoutSeconds = 20, env = environment() } = {}) => {
      const options = { encoding: 'utf8', env, timeout: 30_000 } as const;
      const { stdout } = spawnSync(pathOf(shell), ['-c', textOf(script, command, timeoutSeconds)], options);
      const step = readStepOutput(stdout, nonces[command] ?? '');
      return step.kind === 'finished' ? `${step.exitCode} ${step.stdout}` : step.reason;
    };
    const pidIn = (file: string) => Number(readFileSync(join(home, file), 'utf8'));
    const brief = '#!/bin/sh\necho done\n';

    it('runs again and again, one after the other', () => {
      expect([run(brief), run(brief)]).toEqual(['0 done', '0 done']);
    });

    it('does not run while it is running', async () => {
      const long = '#!/bin/sh\necho $$ >"$HOME/pid"\nuntil [ -e "$HOME/may-end" ]; do sleep 0.05; done\n';
      const first = spawn(shell, ['-c', textOf(long, 0)], { env: environment(), stdio: 'ignore' });
      await until(() => existsSync(join(home, 'pid')));
      expect(run(brief)).toBe(`3 ${running}`);
      writeFileSync(join(home, 'may-end'), '');
      await until(() => first.exitCode !== null);
      expect(run(brief)).toBe('0 done');
    });

    it('can run again when it was stopped at its time-out', () => {
      expect(run('#!/bin/sh\nsleep 60\n', { timeoutSeconds: 1 })).toBe('124 ');
      expect(run(brief)).toBe('0 done');
    });

    it('goes on, and holds its lock, when SSM kills the wrapper; and can run again when it is killed as well', async () => {
      const long = '#!/bin/sh\necho $$ >"$HOME/pid"\nexec sleep 60\n';
      const first = spawn(shell, ['-c', textOf(long, 0)], { env: environment(), stdio: 'ignore', detached: true });
      await until(() => existsSync(join(home, 'pid')) && readFileSync(join(home, 'pid'), 'utf8') !== '');
      children.push(pidIn('pid'));
      process.kill(-(first.pid ?? 0), 'SIGKILL');
      await until(() => first.signalCode !== null);
      expect(run(brief)).toBe(`3 ${running}`);
      process.kill(pidIn('pid'), 'SIGKILL');
      await until(() => run(brief) === '0 done');
    });

    it('counts as running while anything lives that it has started', async () => {
      const leaving =
        '#!/bin/sh\nsetsid sh -c \'echo $$ >"$HOME/pid"; exec sleep 60\' >/dev/null 2>&1 &\nsleep 0.3\necho done\n';
      expect(run(leaving, { command: 0 })).toBe('0 done');
      await until(() => existsSync(join(home, 'pid')));
      children.push(pidIn('pid'));
      expect(run(brief)).toBe(`3 ${running}`);
      process.kill(pidIn('pid'), 'SIGKILL');
      await until(() => run(brief) === '0 done');
    });

    it('does not run where flock is missing', () => {
      const bin = join(home, 'bin');
      mkdirSync(bin);
      const tools = 'base64 gzip mktemp mkfifo mkdir dd wc date cat head tr rm sleep sh find id timeout'.split(' ');
      for (const tool of tools) symlinkSync(pathOf(tool), join(bin, tool));
      expect(run(brief, { env: environment({ PATH: bin }) })).toBe(
        '3 the check could not be started: flock is not installed, and the job must not run twice at once; install util-linux',
      );
    });

    it('does not run where its lock cannot be written', () => {
      writeFileSync(join(home, 'state'), 'a file, and no folder');
      expect(run(brief)).toBe(
        `3 the check could not be started: ${home}/state/shop/tidy/lock cannot be written; it keeps the job from running twice at once`,
      );
    });
  },
);
