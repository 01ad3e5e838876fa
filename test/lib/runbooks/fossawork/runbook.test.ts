import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import type { PriorityRule } from '../../../../functions/core/plan.ts';
import { hostMatches, ruleMatches } from '../../../../functions/core/priority.ts';
import type { Trouble } from '../../../../functions/core/status.ts';
import { compile } from '../../../../lib/runbook/compile.ts';
import { loadContacts } from '../../../../lib/runbook/contacts.ts';
import { cronOf, onDemand } from '../../../../lib/runbook/schedule.ts';
import type { Holiday } from '../../../../lib/runbook/types.ts';
import { checkYear } from '../../../../lib/runbook/year-walk.ts';
import { federalHolidays } from '../../../../lib/runbooks/fossawork/federal-holidays.ts';
import { fossawork } from '../../../../lib/runbooks/fossawork/runbook.ts';

const { contacts } = loadContacts('fossawork', { allowUnconfigured: true });
const runbook = fossawork(contacts);
const plan = compile(runbook);

describe('the routines', () => {
  test('run when the procedure says: business days, nights, and when somebody asks', () => {
    const times = runbook.routines.map(({ id, schedule }) => {
      return [id, schedule === onDemand ? schedule : cronOf(schedule, runbook.calendar)];
    });
    expect(times).toEqual([
      ['morning', 'cron(0 8 ? * MON-FRI *)'],
      ['morning-security', 'cron(0 8 ? * MON-FRI *)'],
      ['morning-performance', 'cron(0 8 ? * MON-FRI *)'],
      ['midday', 'cron(0 12 ? * MON-FRI *)'],
      ['midday-users', 'cron(0 12 ? * MON-FRI *)'],
      ['evening-backup', 'cron(0 18 ? * MON-FRI *)'],
      ['evening-logs', 'cron(0 18 ? * MON-FRI *)'],
      ['evening-performance', 'cron(0 18 ? * MON-FRI *)'],
      ['backup', 'cron(0 2 * * ? *)'],
      ['log-rotation', 'cron(0 3 * * ? *)'],
      ['optimization', 'cron(0 4 * * ? *)'],
      ['health', 'cron(0 0,4,8,12,16,20 * * ? *)'],
      ['security-scan', 'cron(0 6 * * ? *)'],
      ['security', 'cron(0 * * * ? *)'],
      ['performance', 'cron(0 * * * ? *)'],
      ['database-maintenance', 'on-demand'],
      ['system-cleanup', 'on-demand'],
      ['weekly-review', 'cron(0 14 ? * FRI *)'],
      ['monthly-audit', 'cron(0 10 ? * 2#1 *)'],
    ]);
  });

  test('go through the day in the order of the procedure', () => {
    const day = runbook.routines.slice(0, 8).flatMap(({ checks }) => checks.map(({ covers }) => covers[0] ?? ''));
    const first = [...new Set(day)].filter((row) => row !== 'F47');
    expect(first).toEqual([
      ...['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8'],
      ...['F9', 'F43', 'F10', 'F11', 'F12', 'F13'],
      ...['F14', 'F15', 'F16'],
      ...['F18', 'F19', 'F20', 'F21', 'F22', 'F23', 'F24'],
      ...['F25', 'F26', 'F27', 'F28', 'F29', 'F30', 'F31', 'F32', 'F34'],
    ]);
  });

  test('give a host two minutes, then each check its time with its grace, and the scripts their way there and back', () => {
    const checks = 30 + 16 + 30 + 30 + 20 + 25 + 120;
    const deadlineSeconds = 120 + 60 + checks + 7 * 5;
    expect(plan.routines.health?.deadlineSeconds).toBe(deadlineSeconds);
  });

  test('run only jobs on demand that say what they change', () => {
    const jobs = runbook.routines.filter(({ schedule }) => schedule === onDemand).flatMap(({ checks }) => checks);
    expect(jobs.map((job) => 'changes' in job && job.changes)).toEqual([
      expect.stringContaining('stops fossawork-backend'),
      expect.stringContaining('removes temporary files'),
    ]);
  });
});

