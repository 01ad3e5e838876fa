import { describe, expect, test } from 'vitest';
import { ago, entry, logFolder } from '../log-folder.ts';

/** Runs the check over these lines of the last hour. */
async function check(lines: readonly string[], settings: Readonly<Record<string, string | number>>) {
  const logs = await logFolder();
  await logs.append('a.jsonl', ...lines);
  return await logs.run('log-events.py', settings);
}

const requests = [
  entry(5, { level: 'INFO', endpoint: '/api/login', user: 'amy', status: 200, duration_ms: 120, message: 'Login' }),
  entry(5, { level: 'INFO', endpoint: '/api/login', user: 'amy', status: 200, duration_ms: 2500.5, message: 'Login' }),
  entry(4, {
    level: 'WARNING',
    endpoint: '/api/login',
    user: 'bob',
    status: 401,
    duration_ms: 80,
    message: 'Authentication failed',
  }),
  entry(3, {
    level: 'ERROR',
    endpoint: '/api/orders/7',
    status: '503',
    duration_ms: 3000,
    request: { ip: '10.0.0.7' },
  }),
  entry(2, { level: 'error', endpoint: '/api/orders/8', status: 500, message: 'say "hi" \u00e4', success: false }),
  entry(1, { level: 'INFO', message: 'user=amy status=999 level=ERROR', nested: { status: 999, level: 'ERROR' } }),
];

