import { describe, expect, it } from 'vitest';
import type { Schedule } from '../../../functions/core/plan.ts';
import { isSlot, movedNote, newestSlotsOfDay, nextSlot, slotOfFiring } from '../../../functions/core/slots.ts';
import { examplePlan } from './example-plan.ts';

const { calendar } = examplePlan;
const atEight: Schedule = { days: 'business-days', at: ['08:00'] };
const daily: Schedule = { days: 'every-day', at: ['02:30'] };
const everyFour: Schedule = { days: 'every-day', everyMinutes: 240 };
const everyFive: Schedule = { days: 'every-day', everyMinutes: 5 };
const mondays: Schedule = { days: { every: 'week', on: 'monday' }, at: ['09:00'] };
const firstMonday: Schedule = { days: { every: 'month', on: 'monday' }, at: ['09:00'] };
const firstSunday: Schedule = { days: { every: 'month', on: 'sunday' }, at: ['02:30'] };
const twice: Schedule = { days: 'every-day', at: ['14:00', '09:00'] };

describe('the next slot', () => {
  it.each([
    ['on the same day', atEight, 'Europe/Berlin', '2026-11-23T06:59:59.999Z', '2026-11-23T07:00:00.000Z'],
    ['is never the instant itself', atEight, 'Europe/Berlin', '2026-11-23T07:00:00.000Z', '2026-11-24T07:00:00.000Z'],
    ['after the weekend', atEight, 'Europe/Berlin', '2026-11-20T07:00:00.000Z', '2026-11-23T07:00:00.000Z'],
    [
      'on a holiday, to be skipped there',
      atEight,
      'Europe/Berlin',
      '2026-12-24T12:00:00.000Z',
      '2026-12-25T07:00:00.000Z',
    ],
    ['over the end of the year', everyFour, 'Europe/Berlin', '2026-12-31T20:00:00.000Z', '2026-12-31T23:00:00.000Z'],
    ['of several times a day', twice, 'Europe/Berlin', '2026-11-23T08:30:00.000Z', '2026-11-23T13:00:00.000Z'],
    ['on 29 February', daily, 'Asia/Kathmandu', '2028-02-28T21:00:00.000Z', '2028-02-29T20:45:00.000Z'],
    ['within the hour', everyFive, 'Asia/Kathmandu', '2026-11-23T07:01:00.000Z', '2026-11-23T07:05:00.000Z'],
    ['at the end of a gap', daily, 'Europe/Berlin', '2027-03-27T12:00:00.000Z', '2027-03-28T01:00:00.000Z'],
    ['after the gap as always', daily, 'Europe/Berlin', '2027-03-28T01:00:00.000Z', '2027-03-29T00:30:00.000Z'],
    [
      'at the end of half an hour of gap',
      { days: 'every-day', at: ['02:15'] },
      'Australia/Lord_Howe',
      '2026-10-03T00:00:00.000Z',
      '2026-10-03T15:30:00.000Z',
    ],
    ['once where an hour comes twice', daily, 'Europe/Berlin', '2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z'],
    [
      'all through an hour that comes twice',
      everyFive,
      'Europe/Berlin',
      '2026-10-25T00:58:00.000Z',
      '2026-10-25T01:00:00.000Z',
    ],
    ['of a week, later on its day', mondays, 'Europe/Berlin', '2026-11-23T07:59:00.000Z', '2026-11-23T08:00:00.000Z'],
    ['of a week, in the next one', mondays, 'Europe/Berlin', '2026-11-23T08:00:00.000Z', '2026-11-30T08:00:00.000Z'],
    ['of a week, over its year', mondays, 'Europe/Berlin', '2026-12-28T08:00:00.000Z', '2027-01-04T08:00:00.000Z'],
    ['of a week, in summer time', mondays, 'Europe/Berlin', '2027-03-22T08:00:00.000Z', '2027-03-29T07:00:00.000Z'],
    ['of a month', firstMonday, 'Europe/Berlin', '2026-11-23T07:00:00.000Z', '2026-12-07T08:00:00.000Z'],
    [
      'of a month that begins on it',
      firstMonday,
      'Europe/Berlin',
      '2027-01-04T08:00:00.000Z',
      '2027-02-01T08:00:00.000Z',
    ],
    [
      'of a month, five weeks later',
      firstMonday,
      'Europe/Berlin',
      '2027-02-01T08:00:00.000Z',
      '2027-03-01T08:00:00.000Z',
    ],
    [
      'of a month, on its seventh day',
      firstMonday,
      'Europe/Berlin',
      '2026-08-03T07:00:00.000Z',
      '2026-09-07T07:00:00.000Z',
    ],
    ['of a month, over its year', firstMonday, 'Europe/Berlin', '2026-12-07T08:00:00.000Z', '2027-01-04T08:00:00.000Z'],
    [
      'of a month, as the zone counts it',
      firstMonday,
      'Pacific/Auckland',
      '2026-11-23T07:00:00.000Z',
      '2026-12-06T20:00:00.000Z',
    ],
    [
      'of a month, at the end of a gap',
      firstSunday,
      'Australia/Sydney',
      '2027-09-25T12:00:00.000Z',
      '2027-10-02T16:00:00.000Z',
    ],
  ] as const)('%s', (_name, schedule, timeZone, after, expected) => {
    expect(nextSlot(schedule, calendar, timeZone, after)).toBe(expected);
    expect(isSlot(schedule, calendar, timeZone, expected)).toBe(true);
  });

  it('is no slot of a schedule that was moved', () => {
    expect(isSlot(atEight, calendar, 'Europe/Berlin', '2026-11-23T08:00:00.000Z')).toBe(false);
  });
});

