import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { entry, logFolder } from '../log-folder.ts';

async function check(lines: readonly string[], settings: Readonly<Record<string, string | number>> = {}) {
  const logs = await logFolder();
  await logs.append('performance-metrics.jsonl', ...lines);
  return await logs.run('api-performance.py', settings);
}

/** Seconds as a metric shows them. */
const seconds = (value: string | undefined) => Number(/^([\d.]+)s$/.exec(value ?? '')?.[1] ?? Number.NaN);

describe('api-performance.py', () => {
  test('measures what the metrics of the application say, and names the slowest endpoints', async () => {
    const lines = Array.from({ length: 100 }, (_, index) =>
      entry(50, {
        cpu: 5,
        api: {
          '/api/health': { response_time: 0.01, success: true },
          [`/api/work-orders/${index}?token=abc`]: { response_time: (index + 1) / 100, success: index >= 10 },
        },
      }),
    );
    const outcome = await check([...lines, entry(49, { cpu: 7 })]);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.metrics).toMatchObject({ requests: '200', mean: '0.2575s', error_share: '5%' });
    expect(seconds(outcome.metrics.median)).toBeCloseTo(0.01, 3);
    expect(Math.abs(seconds(outcome.metrics.p95) / 0.9 - 1)).toBeLessThan(0.021);
    expect(outcome.text).toMatch(
      /^200 requests in the last 1 h: mean 0\.25[78] s, median 0\.010 s, p95 0\.\d{3} s, 5\.00% failed; slowest: \/api\/work-orders\/# 0\.505 s, \/api\/health 0\.010 s$/,
    );
  });

  test('is right to 2 % over the whole range of times', async () => {
    const times = Array.from({ length: 1000 }, (_, index) => 1e-5 * 1.015 ** index);
    const outcome = await check(times.map((time) => entry(5, { api: { '/x': { response_time: time } } })));
    for (const [label, rank] of [
      ['median', 499],
      ['p95', 949],
    ] as const) {
      expect(Math.abs(seconds(outcome.metrics[label]) / (times[rank] ?? 0) - 1)).toBeLessThan(0.021);
    }
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    expect(seconds(outcome.metrics.mean)).toBeCloseTo(mean, 4);
  });

  test('counts a call that failed without a time as failed, and takes no value that is none', async () => {
    const odd = [
      { '/a': { response_time: null, success: false } },
      { '/b': { response_time: 0.5 } },
      { '/c': { response_time: 'fast', success: true } },
      { '/d': { response_time: -1, success: true } },
      { '/e': 5 },
      [],
      'api',
      null,
    ].map((api) => entry(5, { api }));
    const outcome = await check([...odd, '{"api": }', '{"api": {"/f": {"response_time": NaN}}}']);
    expect(outcome.metrics).toMatchObject({ requests: '3', mean: '0.5s' });
    expect(outcome.text).toContain('33.33% failed; 1 of 10 lines broken');
  });

  test('measures requests that are one line each, with a mean of their own for some endpoints', async () => {
    const lines = [
      entry(5, { endpoint: '/api/escrows/17', duration_ms: 100, status: 200 }),
      entry(5, { path: '/api/escrows/18', duration_ms: 300, status_code: 500 }),
      entry(5, { endpoint: '/api/login?user=amy', duration_ms: '1500', status: '404' }),
      entry(5, { endpoint: '/api/login', status: 200 }),
      entry(5, { message: 'duration_ms' }),
    ];
    const outcome = await check(lines, { shape: 'requests', endpoints: '/api/login /api/escrows/# /api/none' });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.metrics).toMatchObject({ requests: '3', error_share: '33.333333%', login: '1.5s' });
    expect(outcome.text).toContain('slowest: /api/login 1.500 s, /api/escrows/# 0.200 s');
    expect(outcome.metrics.none).toBeUndefined();
    const other = await check([entry(5, { url: '/x', took: 2 })], { shape: 'requests', duration: 'took' });
    expect(other.metrics).toMatchObject({ requests: '1', mean: '2s' });
  });

  test('reads only what is new in the next round', async () => {
    const logs = await logFolder();
    const timed = (seconds: number) => entry(5, { api: { '/x': { response_time: seconds } } });
    await logs.append('a.jsonl', ...Array.from({ length: 20 }, () => timed(1)));
    const settings = { shape: 'metrics' };
    expect(await logs.run('api-performance.py', settings)).toMatchObject({ metrics: { requests: '20', mean: '1s' } });
    const file = await open(join(logs.path, 'a.jsonl'), 'r+');
    await file.write('x'.repeat(500), 600);
    await file.close();
    await logs.append('a.jsonl', timed(22));
    expect(await logs.run('api-performance.py', settings)).toMatchObject({ metrics: { requests: '21', mean: '2s' } });
  });

  test('says that there are too few requests, and reports zeros only when it is told how many there should be', async () => {
    const none = await check([entry(5)]);
    expect(none).toMatchObject({ exitCode: 0, metrics: { requests: '0' } });
    expect(none.text).toBe('too few requests to judge: 0 in the last 1 h, expected 1');
    expect(Object.keys(none.metrics)).toEqual(['requests']);
    const slow = entry(5, { api: { '/x': { response_time: 9, success: false } } });
    const few = await check([slow], { minimum: 5, endpoints: '/x' });
    expect(few.metrics).toEqual({ requests: '1', mean: '0s', median: '0s', p95: '0s', x: '0s', error_share: '0%' });
    expect(few.text).toContain('too few requests to judge: 1 in the last 1 h, expected 5');
  });

  test.each([
    [{ shape: 'circle' }, "setting ROUNDS_SHAPE is 'circle', expected metrics or requests"],
    [{ minimum: 'few' }, "setting ROUNDS_MINIMUM is 'few'"],
    [{ files: '/nowhere/x.jsonl' }, 'no log matches /nowhere/x.jsonl'],
    [{ windowMinutes: '' }, 'setting ROUNDS_WINDOW_MINUTES is missing'],
  ])('is UNKNOWN with the settings %j', async (settings, words) => {
    const outcome = await check([entry(5)], settings as Record<string, string>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words), metrics: {} });
  });
});