describe('log-events.py', () => {
  test.each([
    ['"authentication failed"', 1],
    ['"AUTHENTICATION"', 1],
    ['level=error', 2],
    ['level=ERROR and status=500', 1],
    ['level!=info', 3],
    ['endpoint~LOGIN', 3],
    ['endpoint=/api/login', 3],
    ['endpoint!~login', 2],
    ['endpoint~login and user!=amy', 1],
    ['endpoint~login and !"failed"', 2],
    ['status>=500', 2],
    ['status>500', 1],
    ['status<300', 2],
    ['status=503', 1],
    ['duration_ms>2000', 2],
    ['duration_ms>2500.4 and duration_ms<=2500.5', 1],
    ['level=ERROR or level=WARNING or user=amy', 5],
    ['user=amy and status=200 or status=503', 3],
    ['request.ip=10.0.0.7', 1],
    ['username|user=amy', 2],
    ['message="say \u00e4"', 0],
    ['message~"authentication failed"', 1],
    ['message~hi', 1],
    ['success=false', 1],
    ['missing!=anything', 0],
    ['"nowhere"', 0],
    ['!"INFO"', 3],
    ['!"INFO" and !"401"', 2],
  ])('counts %s', async (condition, expected) => {
    const outcome = await check(requests, { events: `seen: ${condition}` });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { seen: `${expected}`, lines: '6', broken: '0' } });
  });

  test('is OK and tells counts, shares, different values and the most frequent of them', async () => {
    const logins = ['amy', 'amy', 'amy', 'bob', 'bob', 'carl'].map((user) =>
      entry(5, { endpoint: '/api/login', user }),
    );
    const failed = entry(5, { endpoint: '/api/login', user: 'bob', status: 401 });
    const outcome = await check([...logins, failed, entry(4, { endpoint: '/x' })], {
      events: 'logins: endpoint~login\nfailed: endpoint~login and status=401',
      shares: 'failed_share: failed/logins ; login_share: logins/lines',
      by: 'logins: user',
      distinct: 'users',
    });
    expect(outcome).toEqual({
      exitCode: 0,
      text:
        '7 logins, 1 failed in 8 lines of the last 1 h; failed_share 14.29%; login_share 87.50%; 3 users; ' +
        'most frequent: amy (3), bob (3), carl (1)',
      metrics: {
        logins: '7',
        failed: '1',
        failed_share: '14.285714%',
        login_share: '87.5%',
        users: '3',
        lines: '8',
        broken: '0',
      },
    });
  });

  test('takes messages that differ by their numbers for one pattern, and shows no secrets', async () => {
    const lines = [
      'order 17 of user u-4711 not found in 3.5 s',
      'order 18 of user u-0815 not found in 4 s',
      'cannot log in: password=hunter2, token: abcdef',
      'cannot reach https://root:hunter2@db/x',
      'request 550e8400-e29b-41d4-a716-446655440000 timed out',
      'request 6ba7b810-9dad-11d1-80b4-00c04fd430c8 timed out',
      'request 6ba7b811-9dad-11d1-80b4-00c04fd430c8 timed out',
    ].map((message) => entry(5, { level: 'ERROR', message }));
    const outcome = await check(lines, { events: 'errors: level=ERROR', by: 'errors: message', fold: 'yes' });
    expect(outcome.text).toContain(
      'most frequent: request # timed out (3), order # of user # not found in #.# s (1), ' +
        'order # of user # not found in # s (1)',
    );
    expect(outcome.text).not.toContain('hunter2');
    expect(outcome.text).not.toContain('abcdef');
  });

  test('names the most frequent lines of a text without their times', async () => {
    const lines = ['worker 7 died', 'worker 9 died', 'disk full'].map((text) => `${ago(3)} ERROR ${text}`);
    const outcome = await check(lines, { format: 'text', events: 'errors: "error"', by: 'errors: line', fold: 'yes' });
    expect(outcome.text).toContain('most frequent: ERROR worker # died (2), ERROR disk full (1)');
  });

  test('keeps its line whole whatever the log holds', async () => {
    const evil = ["x | 'errors'=0;;;0\n", '\u0000\ud800 \u202e', '%s{{x}}', 'y'.repeat(5000)];
    const lines = evil.map((user) => entry(1, { level: 'ERROR', user }));
    const outcome = await check(lines, { events: 'errors: level=ERROR', by: 'errors: user', distinct: 'users' });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { errors: '4', users: '4' } });
  });

  test('finds the logs in the folder that its settings name', async () => {
    const logs = await logFolder();
    await logs.append('a.jsonl', ...requests);
    const settings = { logs: logs.path, files: 'a.* none*', events: 'logins: endpoint~login' };
    expect(await logs.run('log-events.py', settings)).toMatchObject({ exitCode: 0, metrics: { logins: '3' } });
  });

  test('has no share where there is too little to judge, unless it is told which', async () => {
    const settings = { minimum: 5 };
    const lines = [entry(1, { status: 'done' }), entry(1, { status: 'lost' })];
    const events = 'done: status=done ; jobs: status=done or status=lost';
    const silent = await check(lines, { ...settings, events, shares: 'success: done/jobs' });
    expect(silent).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining('success: too few to judge, 2 jobs, expected 5'),
    });
    expect(silent.metrics.success).toBeUndefined();
    const told = await check(lines, { ...settings, events, shares: 'success: done/jobs else 100' });
    expect(told).toMatchObject({ metrics: { success: '100%' }, text: expect.stringContaining('too few to judge') });
    const none = await check([entry(1)], { events, shares: 'success: done/jobs' });
    expect(none).toMatchObject({ exitCode: 0, text: expect.stringContaining('too few to judge, 0 jobs, expected 1') });
    expect(none.metrics.success).toBeUndefined();
    const enough = await check(lines, { events, shares: 'success: done/jobs else 100' });
    expect(enough.metrics.success).toBe('50%');
  });

  test.each([
    [{}, 'setting ROUNDS_EVENTS is missing'],
    [{ events: 'no colon' }, "setting ROUNDS_EVENTS holds 'no colon', expected a new name"],
    [{ events: 'lines: "x"' }, 'expected a new name'],
    [{ events: 'a: "x" ; a: "y"' }, 'expected a new name'],
    [{ events: 'a: level ERROR' }, "event a: cannot read 'level ERROR'"],
    [{ events: 'a: "x" "y"' }, `event a: expected and/or at ' "y"'`],
    [{ events: 'a: "x" and' }, 'event a: '],
    [{ events: 'a: __import__("os")' }, 'event a: cannot read'],
    [{ events: 'a: status>=many' }, "event a: 'status>=many' compares with what is no number"],
    [{ events: 'a: level=x', format: 'text' }, 'asks for a field, which only the format jsonl has'],
    [{ events: 'a: "x"', shares: 's: a/b' }, "setting ROUNDS_SHARES holds 'a/b' as s, expected two events"],
    [{ events: 'a: "x"', by: 'b: user' }, "setting ROUNDS_BY names 'b', expected an event"],
    [{ events: 'a: "x"', minimum: -1 }, "setting ROUNDS_MINIMUM is '-1'"],
  ])('is UNKNOWN with the settings %j', async (settings, words) => {
    const outcome = await check(requests, settings as Record<string, string>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words), metrics: {} });
  });
});