describe('a firing', () => {
  it('in either of two equal local times stands for one slot', () => {
    const firings = ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'];
    expect(firings.map((fired) => slotOfFiring(daily, 'Europe/Berlin', fired))).toEqual([firings[0], firings[0]]);
  });

  it('within the hour stands for itself', () => {
    const fired = '2026-10-25T01:30:00.000Z';
    expect(slotOfFiring(everyFive, 'Europe/Berlin', fired)).toBe(fired);
  });

  it('says when its time was moved, and only then', () => {
    expect(movedNote(daily, 'Europe/Berlin', '2027-03-28T01:00:00.000Z')).toBe(
      '02:30 does not exist on this day: moved to 03:00',
    );
    expect(movedNote(daily, 'Europe/Berlin', '2027-03-29T00:30:00.000Z')).toBeUndefined();
    expect(movedNote(everyFour, 'Europe/Berlin', '2027-03-28T02:00:00.000Z')).toBeUndefined();
  });
});

describe('the newest slots of a day', () => {
  it.each([
    ['at its very moment', atEight, '2026-11-23T07:00:00.000Z', ['2026-11-23T07:00:00.000Z']],
    ['later on the day', atEight, '2026-11-23T22:59:59.999Z', ['2026-11-23T07:00:00.000Z']],
    ['before the first one', atEight, '2026-11-23T06:59:59.999Z', []],
    ['after midnight on its own clock', atEight, '2026-11-23T23:00:00.000Z', []],
    ['on a day that has none', atEight, '2026-11-22T12:00:00.000Z', []],
    ['of many', everyFive, '2026-11-23T07:04:59.000Z', ['2026-11-23T07:00:00.000Z', '2026-11-23T06:55:00.000Z']],
    ['of many, of which one is of the day', everyFive, '2026-11-22T23:01:00.000Z', ['2026-11-22T23:00:00.000Z']],
    ['at the end of a gap', daily, '2027-03-28T01:00:00.000Z', ['2027-03-28T01:00:00.000Z']],
  ] as const)('%s', (_name, schedule, at, expected) => {
    expect(newestSlotsOfDay(schedule, calendar, 'Europe/Berlin', at, 2)).toEqual(expected);
  });
});
