import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rotation } from '../../../functions/core/plan.ts';
import { nextHandover, onDuty } from '../../../functions/core/rotation.ts';
import { isoOf, msOf, normalizeIso } from '../../../functions/core/time.ts';

const timeZone = 'Europe/Berlin';
const contacts = ['ann', 'bob', 'cyd'];
const weekly: Rotation = { every: 'week', from: '2026-11-02', at: '09:00', contacts, overrides: [] };
const daily: Rotation = { ...weekly, every: 'day' };
const overridden: Rotation = { ...weekly, overrides: [{ date: '2026-11-04', contact: 'dan' }] };

function duty(rotation: Rotation, at: string): readonly string[] {
  return onDuty({ title: 'On call', rotation }, timeZone, normalizeIso(at));
}

describe('a plain role', () => {
  it('is all of its contacts, in order', () => {
    const role = { title: 'Administrators', contacts: ['bob', 'ann'] };
    expect(onDuty(role, timeZone, '2026-11-23T12:00:00.000Z')).toEqual(['bob', 'ann']);
  });
});

describe('a weekly rotation', () => {
  it.each([
    ['is with the first long before it begins', '2026-10-06T12:00+02:00', 'ann'],
    ['is with the first just before it begins', '2026-11-02T08:59+01:00', 'ann'],
    ['stays with the first when it begins', '2026-11-02T09:00+01:00', 'ann'],
    ['stays with the first on the next days', '2026-11-05T12:00+01:00', 'ann'],
    ['stays with the first just before the hand-over', '2026-11-09T08:59:59.999+01:00', 'ann'],
    ['changes at the hand-over', '2026-11-09T09:00+01:00', 'bob'],
    ['goes on to the third', '2026-11-16T09:00+01:00', 'cyd'],
    ['begins again', '2026-11-23T09:00+01:00', 'ann'],
    ['goes on over the end of the year', '2027-01-04T09:00+01:00', 'ann'],
    ['keeps its weekday for years', '2031-11-10T08:59+01:00', 'ann'],
    ['keeps its turns for years', '2031-11-10T09:00+01:00', 'bob'],
  ])('%s', (_behaviour, at, expected) => {
    expect(duty(weekly, at)).toEqual([expected]);
  });

  it.each([
    ['changes after 7 days less an hour', '2026-03-25', '2026-04-01T09:00+02:00', 'bob'],
    ['does not change before them', '2026-03-25', '2026-04-01T08:59+02:00', 'ann'],
    ['does not change after 7 days of 24 hours', '2026-10-21', '2026-10-28T08:00+01:00', 'ann'],
    ['changes after 7 days and an hour', '2026-10-21', '2026-10-28T09:00+01:00', 'bob'],
  ])('in the week of a clock change %s', (_behaviour, from, at, expected) => {
    expect(duty({ ...weekly, from }, at)).toEqual([expected]);
  });
});

describe('a daily rotation', () => {
  it.each([
    ['stays until the hand-over', daily, '2026-11-03T08:59:59.999+01:00', 'ann'],
    ['changes at the hand-over', daily, '2026-11-03T09:00+01:00', 'bob'],
    ['begins again', daily, '2026-11-05T09:00+01:00', 'ann'],
    ['has a turn on 29 February', daily, '2028-02-29T09:00+01:00', 'bob'],
    ['has the next one on 1 March', daily, '2028-03-01T09:00+01:00', 'cyd'],
    ['changes on the day of 23 hours', { ...daily, from: '2026-03-28' }, '2026-03-29T09:00+02:00', 'bob'],
    ['does not change early on the day of 25 hours', { ...daily, from: '2026-10-24' }, '2026-10-25T08:30+01:00', 'ann'],
    ['changes late on the day of 25 hours', { ...daily, from: '2026-10-24' }, '2026-10-25T09:00+01:00', 'bob'],
    ['stays up to the gap', { ...daily, from: '2026-03-28', at: '02:30' }, '2026-03-29T01:59+01:00', 'ann'],
    ['changes at the end of the gap', { ...daily, from: '2026-03-28', at: '02:30' }, '2026-03-29T03:00+02:00', 'bob'],
    ['changes the first time', { ...daily, from: '2026-10-24', at: '02:30' }, '2026-10-25T02:30+02:00', 'bob'],
    ['does not change back', { ...daily, from: '2026-10-24', at: '02:30' }, '2026-10-25T02:15+01:00', 'bob'],
  ] as const)('%s', (_behaviour, rotation, at, expected) => {
    expect(duty(rotation, at)).toEqual([expected]);
  });

  it('changes by the clock of the zone', () => {
    const role = { title: 'On call', rotation: daily };
    const handover = '2026-11-03T03:15:00.000Z';
    expect(onDuty(role, 'Asia/Kathmandu', isoOf(msOf(handover) - 1))).toEqual(['ann']);
    expect(onDuty(role, 'Asia/Kathmandu', handover)).toEqual(['bob']);
  });
});

