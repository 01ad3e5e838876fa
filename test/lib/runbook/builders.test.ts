import { expect, test } from 'vitest';
import { fleet, hostCheck, incidentsCheck, pluginCheck, routine } from '../../../lib/runbook/builders.ts';
import { checkRules, fleetRules, p0, p1, p2 } from '../../../lib/runbook/rules.ts';
import { everyDay } from '../../../lib/runbook/schedule.ts';

test('a rule asks for one host, for a share of them, or for every host', () => {
  expect({ ...p2.when('WARNING', 'UNKNOWN') }).toEqual({ priority: 'P2', states: ['WARNING', 'UNKNOWN'] });
  expect(p0.when('CRITICAL').onShare(0.5)).toStrictEqual({ priority: 'P0', states: ['CRITICAL'], share: 0.5 });
  expect(p1.when('CRITICAL').onEveryHost()).toStrictEqual({ priority: 'P1', states: ['CRITICAL'], share: 1 });
});

test('a host check has defaults for all but its title, its script and where to look', () => {
  const own = { title: 'Disk', script: '/checks/disk.sh', look: 'df' };
  const defaults = { covers: [], settings: {}, timeoutSeconds: 30, thresholds: [], rules: checkRules };
  expect(hostCheck('disk', own)).toEqual({ id: 'disk', ...defaults, ...own });
  expect(hostCheck('disk', { ...own, timeoutSeconds: 60, rules: [] })).toMatchObject({ timeoutSeconds: 60, rules: [] });
});

test('a plugin check has defaults for all but its title, its command and where to look', () => {
  const own = { title: 'Disk', command: ['/usr/lib/nagios/plugins/check_disk', '-w', '20%'], look: 'df' };
  const defaults = { covers: [], timeoutSeconds: 30, thresholds: [], rules: checkRules };
  expect(pluginCheck('disk', own)).toEqual({ id: 'disk', ...defaults, ...own });
  expect(pluginCheck('disk', { ...own, covers: ['F4'], rules: [] })).toMatchObject({ covers: ['F4'], rules: [] });
});

test('by default a check pages at once when every host is critical, the same day for some, else next business day', () => {
  expect(checkRules.map(({ priority, states, share }) => [priority, states, share])).toEqual([
    ['P1', ['CRITICAL'], 1],
    ['P2', ['CRITICAL'], undefined],
    ['P3', ['WARNING', 'UNKNOWN'], undefined],
  ]);
});

test('a check of incidents has no rules: it tells nobody', () => {
  expect(incidentsCheck('overnight', { title: 'Overnight', since: '18:00', priorities: ['P1'] })).toEqual({
    id: 'overnight',
    title: 'Overnight',
    covers: [],
    incidents: { since: '18:00', priorities: ['P1'] },
  });
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
