import { describe, expect, test } from 'vitest';
import { businessDays, cronOf, everyDay, shortestPause } from '../../../lib/runbook/schedule.ts';
import type { Calendar, Schedule, Weekday } from '../../../lib/runbook/types.ts';

function calendarOf(...days: readonly Weekday[]): Calendar {
  const hours = { from: '08:00', to: '18:00' };
  return { businessDays: days, hours, wakingHours: hours, holidays: [], holidaysThrough: '2026-12-31' };
}

const mondayToFriday = calendarOf('monday', 'tuesday', 'wednesday', 'thursday', 'friday');

describe('cronOf', () => {
  test.each<[string, Schedule, string]>([
    ['one time on business days', businessDays.at('08:00'), 'cron(0 8 ? * MON-FRI *)'],
    ['several times, in the order of the clock', businessDays.at('18:30', '08:30'), 'cron(30 8,18 ? * MON-FRI *)'],
    ['one time every day', everyDay.at('02:05'), 'cron(5 2 * * ? *)'],
    ['midnight', everyDay.at('00:00', '04:00'), 'cron(0 0,4 * * ? *)'],
    ['every few hours', everyDay.everyHours(4), 'cron(0 0,4,8,12,16,20 * * ? *)'],
    ['every hour', everyDay.everyHours(1), 'cron(0 * * * ? *)'],
    ['once a day from midnight', everyDay.everyHours(24), 'cron(0 0 * * ? *)'],
    ['every minute', everyDay.everyMinutes(1), 'cron(* * * * ? *)'],
    ['every few minutes of a business day', businessDays.everyMinutes(20), 'cron(0,20,40 * ? * MON-FRI *)'],
    ['every 60 minutes', businessDays.everyMinutes(60), 'cron(0 * ? * MON-FRI *)'],
  ])('says %s', (_, schedule, cron) => {
    expect(cronOf(schedule, mondayToFriday)).toBe(cron);
  });

  test.each<[Calendar, string]>([
    [calendarOf('sunday', 'monday', 'tuesday', 'wednesday', 'thursday'), 'SUN-THU'],
    [calendarOf('saturday', 'sunday', 'monday'), 'SUN,MON,SAT'],
    [calendarOf('tuesday', 'monday', 'thursday'), 'MON,TUE,THU'],
    [calendarOf('monday', 'tuesday'), 'MON,TUE'],
    [calendarOf('wednesday'), 'WED'],
  ])('says the business days of %j as %s', (calendar, days) => {
    expect(cronOf(businessDays.at('08:00'), calendar)).toBe(`cron(0 8 ? * ${days} *)`);
  });

  test.each<[string, Schedule, string]>([
    [
      'times with different minutes',
      businessDays.at('08:00', '12:30'),
      'at: got 08:00, 12:30, expected times with the',
    ],
    ['no time', businessDays.at(), 'at: got nothing, expected'],
    [
      'minutes that do not divide an hour',
      everyDay.everyMinutes(7),
      'everyMinutes: got 7, expected minutes that divide',
    ],
    ['hours that do not divide a day', everyDay.everyHours(5), 'everyMinutes: got 300, expected minutes that divide'],
  ])('refuses %s', (_, schedule, problem) => {
    expect(() => cronOf(schedule, mondayToFriday)).toThrow(problem);
  });
});

describe('shortestPause', () => {
  test.each<[string, Schedule, number]>([
    ['one time', everyDay.at('02:05'), 1440],
    ['several times, the night among them', everyDay.at('22:30', '00:30', '12:30'), 120],
    ['several times of a day', everyDay.at('08:00', '20:00', '11:00'), 180],
    ['an interval', businessDays.everyMinutes(20), 20],
  ])('is the shortest of %s', (_, schedule, minutes) => {
    expect(shortestPause(schedule)).toBe(minutes);
  });
});
