import { describe, expect, it } from 'vitest';
import type { ReportPart } from '../../../../functions/core/plan.ts';
import type { Chart } from '../../../../functions/core/reports/document.ts';
import { trendBlocks } from '../../../../functions/core/reports/trend-part.ts';
import type { Round } from '../../../../functions/core/round.ts';
import { isoOf, msOf } from '../../../../functions/core/time.ts';
import { at, linesOf, recordsOf, reportPlan, round } from './example-records.ts';

type TrendPart = Extract<ReportPart, { kind: 'trend' }>;

const part: TrendPart = {
  ...{ kind: 'trend', label: 'Disk', check: 'disk', metric: 'used', statistic: 'most', days: 14, limit: 90 },
};

/** Rounds at 08:00 and 14:00 of the last days up to Monday, 7 December, with a value by the day: 0 is Monday. */
function daily(days: number, valueAt: (day: number) => number): Round[] {
  return Array.from({ length: days }, (_, index) => index - days + 1).flatMap((day) =>
    ['08:00', '14:00'].map((time) => {
      const slot = isoOf(msOf(at(time)) + day * 86_400_000);
      return round(slot, { disk: 'OK' }, { routine: 'hourly', used: [valueAt(day), 1] });
    }),
  );
}

function trendOf(rounds: readonly Round[], some: Partial<TrendPart> = {}) {
  const blocks = trendBlocks(reportPlan, { ...part, ...some }, recordsOf({ rounds }));
  const [heading, text] = linesOf(blocks);
  const chart = blocks.flatMap((block) => (block.kind === 'chart' ? [block.chart] : []))[0];
  return { heading, text, chart };
}

