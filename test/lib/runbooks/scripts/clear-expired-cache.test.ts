import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort, isRedisMissing, type RedisServer, redisServer } from '../redis-server.ts';
import { type HostDifference, type Outcome, runScript, temporaryFolder } from '../run-script.ts';

interface Place {
  readonly host: string;
  readonly port: number;
}

async function clear(
  { host, port }: Place,
  more: Readonly<Record<string, string | number>> = {},
  difference: HostDifference = {},
): Promise<Outcome> {
  const settings = { host, port, pattern: 'cache:*', withoutExpiryLimit: 2, maximumSeconds: 20, ...more };
  return await runScript('clear-expired-cache.py', settings, difference);
}

/** A Redis that does not look for expired entries by itself, so that they stay until somebody asks for them. */
async function lazyRedis(options: readonly string[] = []): Promise<RedisServer> {
  const redis = await redisServer(options);
  redis.cli(['DEBUG', 'SET-ACTIVE-EXPIRE', '0']);
  return redis;
}

/** Makes so many entries that have expired when this returns. */
async function expire(redis: RedisServer, count: number, prefix = 'cache:page'): Promise<void> {
  const commands = Array.from({ length: count }, (_, i) => `SET ${prefix}:${i} ${'x'.repeat(200)} PX 1`);
  redis.cli([], commands.join('\n'));
  await wait(5);
}

/** Something that answers every connection with the bytes, and then ends it. */
async function otherService(bytes: string): Promise<Place> {
  const server = createServer((socket) => socket.on('error', () => undefined).end(bytes)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

describe.skipIf(isRedisMissing())('clear-expired-cache.py', () => {
  test('frees every expired entry of the cache and nothing else', async () => {
    const redis = await lazyRedis();
    await expire(redis, 3000);
    await expire(redis, 7, 'session');
    redis.cli(['SET', 'cache:fresh', 'value', 'EX', '1000']);
    redis.cli(['SET', 'settings', 'value']);
    const outcome = await clear(redis);
    expect(outcome).toEqual({
      exitCode: 0,
      text: expect.stringMatching(
        /^cache:\* in redis at 127\.0\.0\.1:\d+: 3000 expired entries cleared in \d\.\d s, 1 left; memory \d\.\d MB, was \d\.\d MB$/,
      ),
      metrics: { cleared: '3000', without_expiry: '0', seconds: expect.stringMatching(/^\d\.\d+s$/) },
    });
    expect(redis.cli(['DBSIZE'])).toBe('9');
    expect(redis.cli(['MGET', 'cache:fresh', 'settings'])).toBe('value\nvalue');
    expect(Number(redis.cli(['TTL', 'cache:fresh']))).toBeGreaterThan(900);
  });

  test('is OK when there is nothing to clear', async () => {
    expect(await clear(await lazyRedis())).toMatchObject({ exitCode: 0, metrics: { cleared: '0' } });
  });

  test('keeps entries without expiry, and is WARNING when they are too many, naming what most have in common', async () => {
    const redis = await lazyRedis();
    redis.cli([], 'SET cache:rates:EUR:CHF 1\nSET cache:geheim 1');
    expect(await clear(redis)).toMatchObject({ exitCode: 0, metrics: { without_expiry: '2' } });
    redis.cli(['SET', 'cache:rates:USD:CHF', '1']);
    const outcome = await clear(redis);
    expect(outcome).toMatchObject({ exitCode: 1, metrics: { cleared: '0', without_expiry: '3' } });
    expect(outcome.text).toMatch(/^3 entries without expiry, most in cache:rates:\* \(2\); cache:\* in redis/);
    expect(outcome.text).not.toContain('geheim');
    expect(redis.cli(['DBSIZE'])).toBe('3');
  });

  test('takes keys of any bytes', async () => {
    const redis = await lazyRedis();
    const names = String.raw`"cache:\r\n$5\r\n" "cache:\x00\xff" "cache: | 'cleared'=9" "cache:ä"`.match(
      /".*?"(?= |$)/g,
    );
    redis.cli([], names?.map((name) => `SET ${name} 1`).join('\n'));
    await expire(redis, 10);
    expect(await clear(redis)).toMatchObject({ exitCode: 1, metrics: { cleared: '10', without_expiry: '4' } });
    expect(await clear(redis, { pattern: 'cache:[ä\r\n]*' })).toMatchObject({ metrics: { without_expiry: '2' } });
  });

  test('stops when its time is over and says that the work is not done', async () => {
    const redis = await lazyRedis();
    redis.cli(['DEBUG', 'POPULATE', '5000', 'cache']);
    const outcome = await clear(redis, { maximumSeconds: 0, withoutExpiryLimit: 10_000 });
    expect(outcome.exitCode).toBe(1);
    expect(outcome.text).toMatch(/^stopped after 0 s before the end, raise ROUNDS_MAXIMUM_SECONDS; [1-4]\d{3} entries/);
  });

  test('leaves the rest to the next run when it was ended before', async () => {
    const redis = await lazyRedis();
    await expire(redis, 5000);
    const first = Number((await clear(redis, { maximumSeconds: 0 })).metrics.cleared);
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(5000);
    expect((await clear(redis)).metrics.cleared).toBe(String(5000 - first));
    expect(redis.cli(['DBSIZE'])).toBe('0');
  });

  test('asks with the password of a file, which it never shows', async () => {
    const redis = await redisServer(['--requirepass', 'Sesam öffne dich']);
    const passwordFile = join(await temporaryFolder(), 'password');
    await writeFile(passwordFile, 'Sesam öffne dich\n');
    expect((await clear(redis, { passwordFile })).exitCode).toBe(0);
    expect((await clear(await lazyRedis(), { passwordFile })).exitCode).toBe(0);
    await writeFile(passwordFile, 'geheim');
    const wrong = await clear(redis, { passwordFile });
    expect(wrong).toMatchObject({ exitCode: 3, text: expect.stringContaining('refuses: WRONGPASS invalid username') });
    expect(wrong.text).not.toContain('geheim');
    const none = await clear(redis);
    expect(none).toMatchObject({
      exitCode: 3,
      text: expect.stringMatching(/refuses: NOAUTH .*; let ROUNDS_PASSWORD_FILE name a file on the host/),
    });
    await chmod(passwordFile, 0o000);
    const denied = await clear(redis, { passwordFile }, { unprivileged: true });
    expect(denied).toMatchObject({
      exitCode: 3,
      text: `cannot read the password of Redis in ${passwordFile}: Permission denied`,
    });
  });

  test('is UNKNOWN on a replica, which frees nothing by itself', async () => {
    const replica = await redisServer(['--replicaof', '127.0.0.1', '1']);
    const outcome = await clear(replica);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('is a slave: only its master frees') });
  });

  test('is UNKNOWN while Redis loads its data', async () => {
    const before = await redisServer();
    before.cli(['DEBUG', 'POPULATE', '20000']);
    before.cli(['SAVE']);
    const slow = ['--key-load-delay', '5000', '--loading-process-events-interval-bytes', '1024'];
    const outcome = await clear(await redisServer(slow, before.folder));
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('is still loading its data') });
  });

  test('is UNKNOWN when the user may not look at the keys', async () => {
    const redis = await redisServer();
    redis.cli(['ACL', 'SETUSER', 'default', '-scan']);
    expect(await clear(redis)).toMatchObject({ exitCode: 3, text: expect.stringContaining('refuses: NOPERM') });
  });

  test('is CRITICAL when Redis hangs', async () => {
    const redis = await redisServer();
    redis.process.kill('SIGSTOP');
    const outcome = await clear(redis);
    expect(outcome).toMatchObject({ exitCode: 2, text: `redis was lost at 127.0.0.1:${redis.port}: timed out` });
  });
});

