import { describe, expect, test } from 'vitest';
import { accessTime, logFolder } from '../log-folder.ts';

interface Request {
  readonly path?: string;
  readonly status?: number;
  readonly agent?: string;
  readonly seconds?: string;
  readonly minutes?: number;
}

/** A line of the combined format, as nginx 1.22 and Apache 2.4 write it, with the time of the request where there is one. */
function line({ path = '/', status = 200, agent = 'curl/7.88.1', seconds, minutes = 5 }: Request): string {
  const combined = `10.0.0.1 - amy [${accessTime(minutes)}] "GET ${path} HTTP/1.1" ${status} 512 "-" "${agent}"`;
  return seconds === undefined ? combined : `${combined} ${seconds}`;
}

async function check(lines: readonly string[], settings: Readonly<Record<string, string | number>> = {}) {
  const logs = await logFolder();
  await logs.append('access.log', ...lines);
  return await logs.run('access-log.py', { files: `${logs.path}/access.log`, ...settings });
}

const fine = (count: number, request: Request = {}) => Array.from({ length: count }, () => line(request));

describe('access-log.py', () => {
  test('is OK and tells the share of errors, the times, and the paths with most errors', async () => {
    const outcome = await check([
      ...fine(90, { seconds: '0.100' }),
      ...fine(6, { seconds: '2.000' }),
      line({ path: '/api/escrows/1?token=secret', status: 502, seconds: '1.000' }),
      line({ path: '/api/escrows/2', status: 500, seconds: '1.000' }),
      line({ path: '/pay', status: 503, seconds: '1.000' }),
      line({ path: '/missing', status: 404, seconds: '1.000' }),
    ]);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toBe(
      '100 requests in the last 1 h, 3 failed (3.00%); mean 0.250 s, p95 2.000 s; most errors: /api/escrows/# (2), /pay (1)',
    );
    expect(outcome.metrics).toMatchObject({ requests: '100', error_share: '3%', mean: '0.25s' });
  });

  test('reads the common format, and odd requests for what they are', async () => {
    const outcome = await check([
      `::1 - - [${accessTime(5)}] "GET /a HTTP/1.0" 200 -`,
      `::1 - - [${accessTime(5)}] "-" 408 0`,
      `::1 - - [${accessTime(5)}] "\\x16\\x03\\x01" 400 157 "-" "-"`,
      `::1 - - [${accessTime(5)}] "" 500 0 "-" "-"`,
      line({ path: '/\\" 500 1 \\"', agent: 'Mozilla/5.0 \\" 500 7 ] \\" x' }),
      `${line({ seconds: '-' })}`,
    ]);
    expect(outcome.metrics).toEqual({ requests: '6', error_share: '16.666667%' });
    expect(outcome.text).toBe('6 requests in the last 1 h, 1 failed (16.67%); most errors: - (1)');
  });

  test.each([
    ['0.25', 0.25],
    ['rt=0.250', 0.25],
    ['"0.250"', 0.25],
    ['0.1 0.250', 0.25],
  ])('takes %s at the end for the time of the request', async (seconds, expected) => {
    const outcome = await check([line({ seconds }), line({ agent: 'Wget 1.21' })]);
    expect(outcome.metrics).toMatchObject({ requests: '2', mean: `${expected}s` });
  });

  test('looks back as far as it is told, and says what it could not read', async () => {
    const outcome = await check(
      [line({ status: 500, minutes: 50 }), line({ minutes: 3 }), 'something else', '\u0000\u00ff'],
      { windowMinutes: 5 },
    );
    expect(outcome.metrics).toEqual({ requests: '1', error_share: '0%' });
    expect(outcome.text).toBe('1 requests in the last 5 min, 0 failed (0.00%); 2 of 3 lines in another format');
  });

  test('says that there are too few requests, and reports zeros only when it is told how many there should be', async () => {
    const none = await check([line({ minutes: 300 })]);
    expect(none).toMatchObject({ exitCode: 0, metrics: { requests: '0' } });
    expect(none.text).toMatch(/^too few requests to judge: 0 in the last 1 h, expected 1; no line is of this time, /);
    const few = await check([line({ status: 500, seconds: '9.000' })], { minimum: 20 });
    expect(few).toMatchObject({ exitCode: 0, text: 'too few requests to judge: 1 in the last 1 h, expected 20' });
    expect(few.metrics).toEqual({ requests: '1', error_share: '0%', mean: '0s', p95: '0s' });
  });

  test('is UNKNOWN when there is no such log, or it is another', async () => {
    expect(await check([], { files: '/nowhere/access.log' })).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('no log matches /nowhere/access.log'),
    });
    const other = await check(['{"status": 200}', 'hello']);
    expect(other).toMatchObject({ exitCode: 3, metrics: {} });
    expect(other.text).toMatch(/^none of 2 lines is in the common log format: correct the setting ROUNDS_FILES/);
    expect(await check([line({})], { windowMinutes: 'x' })).toMatchObject({ exitCode: 3 });
  });
});
