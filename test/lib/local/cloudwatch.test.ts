import { describe, expect, it } from 'vitest';
import { LocalClock } from '../../../lib/local/clock.ts';
import { LocalCloudwatch } from '../../../lib/local/cloudwatch.ts';
import { MetricStore, type Statistic, statisticOf } from '../../../lib/local/metric-store.ts';
import type { Json } from '../../../lib/local/service.ts';

const now = Date.parse('2026-03-02T08:00:00Z');
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

function cloudwatch() {
  const store = new MetricStore();
  const service = new LocalCloudwatch({ clock: new LocalClock(now), store });
  return { store, put: (MetricData: Json) => service.handle('PutMetricData', { Namespace: 'Test', MetricData }) };
}

describe('PutMetricData', () => {
  const datum = { MetricName: 'Disk', Value: 1 };
  it.each([
    { name: 'NaN', data: [{ ...datum, Value: 'NaN' }] },
    { name: 'infinity', data: [{ ...datum, Value: '-Infinity' }] },
    { name: 'a value beyond 2^360', data: [{ ...datum, Value: 1e200 }] },
    { name: '1,001 metrics', data: numbers(1_001).map(() => datum) },
    { name: 'no metric', data: [] },
    { name: '151 values', data: [{ MetricName: 'Disk', Values: numbers(151) }] },
    { name: 'fewer counts than values', data: [{ MetricName: 'Disk', Values: [1, 2], Counts: [1] }] },
    { name: 'both a value and values', data: [{ ...datum, Values: [1] }] },
    {
      name: '31 dimensions',
      data: [{ ...datum, Dimensions: numbers(31).map((n) => ({ Name: `d${n}`, Value: 'x' })) }],
    },
    { name: 'a dimension that is not ASCII', data: [{ ...datum, Dimensions: [{ Name: 'd', Value: 'ä' }] }] },
    { name: 'a time over two weeks ago', data: [{ ...datum, Timestamp: now / 1_000 - 15 * 86_400 }] },
    { name: 'a time over two hours ahead', data: [{ ...datum, Timestamp: now / 1_000 + 7_300 }] },
  ])('refuses $name, and with it the whole call', async ({ data }) => {
    const { store, put } = cloudwatch();
    await expect(put([datum, ...data].slice(data.length === 0 ? 1 : 0))).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
    });
    expect(store.all).toEqual([]);
  });

  it('keeps metrics apart by their dimensions, in whatever order these stand', async () => {
    const { store, put } = cloudwatch();
    const [a, b] = [
      { Name: 'a', Value: '1' },
      { Name: 'b', Value: '2' },
    ];
    await put([
      { ...datum, Dimensions: [a, b] },
      { ...datum, Dimensions: [b, a] },
      { ...datum, Dimensions: [a] },
    ]);
    expect(store.all.map(({ samples }) => samples.length)).toEqual([2, 1]);
  });
});

describe('statistics', () => {
  it.each<[Statistic, number]>([
    ['SampleCount', 10],
    ['Sum', 55],
    ['Average', 5.5],
    ['Minimum', 1],
    ['Maximum', 10],
    ['p50', 5],
    ['p95', 10],
  ])('%s of 1 to 10 is %d', async (statistic, expected) => {
    const { store, put } = cloudwatch();
    await put([
      { MetricName: 'Disk', Values: [1, 2, 3, 4, 5, 6, 7, 8, 9], Counts: numbers(9).map(() => 1) },
      { MetricName: 'Disk', Value: 10 },
    ]);
    expect(statisticOf(store.samples({ namespace: 'Test', name: 'Disk', dimensions: {} }), statistic)).toBe(expected);
  });

  it('has none for no data', () => {
    expect(statisticOf([], 'Sum')).toBeUndefined();
  });
});
