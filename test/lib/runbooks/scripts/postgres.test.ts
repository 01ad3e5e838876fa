import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { isPostgresSkipped, type PostgresServer, startPostgres, startReplica } from '../postgres-server.ts';
import { type Outcome, runScript, temporaryFolder } from '../run-script.ts';

describe.skipIf(isPostgresSkipped())('postgres.py', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
    await server.sql('CREATE TABLE users AS SELECT i AS id, 0 AS n FROM generate_series(1, 2) AS i');
  });
  afterAll(() => server?.stop());

  async function check(state: string, service = 'live', timeoutSeconds: number | string = 5): Promise<Outcome> {
    const environment = { ...server.environment, ROUNDS_STATE: state };
    return await runScript('postgres.py', { service, timeoutSeconds }, { environment });
  }

  test('is OK and measures a healthy database', async () => {
    const idle = server.session();
    await idle.run('SELECT 1');
    const outcome = await check(await temporaryFolder());
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toMatch(
      /^database live answered in \d\.\d{4} s: \d+ of 20 connections, cache hit rate \d+\.\d% and 0 deadlocks since its statistics began, 0 locks waiting, oldest transaction 0 s$/,
    );
    expect(outcome.metrics).toMatchObject({
      response: expect.stringMatching(/^0(\.\d+)?s$/),
      connections: expect.stringMatching(/^([2-9]|1\d)$/),
      deadlocks: '0',
      locks_waiting: '0',
      oldest_transaction: '0s',
      size: expect.stringMatching(/^\d{7,}B$/),
    });
    expect(Number(outcome.metrics.connections) * 5).toBe(Number.parseFloat(outcome.metrics.connections_used ?? ''));
    expect(outcome.metrics).not.toHaveProperty('replication_lag');
  });

  test('counts the cache and deadlocks since the last time, not since the statistics began', async () => {
    const state = await temporaryFolder();
    await check(state);
    const remembered = JSON.parse(await readFile(join(state, 'postgres.json'), 'utf8'));
    // As if a minute ago a thousand blocks less had been read, none of them from the cache, and two deadlocks were new.
    const earlier = {
      ...remembered,
      time: remembered.time - 60,
      blks_read: remembered.blks_read - 1_000_000,
      deadlocks: remembered.deadlocks - 2,
    };
    await writeFile(join(state, 'postgres.json'), JSON.stringify(earlier));
    const outcome = await check(state);
    expect(outcome.text).toMatch(/cache hit rate 0\.\d% and 2 deadlocks in 6\d s/);
    expect(outcome.metrics.deadlocks).toBe('2');
    expect(Number.parseFloat(outcome.metrics.cache_hit_rate ?? '')).toBeLessThan(1);
  });

  test.each([
    ['after a reset', (last: Record<string, unknown>) => ({ ...last, stats_reset: '2020-01-01T00:00:00+00:00' })],
    ['when counters ran backwards', (last: Record<string, unknown>) => ({ ...last, blks_hit: 1e12 })],
    ['on another database', (last: Record<string, unknown>) => ({ ...last, name: 'other' })],
    ['when what it remembers is broken', () => 'broken'],
  ])('counts from the beginning %s', async (_when, change) => {
    const state = await temporaryFolder();
    await check(state);
    const file = join(state, 'postgres.json');
    await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')))));
    const outcome = await check(state);
    expect(outcome).toMatchObject({ exitCode: 0, text: expect.stringContaining('since its statistics began') });
    expect((await check(state)).text).toMatch(/deadlocks in \d s/);
  });

  test('counts a real deadlock', async () => {
    const state = await temporaryFolder();
    await check(state);
    const [one, two] = [server.session(), server.session()];
    await one.run("SET deadlock_timeout = '50ms'; BEGIN; UPDATE users SET n = 1 WHERE id = 1");
    await two.run("SET deadlock_timeout = '50ms'; BEGIN; UPDATE users SET n = 1 WHERE id = 2");
    const results = await Promise.allSettled([
      one.run('UPDATE users SET n = 1 WHERE id = 2'),
      two.run('UPDATE users SET n = 1 WHERE id = 1'),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect.poll(async () => (await check(state)).metrics.deadlocks, { timeout: 15_000 }).toBe('1');
  });

  test('names who waits for whom, and the oldest transaction', async () => {
    const [holder, waiter] = [server.session(), server.session()];
    const pid = await holder.run('BEGIN; LOCK TABLE users; SELECT pg_backend_pid()');
    const waiting = await waiter.run('SELECT pg_backend_pid()');
    const blocked = waiter.run('SELECT count(*) FROM users').catch(() => undefined);
    await expect
      .poll(() => server.sql('SELECT count(*) FROM pg_locks WHERE NOT granted'), { timeout: 10_000 })
      .toBe('1');
    await server.sql('SELECT pg_sleep(1.1)');
    const outcome = await check(await temporaryFolder());
    expect(outcome.text).toContain(`1 locks waiting (pid ${waiting} (postgres) waits for pid {${pid}})`);
    expect(outcome.metrics.locks_waiting).toBe('1');
    expect(Number.parseFloat(outcome.metrics.oldest_transaction ?? '')).toBeGreaterThan(1);
    await holder.run('COMMIT');
    await blocked;
  });

  test('says which right it lacks to see the transactions of others', async () => {
    await server.sql('CREATE ROLE modest LOGIN');
    await server.addService('modest', { user: 'modest' });
    const outcome = await check(await temporaryFolder(), 'modest');
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toContain('ages of transactions hidden: GRANT pg_monitor TO modest');
    expect(outcome.metrics).toMatchObject({ oldest_transaction: 'U', connections: expect.any(String) });
    await server.sql('GRANT pg_monitor TO modest');
    expect((await check(await temporaryFolder(), 'modest')).metrics.oldest_transaction).toMatch(/^\d/);
  });

  test('is CRITICAL when it cannot be reached, or is gone', async () => {
    await server.addService('refused', { host: '127.0.0.1', port: 1 });
    await server.addService('gone', { dbname: 'gone' });
    const state = await temporaryFolder();
    expect(await check(state, 'refused')).toEqual({
      exitCode: 2,
      text: 'database unreachable: connection to server at "127.0.0.1", port 1 failed: Connection refused',
      metrics: {},
    });
    const gone = await check(state, 'gone');
    expect(gone).toMatchObject({ exitCode: 2, text: expect.stringContaining('database "gone" does not exist') });
  });

  test('is CRITICAL when whoever listens never answers', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('expected a port');
    await server.addService('silent', { host: '127.0.0.1', port: address.port });
    const outcome = await check(await temporaryFolder(), 'silent', 1);
    expect(outcome).toMatchObject({
      exitCode: 2,
      text: expect.stringMatching(/^database unreachable: .*(timeout expired|no answer)/),
    });
  });

  test('is CRITICAL when all connections are taken', async () => {
    await server.sql('CREATE ROLE app LOGIN');
    await server.addService('app', { user: 'app' });
    const sessions = Array.from({ length: 17 }, () => server.session());
    await Promise.allSettled(sessions.map((session) => session.run('SELECT 1')));
    const outcome = await check(await temporaryFolder(), 'app');
    expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringMatching(/^database unreachable: .*connection/) });
    const superuser = await check(await temporaryFolder());
    expect(superuser).toMatchObject({ exitCode: 0, metrics: { connections: '18' } });
  });

  test('is UNKNOWN when it is kept out', async () => {
    await server.addService('locked', { user: 'locked_out' });
    const outcome = await check(await temporaryFolder(), 'locked');
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('no password supplied; add its line') });
    expect(await check(await temporaryFolder(), 'missing')).toMatchObject({ exitCode: 3 });
  });

  test('is UNKNOWN when it cannot remember, or a setting is wrong', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    const folder = await check(join(file, 'state'));
    expect(folder).toMatchObject({ exitCode: 3, text: expect.stringContaining('cannot remember anything in') });
    const wrong = await check(await temporaryFolder(), 'live', 'soon');
    expect(wrong).toMatchObject({ exitCode: 3, text: expect.stringContaining("ROUNDS_TIMEOUT_SECONDS is 'soon'") });
  });

  test('measures how far a replica is behind', async () => {
    const replica = await startReplica(server);
    onTestFinished(replica.stop);
    const environment = { ...replica.environment, ROUNDS_STATE: await temporaryFolder() };
    const outcome = await runScript('postgres.py', { service: 'live' }, { environment });
    expect(outcome).toMatchObject({ exitCode: 0, text: expect.stringContaining('replica 0 s behind') });
    expect(outcome.metrics.replication_lag).toBe('0s');
  });
});