/** The first rule that so many hosts match, of three that all answer the same. */
function ruleOf(
  rules: readonly PriorityRule[],
  status: Trouble,
  hosts: number,
  metrics: Readonly<Record<string, number>> = {},
): PriorityRule | undefined {
  const values = Object.entries(metrics).map(([label, value]) => ({ label, value }));
  return rules.find((rule) => ruleMatches(rule, hostMatches(rule, status, values) ? hosts : 0, 3));
}

describe('the priorities', () => {
  test.each([
    ['services', 'P1', 'P2', 'P3'],
    ['cpu', 'P2', 'P2', 'P3'],
    ['memory', 'P2', 'P2', 'P3'],
    ['disk', 'P2', 'P2', 'P3'],
    ['database', 'P1', 'P1', 'P3'],
    ['api', 'P1', 'P2', 'P3'],
    ['log-sizes', 'P2', 'P2', 'P3'],
    ['overnight', undefined, undefined, undefined],
  ])('of %s are %s for CRITICAL on every host, %s on some, %s for WARNING and UNKNOWN', (check, every, some, other) => {
    const rules = plan.checks[check]?.rules ?? [];
    expect(ruleOf(rules, 'CRITICAL', 3)?.priority).toBe(every);
    expect(ruleOf(rules, 'CRITICAL', 1)?.priority).toBe(some);
    expect(ruleOf(rules, 'WARNING', 1)?.priority).toBe(other);
    expect(ruleOf(rules, 'UNKNOWN', 1)?.priority).toBe(other);
  });

  test('of the fleet are P1 when every host is lost, P2 for some', () => {
    const { rules } = plan.fleets.app ?? { rules: [] };
    expect(ruleOf(rules, 'CRITICAL', 3)?.priority).toBe('P1');
    expect(ruleOf(rules, 'CRITICAL', 1)?.priority).toBe('P2');
  });

  test.each(['health', 'work-orders'])(
    'of an endpoint that answers over 50 %% slower than before, %s, is P2',
    (url) => {
      const { rules = [], source } = plan.checks.api ?? {};
      expect(ruleOf(rules, 'WARNING', 1, { [`${url}_worse`]: 50.1 })?.priority).toBe('P2');
      expect(ruleOf(rules, 'WARNING', 1, { [`${url}_worse`]: 50 })?.priority).toBe('P3');
      expect(ruleOf(rules, 'CRITICAL', 3, { [`${url}_worse`]: 400 })?.priority).toBe('P1');
      expect(source).toMatchObject({
        baselines: expect.arrayContaining([expect.objectContaining({ metric: url, rounds: 7, worse: 'higher' })]),
        thresholds: expect.arrayContaining([
          { metric: `${url}_worse`, warning: { low: null, high: 50, alertInside: false } },
        ]),
      });
    },
  );

  test.each([
    ['authentication', 'P1', 'P3'],
    ['login-service', 'P1', 'P3'],
    ['security-alerts', 'P1', 'P3'],
    ['failed-logins', 'P2', 'P3'],
    ['backup-folder', 'P2', 'P3'],
    ['backup-database', 'P2', 'P3'],
    ['backup', 'P2', 'P3'],
    ['optimize-database', 'P2', 'P3'],
    ['automation', 'P2', 'P3'],
    ['disk-trend', 'P2', 'P3'],
    ['monitoring', 'P2', 'P3'],
  ])('of %s are %s for CRITICAL on one host, %s for WARNING', (check, critical, warning) => {
    const rules = plan.checks[check]?.rules ?? [];
    expect(ruleOf(rules, 'CRITICAL', 1)?.priority).toBe(critical);
    expect(ruleOf(rules, 'WARNING', 1)?.priority).toBe(warning);
  });

  test.each([
    ['api-performance', 'error_share', 10],
    ['sessions', 'error_share', 10],
  ])('of an error rate over 10 %% in %s is P2', (check, metric, limit) => {
    const rules = plan.checks[check]?.rules ?? [];
    expect(ruleOf(rules, 'WARNING', 1, { [metric]: limit + 0.1 })?.priority).toBe('P2');
    expect(ruleOf(rules, 'WARNING', 1, { [metric]: limit })?.priority).toBe('P3');
  });

  test.each([
    ['cpu', 'cpu_used'],
    ['memory', 'memory_used'],
    ['database', 'query_time'],
    ['failed-logins', 'failed_logins'],
    ['database-performance', 'query_median'],
    ['api-performance', 'mean'],
    ['automation', 'success_rate'],
    ['recent-errors', 'lines'],
  ])('of a degradation of over 50 %% against seven good rounds in %s is P2', (check, metric) => {
    const { rules = [], source } = plan.checks[check] ?? {};
    expect(ruleOf(rules, 'WARNING', 1, { [`${metric}_worse`]: 51 })?.priority).toBe('P2');
    expect(source).toMatchObject({ baselines: [expect.objectContaining({ metric, rounds: 7 })] });
  });

  test('wait for two rechecks, but for what has to be told immediately, cannot be asked again, or is about a backup', () => {
    const rules = [...Object.values(plan.checks), ...Object.values(plan.fleets)].flatMap((each) => each.rules);
    const slow = rules.filter(({ priority, attempts }) => priority === 'P1' && attempts !== 1);
    // A database that is only locked for a moment is not corrupt.
    expect(slow).toEqual(plan.checks.database?.rules.slice(0, 1));
    const patient = Object.entries(plan.checks).filter(([id, { source }]) => {
      return source.kind === 'host' && !source.changes && !id.startsWith('backup');
    });
    const others = patient.flatMap(([, check]) => check.rules.filter(({ priority }) => priority !== 'P1'));
    expect(new Set(others.map(({ attempts }) => attempts))).toEqual(new Set([3]));
  });

  test("tell the procedure's three contacts of P1 at once, two of P2 the same day, one of P3 the next business day", () => {
    const contactOf = {
      operations: 'primary-operations',
      administrator: 'system-administrator',
      security: 'security-officer',
    };
    expect(runbook.roles).toMatchObject(
      Object.fromEntries(Object.entries(contactOf).map(([role, contact]) => [role, { contacts: [contact] }])),
    );
    expect(plan.priorities).toMatchObject({
      P1: {
        channels: ['sms', 'email'],
        delivery: 'immediately',
        levels: [{ tell: ['operations', 'administrator', 'security'], acknowledgeMinutes: 15 }],
        repageMinutes: 240,
      },
      P2: {
        channels: ['sms', 'email'],
        delivery: 'same-day',
        levels: [{ tell: ['operations', 'administrator'], acknowledgeMinutes: 240 }],
      },
      P3: { channels: ['email'], delivery: 'next-business-day', levels: [{ tell: ['operations'] }] },
    });
  });

  test('reach somebody in time at any hour of the year', () => {
    expect(() => checkYear(runbook, '2026-11-21T23:00:00.000Z')).not.toThrow();
  });

  test('are refused by name when the holidays are complete for less than a year', () => {
    expect(() => checkYear(runbook, '2030-01-01T12:00:00.000Z')).toThrow('calendar.holidaysThrough: got "2030-12-31"');
  });
});

