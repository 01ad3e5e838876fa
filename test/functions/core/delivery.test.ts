import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closedBecause } from '../../../functions/core/calendar.ts';
import { deliverAt } from '../../../functions/core/delivery.ts';
import type { Calendar } from '../../../functions/core/plan.ts';
import { isoOf, localTime, msOf, normalizeIso } from '../../../functions/core/time.ts';
import { examplePlan } from './example-plan.ts';

const berlin = 'Europe/Berlin';
const newYork = 'America/New_York';
const kathmandu = 'Asia/Kathmandu';
const lordHowe = 'Australia/Lord_Howe';

/** Business 08:00 to 18:00 on weekdays, waking hours 07:00 to 22:00. */
const calendar: Calendar = {
  ...examplePlan.calendar,
  holidays: [
    { date: '2026-04-06', name: 'Easter Monday' },
    { date: '2026-12-25', name: 'Christmas Day' },
    { date: '2026-12-31', name: "New Year's Eve" },
    { date: '2027-01-01', name: "New Year's Day" },
  ],
};

function waking(from: string, to: string): Calendar {
  return { ...calendar, wakingHours: { from, to } };
}

describe('immediate delivery', () => {
  it.each(['2026-11-23T03:00:00.000Z', '2026-12-25T23:30:00.000Z'])('is at once at any hour: %s', (now) => {
    expect(deliverAt('immediately', calendar, berlin, now)).toBe(now);
  });
});

describe('same-day delivery', () => {
  it.each([
    ['just before business closes', berlin, '2026-11-23T17:59+01:00'],
    ['after business has closed', berlin, '2026-11-23T18:00+01:00'],
    ['when the waking hours begin', berlin, '2026-11-23T07:00+01:00'],
    ['just before the waking hours end', berlin, '2026-11-23T21:59:59.999+01:00'],
    ['on the Saturday before a Monday holiday', berlin, '2026-04-04T12:00+02:00'],
    ['on a holiday', berlin, '2026-04-06T09:00+02:00'],
    ['in a zone with a quarter of an hour', kathmandu, '2026-11-23T07:00+05:45'],
  ])('is at once %s', (_when, timeZone, now) => {
    expect(deliverAt('same-day', calendar, timeZone, normalizeIso(now))).toBe(normalizeIso(now));
  });

  it.each([
    ['at the exclusive end of them', berlin, '2026-11-23T22:00+01:00', '2026-11-24T07:00+01:00'],
    ['at night', berlin, '2026-11-23T23:00+01:00', '2026-11-24T07:00+01:00'],
    ['in the early morning of the same day', berlin, '2026-11-24T06:59:59.999+01:00', '2026-11-24T07:00+01:00'],
    ['on a Sunday as well', berlin, '2026-11-21T23:00+01:00', '2026-11-22T07:00+01:00'],
    ['in the next year', berlin, '2026-12-31T23:30+01:00', '2027-01-01T07:00+01:00'],
    ['on 29 February', berlin, '2028-02-28T22:00+01:00', '2028-02-29T07:00+01:00'],
    ['in a zone with a quarter of an hour', kathmandu, '2026-11-23T06:59+05:45', '2026-11-23T07:00+05:45'],
    ['where half an hour is skipped', lordHowe, '2026-10-03T23:00+10:30', '2026-10-04T07:00+11:00'],
    ['where half an hour comes twice', lordHowe, '2026-04-04T23:00+11:00', '2026-04-05T07:00+10:30'],
    ['an hour of sleep earlier in spring', newYork, '2026-03-07T23:00-05:00', '2026-03-08T07:00-04:00'],
    ['an hour of sleep later in autumn', newYork, '2026-10-31T23:00-04:00', '2026-11-01T07:00-05:00'],
    ['in the first of two equal hours', newYork, '2026-11-01T01:30-04:00', '2026-11-01T07:00-05:00'],
    ['in the second of two equal hours', newYork, '2026-11-01T01:30-05:00', '2026-11-01T07:00-05:00'],
  ])('waits for the waking hours %s', (_when, timeZone, now, expected) => {
    expect(deliverAt('same-day', calendar, timeZone, normalizeIso(now))).toBe(normalizeIso(expected));
  });

  it.each([
    ['end of the gap', waking('02:30', '22:00'), berlin, '2026-03-29T01:00+01:00', '2026-03-29T03:00+02:00'],
    [
      'end of half an hour of gap',
      waking('02:15', '22:00'),
      lordHowe,
      '2026-10-04T01:59+10:30',
      '2026-10-04T02:30+11:00',
    ],
    [
      'next day where the gap swallows them',
      waking('02:10', '02:50'),
      berlin,
      '2026-03-29T01:00+01:00',
      '2026-03-30T02:10+02:00',
    ],
    ['first of two equal times', waking('02:30', '22:00'), berlin, '2026-10-25T01:00+02:00', '2026-10-25T02:30+02:00'],
  ])('begins at the %s', (_where, hours, timeZone, now, expected) => {
    expect(deliverAt('same-day', hours, timeZone, normalizeIso(now))).toBe(normalizeIso(expected));
  });

  it('does not begin a second time in an hour that comes twice', () => {
    const now = normalizeIso('2026-10-25T02:15+01:00');
    expect(deliverAt('same-day', waking('02:30', '22:00'), berlin, now)).toBe(now);
  });
});

