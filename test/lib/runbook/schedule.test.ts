import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { movedNote, nextSlot, slotOfFiring } from '../../../functions/core/slots.ts';
import { isoOf } from '../../../functions/core/time.ts';
import { readSchedule } from '../../../lib/local/schedule-expression.ts';
import { businessDays, cronOf, everyDay, monthly, shortestPause, weekly } from '../../../lib/runbook/schedule.ts';
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
    ['once a week', weekly.on('sunday').at('03:15'), 'cron(15 3 ? * SUN *)'],
    ['once a month', monthly.onFirst('monday').at('09:00'), 'cron(0 9 ? * 2#1 *)'],
    ['once a month, on the first day of the week', monthly.onFirst('sunday').at('09:00'), 'cron(0 9 ? * 1#1 *)'],
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
    ['one time a week', weekly.on('monday').at('08:00'), 7 * 1440],
    ['one time a month', monthly.onFirst('monday').at('08:00'), 28 * 1440],
    ['an interval', businessDays.everyMinutes(20), 20],
  ])('is the shortest of %s', (_, schedule, minutes) => {
    expect(shortestPause(schedule)).toBe(minutes);
  });
});

describe('a schedule, as the scheduler reads its expression', () => {
  const [from, end] = ['2027-01-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'];
  const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC');
  const weekday = fc.constantFrom<Weekday[]>(
    ...(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const),
  );
  const two = (number: number) => String(number).padStart(2, '0');
  const time = fc.tuple(fc.nat(23), fc.nat(59)).map(([hour, minute]) => `${two(hour)}:${two(minute)}`);
  const schedule = fc.oneof(
    fc.tuple(weekday, time).map(([on, at]) => weekly.on(on).at(at)),
    fc.tuple(weekday, time).map(([on, at]) => monthly.onFirst(on).at(at)),
    time.map((at) => businessDays.at(at)),
    time.map((at) => everyDay.at(at)),
    fc.constantFrom(6, 12).map((hours) => everyDay.everyHours(hours)),
  );

  /** All instants before the end, each the first one after the one before. */
  function* allOf(following: (instant: string) => string | undefined): Generator<string> {
    for (let at = following(from); at !== undefined && at < end; at = following(at)) yield at;
  }

  it('fires in every slot of a year whose time of day exists, and at no other time', () => {
    fc.assert(
      fc.property(schedule, zone, (planned, timeZone) => {
        const next = readSchedule(cronOf(planned, mondayToFriday), timeZone, Date.parse(from));
        const firings = allOf((instant) => {
          const at = next(Date.parse(instant));
          return at === undefined ? undefined : isoOf(at);
        });
        const fired = [...firings].map((at) => slotOfFiring(planned, timeZone, at));
        const slots = [...allOf((instant) => nextSlot(planned, mondayToFriday, timeZone, instant))];
        const existing = slots.filter((slot) => movedNote(planned, timeZone, slot) === undefined);
        expect([...new Set(fired)]).toEqual(existing);
      }),
      { numRuns: 20 },
    );
  });
});
