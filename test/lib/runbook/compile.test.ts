import { expect, test } from 'vitest';
import type { PlanCheck } from '../../../functions/core/plan.ts';
import { pluginCheck } from '../../../lib/runbook/builders.ts';
import { compile } from '../../../lib/runbook/compile.ts';
import { RunbookError } from '../../../lib/runbook/problems.ts';
import { p1, p2, p3 } from '../../../lib/runbook/rules.ts';
import type { Fleet, HostCheck } from '../../../lib/runbook/types.ts';
import { sampleRunbook } from './sample-runbook.ts';
import { changed } from './validation/refusals.ts';

test('names all five mistakes of a runbook with five mistakes', () => {
  const mistakes: readonly (readonly [string, unknown])[] = [
    ['timeZone', 'Mars/Olympus'],
    ['contacts.operator.email', '[CONFIGURE]'],
    ['fleets.app.floor', 0],
    ['routines[0].checks[0].thresholds[0].warning', '80..90'],
    ['routines[1].fleet', 'database'],
  ];
  let runbook = changed(sampleRunbook(), 'routines[1].checks[0].id', 'other-disk');
  for (const [path, value] of mistakes) runbook = changed(runbook, path, value);

  expect(() => compile(runbook)).toThrow(RunbookError);
  expect(() => compile(runbook)).toThrow(/^The runbook "sample" has 5 problems:\n(- .+\n){4}- .+$/);
  for (const [path, value] of mistakes) {
    expect(() => compile(runbook)).toThrow(`- ${path}: got ${JSON.stringify(value)}, expected `);
  }
});

test('refuses a runbook that is nothing but a name, by each of its sections', () => {
  const empty = { id: 'sample' } as ReturnType<typeof sampleRunbook>;
  for (const section of ['timeZone', 'calendar', 'contacts', 'roles', 'priorities', 'fleets', 'routines', 'watchers']) {
    expect(() => compile(empty)).toThrow(`- ${section}: got nothing, expected `);
  }
});

test('parses the ranges, with infinities as null', () => {
  const thresholds = [
    { metric: 'disk_used', warning: '80', critical: '@95:' },
    { metric: 'temperature', critical: '~:60' },
  ];
  expect(planOf({ thresholds, rules: [] }).source).toMatchObject({
    kind: 'host',
    timeoutSeconds: 30,
    look: 'df -h /',
    thresholds: [
      {
        metric: 'disk_used',
        warning: { low: 0, high: 80, alertInside: false },
        critical: { low: 95, high: null, alertInside: true },
      },
      { metric: 'temperature', critical: { low: null, high: 60, alertInside: false } },
    ],
  });
});

/** The plan of the sample's disk check with other values. */
function planOf(values: Partial<HostCheck>): PlanCheck {
  const runbook = sampleRunbook();
  const routines = runbook.routines.map((routine) => ({
    ...routine,
    checks: routine.checks.map((check) => (check.id === 'disk' ? { ...check, ...values } : check)),
  }));
  const plan = compile({ ...runbook, routines }).checks.disk;
  if (!plan) throw new Error('the plan has no check disk');
  return plan;
}

test('gives a rule of a check three attempts, one of a fleet one, and any rule those that it asks for', () => {
  const rules = [p1.when('CRITICAL').atOnce(), p2.when('CRITICAL').after(5), p3.when('WARNING')];
  expect(planOf({ rules }).rules.map(({ attempts }) => attempts)).toEqual([1, 5, 3]);
  const app = { ...sampleRunbook().fleets.app, rules } as Fleet;
  const { fleets } = compile({ ...sampleRunbook(), fleets: { app } });
  expect(fleets.app?.rules.map(({ attempts }) => attempts)).toEqual([1, 5, 1]);
});

test('parses the range of a rule, and holds its metric against it: what matters is never OK', () => {
  const range = { low: 0, high: 10, alertInside: false };
  const { rules, source } = planOf({ rules: [p2.whenMetric('error_rate', '10').onShare(0.5)] });
  expect(rules).toStrictEqual([
    {
      priority: 'P2',
      states: ['WARNING', 'CRITICAL', 'UNKNOWN'],
      metric: { label: 'error_rate', range },
      share: 0.5,
      attempts: 3,
    },
  ]);
  expect(source).toMatchObject({ thresholds: [{ metric: 'disk_used' }, { metric: 'error_rate', warning: range }] });
});

