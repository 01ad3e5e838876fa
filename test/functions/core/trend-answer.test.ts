import { describe, expect, it } from 'vitest';
import type { Round } from '../../../functions/core/round.ts';
import { isoOf, msOf } from '../../../functions/core/time.ts';
import { trendAnswer } from '../../../functions/core/trend-answer.ts';
import { collectedAt } from './collected-rounds.ts';

const question = { kind: 'trend', check: 'disk', metric: 'used', days: 14, limit: 100 } as const;

const at = (hour: number) => isoOf(msOf('2026-11-01T00:00:00.000Z') + hour * 3_600_000);

/** Rounds every so many hours, with the highest host's value by the hour. */
function rounds(hours: number, every: number, valueAt: (hour: number) => number): Round[] {
  return Array.from({ length: Math.floor(hours / every) + 1 }, (_, index) =>
    collectedAt(at(index * every), { values: [valueAt(index * every), 0] }),
  );
}

function toldOf(some: readonly Round[]) {
  const { metrics } = trendAnswer(question, some, 'Disk usage');
  return { growth: metrics[0]?.value, left: metrics[1]?.value };
}

const week = 7 * 24;

describe('a trend', () => {
  it.each<[what: string, valueAt: (hour: number) => number, growth: number, left: number]>([
    ['steady growth', (hour) => 50 + hour / 24, 1, 43],
    ['no growth', () => 50, 0, 3_650],
    ['a value that shrinks', (hour) => 50 - hour / 24, -1, 3_650],
    ['growth too slow to matter', (hour) => 50 + hour / 24_000, 0.001, 3_650],
    ['one outlier', (hour) => (hour === 80 ? 99 : 50 + hour / 24), 1, 43],
    ['a clean-up half-way', (hour) => 50 + (5 * hour) / 24 - (hour >= week / 2 ? 20 : 0), 5, 7],
    ['a clean-up just now', (hour) => 50 + (5 * hour) / 24 - (hour === week ? 60 : 0), 5, 15],
    ['a daily course without growth', (hour) => 50 + (hour % 24), 0, 3_650],
    ['values at the limit', (hour) => Math.min(100, 95 + hour / 24), 0.5, 0],
  ])('is not misled by %s', (_what, valueAt, growth, left) => {
    const told = toldOf(rounds(week, 4, valueAt));
    if (left > 0) expect(told.growth).toBeCloseTo(growth, 1);
    expect(told.left).toBe(left);
  });

  it('sees growth of less than a percent a day through whole percents', () => {
    const { growth } = toldOf(rounds(2 * week, 1, (hour) => 70 + Math.ceil((0.4 * hour) / 24)));
    expect(growth).toBeGreaterThan(0.3);
    expect(growth).toBeLessThan(0.5);
  });

  it('is found among the rounds of every 5 minutes as well', () => {
    const { growth, left } = toldOf(rounds(week, 1 / 12, (hour) => 50 + hour / 24 + (hour % 3)));
    expect(growth).toBeCloseTo(1, 1);
    expect(left).toBeGreaterThan(38);
  });

  it('says what is there, how it grows and when the limit is reached', () => {
    const { text, metrics } = trendAnswer(
      question,
      rounds(week, 4, (hour) => 50 + hour / 24),
      'Disk usage',
    );
    expect(text).toBe('Disk usage, used is 57% and grows by 1% a day: 100% in 43 days (43 rounds of the last 14 days)');
    expect(metrics).toMatchObject([
      { label: 'growth', unit: '%' },
      { label: 'days_left', unit: '' },
    ]);
  });

  it.each([
    [101, 'Disk usage, used is 101% and grows by 0% a day: at its limit of 100% (43 rounds of the last 14 days)'],
    [12, 'Disk usage, used is 12% and grows by 0% a day: 100% not within ten years (43 rounds of the last 14 days)'],
  ])('says so where the value is %i and stays', (value, expected) => {
    expect(
      trendAnswer(
        question,
        rounds(week, 4, () => value),
        'Disk usage',
      ).text,
    ).toBe(expected);
  });

  it.each<[what: string, some: Round[]]>([
    ['no round', []],
    ['7 rounds', rounds(6 * 24, 24, () => 99)],
    ['less than a day', rounds(23, 1, () => 99)],
    [
      'rounds that have begun to keep the metric only now',
      [...rounds(6 * 24, 24, () => 0)].map(({ slot }) => collectedAt(slot)),
    ],
  ])('is not told yet, and nothing is wrong, after %s', (_what, some) => {
    const answer = trendAnswer(question, some, 'Disk usage');
    expect(answer).toMatchObject({ status: 'OK', metrics: [], notYet: ['growth', 'days_left'] });
    expect(answer.text).toContain('too little history yet');
  });

  it('is told from 8 rounds on, which are more than a day here', () => {
    const some = rounds(28, 4, (hour) => 50 + hour / 4);
    expect(toldOf(some)).toEqual({ growth: 6, left: 7.1 });
    expect(toldOf(some.slice(1))).toEqual({ growth: undefined, left: undefined });
  });

  it('is UNKNOWN when the rounds go on and nobody reports the metric any more', () => {
    const before = rounds(week, 4, () => 50);
    const after = Array.from({ length: 8 }, (_, index) => collectedAt(at(week + 1 + index)));
    const told = (silent: number) => trendAnswer(question, [...before, ...after.slice(0, silent)], 'Disk usage');
    expect(told(7).status).toBe('OK');
    expect(told(8)).toMatchObject({
      status: 'UNKNOWN',
      text: 'Disk usage, used: no host reported it in the last 8 rounds',
      metrics: [],
    });
  });

  it('counts only from where the metric has its unit', () => {
    const bytes = Array.from({ length: 40 }, (_, index) => collectedAt(at(index - 100), { values: [1], unit: 'B' }));
    expect(toldOf([...bytes, ...rounds(week, 4, (hour) => 50 + hour / 24)])).toEqual({ growth: 1, left: 43 });
  });
});
