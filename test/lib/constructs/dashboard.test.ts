import { describe, expect, it } from 'vitest';
import { widgetNames } from '../../../functions/core/console/surface.ts';
import { dashboardLimits } from '../../../lib/constructs/dashboard.ts';
import { hostCheck, routine, uptimeCheck } from '../../../lib/runbook/builders.ts';
import { loadContacts } from '../../../lib/runbook/contacts.ts';
import { p2 } from '../../../lib/runbook/rules.ts';
import { everyDay } from '../../../lib/runbook/schedule.ts';
import type { MetricThreshold, PriorityRule } from '../../../lib/runbook/types.ts';
import { platforms } from '../../../lib/runbooks/platforms.ts';
import { fixture } from '../runbook/sample-runbook.ts';
import { synthesized } from '../synthesized.ts';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly properties: {
    readonly title?: string;
    readonly endpoint?: string;
    readonly params?: { readonly widget: string };
    readonly updateOn?: object;
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
const functionCount = sample.resources('AWS::Lambda::Function').length;

function widget(title: string): Widget['properties'] {
  const found = widgets.find(({ properties }) => properties.title === title);
  if (!found) throw new Error(`no widget "${title}"; there are ${widgets.map(({ properties }) => properties.title)}`);
  return found.properties;
}

describe('the dashboard', () => {
  it('shows first what is wrong, then what is to be done beside what was found', () => {
    const custom = widgets.filter(({ type }) => type === 'custom');
    expect(custom.map(({ properties: { params, title }, ...place }) => ({ ...params, title, ...place }))).toMatchObject(
      [
        { widget: 'status', title: 'Sample', x: 0, y: 0, width: 24 },
        { widget: 'checklist', title: 'Checklist', x: 0, y: 4, width: 13 },
        { widget: 'incidents', title: 'Incidents', x: 13, y: 4, width: 11 },
        { widget: 'upcoming', title: 'Upcoming', x: 0, y: 20, width: 13 },
        { widget: 'documents', title: 'Documents', x: 13, y: 20, width: 11 },
      ],
    );
    expect(custom.map(({ properties: { params } }) => params?.widget)).toEqual(widgetNames);
  });

  it('has its widgets drawn by the console, anew whenever something changes', () => {
    for (const { type, properties } of widgets) {
      if (type !== 'custom') continue;
      expect(properties.endpoint).toBe('WidgetsConsole.Arn');
      expect(properties.updateOn).toEqual({ refresh: true, resize: true, timeRange: true });
    }
  });

  it('leads to the written procedure', () => {
    const texts = widgets.flatMap(({ properties: { markdown } }) => markdown ?? []);
    expect(texts.join()).toContain('(https://example.com/procedure)');
  });

  it('leads there also when its address has parentheses, which would end the link', () => {
    const texts = widgetsOf(synthesized({ procedureUrl: 'https://example.com/wiki/Checks_(daily)' }));
    expect(texts.map(({ properties: { markdown } }) => markdown).join()).toContain(
      '(https://example.com/wiki/Checks_%28daily%29)',
    );
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

  it('shows the hosts of each fleet by status, which no check can say of a lost one', () => {
    const lines = widget('Application hosts: hosts by status').metrics ?? [];
    const metric = ['Rounds', 'Status', 'Check', 'fleet-app', 'Platform', 'sample'];
    expect(lines.map((line) => line.slice(0, -1))).toEqual([metric, metric, metric, metric]);
    expect(lines.map((line) => line.at(-1))).toMatchObject([
      { label: 'OK', stat: 'PR(:0.5)' },
      { label: 'WARNING', stat: 'PR(0.5:1.5)' },
      { label: 'CRITICAL', stat: 'PR(1.5:2.5)' },
      { label: 'UNKNOWN', stat: 'PR(2.5:3.5)' },
    ]);
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

  it('shows nothing of what has no threshold: its state stands in the checklist', () => {
    const titles = widgets.flatMap(({ type, properties }) => (type === 'metric' ? (properties.title ?? '') : []));
    expect(titles.filter((title) => /^(?:Overnight|CPU)|highest values/.test(title))).toEqual([]);
    expect(titles.filter((title) => title.endsWith('hosts by status'))).toEqual(['Application hosts: hosts by status']);
  });

  it('shows how long rounds take, and how Rounds itself is', () => {
    expect(widget('From the slot to the last answer').metrics).toHaveLength(2);
    expect(widget('Failures of Rounds itself').metrics).toHaveLength(2 + functionCount);
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
    uptimeCheck('uptime', {
      title: 'Uptime',
      checks: ['silent'],
      hours: 24,
      thresholds: [{ metric: 'uptime', warning: '99:' }],
    }),
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

  it('draws what our own records answer as one value', () => {
    const { metrics, annotations } =
      others.find(({ properties }) => properties.title === 'Uptime: uptime')?.properties ?? {};
    expect(metrics?.map((metric) => metric.at(-1))).toMatchObject([{ stat: 'Maximum', label: 'value' }]);
    expect(annotations?.horizontal).toMatchObject([{ value: 99, label: 'WARNING below' }]);
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

describe('the limits of CloudWatch', () => {
  it.each(Object.entries(platforms))('hold for the dashboard of %s', (id, runbookOf) => {
    const runbook = runbookOf(loadContacts(id, { allowUnconfigured: true }).contacts);
    const drawn = widgetsOf(synthesized(runbook));
    const metrics = drawn.map(({ properties }) => properties.metrics?.length ?? 0);
    expect(drawn.length).toBeLessThanOrEqual(dashboardLimits.widgets);
    expect(Math.max(...metrics)).toBeLessThanOrEqual(dashboardLimits.metricsInWidget);
    expect(metrics.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(dashboardLimits.metrics);
    // Room for a runbook that grows.
    expect(drawn.length).toBeLessThan(100);
  });

  it('refuse a runbook that asks for more, with what to do', () => {
    const thresholds = Array.from({ length: 500 }, (_, index) => ({ metric: `m${index}`, warning: '10' }));
    const big = hostCheck('big', { title: 'Big', script: fixture('fine.sh'), thresholds, look: 'true' });
    const daily = routine('daily', {
      title: 'Daily',
      covers: [],
      fleet: 'app',
      schedule: everyDay.at('02:00'),
      checks: [big],
    });
    expect(() => synthesized({ routines: [daily] })).toThrow(
      /"sample": its dashboard has \d+ widgets, and CloudWatch shows 500/,
    );
  });
});
