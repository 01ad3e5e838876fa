import { describe, expect, it } from 'vitest';
import type { MaintenanceWindow } from '../../../functions/core/plan.ts';
import { covers, mutedBy, type Silence } from '../../../functions/core/silence.ts';
import { isoOf, msOf, normalizeIso } from '../../../functions/core/time.ts';
import { examplePlan } from './example-plan.ts';

const everyNight: MaintenanceWindow = {
  title: 'Nightly backup',
  checks: ['disk'],
  schedule: { days: 'every-day', at: ['01:00'] },
  minutes: 180,
};
const patching: MaintenanceWindow = {
  title: 'Patching',
  checks: [],
  schedule: { days: 'business-days', at: ['20:00'] },
  minutes: 720,
};

function silence(from: string, hours: number, changed: Partial<Silence> = {}): Silence {
  const until = isoOf(msOf(from) + hours * 3_600_000);
  return {
    id: 's1',
    by: 'ann',
    reason: 'database move',
    from: normalizeIso(from),
    until,
    checks: ['disk'],
    ...changed,
  };
}

/** Why `disk` is muted, with these silences and windows. */
function why(at: string, silences: readonly Silence[], maintenance: readonly MaintenanceWindow[] = []) {
  return mutedBy('disk', normalizeIso(at), { ...examplePlan, maintenance }, silences)?.why;
}

describe('what is covered', () => {
  it.each([
    ['a check that is named', ['load', 'disk'], true],
    ['no check that is not', ['load'], false],
    ['every check where none is named', [], true],
  ])('is %s', (_what, checks, expected) => {
    expect(covers({ checks }, 'disk')).toBe(expected);
    expect(why('2026-11-23T10:00Z', [silence('2026-11-23T09:00Z', 2, { checks })]) !== undefined).toBe(expected);
    const window = { ...everyNight, checks };
    expect(why('2026-11-23T01:00Z', [], [window]) !== undefined).toBe(expected);
  });
});

describe('a silence', () => {
  const noon = silence('2026-11-23T10:00+01:00', 2);
  const noonText = 'silence by ann until 2026-11-23 12:00 GMT+1: database move';
  const autumn = silence('2026-10-24T20:00+02:00', 36);
  const spring = silence('2026-03-28T20:00+01:00', 36);

  it.each([
    ['has not begun before', noon, '2026-11-23T09:59:59.999+01:00', undefined],
    ['says whose it is, until when, and why', noon, '2026-11-23T10:00+01:00', noonText],
    ['holds to its last moment', noon, '2026-11-23T11:59:59.999+01:00', noonText],
    ['is over at its end', noon, '2026-11-23T12:00+01:00', undefined],
    [
      'of 36 hours holds',
      autumn,
      '2026-10-26T06:59+01:00',
      'silence by ann until 2026-10-26 07:00 GMT+1: database move',
    ],
    ['of 36 hours is over an hour early by the clock in autumn', autumn, '2026-10-26T07:00+01:00', undefined],
    [
      'of 36 hours holds',
      spring,
      '2026-03-30T08:59+02:00',
      'silence by ann until 2026-03-30 09:00 GMT+2: database move',
    ],
    ['of 36 hours is over an hour late by the clock in spring', spring, '2026-03-30T09:00+02:00', undefined],
  ])('%s', (_behaviour, given, at, expected) => {
    expect(why(at, [given])).toBe(expected);
  });
});

