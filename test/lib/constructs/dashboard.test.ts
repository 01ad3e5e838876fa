import { describe, expect, it } from 'vitest';
import { hostCheck, routine } from '../../../lib/runbook/builders.ts';
import { p2 } from '../../../lib/runbook/rules.ts';
import { everyDay } from '../../../lib/runbook/schedule.ts';
import type { MetricThreshold, PriorityRule } from '../../../lib/runbook/types.ts';
import { fixture } from '../runbook/sample-runbook.ts';
import { synthesized } from '../synthesized.ts';

interface Widget {
  readonly type: string;
  readonly width: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly unknown[][];
    readonly annotations?: { readonly horizontal: readonly { readonly value: number; readonly label: string }[] };
  };
}

function widgetsOf({ resource }: ReturnType<typeof synthesized>): Widget[] {
  return JSON.parse(resource('AWS::CloudWatch::Dashboard', 'Dashboard').properties.DashboardBody).widgets;
}

const sample = synthesized();
const widgets = widgetsOf(sample);

function widget(title: string): Widget['properties'] {
  const found = widgets.find(({ properties }) => properties.title === title);
  if (!found) throw new Error(`no widget "${title}"; there are ${widgets.map(({ properties }) => properties.title)}`);
  return found.properties;
}

describe('the dashboard', () => {
  it('leads to the written procedure', () => {
    const { markdown } = widgets[0]?.properties ?? {};
    expect(markdown).toContain('# Sample');
    expect(markdown).toContain('(https://example.com/procedure)');
  });

  it('shows how many incidents are open', () => {
    expect(widget('Open incidents').metrics).toEqual([
      ['Rounds', 'OpenIncidents', 'Platform', 'sample', expect.objectContaining({ stat: 'Maximum' })],
    ]);
  });

  it('shows the state of every alarm', () => {
    const alarms = sample.resources('AWS::CloudWatch::Alarm').map(({ id }) => id.slice(0, -8));
    expect(widget('Alarms of Rounds itself').alarms).toEqual(
      alarms.map((name) => `arn:AWS::Partition:cloudwatch:AWS::Region:AWS::AccountId:alarm:${name}`),
    );
  });

  it('shows the hosts of each check by status', () => {
    expect(widget('Disk usage: hosts by status').metrics?.map((metric) => metric.slice(0, 8))).toEqual(
      ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'].map((status) => [
        'Rounds',
        'Hosts',
        'Check',
        'disk',
        'Platform',
        'sample',
        'Status',
        status,
      ]),
    );
  });

  it('shows the hosts of each fleet by status, which no check can say of a lost one', () => {
    const [answered, , lost] = widget('Application hosts: hosts by status').metrics ?? [];
    expect(answered?.slice(2, 8)).toEqual(['Check', 'fleet-app', 'Platform', 'sample', 'Status', 'OK']);
    expect(lost?.slice(2, 8)).toEqual(['Check', 'fleet-app', 'Platform', 'sample', 'Status', 'CRITICAL']);
  });

  it('shows the values of each metric with the thresholds of the runbook', () => {
    const { metrics, annotations } = widget('Disk usage: disk_used');
    expect(metrics?.map((metric) => metric.at(-1))).toMatchObject([
      { stat: 'p50' },
      { stat: 'p95' },
      { stat: 'Maximum' },
    ]);
    expect(annotations?.horizontal).toMatchObject([
      { value: 80, label: 'WARNING above' },
      { value: 90, label: 'CRITICAL above' },
    ]);
  });

  it('shows nothing of hosts for a check that asks none', () => {
    expect(widgets.some(({ properties }) => properties.title?.startsWith('Overnight'))).toBe(false);
  });

  it('shows how long rounds take, and how Rounds itself is', () => {
    expect(widget('From the slot to the last answer').metrics).toHaveLength(2);
    expect(widget('Failures of Rounds itself').metrics).toHaveLength(5);
    expect(widget('Ticks in 5 minutes').metrics).toHaveLength(1);
    expect(widget('Oldest event that waits for collection').metrics).toHaveLength(1);
  });
});

describe('the dashboard of other checks', () => {
  const check = (id: string, thresholds: readonly MetricThreshold[], rules: readonly PriorityRule[] = []) =>
    hostCheck(id, { title: id, script: fixture('fine.sh'), thresholds, rules, look: 'true' });
  const checks = [
    check('silent', []),
    check('ranges', [
      { metric: 'a', warning: '10:20', critical: '@30:40' },
      { metric: 'b', warning: '~:5', critical: '3:' },
    ]),
    check('ruled', [{ metric: 'a', critical: '20' }], [p2.whenMetric('a', '10')]),
  ];
  const daily = routine('daily', { title: 'Daily', covers: [], fleet: 'app', schedule: everyDay.at('02:00'), checks });
  const others = widgetsOf(synthesized({ routines: [daily] }));
  const linesOf = (title: string) =>
    others
      .find(({ properties }) => properties.title === title)
      ?.properties.annotations?.horizontal.map(({ value, label }) => `${label} ${value}`);

  it('draws a metric once, with its own threshold and that of a rule', () => {
    expect(others.filter(({ properties }) => properties.title === 'ruled: a')).toHaveLength(1);
    expect(linesOf('ruled: a')).toEqual(['CRITICAL above 20', 'WARNING above 10']);
  });

  it('finds the metrics of a check that judges by itself by a search', () => {
    const { metrics } =
      others.find(({ properties }) => properties.title === 'silent: highest values')?.properties ?? {};
    expect(metrics?.[0]?.[0]).toMatchObject({
      expression: `SEARCH('{Rounds,Platform,Check,Metric} MetricName="Value" Platform="sample" Check="silent"', 'Maximum', 300)`,
    });
  });

  it('draws both ends of a range, and none where a range has no end', () => {
    expect(linesOf('ranges: a')).toEqual([
      'WARNING below 10',
      'WARNING above 20',
      'CRITICAL from 30',
      'CRITICAL up to 40',
    ]);
    expect(linesOf('ranges: b')).toEqual(['WARNING above 5', 'CRITICAL below 3']);
  });
});