test('implies each threshold once, and none that stands in the check already', () => {
  const rules = [
    p1.whenMetric('disk_used', '90').onEveryHost(),
    p1.whenMetric('error_rate', '10').onEveryHost(),
    p2.whenMetric('error_rate', '10'),
    p3.whenMetric('error_rate', '5'),
  ];
  const { source } = planOf({ rules });
  expect('thresholds' in source && source.thresholds.map(({ metric, warning }) => [metric, warning?.high])).toEqual([
    ['disk_used', 80],
    ['error_rate', 10],
    ['error_rate', 5],
  ]);
});

test('takes a metric that grows for one that becomes worse, unless the check says otherwise', () => {
  const baselines = [
    { metric: 'a', rounds: 7 },
    { metric: 'b', rounds: 5, worse: 'lower' },
  ] as const;
  expect(planOf({ baselines, rules: [] }).source).toMatchObject({
    baselines: [
      { metric: 'a', rounds: 7, worse: 'higher' },
      { metric: 'b', rounds: 5, worse: 'lower' },
    ],
  });
});

test('lets every check on hosts wait for its fleet, and for what it names', () => {
  expect(planOf({ dependsOn: [] }).dependsOn).toEqual(['fleet-app']);
  expect(planOf({ dependsOn: ['fleet-app'] }).dependsOn).toEqual(['fleet-app']);
  const other = { ...sampleRunbook().fleets.app } as Fleet;
  const runbook = { ...sampleRunbook(), fleets: { ...sampleRunbook().fleets, other } };
  const waiting = changed(runbook, 'routines[1].checks[0].dependsOn', ['fleet-other']);
  const routines = waiting.routines.slice(1);
  expect(compile({ ...waiting, routines }).checks.disk?.dependsOn).toEqual(['fleet-app', 'fleet-other']);
  expect(compile(sampleRunbook()).checks.overnight?.dependsOn).toEqual([]);
});

test('fills in what a rotation and a window leave out', () => {
  const runbook = changed(sampleRunbook(), 'roles.duty.rotation.overrides', undefined);
  const plan = compile(changed(runbook, 'maintenance[0].checks', undefined));
  expect(plan.roles.duty).toMatchObject({ rotation: { contacts: ['operator', 'chat'], overrides: [] } });
  expect(plan.maintenance).toMatchObject([{ title: 'Backup', checks: [], minutes: 60 }]);
  expect(compile(changed(sampleRunbook(), 'maintenance', undefined)).maintenance).toEqual([]);
});

test('keeps of a report what is written and who is told, by its id, and not the rows that it covers', () => {
  const { covers: _rows, id: _id, ...log } = sampleRunbook().reports?.[0] ?? {};
  expect(compile(sampleRunbook()).reports).toEqual({ log });
  expect(compile(changed(sampleRunbook(), 'reports', undefined)).reports).toEqual({});
});

test('tells the functions nothing of how a check runs: a plugin is judged like a script', () => {
  const command = ['/usr/lib/nagios/plugins/check_load', '-w', '4', '-c', '8'];
  const load = pluginCheck('load', { title: 'Load', command, timeoutSeconds: 10, look: 'uptime' });
  const runbook = sampleRunbook();
  const routines = runbook.routines.map((routine) => ({ ...routine, checks: [load] }));
  const { checks, routines: planned } = compile({ ...runbook, routines });
  expect(checks.load?.source).toEqual({
    kind: 'host',
    timeoutSeconds: 10,
    look: 'uptime',
    thresholds: [],
    baselines: [],
  });
  expect(planned.health?.deadlineSeconds).toBe(120 + 2 * 30 + 10 + 5);
});

test('gives a routine the time of delivery and of its host checks, one after the other', () => {
  const { routines } = compile(sampleRunbook());
  expect(routines).toEqual({
    morning: {
      title: 'Morning',
      fleet: 'app',
      schedule: { days: 'business-days', at: ['08:00'] },
      checks: ['disk', 'overnight'],
      remedies: [],
      deadlineSeconds: 120 + 2 * 30 + 30 + 5,
    },
    health: {
      title: 'Health',
      fleet: 'app',
      schedule: { days: 'every-day', everyMinutes: 240 },
      checks: ['disk'],
      remedies: [],
      deadlineSeconds: 120 + 2 * 30 + 30 + 5,
    },
  });
});

test('carries of contacts the names alone, and no address', () => {
  const plan = JSON.stringify(compile(sampleRunbook()));
  expect(plan).toContain('Olivia Operator');
  expect(plan).not.toMatch(/olivia@example\.com|\+1202|example\.com\/chat/);
});

test('is plain JSON', () => {
  const plan = compile(sampleRunbook());
  expect(JSON.parse(JSON.stringify(plan))).toStrictEqual(plan);
});