describe('a maintenance window', () => {
  const backup = (date: string, end: string) => `maintenance "Nightly backup" until ${date} ${end}`;
  const inGap: MaintenanceWindow = { ...everyNight, schedule: { days: 'every-day', at: ['02:30'] }, minutes: 60 };

  it.each([
    ['is closed before it begins', everyNight, '2026-11-23T00:59:59.999+01:00', undefined],
    ['opens when it begins', everyNight, '2026-11-23T01:00+01:00', backup('2026-11-23', '04:00 GMT+1')],
    ['is open to its last moment', everyNight, '2026-11-23T03:59:59.999+01:00', backup('2026-11-23', '04:00 GMT+1')],
    ['is closed at its end', everyNight, '2026-11-23T04:00+01:00', undefined],
    ['takes real minutes in spring', everyNight, '2026-03-29T04:59+02:00', backup('2026-03-29', '05:00 GMT+2')],
    ['is not longer in spring', everyNight, '2026-03-29T05:00+02:00', undefined],
    ['takes real minutes in autumn', everyNight, '2026-10-25T02:59+01:00', backup('2026-10-25', '03:00 GMT+1')],
    ['is not longer in autumn', everyNight, '2026-10-25T03:00+01:00', undefined],
    ['is closed up to a gap in which it would begin', inGap, '2026-03-29T01:59+01:00', undefined],
    ['opens at the end of the gap', inGap, '2026-03-29T03:00+02:00', backup('2026-03-29', '04:00 GMT+2')],
    ['opens the first time of two', inGap, '2026-10-25T02:30+02:00', backup('2026-10-25', '02:30 GMT+1')],
    ['does not open again the second time', inGap, '2026-10-25T02:30+01:00', undefined],
  ])('%s', (_behaviour, window, at, expected) => {
    expect(why(at, [], [window])).toBe(expected);
  });

  it.each([
    ['opens on a business day', '2026-12-23T20:00+01:00', 'maintenance "Patching" until 2026-12-24 08:00 GMT+1'],
    ['goes on into a holiday', '2026-12-25T07:59+01:00', 'maintenance "Patching" until 2026-12-25 08:00 GMT+1'],
    ['does not open on a holiday', '2026-12-25T21:00+01:00', undefined],
    ['does not open at the weekend', '2026-12-26T21:00+01:00', undefined],
  ])('of business days %s', (_behaviour, at, expected) => {
    expect(why(at, [], [patching])).toBe(expected);
  });

  it.each([
    ['once a week opens at the weekend', 'week', '2026-11-22T03:00+01:00', backup('2026-11-22', '04:00 GMT+1')],
    ['once a week opens on no other day', 'week', '2026-11-23T03:00+01:00', undefined],
    [
      'once a month opens on its first such day',
      'month',
      '2026-12-06T03:00+01:00',
      backup('2026-12-06', '04:00 GMT+1'),
    ],
    ['once a month opens on no other such day', 'month', '2026-12-13T03:00+01:00', undefined],
  ] as const)('%s', (_behaviour, every, at, expected) => {
    const schedule = { days: { every, on: 'sunday' }, at: ['01:00'] } as const;
    expect(why(at, [], [{ ...everyNight, schedule }])).toBe(expected);
  });

  it('of every day opens on holidays', () => {
    expect(why('2026-12-25T02:00+01:00', [], [everyNight])).toBe(backup('2026-12-25', '04:00 GMT+1'));
  });

  it.each([
    ['its own next one', { ...everyNight.schedule, at: ['01:00', '03:00'] }, backup('2026-11-23', '06:00 GMT+1')],
    ['itself all the time', { days: 'every-day', everyMinutes: 60 }, backup('2026-11-23', '06:00 GMT+1')],
  ] as const)('that overlaps %s ends with the newest', (_which, schedule, expected) => {
    expect(why('2026-11-23T03:30+01:00', [], [{ ...everyNight, schedule }])).toBe(expected);
  });
});

describe('of several at once', () => {
  const short = silence('2026-11-23T01:00+01:00', 2, { by: 'bob' });
  const long = silence('2026-11-23T01:00+01:00', 5);
  const longText = 'silence by ann until 2026-11-23 06:00 GMT+1: database move';

  it.each([
    ['silences, in one order', [short, long], [], longText],
    ['silences, in the other order', [long, short], [], longText],
    ['a silence and a window that ends earlier', [long], [everyNight], longText],
    [
      'a silence and a window that ends later',
      [short],
      [everyNight],
      'maintenance "Nightly backup" until 2026-11-23 04:00 GMT+1',
    ],
    ['windows', [], [patching, everyNight], 'maintenance "Nightly backup" until 2026-11-23 04:00 GMT+1'],
    [
      'silences of which the longer is about another check',
      [short, { ...long, checks: ['load'] }],
      [],
      'silence by bob until 2026-11-23 03:00 GMT+1: database move',
    ],
  ])('the one that ends last counts: %s', (_which, silences, maintenance, expected) => {
    expect(why('2026-11-23T02:00+01:00', silences, maintenance)).toBe(expected);
  });

  it('the end is an instant as the records keep it', () => {
    const plan = { ...examplePlan, maintenance: [everyNight] };
    expect(mutedBy('disk', '2026-11-23T01:00:00.000Z', plan, [])?.until).toBe('2026-11-23T03:00:00.000Z');
  });
});