describe('a trend', () => {
  it.each<[what: string, valueAt: (day: number) => number, text: string]>([
    ['grows', (day) => 60 + 2 * day, 'It grows by 2% a day. Its limit of 90% is reached in 15 days, if it goes on so.'],
    [
      'grows with some doubt',
      (day) => 60 + 2 * day + (day % 3),
      'It grows by 2% a day (1.8% to 2.25%, by the middle half of all pairs of days). Its limit of 90% is reached in 13 to 17 days, if it goes on so.',
    ],
    [
      'falls with some doubt',
      (day) => 50 - 2 * day - (day % 3),
      'It falls by 2% a day (1.8% to 2.25%, by the middle half of all pairs of days). Its limit of 90% is not reached within 56 days, if it goes on so.',
    ],
    [
      'falls',
      (day) => 50 - day,
      'It falls by 1% a day. Its limit of 90% is not reached within 56 days, if it goes on so.',
    ],
    ['stays', () => 50, 'It stays as it is. Its limit of 90% is not reached within 56 days, if it goes on so.'],
    [
      'goes up and down',
      (day) => 50 + 10 * (Math.abs(day) % 2),
      'It has no clear direction: it changes by -1.11% to 1.11% a day, by the middle half of all pairs of days. Whether it reaches its limit of 90% nobody can say: in 36 days at the soonest.',
    ],
    ['is at its limit', (day) => 90 + day, 'It grows by 1% a day. It is at its limit of 90% now.'],
    ['is over its limit', (day) => 91 + day, 'It grows by 1% a day. It is over its limit of 90% now.'],
    [
      'is not misled by one day',
      (day) => (day === -5 ? 89 : 60 + 2 * day),
      'It grows by 2% a day. Its limit of 90% is reached in 15 days, if it goes on so.',
    ],
  ])('%s', (_what, valueAt, text) => {
    expect(trendOf(daily(14, valueAt)).text).toBe(`${text} 14 of the last 14 days have a value.`);
  });

  it('says nothing of a limit that it does not have', () => {
    const { limit: _none, ...without } = part;
    const blocks = trendBlocks(reportPlan, without, recordsOf({ rounds: daily(14, (day) => 60 + day) }));
    expect(linesOf(blocks)[1]).toBe('It grows by 1% a day. 14 of the last 14 days have a value.');
  });

  it('has a point a day, and leads on for half as long with what it may be as well', () => {
    const { heading, chart } = trendOf(daily(14, (day) => 60 + 2 * day + (day % 3)));
    expect(heading).toBe('### Disk');
    expect(chart).toMatchObject({ unit: '%', timeZone: 'America/New_York', limit: 90 });
    expect(chart?.points).toHaveLength(14);
    expect(chart?.points[0]).toEqual({ at: at('2026-11-24 00:00'), value: 33 });
    expect(chart?.points.at(-1)).toEqual({ at: at('00:00'), value: 60 });
    expect(chart?.projection).toHaveLength(7);
    const { low = 0, value = 0, high = 0, at: end } = chart?.projection?.at(-1) ?? {};
    expect(end).toBe(at('2026-12-14 00:00'));
    expect([low, value, high].map((some) => Math.round(some * 10) / 10)).toEqual([72.6, 74, 75.8]);
    expect(chart?.caption).toBe(
      'Disk, highest value of each day: from 33% on 2026-11-24 to 60% on 2026-12-07, between 33% and 60%.',
    );
  });

  it('takes the statistic of each day over all its rounds and hosts', () => {
    const rounds = [
      round(at('08:00'), { disk: 'OK' }, { used: [10, 20] }),
      round(at('09:00'), { disk: 'OK' }, { used: [60] }),
    ];
    const values = (statistic: TrendPart['statistic']) => trendOf(rounds, { statistic }).chart?.points[0]?.value;
    expect([values('mean'), values('most'), values('latest'), values('total')]).toEqual([30, 60, 60, 60]);
  });

  it('projects no size below zero', () => {
    const { chart } = trendOf(daily(14, (day) => -day));
    expect(chart?.projection?.map(({ low }) => low)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('projects nothing from too little history, and shows what there is', () => {
    const { text, chart } = trendOf(daily(4, (day) => 60 + day));
    expect(text).toBe(
      'Too little history yet: 4 of the last 14 days have a value; nothing is projected before there are 5.',
    );
    expect(chart?.points).toHaveLength(4);
    expect(chart).not.toHaveProperty('projection');
  });

  it('looks no farther ahead than its history allows', () => {
    const { text, chart } = trendOf(daily(6, (day) => 60 + day));
    expect(text).toContain('Its limit of 90% is not reached within 24 days');
    expect(chart?.projection?.at(-1)?.at).toBe(at('2026-12-10 00:00'));
  });

  it('says of when its newest value is, where days have gone by without one', () => {
    const stopped = daily(14, (day) => 60 + day).filter(({ slot }) => slot < at('2026-12-05 00:00'));
    expect(trendOf(stopped).text).toContain(
      '11 of the 13 days until the day before have a value, the newest is of 2026-12-04.',
    );
    expect(trendOf(daily(14, (day) => 60 + day).slice(0, -2)).text).toContain(
      '13 of the 13 days until the day before have a value.',
    );
  });

  it('says that it is not known where nobody has reported the metric', () => {
    const { text, chart } = trendOf([round(at('08:00'), { disk: 'OK' })]);
    expect(text).toBe('not known: no host reported it in the last 14 days; nothing is projected');
    expect(chart).toBeUndefined();
  });

  it('counts days as days where clocks are changed', () => {
    const rounds = Array.from({ length: 14 }, (_, index) => {
      const date = `2026-10-${String(19 + index).padStart(2, '0')}`.replace('2026-10-32', '2026-11-01');
      return round(at(`${date} 23:30`), { disk: 'OK' }, { used: [index] });
    });
    const period = { from: at('2026-11-01 00:00'), to: at('2026-11-02 00:00') };
    const blocks = trendBlocks(reportPlan, part, recordsOf({ period, rounds }));
    const chart = blocks.flatMap((block): Chart[] => (block.kind === 'chart' ? [block.chart] : []))[0];
    expect(linesOf(blocks)[1]).toContain('It grows by 1% a day.');
    expect(chart?.points.at(-1)).toEqual({ at: at('2026-11-01 00:00'), value: 13 });
    expect(chart?.projection?.[0]?.at).toBe(at('2026-11-02 00:00'));
  });
});
