import { describe, expect, it } from 'vitest';
import { type MetricRow, readQueries } from '../../../../lib/local/console/metric-query.ts';
import { placeholder } from '../fixtures/template.ts';

const first = ['Rounds', 'Hosts', 'Check', 'disk', 'Status', 'OK'];

function metricsOf(rows: readonly MetricRow[]) {
  return readQueries(rows, {}).map(({ metric }) => metric);
}

describe('the rows of a metric widget', () => {
  it('repeat of the row before what a dot stands for', () => {
    expect(metricsOf([first, ['.', '.', '.', '.', '.', 'CRITICAL']])[1]).toEqual({
      namespace: 'Rounds',
      name: 'Hosts',
      dimensions: { Check: 'disk', Status: 'CRITICAL' },
    });
  });

  it.each<[MetricRow, object]>([
    [['...', { stat: 'Sum' }], { Check: 'disk', Status: 'OK' }],
    [['...', 'WARNING'], { Check: 'disk', Status: 'WARNING' }],
    [['...', 'memory', '.', 'UNKNOWN'], { Check: 'memory', Status: 'UNKNOWN' }],
  ])('repeat whatever %j leaves out', (row, dimensions) => {
    expect(metricsOf([first, row])[1]).toEqual({ namespace: 'Rounds', name: 'Hosts', dimensions });
  });

  it('take statistic and period from the row, else from the widget, else as CloudWatch does', () => {
    const rows = [[...first, { stat: 'p95', period: 60 }], first];
    const read = (widget: object) => readQueries(rows, widget).map(({ statistic, periodMs }) => [statistic, periodMs]);
    expect(read({ stat: 'Sum', period: 3_600 })).toEqual([
      ['p95', 60_000],
      ['Sum', 3_600_000],
    ]);
    expect(read({})[1]).toEqual(['Average', 300_000]);
  });

  it('are named by what the row says, else by the metric and its dimensions', () => {
    const labels = readQueries([[...first, { label: 'well' }], first], {}).map(({ label }) => label);
    expect(labels).toEqual(['well', 'Hosts disk OK']);
  });

  it.each<[string, readonly MetricRow[], string]>([
    ['a dot with nothing above it', [['Rounds', '.']], 'metrics.0: "." in place 1'],
    ['a dimension without a value', [first, ['Rounds', 'Hosts', 'Check']], 'metrics.1: expected namespace, name'],
    ['a statistic', [[...first, { stat: 'tm90' }]], 'metrics.0: stat: got "tm90"'],
    ['a range', [[...first, { stat: 'TC(20%:80%)' }]], 'metrics.0: stat: got "TC(20%:80%)"'],
    ['an option', [[...first, { fill: 0 }]], '"fill"'],
    ['a label', [[...first, { label: `last ${placeholder('LAST')}` }]], 'expected one without values'],
    ['an expression', [[{ expression: 'm1 + m2' }]], '"expression"'],
  ])('are refused with %s that is not understood', (_what, rows, message) => {
    expect(() => readQueries(rows, {})).toThrow(message);
  });
});
