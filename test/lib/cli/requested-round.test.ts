import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Table } from '../../../functions/adapters/dynamodb.ts';
import type { Round } from '../../../functions/core/round.ts';
import { alertKey, packKey, roundKey } from '../../../functions/flow/keys.ts';
import { exampleAlert } from '../../functions/core/example-alert.ts';
import { root } from '../../markdown.ts';
import { roundAt } from './platform.ts';
import { startTableCloud } from './table-cloud.ts';

vi.setConfig({ testTimeout: 60_000 });

const fossawork = 'Rounds-fossawork-TableCD117FA1-1A2B3C4D5E6F7';

/** The table of a deployed FossaWork whose functions this test stands for, and a person who asks it for a round. */
async function request(...words: readonly string[]) {
  const cloud = await startTableCloud(new Date().toISOString());
  await cloud.createTable(fossawork);
  const table = new Table(new DynamoDBClient(cloud.client), fossawork);
  const all = ['run', 'fossawork', 'health', '--by', 'ann', '--stack', 'Rounds-fossawork', ...words];
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', 'bin/rounds.ts', ...all], {
    cwd: root,
    env: { ...process.env, ...cloud.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const ended = once(child, 'close').then(([exitCode]) => ({ ...output, exitCode }));
  const { pk } = roundKey({ routine: 'health', slot: '' });
  const asked = async () => {
    for (;;) {
      const [item] = await table.query<Round>({ pk, limit: 1 });
      if (item) return item;
      await setTimeout(50);
    }
  };
  return { child, output, ended, table, asked };
}

describe('a round that is asked for where its platform runs', () => {
  it('is shown when it has ended, with the incidents that it has', async () => {
    const { ended, table, asked, output } = await request();
    const item = await asked();
    expect(item.body).toMatchObject({ routine: 'health', requestedBy: 'ann', status: 'sending' });
    await vi.waitFor(() => expect(output.stderr).toContain('waiting for the tick'), { timeout: 20_000 });
    const round: Round = { ...roundAt(item.body.slot, { disk: 'CRITICAL' }), routine: 'health' };
    await table.putAll([
      {
        ...packKey(round, 'answers', 1),
        body: { hosts: { 'i-1': { name: 'app-1', results: { disk: ['CRITICAL', 'full', {}] } } } },
      },
      { ...alertKey('disk'), body: exampleAlert },
      { ...alertKey('other'), body: { ...exampleAlert, check: 'other', facts: undefined } },
    ]);
    await table.put(item, item.version, round);
    const { stdout, stderr, exitCode } = await ended;
    expect(stderr.split('\n')).toEqual([
      'health runs on the stack Rounds-fossawork in us-east-1',
      'waiting for the tick, which sends it within a minute',
      '',
    ]);
    expect(stdout).toContain('hosts: 2 answered, 1 lost');
    expect(stdout).toContain('app-1: CRITICAL full');
    expect(stdout.match(/DAILY-\d+-001 /g)).toHaveLength(1);
    expect(exitCode).toBe(0);
  });

  it('has the exit code 1 when it has failed', async () => {
    const { ended, table, asked } = await request('--json');
    const item = await asked();
    const { routine, slot, nonce, requestedAt } = item.body;
    const failed: Round = { routine, slot, nonce, requestedAt, status: 'failed', reason: 'SSM refuses' };
    await table.put(item, item.version, failed);
    const { stdout, stderr, exitCode } = await ended;
    expect(JSON.parse(stdout)).toMatchObject({ rounds: [{ status: 'failed', reason: 'SSM refuses' }], incidents: [] });
    expect(stderr).toBe('');
    expect(exitCode).toBe(1);
  });

  it('is only asked for with --no-wait', async () => {
    const { ended, asked } = await request('--no-wait', '--json');
    const { stdout, exitCode } = await ended;
    const { routine, slot, requestedBy } = (await asked()).body;
    expect(JSON.parse(stdout)).toEqual({ routine, slot, requestedBy });
    expect(exitCode).toBe(0);
  });

  it('goes on when Ctrl-C ends the watching', async () => {
    const { child, ended, asked, output } = await request();
    const { body } = await asked();
    await vi.waitFor(() => expect(output.stderr).toContain('waiting for the tick'), { timeout: 20_000 });
    child.kill('SIGINT');
    const { stderr, exitCode } = await ended;
    expect(stderr).toContain(`rounds: health/${body.slot} goes on, on the stack Rounds-fossawork in us-east-1; only`);
    expect(exitCode).toBe(130);
    expect((await asked()).body).toEqual(body);
  });
});
