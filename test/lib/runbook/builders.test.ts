import { expect, test } from 'vitest';
import {
  fleet,
  hostCheck,
  incidentsCheck,
  job,
  metricCheck,
  pluginCheck,
  roundsCheck,
  routine,
  signOff,
  trendCheck,
  uptimeCheck,
} from '../../../lib/runbook/builders.ts';
import {
  checkRules,
  fleetRules,
  info,
  jobRules,
  p0,
  p1,
  p2,
  recordRules,
  signOffRules,
} from '../../../lib/runbook/rules.ts';
import { everyDay } from '../../../lib/runbook/schedule.ts';

test('a rule asks for one host, for a share of them, or for every host', () => {
  expect({ ...p2.when('WARNING', 'UNKNOWN') }).toStrictEqual({ priority: 'P2', states: ['WARNING', 'UNKNOWN'] });
  expect({ ...p0.when('CRITICAL').onShare(0.5) }).toStrictEqual({ priority: 'P0', states: ['CRITICAL'], share: 0.5 });
  expect({ ...p1.when('CRITICAL').onEveryHost() }).toStrictEqual({ priority: 'P1', states: ['CRITICAL'], share: 1 });
});

test('a rule waits for some results in a row, for a time, or for nothing', () => {
  const critical = { priority: 'P1', states: ['CRITICAL'] };
  expect({ ...p1.when('CRITICAL').atOnce() }).toStrictEqual({ ...critical, attempts: 1 });
  expect({ ...p1.when('CRITICAL').after(5) }).toStrictEqual({ ...critical, attempts: 5 });
  expect({ ...p1.when('CRITICAL').lasting(10) }).toStrictEqual({ ...critical, lastingMinutes: 10, attempts: 1 });
  expect({ ...p1.when('CRITICAL').lasting(10).after(2) }).toMatchObject({ lastingMinutes: 10, attempts: 2 });
});

test('a rule is about a metric in any trouble, or about how much worse it is than its baseline', () => {
  const states = ['WARNING', 'CRITICAL', 'UNKNOWN'];
  const errors = { label: 'error_rate', range: '10' };
  expect({ ...p2.whenMetric('error_rate', '10') }).toStrictEqual({ priority: 'P2', states, metric: errors });
  expect(p2.whenWorse('health', 50).metric).toEqual({ label: 'health_worse', range: '~:50' });
});

test('each word adds to a rule and leaves the rule before it as it was', () => {
  const some = p2.whenMetric('error_rate', '10');
  const { states, metric } = some;
  const half = { priority: 'P2', states, metric, share: 0.5, attempts: 1, lastingMinutes: 5 };
  expect({ ...some.onShare(0.5).lasting(5) }).toStrictEqual(half);
  expect({ ...some }).toStrictEqual({ priority: 'P2', states, metric });
});

const hostDefaults = {
  covers: [],
  timeoutSeconds: 30,
  thresholds: [],
  baselines: [],
  dependsOn: [],
  rules: checkRules,
};

test('a host check has defaults for all but its title, its script and where to look', () => {
  const own = { title: 'Disk', script: '/checks/disk.sh', look: 'df' };
  const defaults = { settings: {}, ...hostDefaults };
  expect(hostCheck('disk', own)).toEqual({ id: 'disk', ...defaults, ...own });
  expect(hostCheck('disk', { ...own, timeoutSeconds: 60, rules: [] })).toMatchObject({ timeoutSeconds: 60, rules: [] });
});

test('a plugin check has defaults for all but its title, its command and where to look', () => {
  const own = { title: 'Disk', command: ['/usr/lib/nagios/plugins/check_disk', '-w', '20%'], look: 'df' };
  expect(pluginCheck('disk', own)).toEqual({ id: 'disk', ...hostDefaults, ...own });
  expect(pluginCheck('disk', { ...own, covers: ['F4'], rules: [] })).toMatchObject({ covers: ['F4'], rules: [] });
});