describe('an override', () => {
  it.each([
    ['has not begun before the hand-over time of its date', '2026-11-04T08:59:59.999+01:00', 'ann'],
    ['begins at the hand-over time', '2026-11-04T09:00+01:00', 'dan'],
    ['lasts over midnight', '2026-11-05T00:00+01:00', 'dan'],
    ['lasts until the next hand-over time', '2026-11-05T08:59:59.999+01:00', 'dan'],
    ['then gives the week back', '2026-11-05T09:00+01:00', 'ann'],
    ['moves nobody else', '2026-11-09T09:00+01:00', 'bob'],
  ])('%s', (_behaviour, at, expected) => {
    expect(duty(overridden, at)).toEqual([expected]);
  });

  it('counts before the rotation begins', () => {
    expect(duty({ ...overridden, from: '2026-12-07' }, '2026-11-04T12:00+01:00')).toEqual(['dan']);
  });
});

describe('the next hand-over', () => {
  it.each([
    ['is today', weekly, '2026-11-04T08:59:59.999+01:00', '2026-11-04T09:00+01:00'],
    ['is never the instant itself', weekly, '2026-11-04T09:00+01:00', '2026-11-05T09:00+01:00'],
    ['is in the next year', daily, '2026-12-31T09:30+01:00', '2027-01-01T09:00+01:00'],
    ['is 23 hours away in spring', daily, '2026-03-28T09:00+01:00', '2026-03-29T09:00+02:00'],
    ['is 25 hours away in autumn', daily, '2026-10-24T09:00+02:00', '2026-10-25T09:00+01:00'],
    ['is at the end of a gap', { ...daily, at: '02:30' }, '2026-03-29T00:00+01:00', '2026-03-29T03:00+02:00'],
    [
      'comes once in an hour that comes twice',
      { ...daily, at: '02:30' },
      '2026-10-25T02:15+01:00',
      '2026-10-26T02:30+01:00',
    ],
  ] as const)('%s', (_behaviour, rotation, after, expected) => {
    expect(nextHandover(rotation, timeZone, normalizeIso(after))).toBe(normalizeIso(expected));
  });

  it('ends a time in which nobody else was on duty', () => {
    const instants = fc.integer({ min: msOf('2026-10-20T00:00Z'), max: msOf('2026-11-20T00:00Z') });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(instants, share, fc.constantFrom('02:30', '09:00'), fc.boolean(), (ms, part, at, isDaily) => {
        const rotation: Rotation = { ...overridden, at, every: isDaily ? 'day' : 'week', from: '2026-10-21' };
        const end = msOf(nextHandover(rotation, timeZone, isoOf(ms)));
        expect(end).toBeGreaterThan(ms);
        const between = ms + Math.floor((end - 1 - ms) * part);
        expect(duty(rotation, isoOf(between))).toEqual(duty(rotation, isoOf(ms)));
      }),
    );
  });
});
