import { describe, expect, test } from 'vitest';
import type { PriorityRule } from '../../../../functions/core/plan.ts';
import { hostMatches, ruleMatches } from '../../../../functions/core/priority.ts';
import type { Trouble } from '../../../../functions/core/status.ts';
import { compile } from '../../../../lib/runbook/compile.ts';
import { loadContacts } from '../../../../lib/runbook/contacts.ts';
import { cronOf, onDemand } from '../../../../lib/runbook/schedule.ts';
import { checkYear } from '../../../../lib/runbook/year-walk.ts';
import { goldEscrow } from '../../../../lib/runbooks/gold-escrow/runbook.ts';

const { contacts } = loadContacts('gold-escrow', { allowUnconfigured: true });
const runbook = goldEscrow(contacts);
const plan = compile(runbook);

/** The first rule that so many hosts match, of three. */
function ruleOf(check: string, status: Trouble, hosts: number, metrics: Readonly<Record<string, number>> = {}) {
  const values = Object.entries(metrics).map(([label, value]) => ({ label, value }));
  const rules: readonly PriorityRule[] = plan.checks[check]?.rules ?? [];
  return rules.find((rule) => ruleMatches(rule, hostMatches(rule, status, values) ? hosts : 0, 3));
}

test('runs every day, the monitoring every five minutes, and nothing on demand', () => {
  const times = runbook.routines.map(({ id, schedule }) => {
    return [id, schedule === onDemand ? schedule : cronOf(schedule, runbook.calendar)];
  });
  const fiveMinutes = 'cron(0,5,10,15,20,25,30,35,40,45,50,55 * * * ? *)';
  expect(times).toEqual([
    ['morning', 'cron(0 9 * * ? *)'],
    ['morning-hosts', 'cron(0 9 * * ? *)'],
    ['midday', 'cron(0 14 * * ? *)'],
    ['midday-hosts', 'cron(0 14 * * ? *)'],
    ['evening', 'cron(0 18 * * ? *)'],
    ['evening-hosts', 'cron(0 18 * * ? *)'],
    ['infrastructure', fiveMinutes],
    ['containers', fiveMinutes],
    ['platform', fiveMinutes],
    ['memory-leaks', 'cron(0 * * * ? *)'],
    ['log-rotation', 'cron(0 1 * * ? *)'],
    ['daily-tasks', 'cron(0 2 * * ? *)'],
    ['weekly-security', 'cron(0 10 ? * MON *)'],
    ['weekly-performance', 'cron(0 10 ? * TUE *)'],
    ['weekly-documentation', 'cron(0 10 ? * WED *)'],
    ['post-incident-review', 'cron(0 10 ? * THU *)'],
    ['monthly-tasks', 'cron(0 11 ? * 2#1 *)'],
  ]);
});

test('goes through the day in the order of the procedure', () => {
  const day = runbook.routines.slice(0, 6).map(({ checks }) => checks.map(({ id }) => id).join(' '));
  expect(day).toEqual([
    'uptime response-time database gas-price alerts support-tickets feedback feedback-reviewed',
    'error-rate-of-day',
    'frontend api slow-queries response-trend feature-use',
    'memory memory-leaks security-alerts failed-logins security-patches dependency-updates',
    'transactions user-activity revenue support-tickets cpu-of-day memory-of-day disk-of-day connections-of-day database-size-of-day',
    'error-summary error-rate-of-day incident-log performance-notes feedback-database process-improvements',
  ]);
});

test('answers within the times of the procedure, and passes on what nobody takes', () => {
  expect(plan.priorities).toMatchObject({
    P0: { delivery: 'immediately', levels: [{ acknowledgeMinutes: 15 }] },
    P1: { delivery: 'immediately', levels: [{ acknowledgeMinutes: 60 }, { tell: ['on-call', 'team-lead'] }] },
    P2: { delivery: 'same-day', levels: [{ acknowledgeMinutes: 240 }, { tell: ['on-call'] }] },
    P3: { delivery: 'next-business-day', levels: [{ acknowledgeMinutes: 1440 }] },
    info: { levels: [], channels: [] },
  });
  expect(plan.priorities.P0?.levels[0]?.tell).toEqual(['on-call', 'team-lead', 'stakeholders', 'internal']);
});

test('reaches somebody in time at any hour of the year', () => {
  expect(() => checkYear(runbook, '2026-11-22T00:00:00.000Z')).not.toThrow();
});

describe('critical is P0:', () => {
  test.each<[what: string, check: string, hosts: number, attempts: number]>([
    ['the platform is down, also a minute later', 'frontend', 3, 2],
    ['the API is down, also a minute later', 'api', 3, 2],
    ['the database cannot be reached, also a minute later', 'database', 3, 2],
    ['containers are down everywhere, also a minute later', 'containers', 3, 2],
    ['a breach on one host, at once', 'security-alerts', 1, 1],
    ['a failed contract, at once', 'blockchain', 1, 1],
  ])('%s', (_what, check, hosts, attempts) => {
    expect(ruleOf(check, 'CRITICAL', hosts)).toMatchObject({ priority: 'P0', attempts });
  });

  test('an error rate over 5 % that lasts 5 minutes, and not before', () => {
    expect(ruleOf('error-rate', 'WARNING', 1, { error_share: 5.1 })).toMatchObject({
      priority: 'P0',
      lastingMinutes: 5,
    });
    expect(ruleOf('error-rate', 'WARNING', 1, { error_share: 5 })).toMatchObject({ priority: 'P2' });
  });
});

test.each<[what: string, check: string, metric: string, most: number]>([
  ['a response over 3 s', 'api', 'health', 3],
  ['memory over 80 %', 'memory', 'memory_used', 80],
  ['less than 20 % of the disk free', 'disk', 'disk_used', 80],
  ['a query over 5 s', 'slow-queries', 'slowest_mean', 5],
  ['gas over 100 gwei', 'gas-price', 'gas_price_gwei', 100],
])('warns of %s', (_what, check, metric, most) => {
  const source = plan.checks[check]?.source;
  const thresholds = source && 'thresholds' in source ? source.thresholds : [];
  expect(thresholds.find((threshold) => threshold.metric === metric)?.warning).toMatchObject({ high: most });
});

test.each<[what: string, check: string, metrics: Readonly<Record<string, number>>]>([
  ['a transaction over $100k', 'transactions', { large: 1 }],
  ['a surge of registrations', 'user-activity', { new_users_worse: 101 }],
  ['a feature that is used for the first time', 'feature-use', { new_features: 1 }],
])('tells nobody of %s, and shows it', (_what, check, metrics) => {
  expect(ruleOf(check, 'WARNING', 1, metrics)?.priority).toBe('info');
  expect(ruleOf(check, 'WARNING', 1)?.priority).not.toBe('info');
});

test('holds the response time of each endpoint by the label of api.py', () => {
  const sources = ['frontend', 'api'].map((id) => plan.checks[id]?.source);
  const metrics = sources.map((source) => source && 'thresholds' in source && source.thresholds.map((t) => t.metric));
  expect(metrics).toEqual([['home'], ['health']]);
});

test('keeps credentials out of every document', () => {
  const settings = JSON.stringify(runbook.routines);
  expect(settings).not.toMatch(/password|pgpass|secret|api_key/i);
  expect(settings).toContain('/etc/rounds/ethereum-node-url');
});