describe('clear-expired-cache.py without Redis', () => {
  test('is CRITICAL when nobody listens', async () => {
    const port = await freePort();
    const outcome = await clear({ host: '127.0.0.1', port });
    expect(outcome).toMatchObject({ exitCode: 2, text: `redis unreachable at 127.0.0.1:${port}: Connection refused` });
  });

  test.each([
    ['ends the connection', '', 2, 'was lost at'],
    ['ends in the middle of an answer', '$50\r\nredis_ver', 2, 'it closed the connection'],
    ['is a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n', 3, 'something else than Redis answers: HTTP/1.1'],
    ['promises too much', '$999999999999\r\n', 3, 'something else than Redis answers: $9999'],
    ['nests without end', '*1\r\n'.repeat(100_000), 3, 'RecursionError'],
    ['tells nothing', '$-1\r\n', 3, 'something else than Redis answers'],
  ])('judges a service that %s', async (_what, bytes, exitCode, words) => {
    const outcome = await clear(await otherService(bytes));
    expect(outcome).toMatchObject({ exitCode, text: expect.stringContaining(words), metrics: {} });
  });

  test.each([
    [{ host: '' }, 'ROUNDS_HOST is missing'],
    [{ pattern: '' }, 'ROUNDS_PATTERN is missing'],
    [{ withoutExpiryLimit: 'few' }, "ROUNDS_WITHOUT_EXPIRY_LIMIT is 'few', expected a number of entries"],
    [{ maximumSeconds: '' }, 'ROUNDS_MAXIMUM_SECONDS is missing'],
  ])('is UNKNOWN and names the wrong setting of %j', async (settings, words) => {
    const outcome = await clear(await otherService(''), settings as Record<string, string>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });
});
