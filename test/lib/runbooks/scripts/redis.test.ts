import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort, isRedisMissing, type RedisServer, redisServer } from '../redis-server.ts';
import { type HostDifference, type Outcome, runScript, temporaryFolder, toolFolder } from '../run-script.ts';

interface Checked {
  readonly host: string;
  readonly port: number;
}

/** Runs the check as the procedure does; `more` are further settings. */
async function check(
  { host, port }: Checked,
  state: string,
  more: Readonly<Record<string, string | number>> = {},
  difference: HostDifference = {},
): Promise<Outcome> {
  const settings = { host, port, minimumLookups: 10, timeoutSeconds: 5, state, ...more };
  return await runScript('redis.sh', settings, difference);
}

/** Makes so many lookups that the cache answers, and so many that it does not. */
function lookUp(redis: RedisServer, hits: number, misses: number): void {
  redis.cli([], ['SET known 1', ...Array(hits).fill('GET known'), ...Array(misses).fill('GET unknown')].join('\n'));
}

/** The real redis-cli, whose answer is changed on the way: what a test cannot make a real Redis say. */
async function changedAnswers(sed: string): Promise<string> {
  const cli = execFileSync('sh', ['-c', 'command -v redis-cli'], { encoding: 'utf8' }).trim();
  return await toolFolder('redis-cli', `'${cli}' "$@" | sed '${sed}'`);
}