test('by default a check pages at once when every host is critical; all else is rechecked first', () => {
  expect(checkRules.map(({ priority, states, share, attempts }) => [priority, states, share, attempts])).toEqual([
    ['P1', ['CRITICAL'], 1, 1],
    ['P2', ['CRITICAL'], undefined, undefined],
    ['P3', ['WARNING', 'UNKNOWN'], undefined, undefined],
  ]);
});

test('a check of incidents has no rules: it tells nobody', () => {
  expect(incidentsCheck('overnight', { title: 'Overnight', since: '18:00', priorities: ['P1'] })).toEqual({
    id: 'overnight',
    title: 'Overnight',
    covers: [],
    rules: [],
    thresholds: [],
    records: { kind: 'incidents', since: '18:00', priorities: ['P1'] },
  });
});

test('a question to the records tells what it finds at once, since it is not asked again', () => {
  const trend = trendCheck('trend', { title: 'Disk trend', check: 'disk', metric: 'disk_used', days: 14, limit: 95 });
  expect(trend).toEqual({
    id: 'trend',
    title: 'Disk trend',
    covers: [],
    rules: recordRules,
    thresholds: [],
    records: { kind: 'trend', check: 'disk', metric: 'disk_used', days: 14, limit: 95 },
  });
  const questions = [
    roundsCheck('rounds', { title: 'Rounds', since: '18:00' }),
    uptimeCheck('uptime', { title: 'Uptime', checks: ['api'], hours: 24 }),
    metricCheck('p95', { title: 'p95', check: 'api', metric: 'health', hours: 24 }),
  ];
  expect(questions.map(({ records }) => records)).toEqual([
    { kind: 'rounds', since: '18:00' },
    { kind: 'uptime', checks: ['api'], hours: 24 },
    { kind: 'metric', check: 'api', metric: 'health', hours: 24 },
  ]);
});

test('a job says what it changes, and has five minutes', () => {
  const own = { title: 'Backup', script: '/jobs/backup.sh', look: 'ls', changes: 'writes the backup of the day' };
  const defaults = { settings: {}, ...hostDefaults, timeoutSeconds: 300, rules: jobRules };
  expect(job('backup', own)).toEqual({ id: 'backup', ...defaults, ...own });
});

test('a sign-off asks its title, is due in an hour, and needs no note, unless it says otherwise', () => {
  expect(signOff('feedback', { title: 'Review user feedback' })).toEqual({
    id: 'feedback',
    title: 'Review user feedback',
    covers: [],
    rules: signOffRules,
    signOff: { question: 'Review user feedback', dueMinutes: 60, note: 'optional' },
  });
  const asked = { question: 'Is it read?', dueMinutes: 240, note: 'required' } as const;
  expect(signOff('feedback', { title: 'Feedback', ...asked }).signOff).toEqual(asked);
});

test('what is for awareness has a priority that is none of P0 to P3', () => {
  expect({ ...info.whenMetric('registrations', '100') }).toMatchObject({ priority: 'info' });
});

test('a fleet takes one value of a tag or several, and has at least one host', () => {
  expect(fleet({ title: 'Hosts', tags: { Role: 'app', Stage: ['blue', 'green'] } })).toEqual({
    title: 'Hosts',
    tags: { Role: ['app'], Stage: ['blue', 'green'] },
    floor: 1,
    rules: fleetRules,
  });
  expect(fleet({ title: 'Hosts', tags: { Role: 'app' }, floor: 3, rules: [] })).toMatchObject({ floor: 3, rules: [] });
});

test('a routine covers no row of its own unless it says so', () => {
  const props = { title: 'Health', fleet: 'app', schedule: everyDay.everyHours(4), checks: [] };
  expect(routine('health', props)).toEqual({ id: 'health', covers: [], ...props });
  expect(routine('health', { ...props, covers: ['F38'] }).covers).toEqual(['F38']);
});