describe('the options', () => {
  test('become settings of the checks, thresholds, tags and calendar', () => {
    const own = fossawork(contacts, {
      timeZone: 'Europe/Berlin',
      holidays: { holidays: [], holidaysThrough: '2026-12-31' },
      tags: { Name: ['one', 'two'] },
      floor: 2,
      services: ['backend'],
      database: '/data/other.db',
      diskPath: '/data',
      diskUsed: { critical: '99' },
    });
    expect(own).toMatchObject({
      timeZone: 'Europe/Berlin',
      calendar: { holidays: [] },
      fleets: { app: { tags: { Name: ['one', 'two'] }, floor: 2 } },
    });
    const settings = own.routines[0]?.checks.map((check) => 'settings' in check && check.settings);
    expect(settings).toMatchObject([
      { services: 'backend' },
      { procPath: '/proc' },
      { procPath: '/proc' },
      { diskPath: '/data' },
      { database: '/data/other.db', table: 'work_orders' },
      { timeoutSeconds: 5 },
      { logs: '/logs' },
      false,
    ]);
    expect(compile(own).checks.disk?.source).toMatchObject({
      thresholds: [{ metric: 'disk_used', critical: { low: 0, high: 99 } }],
    });
  });

  test.each([
    ['http://localhost:8000/api/health', 'health'],
    ['https://localhost/api/work-orders/', 'work-orders'],
    ['http://app.internal:8000', 'app.internal'],
    ['http://localhost/api/v1:status?full=yes', 'v1_status'],
  ])('hold the response time of %s by the label of api.py, %s', (url, metric) => {
    expect(compile(fossawork(contacts, { urls: [url] })).checks.api?.source).toMatchObject({
      thresholds: [{ metric }, { metric: `${metric}_worse` }],
      baselines: [{ metric }],
    });
  });

  test.each(['localhost:8000/api/health', '/api/health', 'http://'])('refuse the endpoint %s', (url) => {
    expect(() => fossawork(contacts, { urls: [url] })).toThrow(`urls: got "${url}", expected http:// or https://`);
  });
});

