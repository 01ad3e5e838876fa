import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { priorityOf } from '../../../../functions/core/priority.ts';
import { compile } from '../../../../lib/runbook/compile.ts';
import { loadContacts } from '../../../../lib/runbook/contacts.ts';
import { cronOf } from '../../../../lib/runbook/schedule.ts';
import { federalHolidays } from '../../../../lib/runbooks/fossawork/federal-holidays.ts';
import { fossawork } from '../../../../lib/runbooks/fossawork/runbook.ts';

const { contacts } = loadContacts('fossawork', { allowUnconfigured: true });
const runbook = fossawork(contacts);
const plan = compile(runbook);

describe('the routines', () => {
  test('run in the morning of business days and every four hours of every day', () => {
    expect(runbook.routines.map(({ id, schedule }) => [id, cronOf(schedule, runbook.calendar)])).toEqual([
      ['morning', 'cron(0 8 ? * MON-FRI *)'],
      ['health', 'cron(0 0,4,8,12,16,20 * * ? *)'],
    ]);
  });

  test('check in the order of the procedure: F1 to F8 in the morning, F1 to F7 as F38', () => {
    const rows = runbook.routines.map(({ covers, checks }) => [covers, checks.flatMap((check) => check.covers)]);
    expect(rows).toEqual([
      [[], ['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8']],
      [['F38'], ['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7']],
    ]);
  });

  test('share their deadline: two minutes to reach a host, then each check with its grace', () => {
    const checks = 30 + 16 + 30 + 30 + 20 + 25 + 120;
    const deadlineSeconds = 120 + checks + 7 * 5;
    expect(plan.routines).toMatchObject({ morning: { deadlineSeconds }, health: { deadlineSeconds } });
  });
});

describe('the priorities', () => {
  const fine = { OK: 0, WARNING: 0, CRITICAL: 0, UNKNOWN: 0 };

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
    expect(priorityOf(rules, { ...fine, CRITICAL: 3 }, 3)).toBe(every);
    expect(priorityOf(rules, { ...fine, OK: 2, CRITICAL: 1 }, 3)).toBe(some);
    expect(priorityOf(rules, { ...fine, OK: 2, WARNING: 1 }, 3)).toBe(other);
    expect(priorityOf(rules, { ...fine, OK: 2, UNKNOWN: 1 }, 3)).toBe(other);
  });

  test('of the fleet are P1 when every host is lost, P2 for some', () => {
    const { rules } = plan.fleets.app ?? { rules: [] };
    expect(priorityOf(rules, { ...fine, CRITICAL: 3 }, 3)).toBe('P1');
    expect(priorityOf(rules, { ...fine, OK: 2, CRITICAL: 1 }, 3)).toBe('P2');
  });

  test("tell the procedure's three contacts of P1, two of P2, one of P3", () => {
    const told = Object.entries(plan.priorities).map(([priority, { tell, channels }]) => {
      return [priority, tell.flatMap((role) => plan.roles[role]?.contacts ?? []), channels];
    });
    expect(told).toEqual([
      ['P1', ['primary-operations', 'system-administrator', 'security-officer'], ['sms', 'email']],
      ['P2', ['primary-operations', 'system-administrator'], ['sms', 'email']],
      ['P3', ['primary-operations'], ['email']],
    ]);
  });
});

describe('the options', () => {
  test('become settings of the checks, thresholds, tags and calendar', () => {
    const own = fossawork(contacts, {
      timeZone: 'Europe/Berlin',
      holidays: [],
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
      thresholds: [{ metric }],
    });
  });

  test.each(['localhost:8000/api/health', '/api/health', 'http://'])('refuse the endpoint %s', (url) => {
    expect(() => fossawork(contacts, { urls: [url] })).toThrow(`urls: got "${url}", expected http:// or https://`);
  });
});

describe('the federal holidays', () => {
  const days = federalHolidays.map(({ date }) => Temporal.PlainDate.from(date));

  test('are the eleven of 2026 and of 2027, and the one of 2028 that is observed in 2027', () => {
    expect(days.filter(({ year }) => year === 2026)).toHaveLength(11);
    expect(days.filter(({ year }) => year === 2027)).toHaveLength(12);
    expect(federalHolidays.at(-1)?.name).toContain('2028');
  });

  test('are observed on working days, in the order of the calendar', () => {
    expect(days.filter(({ dayOfWeek }) => dayOfWeek > 5)).toEqual([]);
    expect(days.map(String)).toEqual(days.map(String).sort());
  });

  test('that are Mondays and a Thursday by law are', () => {
    const weekdays = federalHolidays.map(({ name }, index) => [name, days[index]?.dayOfWeek] as const);
    const lawful = /Luther King|Washington|Memorial|Labor|Columbus/;
    expect(new Set(weekdays.filter(([name]) => lawful.test(name)).map(([, weekday]) => weekday))).toEqual(new Set([1]));
    expect(new Set(weekdays.filter(([name]) => name.startsWith('Thanks')).map(([, day]) => day))).toEqual(new Set([4]));
  });
});