describe('delivery on the next business day', () => {
  it.each([
    ['today before it', berlin, '2026-11-23T07:59:59.999+01:00', '2026-11-23T08:00+01:00'],
    ['today shortly after midnight', berlin, '2026-11-23T00:10+01:00', '2026-11-23T08:00+01:00'],
    ['now at the opening sharp', berlin, '2026-11-23T08:00+01:00', '2026-11-23T08:00+01:00'],
    ['tomorrow just after it', berlin, '2026-11-23T08:00:00.001+01:00', '2026-11-24T08:00+01:00'],
    ['tomorrow in business hours', berlin, '2026-11-23T12:00+01:00', '2026-11-24T08:00+01:00'],
    ['on Monday from Friday evening', berlin, '2026-11-20T19:00+01:00', '2026-11-23T08:00+01:00'],
    ['on Tuesday from the Saturday before a holiday', berlin, '2026-04-04T12:00+02:00', '2026-04-07T08:00+02:00'],
    ['on Tuesday from the morning of a holiday', berlin, '2026-04-06T06:00+02:00', '2026-04-07T08:00+02:00'],
    ['on 29 February', berlin, '2028-02-28T09:00+01:00', '2028-02-29T08:00+01:00'],
    ['on 1 March from 29 February', berlin, '2028-02-29T09:00+01:00', '2028-03-01T08:00+01:00'],
    ['in the new year over holidays and a weekend', berlin, '2026-12-30T12:00+01:00', '2027-01-04T08:00+01:00'],
    ['by the local date, not that of UTC', kathmandu, '2026-11-23T23:30+05:45', '2026-11-24T08:00+05:45'],
    ['after half an hour was skipped', lordHowe, '2026-10-02T17:00+10:30', '2026-10-05T08:00+11:00'],
    ['after half an hour came twice', lordHowe, '2026-04-03T17:00+11:00', '2026-04-07T08:00+10:30'],
    ['after an hour was skipped', newYork, '2026-03-08T01:59-05:00', '2026-03-09T08:00-04:00'],
    ['after an hour came twice', newYork, '2026-11-01T01:30-04:00', '2026-11-02T08:00-05:00'],
  ])('is when business opens %s', (_when, timeZone, now, expected) => {
    expect(deliverAt('next-business-day', calendar, timeZone, normalizeIso(now))).toBe(normalizeIso(expected));
  });

  it('is on the next weekday where the holidays are known no longer: people are told rather than not', () => {
    const outdated = { ...calendar, holidaysThrough: '2026-12-31' };
    expect(deliverAt('next-business-day', outdated, berlin, '2031-04-11T17:00:00.000Z')).toBe(
      // The Monday after Easter, of which nobody has said that it is a holiday.
      '2031-04-14T06:00:00.000Z',
    );
  });

  it('says what to correct where business never opens', () => {
    const closed = { ...calendar, businessDays: [] };
    expect(() => deliverAt('next-business-day', closed, berlin, '2026-11-23T12:00:00.000Z')).toThrow(
      'no time for next-business-day delivery in the 366 days after 2026-11-23T12:00:00.000Z: correct its hours',
    );
  });
});

describe('at any time, in any zone', () => {
  const timeZones = fc.constantFrom(berlin, newYork, kathmandu, lordHowe);
  const changes = ['2026-03-08', '2026-03-29', '2026-04-04', '2026-10-03', '2026-10-25', '2026-11-01'];
  const instants = fc.oneof(
    fc.integer({ min: msOf('2026-01-01T00:00Z'), max: msOf('2036-01-01T00:00Z') }),
    fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -24 * 60, max: 48 * 60 }))
      .map(([date, minutes]) => msOf(`${date}T00:00Z`) + minutes * 60_000),
  );
  const minutesOfDay = fc.uniqueArray(fc.integer({ min: 0, max: 24 * 60 - 1 }), { minLength: 2, maxLength: 2 });

  it('whatever the waking hours, nothing is told in the past, and what is due is told', () => {
    fc.assert(
      fc.property(instants, timeZones, minutesOfDay, (ms, timeZone, minutes) => {
        const [from = '', to = ''] = minutes.sort((one, other) => one - other).map(clockOf);
        const due = deliverAt('same-day', waking(from, to), timeZone, isoOf(ms));
        expect(due >= isoOf(ms)).toBe(true);
        expect(deliverAt('same-day', waking(from, to), timeZone, due)).toBe(due);
      }),
    );
  });

  it('nobody is woken, and nobody waits while awake', () => {
    fc.assert(
      fc.property(instants, timeZones, (ms, timeZone) => {
        const due = deliverAt('same-day', calendar, timeZone, isoOf(ms));
        expect(isAwake(due, timeZone)).toBe(true);
        expect(due === isoOf(ms)).toBe(isAwake(isoOf(ms), timeZone));
      }),
    );
  });

  it('a digest is due when business opens, and then at once', () => {
    fc.assert(
      fc.property(instants, timeZones, (ms, timeZone) => {
        const due = deliverAt('next-business-day', calendar, timeZone, isoOf(ms));
        const local = localTime(due, timeZone);
        expect(due >= isoOf(ms)).toBe(true);
        expect(local.toPlainTime().toString()).toBe('08:00:00');
        expect(closedBecause(local.toPlainDate(), calendar)).toBeUndefined();
        expect(deliverAt('next-business-day', calendar, timeZone, due)).toBe(due);
      }),
    );
  });
});

function clockOf(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

function isAwake(iso: string, timeZone: string): boolean {
  const { hour } = localTime(iso, timeZone);
  return hour >= 7 && hour < 22;
}