describe('the federal holidays', () => {
  const { holidays, holidaysThrough } = federalHolidays;
  const years = [2026, 2027, 2028, 2029, 2030, 2031];

  /** Another way to them than a list: the law itself. @see https://www.law.cornell.edu/uscode/text/5/6103 */
  const lawful = years.flatMap((year) => [
    observed("New Year's Day", year, 1, 1),
    { name: 'Birthday of Martin Luther King, Jr.', date: weekdayOf(year, 1, 1, 3) },
    { name: "Washington's Birthday", date: weekdayOf(year, 2, 1, 3) },
    { name: 'Memorial Day', date: weekdayOf(year, 6, 1, 0) },
    observed('Juneteenth National Independence Day', year, 6, 19),
    observed('Independence Day', year, 7, 4),
    { name: 'Labor Day', date: weekdayOf(year, 9, 1, 1) },
    { name: 'Columbus Day', date: weekdayOf(year, 10, 1, 2) },
    observed('Veterans Day', year, 11, 11),
    { name: 'Thanksgiving Day', date: weekdayOf(year, 11, 4, 4) },
    observed('Christmas Day', year, 12, 25),
  ]);

  test('are those of the law, in the order of the calendar, up to when they claim to be complete', () => {
    const covered = lawful.filter(({ date }) => date >= '2026-01-01' && date <= holidaysThrough);
    expect(holidays).toEqual(covered.sort((one, other) => (one.date < other.date ? -1 : 1)));
  });
});

/** A weekday (1 is Monday) of a month: its first, its second; its 0th is the last one of the month before. */
function weekdayOf(year: number, month: number, weekday: number, which: number): string {
  const first = Temporal.PlainDate.from({ year, month, day: 1 });
  return first.add({ days: ((weekday - first.dayOfWeek + 7) % 7) + 7 * (which - 1) }).toString();
}

/** A Saturday is observed on Friday, a Sunday on Monday, and the name says so. */
function observed(name: string, year: number, month: number, day: number): Holiday {
  const own = Temporal.PlainDate.from({ year, month, day });
  const date = own.add({ days: { 6: -1, 7: 1 }[own.dayOfWeek] ?? 0 });
  if (date.equals(own)) return { name, date: date.toString() };
  return { name: `${name}${date.year === year ? '' : ` ${year}`} (observed)`, date: date.toString() };
}
