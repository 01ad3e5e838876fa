import { describe, expect, test } from 'vitest';
import { entry, type LogFolder, logFolder } from '../log-folder.ts';

const settings = {
  windowMinutes: 1440,
  failures: '"authentication failed"',
  logins: 'endpoint~login and status=200',
  mostFailures: 5,
  mostTries: 3,
  mostAddresses: 2,
};

const failed = (minutes: number, user: string, ip: string) =>
  entry(minutes, { endpoint: '/api/login', status: 401, message: 'Authentication failed', user, ip });
const login = (minutes: number, user: string, ip: string) =>
  entry(minutes, { endpoint: '/api/login', status: 200, message: 'welcome', user, ip });

const run = (logs: LogFolder) => logs.run('auth-events.py', settings);

async function check(...lines: readonly string[]) {
  const logs = await logFolder();
  await logs.append('a.jsonl', ...lines);
  return await run(logs);
}

describe('auth-events.py', () => {
  test('is OK when people log in and mistype now and then', async () => {
    const outcome = await check(
      failed(300, 'amy', '10.0.0.1'),
      failed(299, 'amy', '10.0.0.1'),
      login(298, 'amy', '10.0.0.1'),
      login(200, 'bob', '10.0.0.2'),
      login(100, 'bob', '10.0.0.3'),
      entry(50, { endpoint: '/api/orders', status: 200 }),
    );
    expect(outcome).toEqual({
      exitCode: 0,
      text: '3 logins, 2 failures in 6 lines of the last 24 h',
      metrics: { logins: '3', failures: '2', unusual: '0' },
    });
  });

  test('is WARNING and names a user and an address with many failures', async () => {
    const outcome = await check(
      ...Array.from({ length: 5 }, (_, index) => failed(500 - index, 'amy', `10.0.0.${index}`)),
      ...Array.from({ length: 6 }, (_, index) => failed(400 - index, `user-${index}`, '10.9.9.9')),
    );
    expect(outcome).toMatchObject({ exitCode: 1, metrics: { failures: '11', unusual: '2' } });
    expect(outcome.text).toMatch(/^many failures: address 10\.9\.9\.9 \(6\), user amy \(5\); 0 logins, 11 failures/);
  });

  test('is WARNING when somebody logs in from many addresses', async () => {
    const outcome = await check(...['1', '2', '3', '3'].map((end) => login(60, 'amy', `10.0.0.${end}`)));
    expect(outcome).toMatchObject({ exitCode: 1, metrics: { logins: '4', unusual: '1' } });
    expect(outcome.text).toMatch(/^logins from many addresses: amy \(3\); /);
  });

  test('is CRITICAL when a login follows many failures of the same user, from wherever', async () => {
    const outcome = await check(
      ...['1', '2', '3'].map((end) => failed(60, 'amy', `10.0.0.${end}`)),
      login(59, 'amy', '10.0.0.4'),
    );
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { unusual: '1' } });
    expect(outcome.text).toMatch(/^possible break-in: amy from 10\.0\.0\.4 after 3 failures; /);
  });

  test('is CRITICAL when a login follows many failures from the same address, of whomever', async () => {
    const outcome = await check(
      ...['amy', 'bob', 'carl', 'dora'].map((user) => failed(60, user, '10.9.9.9')),
      login(59, 'emil', '10.9.9.9'),
    );
    expect(outcome).toMatchObject({ exitCode: 2 });
    expect(outcome.text).toContain('possible break-in: emil from 10.9.9.9 after 4 failures');
  });

  test('is no break-in when the failures came after the login, long before it, or not in a row', async () => {
    const tries = (minutes: number, count: number) =>
      Array.from({ length: count }, () => failed(minutes, 'amy', '10.0.0.1'));
    const outcome = await check(
      login(900, 'amy', '10.0.0.1'),
      ...tries(899, 4),
      login(800, 'amy', '10.0.0.1'),
      ...tries(799, 2),
      login(798, 'amy', '10.0.0.1'),
      ...tries(797, 2),
      login(796, 'amy', '10.0.0.1'),
    );
    expect(outcome.text).not.toContain('break-in');
    expect(outcome.exitCode).toBe(1);
  });

  test('puts the events of all files in the order of their times', async () => {
    const logs = await logFolder();
    await logs.append('a.jsonl', login(50, 'amy', '10.0.0.1'));
    await logs.append('b.jsonl', ...[59, 58, 57].map((minutes) => failed(minutes, 'amy', '10.0.0.2')));
    await logs.append(
      'c.jsonl',
      login(49, 'bob', '10.0.0.3'),
      ...[48, 47, 46].map((at) => failed(at, 'bob', '10.0.0.3')),
    );
    const outcome = await run(logs);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.text).toMatch(/^possible break-in: amy from 10\.0\.0\.1 after 3 failures; 2 logins, 6 failures/);
  });

  test('remembers failures from one round to the next, and a break-in as long as the window', async () => {
    const logs = await logFolder();
    await logs.append('a.jsonl', ...[9, 8, 7].map((minutes) => failed(minutes, 'amy', '10.0.0.1')));
    expect(await run(logs)).toMatchObject({ exitCode: 0 });
    await logs.append('a.jsonl', login(6, 'amy', '10.0.0.1'));
    expect(await run(logs)).toMatchObject({ exitCode: 2, text: expect.stringContaining('amy from 10.0.0.1') });
    expect(await run(logs)).toMatchObject({ exitCode: 2, metrics: { logins: '1', failures: '3', unusual: '1' } });
  });

  test('counts events without user or address, and shows no secret and nothing that breaks its line', async () => {
    const outcome = await check(
      entry(5, { message: 'authentication failed' }),
      'authentication failed',
      '{"message": "authentication failed", }',
      ...Array.from({ length: 5 }, () => failed(4, "x | 'failures'=0\t\n token=abc", 'y'.repeat(500))),
    );
    expect(outcome).toMatchObject({ exitCode: 1, metrics: { failures: '8', unusual: '2' } });
    expect(outcome.text).toContain('lines broken');
    expect(outcome.text).not.toContain('abc');
  });

  test.each([
    [{ failures: '' }, 'setting ROUNDS_FAILURES is missing'],
    [{ logins: 'x' }, "setting ROUNDS_FAILURES or ROUNDS_LOGINS: cannot read 'x'"],
    [{ mostFailures: 0 }, "setting ROUNDS_MOST_FAILURES is '0', expected a whole number above 0"],
    [{ mostTries: '' }, 'setting ROUNDS_MOST_TRIES is missing'],
    [{ files: '/nowhere/*.jsonl' }, 'no log matches /nowhere/*.jsonl'],
  ])('is UNKNOWN with the settings %j', async (different, words) => {
    const logs = await logFolder();
    const outcome = await logs.run('auth-events.py', { ...settings, ...different });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words), metrics: {} });
  });
});
