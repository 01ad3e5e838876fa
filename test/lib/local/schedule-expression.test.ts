import { describe, expect, it } from 'vitest';
import { readSchedule } from '../../../lib/local/schedule-expression.ts';

/** The first `count` firings after `from`, in ISO 8601. */
function firings(expression: string, timeZone: string, from: string, count: number): string[] {
  const next = readSchedule(expression, timeZone, Date.parse(from));
  const times: string[] = [];
  for (let at = next(Date.parse(from)); at !== undefined && times.length < count; at = next(at)) {
    times.push(new Date(at).toISOString().replace(':00.000Z', 'Z'));
  }
  return times;
}

describe('a schedule', () => {
  it.each([
    {
      name: 'follows the local time over the end of winter time',
      expression: 'cron(0 8 ? * MON-FRI *)',
      from: '2026-03-27T12:00:00Z',
      times: ['2026-03-30T06:00Z', '2026-03-31T06:00Z'],
    },
    {
      name: 'does not fire at a local time that is skipped',
      expression: 'cron(30 2 * * ? *)',
      from: '2026-03-28T00:00:00Z',
      times: ['2026-03-28T01:30Z', '2026-03-30T00:30Z'],
    },
    {
      name: 'fires once at a local time that comes twice',
      expression: 'cron(30 2 * * ? *)',
      from: '2026-10-24T12:00:00Z',
      times: ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    },
    {
      name: 'counts the days of the week from Sunday, as 1',
      expression: 'cron(0 12 ? * 1 *)',
      from: '2026-01-05T00:00:00Z',
      times: ['2026-01-11T11:00Z', '2026-01-18T11:00Z'],
    },
    {
      name: 'ends with its year',
      expression: 'cron(0 12 31 12 ? 2026)',
      from: '2026-01-05T00:00:00Z',
      times: ['2026-12-31T11:00Z'],
    },
    {
      name: 'counts a rate from its creation',
      expression: 'rate(5 minutes)',
      from: '2026-01-05T00:02:00Z',
      times: ['2026-01-05T00:07Z', '2026-01-05T00:12Z'],
    },
    {
      name: 'fires once at a fixed local time',
      expression: 'at(2026-03-02T08:00:00)',
      from: '2026-01-05T00:00:00Z',
      times: ['2026-03-02T07:00Z'],
    },
  ])('$name', ({ expression, from, times }) => {
    expect(firings(expression, 'Europe/Berlin', from, 2)).toEqual(times);
  });

  it.each(['cron(0 8 * * *)', 'cron(0 8 * * MON *)', 'rate(5 weeks)', 'every day', 'cron(99 8 * * ? *)'])(
    'refuses %s',
    (expression) => {
      expect(() => readSchedule(expression, 'UTC', 0)).toThrow();
    },
  );
});
