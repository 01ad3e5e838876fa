import { describe, expect, it } from 'vitest';
import { graphData } from '../../../../lib/local/console/graph-data.ts';
import { readQueries } from '../../../../lib/local/console/metric-query.ts';
import { MetricStore, type Statistic, sampleOf } from '../../../../lib/local/metric-store.ts';

const hour = Date.parse('2026-11-20T13:00:00Z');
const minute = 60_000;
const range = { start: hour, end: hour + 60 * minute };

function storeOf(values: Readonly<Record<string, readonly (readonly [number, number])[]>>): MetricStore {
  const store = new MetricStore();
  for (const [Host, points] of Object.entries(values)) {
    for (const [minutes, value] of points) {
      store.addValue({ namespace: 'Test', name: 'Load', dimensions: { Host } }, hour + minutes * minute, value);
    }
  }
  return store;
}

describe('a graph', () => {
  it.each<[Statistic, number]>([
    ['SampleCount', 4],
    ['Sum', 10],
    ['Average', 2.5],
    ['Minimum', 1],
    ['Maximum', 4],
    ['p50', 2],
    ['p100', 4],
    ['TC(1:3)', 2],
    ['TC(:3)', 3],
    ['TC(3:)', 1],
    ['PR(1.5:2.5)', 25],
  ])('has the %s of all that was put within a period', (stat, expected) => {
    const store = storeOf({
      a: [
        [5, 1],
        [6, 2],
        [8, 3],
        [9.99, 4],
        [10, 70],
      ],
    });
    const { times, series } = graphData(store, readQueries([['Test', 'Load', 'Host', 'a', { stat }]], {}), range);
    expect(times).toEqual([hour + 5 * minute, hour + 10 * minute]);
    expect(series[0]?.values[0]).toBe(expected);
  });

  it('counts how often a value occurred', () => {
    const store = new MetricStore();
    const id = { namespace: 'Test', name: 'Load', dimensions: {} };
    store.add(
      id,
      sampleOf(hour, [
        { value: 1, count: 98 },
        { value: 9, count: 2 },
      ]),
    );
    const rows = ['p95', 'p99', 'Average', 'TC(1:9)', 'PR(:1)'].map((stat) => ['Test', 'Load', { stat }]);
    const { series } = graphData(store, readQueries(rows, {}), range);
    expect(series.map(({ values }) => values)).toEqual([[1], [9], [1.16], [2], [98]]);
  });

  it('sets several series on one scale of time, and says where one of them has nothing', () => {
    const store = storeOf({
      a: [
        [0, 1],
        [20, 2],
      ],
      b: [
        [10, 3],
        [20, 4],
      ],
    });
    const rows = [
      ['Test', 'Load', 'Host', 'a', { stat: 'Maximum', label: 'one', color: '#123456' }],
      ['...', 'b'],
    ];
    const { times, series } = graphData(store, readQueries(rows, { stat: 'Maximum' }), range);
    expect(times.map((time) => (time - hour) / minute)).toEqual([0, 10, 20]);
    expect(series).toEqual([
      { label: 'one', color: '#123456', values: [1, null, 2] },
      { label: 'Load b', color: undefined, values: [null, 3, 4] },
    ]);
  });

  it('holds nothing from outside its range but the rest of the first period', () => {
    const store = storeOf({
      a: [
        [-6, 1],
        [-4, 2],
        [30, 3],
        [60, 4],
        [60.1, 5],
      ],
    });
    const seen = { start: hour - 2 * minute, end: hour + 60 * minute };
    const { from, to, times, series } = graphData(store, readQueries([['Test', 'Load', 'Host', 'a']], {}), seen);
    expect(times.map((time) => (time - hour) / minute)).toEqual([-5, 30, 60]);
    expect(series[0]?.values).toEqual([2, 3, 4]);
    expect([from, to]).toEqual([hour - 5 * minute, hour + 60 * minute]);
  });

  it('of nothing has a series without a value', () => {
    const { times, series } = graphData(storeOf({}), readQueries([['Test', 'Load', 'Host', 'a']], {}), range);
    expect(times).toEqual([]);
    expect(series).toMatchObject([{ label: 'Load a', values: [] }]);
  });
});