/** Something that is no Redis: it answers every connection with the bytes. */
async function otherService(bytes: string): Promise<Checked> {
  const server = createServer((socket) => socket.on('error', () => undefined).end(bytes)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

describe.skipIf(isRedisMissing())('redis.sh', () => {
  test('is OK and measures a Redis that works', async () => {
    const redis = await redisServer(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru']);
    lookUp(redis, 30, 10);
    const outcome = await check(redis, await temporaryFolder());
    expect(outcome).toEqual({
      exitCode: 0,
      text: expect.stringMatching(
        /^redis at 127\.0\.0\.1:\d+: hit rate 75\.0% of 40 lookups in \d+ s; memory \d\.\d MB, [01]\.\d% of maxmemory, allkeys-lru; 0 keys evicted; 1 clients$/,
      ),
      metrics: {
        hit_rate: '75.0%',
        memory_used: expect.stringMatching(/^[01]\.\d%$/),
        memory: expect.stringMatching(/^\d{6,7}B$/),
        evicted: '0',
        clients: '1',
      },
    });
  });

  test('measures the hit rate since the last run, not since the start of Redis', async () => {
    const redis = await redisServer();
    const state = join(await temporaryFolder(), 'made', 'by the check');
    lookUp(redis, 100, 0);
    expect((await check(redis, state)).metrics.hit_rate).toBe('100.0%');
    expect((await stat(state)).mode & 0o777).toBe(0o700);
    lookUp(redis, 5, 15);
    expect((await check(redis, state)).metrics.hit_rate).toBe('25.0%');
  });

  test('lets too few lookups add up over the runs, and tells the last rate judged until they are enough', async () => {
    const redis = await redisServer();
    const state = await temporaryFolder();
    lookUp(redis, 20, 0);
    await check(redis, state);
    lookUp(redis, 0, 6);
    const few = await check(redis, state);
    expect(few).toMatchObject({ exitCode: 0, metrics: { hit_rate: '100.0%' } });
    expect(few.text).toMatch(/hit rate not judged: 6 lookups in \d+ s are too few, it was 100\.0%/);
    lookUp(redis, 6, 0);
    const enough = await check(redis, state);
    expect(enough).toMatchObject({ metrics: { hit_rate: '50.0%' }, text: expect.stringContaining('of 12 lookups') });
  });

  test('knows no hit rate where nothing was ever looked up', async () => {
    const outcome = await check(await redisServer(), await temporaryFolder(), { minimumLookups: 0 });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { hit_rate: 'U' } });
    expect(outcome.text).toMatch(/hit rate not judged: 0 lookups in \d+ s are too few; memory/);
  });

  test('counts from 0 when Redis was started anew or its statistics were reset', async () => {
    const state = await temporaryFolder();
    const before = await redisServer();
    lookUp(before, 20, 0);
    await check(before, state);
    const after = await redisServer();
    lookUp(after, 20, 20);
    expect((await check(after, state)).metrics.hit_rate).toBe('50.0%');
    after.cli(['CONFIG', 'RESETSTAT']);
    lookUp(after, 3, 9);
    expect((await check(after, state)).metrics.hit_rate).toBe('25.0%');
  });

  test('takes no question for a time to live for a lookup of the cache', async () => {
    const redis = await redisServer();
    const state = await temporaryFolder();
    lookUp(redis, 20, 0);
    await check(redis, state);
    lookUp(redis, 5, 5);
    redis.cli([], Array(500).fill('PTTL known').join('\n'));
    expect((await check(redis, state)).metrics.hit_rate).toBe('50.0%');
    redis.cli([], Array(50).fill('PTTL unknown').join('\n'));
    expect((await check(redis, state)).metrics.hit_rate).toBe('0.0%');
  });

  test('takes what it remembers for numbers only', async () => {
    const redis = await redisServer();
    const state = await temporaryFolder();
    lookUp(redis, 20, 0);
    for (const line of ['', 'a b c', `${'0'.repeat(40)} a[$(touch x)] 1 1 1 1 1.0`, '9'.repeat(500)]) {
      await writeFile(join(state, 'counters'), line);
      expect((await check(redis, state)).metrics.hit_rate).toBe('100.0%');
    }
  });

  test('counts the keys evicted since the last run', async () => {
    const redis = await redisServer(['--maxmemory', '3mb', '--maxmemory-policy', 'allkeys-lru']);
    const state = await temporaryFolder();
    await check(redis, state);
    redis.cli([], Array.from({ length: 15_000 }, (_, i) => `SET key:${i} ${'x'.repeat(100)}`).join('\n'));
    const full = await check(redis, state);
    expect(Number(full.metrics.evicted)).toBeGreaterThan(1000);
    expect(Number.parseFloat(full.metrics.memory_used ?? '')).toBeGreaterThan(80);
    expect((await check(redis, state)).metrics.evicted).toBe('0');
  });

  test('compares with all memory of the machine where there is no maxmemory', async () => {
    const redis = await redisServer();
    const outcome = await check(redis, await temporaryFolder());
    const [, total = 0] = /total_system_memory:(\d+)/.exec(redis.cli(['INFO', 'memory'])) ?? [];
    const used = (100 * Number.parseInt(outcome.metrics.memory ?? '', 10)) / Number(total);
    expect(outcome.metrics.memory_used).toBe(`${used.toFixed(1)}%`);
    expect(outcome.text).toContain('of all memory, no maxmemory');
  });

  test('is CRITICAL when nobody listens', async () => {
    const port = await freePort();
    const outcome = await check({ host: '127.0.0.1', port }, await temporaryFolder());
    expect(outcome).toEqual({
      exitCode: 2,
      text: `redis unreachable at 127.0.0.1:${port}: Connection refused`,
      metrics: {},
    });
  });

  test('is CRITICAL after its time-out when Redis hangs', async () => {
    const redis = await redisServer();
    redis.process.kill('SIGSTOP');
    const outcome = await check(redis, await temporaryFolder(), { timeoutSeconds: 1 });
    expect(outcome).toMatchObject({
      exitCode: 2,
      text: expect.stringMatching(/does not answer: nothing within 1 s$/),
    });
  });

  test('is CRITICAL when Redis takes no more clients', async () => {
    const redis = await redisServer(['--maxclients', '1']);
    const only = connect(redis.port, redis.host);
    onTestFinished(() => void only.destroy());
    only.write('PING\r\n');
    await once(only, 'data');
    const outcome = await check(redis, await temporaryFolder());
    expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringContaining('refuses clients') });
  });

  test('is CRITICAL when the last snapshot failed, and goes on measuring', async () => {
    const redis = await redisServer();
    lookUp(redis, 20, 0);
    await rm(redis.folder, { recursive: true });
    redis.cli(['BGSAVE']);
    await redis.infoHolds('rdb_last_bgsave_status:err');
    const outcome = await check(redis, await temporaryFolder());
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { hit_rate: '100.0%' } });
    expect(outcome.text).toContain('the last snapshot to disk failed, 1 changes are not saved; hit rate 100.0%');
  });

  test('is CRITICAL when the append-only file could not be written', async () => {
    const tools = await changedAnswers('s/aof_last_write_status:ok/aof_last_write_status:err/');
    const outcome = await check(await redisServer(), await temporaryFolder(), {}, { tools });
    expect(outcome).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('the last write to the append-only file failed'),
    });
  });

  test('is CRITICAL when a replica lost its master, and not while it has one', async () => {
    const master = await redisServer(['--repl-diskless-sync-delay', '0']);
    const replica = await redisServer(['--replicaof', master.host, String(master.port)]);
    await replica.infoHolds('master_link_status:up');
    expect((await check(replica, await temporaryFolder())).exitCode).toBe(0);
    master.process.kill('SIGKILL');
    await replica.infoHolds('master_link_status:down');
    const outcome = await check(replica, await temporaryFolder());
    expect(outcome).toMatchObject({
      exitCode: 2,
      text: expect.stringMatching(/the link to its master 127\.0\.0\.1 is down \(-?\d+ s\)/),
    });
  });

  test('is WARNING while Redis loads its data', async () => {
    const before = await redisServer();
    before.cli(['DEBUG', 'POPULATE', '20000']);
    before.cli(['SAVE']);
    const slow = ['--key-load-delay', '5000', '--loading-process-events-interval-bytes', '1024'];
    const redis = await redisServer(slow, before.folder);
    const outcome = await check(redis, await temporaryFolder());
    expect(outcome).toMatchObject({ exitCode: 1, metrics: { clients: '1' } });
    expect(outcome.text).toMatch(/: loading its data, \d+\.\d+% done; hit rate not judged/);
  });

  test('asks with the password of a file, which it never shows', async () => {
    const redis = await redisServer(['--requirepass', 'Sesam öffne dich']);
    const passwordFile = join(await temporaryFolder(), 'password');
    await writeFile(passwordFile, 'Sesam öffne dich\n');
    const arguments_ = join(await temporaryFolder(), 'arguments');
    const cli = execFileSync('sh', ['-c', 'command -v redis-cli'], { encoding: 'utf8' }).trim();
    const tools = await toolFolder('redis-cli', `echo "$@" >'${arguments_}'`, `exec '${cli}' "$@"`);
    expect(await check(redis, await temporaryFolder(), { passwordFile }, { tools })).toMatchObject({ exitCode: 0 });
    expect(await readFile(arguments_, 'utf8')).toBe(`-h 127.0.0.1 -p ${redis.port} INFO all\n`);
    await writeFile(passwordFile, 'geheim');
    const wrong = await check(redis, await temporaryFolder(), { passwordFile });
    expect(wrong).toEqual({
      exitCode: 3,
      text: `redis at 127.0.0.1:${redis.port} refuses the password in ${passwordFile}: correct the file`,
      metrics: {},
    });
  });

  test('is UNKNOWN and says what to do when Redis asks for a password that nobody gave', async () => {
    const redis = await redisServer(['--requirepass', 'geheim']);
    const outcome = await check(redis, await temporaryFolder(), {}, { environment: { REDISCLI_AUTH: 'geheim' } });
    expect(outcome).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('asks for a password: let ROUNDS_PASSWORD_FILE name a file'),
    });
  });

  test('is UNKNOWN when the file of the password is gone, empty, or not to be read', async () => {
    const redis = await redisServer();
    const folder = await temporaryFolder();
    const passwordFile = join(folder, 'password');
    const gone = await check(redis, folder, { passwordFile });
    expect(gone).toMatchObject({ exitCode: 3, text: expect.stringContaining('No such file') });
    await writeFile(passwordFile, '\n');
    const empty = await check(redis, folder, { passwordFile });
    expect(empty).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('password is empty: write the password'),
    });
    await chmod(passwordFile, 0o000);
    const denied = await check(redis, folder, { passwordFile }, { unprivileged: true });
    expect(denied).toMatchObject({ exitCode: 3, text: expect.stringContaining('Permission denied') });
  });

  test('is UNKNOWN when the user may not run INFO', async () => {
    const redis = await redisServer();
    redis.cli(['ACL', 'SETUSER', 'default', '-info']);
    const outcome = await check(redis, await temporaryFolder());
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('does not let this user run INFO') });
  });

  test.each([
    ['a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'Protocol error'],
    ['nobody who speaks', '', 'Server closed the connection'],
    ['a stranger', "$35\r\nrun_id:1\r\nused_memory:a[$(id)]\r\nx | 'y'=1\r\n", 'gave no INFO'],
  ])('is UNKNOWN when %s answers', async (_who, bytes, words) => {
    const outcome = await check(await otherService(bytes), await temporaryFolder());
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words), metrics: {} });
  });

  test.each(['used_memory', 'keyspace_hits', 'uptime_in_seconds'])(
    'is UNKNOWN when Redis tells no %s',
    async (name) => {
      const tools = await changedAnswers(`s/^${name}:.*/${name}:a[$(id)]/`);
      const outcome = await check(await redisServer(), await temporaryFolder(), {}, { tools });
      expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(`does not tell ${name}`) });
    },
  );

  test('is UNKNOWN when it cannot remember, and CRITICAL when Redis is in trouble besides', async () => {
    const redis = await redisServer();
    const state = join(await temporaryFolder(), 'file');
    await writeFile(state, '');
    const forgetful = await check(redis, state);
    expect(forgetful).toMatchObject({ exitCode: 3, text: expect.stringContaining('cannot remember the counters: ') });
    const tools = await changedAnswers('s/aof_last_write_status:ok/aof_last_write_status:err/');
    expect(await check(redis, state, {}, { tools })).toMatchObject({ exitCode: 2 });
  });

  test('finds the redis-cli of distributions that rename it', async () => {
    const redis = await redisServer();
    const tools = await temporaryFolder();
    for (const tool of ['bash', 'awk', 'head', 'mkdir', 'mv', 'timeout', 'redis-cli']) {
      const real = execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
      const name = tool === 'redis-cli' ? 'redis6-cli' : tool;
      await writeFile(join(tools, name), `#!/bin/sh\nexec ${real} "$@"\n`, { mode: 0o755 });
    }
    expect((await check(redis, await temporaryFolder(), {}, { onlyTools: tools })).exitCode).toBe(0);
    await rm(join(tools, 'redis6-cli'));
    const without = await check(redis, await temporaryFolder(), {}, { onlyTools: tools });
    expect(without).toMatchObject({ exitCode: 3, text: expect.stringMatching(/^redis-cli is not installed: /) });
  });
});

