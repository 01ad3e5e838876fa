import { describe, expect, it } from 'vitest';
import { metricAnswer } from '../../../functions/core/metric-answer.ts';
import type { Round } from '../../../functions/core/round.ts';
import { collectedAt } from './collected-rounds.ts';

const question = { kind: 'metric', check: 'disk', metric: 'used', hours: 24 } as const;

const answerTo = (...rounds: Round[]) => metricAnswer(question, rounds, 'Disk usage');

const valuesOf = (...rounds: Round[]) =>
  Object.fromEntries(answerTo(...rounds).metrics.map(({ label, value }) => [label, value]));

describe('what a metric was like', () => {
  it('is told over all hosts and rounds, in its unit', () => {
    const answer = answerTo(
      collectedAt('2026-11-23T07:00:00.000Z', { values: [10, 10, 10], unit: 's' }),
      collectedAt('2026-11-23T08:00:00.000Z', { values: [10, 60], unit: 's' }),
    );
    expect(answer.status).toBe('OK');
    expect(answer.text).toMatch(
      /^Disk usage, used of the last 24 h: mean 20 s, median \S+ s, p95 \S+ s, least 10 s, most 60 s \(5 values\)$/,
    );
    expect(answer.metrics.map(({ unit }) => unit)).toEqual(['s', 's', 's', 's', 's']);
  });

  it('has a mean, a median, a p95 and both ends', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    const found = valuesOf(collectedAt('2026-11-23T07:00:00.000Z', { values }));
    expect(found).toMatchObject({ mean: 50.5, least: 1, most: 100 });
    expect(found.median).toBeGreaterThanOrEqual(49);
    expect(found.median).toBeLessThanOrEqual(51);
    expect(found.p95).toBeGreaterThanOrEqual(93.1);
    expect(found.p95).toBeLessThanOrEqual(96.9);
  });

  it('leaves out rechecks, which ask the bad hosts only', () => {
    const recheck = { checks: ['disk'], hosts: ['h1'], populations: { disk: 3 } };
    const found = valuesOf(
      collectedAt('2026-11-23T07:00:00.000Z', { values: [10, 10, 90] }),
      collectedAt('2026-11-23T07:01:00.000Z', { values: [90], recheck }),
    );
    expect(found).toMatchObject({ mean: 110 / 3 });
  });

  it.each<[what: string, rounds: Round[], reason: RegExp]>([
    ['no round', [], /no host reported used in the last 24 h, no round has asked for it/],
    ['rounds without the metric', [collectedAt('2026-11-23T07:00:00.000Z')], /no host reported used .* not in 1 round/],
    [
      'rounds in which no host had a value',
      [collectedAt('2026-11-23T07:00:00.000Z', { values: [] })],
      /not in 1 round/,
    ],
  ])('is UNKNOWN where there is %s', (_what, rounds, reason) => {
    expect(answerTo(...rounds)).toMatchObject({ status: 'UNKNOWN', text: expect.stringMatching(reason), metrics: [] });
  });
});
