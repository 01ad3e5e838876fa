import { expect, test } from 'vitest';
import { audit, evidence, figure, figures, issues, report, trend, uptime } from '../../../lib/runbook/reports.ts';
import { everyDay } from '../../../lib/runbook/schedule.ts';

test('a report covers no row and is told to nobody unless it says so', () => {
  const own = { title: 'Log', schedule: everyDay.at('20:15'), parts: [] };
  expect(report('log', own)).toEqual({ id: 'log', covers: [], tell: [], ...own });
  const told = { ...own, covers: ['F48'], tell: ['operations'] };
  expect(report('log', told)).toEqual({ id: 'log', ...told });
});

test('figures stand in the order in which they are written', () => {
  const [first, second] = [figure('Peak CPU', 'cpu', 'cpu_used', 'most'), figure('Users', 'users', 'active', 'latest')];
  expect(first).toEqual({ label: 'Peak CPU', check: 'cpu', metric: 'cpu_used', statistic: 'most' });
  expect(figures(first, second)).toEqual({ kind: 'figures', figures: [first, second] });
});

test('uptimes of checks are written by their labels', () => {
  expect(uptime('Overall', { 'API Uptime': 'api', 'Database Uptime': 'database' })).toEqual({
    kind: 'uptime',
    label: 'Overall',
    checks: [
      { label: 'API Uptime', check: 'api' },
      { label: 'Database Uptime', check: 'database' },
    ],
  });
});

test('issues are about all incidents unless they name some', () => {
  expect(issues('Issues')).toStrictEqual({ kind: 'issues', label: 'Issues' });
  expect(issues('Issues', 'morning', 'midday/load').kind).toBe('issues');
  expect(issues('Issues', 'morning', 'midday/load')).toMatchObject({ of: ['morning', 'midday/load'] });
});

test('a trend has a limit only where one is written', () => {
  const part = { kind: 'trend', label: 'Users', check: 'users', metric: 'new', statistic: 'latest', days: 28 };
  expect(trend('Users', 'users', 'new', 'latest', { days: 28 })).toStrictEqual(part);
  expect(trend('Users', 'users', 'new', 'latest', { days: 28, limit: 2 })).toStrictEqual({ ...part, limit: 2 });
});

test('a point of an audit is answered by evidence', () => {
  expect(audit('Backups verified', evidence.rounds('backup', 'evening'))).toEqual({
    kind: 'audit',
    point: 'Backups verified',
    evidence: { kind: 'rounds', of: ['backup', 'evening'] },
  });
  expect(evidence.reports('log')).toEqual({ kind: 'reports', of: ['log'] });
  expect(evidence.signOffs('day-closed')).toEqual({ kind: 'sign-offs', of: ['day-closed'] });
});