describe('redis.sh without Redis', () => {
  const all = { host: 'h', port: 1, minimumLookups: 1, timeoutSeconds: 1, state: '/nowhere' };

  test.each([
    [{ ...all, host: '' }, 'setting ROUNDS_HOST is missing'],
    [{ ...all, minimumLookups: '' }, 'setting ROUNDS_MINIMUM_LOOKUPS is missing'],
    [{ ...all, state: '' }, 'setting ROUNDS_STATE is missing'],
    [{ ...all, host: '-x' }, "ROUNDS_PORT are '-x' and '1', expected a name and a number"],
    [{ ...all, port: 'a[$(id)]' }, "are 'h' and 'a[$(id)]', expected"],
    [{ ...all, minimumLookups: 'a[$(id)]' }, "are 'a[$(id)]' and '1', expected whole numbers"],
    [{ ...all, timeoutSeconds: 0 }, "are '1' and '0', expected whole numbers"],
  ])('is UNKNOWN and names the wrong setting of %j', async (settings, words) => {
    expect(await runScript('redis.sh', settings)).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });

  test('is UNKNOWN and names the tool that is not installed', async () => {
    const onlyTools = await temporaryFolder();
    await mkdir(join(onlyTools, 'awk'));
    const outcome = await runScript('redis.sh', all, { onlyTools });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('awk is not installed') });
  });
});
