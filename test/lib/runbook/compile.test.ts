import { expect, test } from 'vitest';
import { pluginCheck } from '../../../lib/runbook/builders.ts';
import { compile } from '../../../lib/runbook/compile.ts';
import { RunbookError } from '../../../lib/runbook/problems.ts';
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
  const runbook = changed(sampleRunbook(), 'routines[0].checks[0].thresholds', [
    { metric: 'disk_used', warning: '80', critical: '@95:' },
    { metric: 'temperature', critical: '~:60' },
  ]);
  const { checks } = compile({ ...runbook, routines: runbook.routines.slice(0, 1) });
  expect(checks.disk?.source).toEqual({
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

test('tells the functions nothing of how a check runs: a plugin is judged like a script', () => {
  const command = ['/usr/lib/nagios/plugins/check_load', '-w', '4', '-c', '8'];
  const load = pluginCheck('load', { title: 'Load', command, timeoutSeconds: 10, look: 'uptime' });
  const runbook = sampleRunbook();
  const routines = runbook.routines.map((routine) => ({ ...routine, checks: [load] }));
  const { checks, routines: planned } = compile({ ...runbook, routines });
  expect(checks.load?.source).toEqual({ kind: 'host', timeoutSeconds: 10, look: 'uptime', thresholds: [] });
  expect(planned.health?.deadlineSeconds).toBe(120 + 10 + 5);
});

test('gives a routine the time of delivery and of its host checks, one after the other', () => {
  const { routines } = compile(sampleRunbook());
  expect(routines).toEqual({
    morning: {
      title: 'Morning',
      fleet: 'app',
      schedule: { days: 'business-days', at: ['08:00'] },
      checks: ['disk', 'overnight'],
      deadlineSeconds: 120 + 30 + 5,
    },
    health: {
      title: 'Health',
      fleet: 'app',
      schedule: { days: 'every-day', everyMinutes: 240 },
      checks: ['disk'],
      deadlineSeconds: 120 + 30 + 5,
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
