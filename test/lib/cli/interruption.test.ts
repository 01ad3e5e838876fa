import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Interrupted, unlessAborted } from '../../../lib/cli/interruption.ts';
import { root } from '../../markdown.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Takes the place of /tmp, so that what is left behind is seen. */
let temporary = '';
let running: ChildProcess | undefined;

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'interruption-'));
});

afterEach(() => {
  running?.kill('SIGKILL');
  running = undefined;
  rmSync(temporary, { recursive: true, force: true });
});

/** Starts the command line in a process group of its own, as a terminal does. */
function startRounds(scenario: string, ...words: string[]): ChildProcess {
  const args = ['--import', 'tsx', 'bin/rounds.ts', 'start', '--scenario', scenario, ...words];
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  running = spawn(process.execPath, args, {
    cwd: root,
    detached: true,
    env: { ...process.env, TMPDIR: temporary },
    stdio: [...stdio],
  });
  return running;
}

function status(): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'bin/rounds.ts', 'status'],
      { cwd: root },
      (error, stdout, stderr) => {
        resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
  });
}

function printed(child: ChildProcess, words: string): Promise<void> {
  let text = '';
  return new Promise((resolve, reject) => {
    const see = (chunk: Buffer) => {
      text += chunk;
      if (text.includes(words)) resolve();
    };
    child.stdout?.on('data', see);
    child.stderr?.on('data', see);
    child.once('exit', () => reject(new Error(`It ended before it printed '${words}': ${text}`)));
  });
}

describe('rounds start', () => {
  it.each<[signal: NodeJS.Signals, to: 'process' | 'group', moment: string, exitCode: number]>([
    ['SIGINT', 'process', 'Ctrl-C ends', 0],
    ['SIGINT', 'group', 'starting the demo hosts', 130],
    ['SIGTERM', 'process', 'running morning', 143],
    ['SIGHUP', 'group', 'running morning', 129],
  ])('at %s to its %s after "%s" ends with nothing left behind', async (signal, to, moment, exitCode) => {
    // Another process holds the database: a signal to the group could end it too.
    const child = startRounds(to === 'group' ? 'database-locked' : 'healthy');
    await printed(child, moment);
    const ended = once(child, 'exit');
    const pid = child.pid ?? Number.NaN;
    const target = to === 'group' ? -pid : pid;
    process.kill(target, signal);
    process.kill(target, signal);
    expect(await ended).toEqual([exitCode, null]);
    expect(readdirSync(temporary).filter((name) => name.startsWith('rounds-'))).toEqual([]);
  });

  it('ends in the middle of a driven day with nothing left behind', async () => {
    const child = startRounds('healthy', '--day', '2026-12-07');
    await printed(child, '00:00 EST  health: OK');
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(readdirSync(temporary).filter((name) => name.startsWith('rounds-'))).toEqual([]);
  });

  it('leaves nothing behind when nobody reads its output any more', async () => {
    const child = startRounds('healthy', '--once');
    child.stdout?.destroy();
    await once(child, 'exit');
    expect(child.signalCode).toBeNull();
    expect(readdirSync(temporary).filter((name) => name.startsWith('rounds-'))).toEqual([]);
  });
});

describe('a local cloud that goes on', () => {
  it('is found by the other commands for as long as it runs', async () => {
    const child = startRounds('healthy');
    await printed(child, 'Ctrl-C ends');
    expect(await status()).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^the local cloud of fossawork,/),
    });
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    await ended;
    expect(await status()).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('No local cloud is running') });
  });
});

describe('work that a signal may end', () => {
  it('is what it is without one', async () => {
    const { signal } = new AbortController();
    expect(await unlessAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(unlessAborted(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken');
  });

  it('is given up with the reason, whether it comes before or during the work', async () => {
    const endless = new Promise<never>(() => {});
    const stop = new AbortController();
    const during = unlessAborted(endless, stop.signal);
    stop.abort(new Interrupted('SIGINT'));
    await expect(during).rejects.toMatchObject({ exitCode: 130 });
    await expect(unlessAborted(endless, stop.signal)).rejects.toThrow('ended by SIGINT');
  });
});
