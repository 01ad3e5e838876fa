import { describe, expect, it } from 'vitest';
import { chartSvg } from '../../../../functions/core/reports/chart-svg.ts';
import { timeTicks, valueTicks } from '../../../../functions/core/reports/chart-ticks.ts';
import type { Chart } from '../../../../functions/core/reports/document.ts';
import { msOf } from '../../../../functions/core/time.ts';

const chart: Chart = {
  caption: 'Disk used.',
  unit: '%',
  timeZone: 'Europe/Berlin',
  limit: 90,
  points: [
    { at: '2026-12-05T07:00:00.000Z', value: 60 },
    { at: '2026-12-06T07:00:00.000Z', value: 70 },
    { at: '2026-12-07T07:00:00.000Z', value: 65 },
  ],
};

function svg(changes: Partial<Chart> = {}): string {
  return chartSvg({ ...chart, ...changes }).html;
}

/** Points of a path by its class: `[x, y]` in pixels. */
function places(html: string, name: string): number[][] {
  const path = new RegExp(`class="${name}" d="M([^"Z]*)Z?"`).exec(html)?.[1] ?? '';
  return path.split('L').map((place) => place.split(' ').map(Number));
}

describe('chartSvg', () => {
  it('draws the line from left to right, higher values higher', () => {
    const [first, second, third] = places(svg(), 'chart-line');
    expect(first?.[0]).toBeLessThan(second?.[0] ?? 0);
    expect(third?.[0]).toBe(624);
    expect(second?.[1]).toBeLessThan(third?.[1] ?? 0);
    expect(third?.[1]).toBeLessThan(first?.[1] ?? 0);
  });

  it('draws the limit across, with its value, above everything that is below it', () => {
    const html = svg();
    const limit = Number(/class="chart-limit"><path d="M\S+ ([\d.]+)H/.exec(html)?.[1]);
    expect(limit).toBeLessThan(Math.min(...places(html, 'chart-line').map(([, y]) => y ?? 0)));
    expect(html).toContain('>limit 90%</text>');
    const { limit: _none, ...unlimited } = chart;
    expect(chartSvg(unlimited).html).not.toContain('limit');
  });

  it('draws where it leads from the newest value on, within the ends between which it may lie', () => {
    const html = svg({ projection: [{ at: '2026-12-09T07:00:00.000Z', value: 75, low: 70, high: 85 }] });
    const newest = places(html, 'chart-line').at(-1);
    const [start, end] = places(html, 'chart-projection');
    const [, high, low, back] = places(html, 'chart-band');
    expect([start, back]).toEqual([newest, newest]);
    expect(end?.[0]).toBe(624);
    expect(high?.[1]).toBeLessThan(end?.[1] ?? 0);
    expect(low?.[1]).toBeGreaterThan(end?.[1] ?? 0);
  });

  it('writes values and dates as people read them, on the clock of the platform', () => {
    const html = svg({ unit: 'B', points: [{ at: '2026-12-06T23:30:00.000Z', value: 2.5e9 }] });
    expect(html).toContain('>2 GB</text>');
    expect(html).toContain('>2026-12-07</text>');
  });

  it('stays within its frame, whatever the values', () => {
    for (const values of [[0], [5], [-3], [0, 0], [1e15, 1e15 + 1], [-5, 5], [1e-9, 2e-9], [99.9, 100]]) {
      const points = values.map((value, day) => ({ at: `2026-12-0${day + 1}T07:00:00.000Z`, value }));
      for (const [x = -1, y = -1] of places(svg({ points, limit: values[0] ?? 0 }), 'chart-line')) {
        expect(x).toBeGreaterThan(0);
        expect(x).toBeLessThan(640);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThanOrEqual(180);
      }
    }
  });

  it('says that there are no values yet', () => {
    expect(svg({ points: [] })).toContain('>no values yet</text>');
  });

  it('is named by its caption, which is text', () => {
    const html = svg({ caption: '"><script>\u202e' });
    expect(html).toContain('role="img" aria-label="&quot;&gt;&lt;script&gt;"');
    expect(html).toContain('<title>&quot;&gt;&lt;script&gt;</title>');
  });
});

describe('the ticks of values', () => {
  it.each<[what: string, values: number[], ticks: number[]]>([
    ['round ones from zero on', [0, 93], [0, 50, 100]],
    ['round ones around what varies little', [61, 63, 80], [60, 65, 70, 75, 80]],
    ['fractions without what arithmetic leaves over', [0.21, 0.58], [0, 0.2, 0.4, 0.6]],
    ['zero and one for nothing but zero', [0, 0], [0, 1]],
    ['less than zero', [-4, 4], [-4, -2, 0, 2, 4]],
    ['one value', [7], [0, 2, 4, 6, 8]],
  ])('are %s', (_what, values, ticks) => {
    expect(valueTicks(values)).toEqual(ticks);
  });
});

describe('the ticks of time', () => {
  it.each<[what: string, from: string, to: string, labels: string[]]>([
    [
      'midnights',
      '2026-12-05T07:00:00Z',
      '2026-12-09T07:00:00Z',
      ['2026-12-06', '2026-12-07', '2026-12-08', '2026-12-09'],
    ],
    [
      'every few days in a month',
      '2026-11-01T07:00:00Z',
      '2026-12-01T07:00:00Z',
      ['2026-11-02', '2026-11-10', '2026-11-18', '2026-11-26'],
    ],
    [
      'full hours in a day, midnights with their date',
      '2026-12-05T19:30:00Z',
      '2026-12-06T01:30:00Z',
      ['22:00', '2026-12-06', '02:00'],
    ],
    [
      'midnights where the clock changes',
      '2026-10-24T07:00:00Z',
      '2026-10-27T07:00:00Z',
      ['2026-10-25', '2026-10-26', '2026-10-27'],
    ],
    ['its date for a single instant', '2026-12-05T23:30:00Z', '2026-12-05T23:30:00Z', ['2026-12-06']],
  ])('are %s', (_what, from, to, labels) => {
    expect(timeTicks(msOf(from), msOf(to), 'Europe/Berlin').map(({ label }) => label)).toEqual(labels);
  });
});
