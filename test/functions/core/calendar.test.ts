import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { closedBecause, previousBusinessTime } from '../../../functions/core/calendar.ts';
import { incidentKey, incidentNumber, numberPrefix, runningNumber } from '../../../functions/core/incident-number.ts';
import { clockText, normalizeIso } from '../../../functions/core/time.ts';
import { examplePlan } from './example-plan.ts';

const { calendar } = examplePlan;

describe('a business day', () => {
  it.each([
    ['2026-11-23', undefined],
    ['2026-11-21', 'saturday is not a business day'],
    ['2026-12-25', 'Christmas Day is a holiday'],
    ['2028-02-29', undefined],
  ])('%s: closed because %s', (date, expected) => {
    expect(closedBecause(Temporal.PlainDate.from(date), calendar)).toBe(expected);
  });

  it.each([
    ['a Tuesday', '2026-11-24T07:00:00.000Z', '2026-11-23T17:00:00.000Z'],
    ['a Monday', '2026-11-23T07:00:00.000Z', '2026-11-20T17:00:00.000Z'],
    ['the Monday after a holiday on Friday', '2026-12-28T07:00:00.000Z', '2026-12-24T17:00:00.000Z'],
    ['the Monday after the clocks went back', '2026-10-26T07:00:00.000Z', '2026-10-23T16:00:00.000Z'],
  ])('before %s is found', (_day, now, expected) => {
    expect(previousBusinessTime(now, '18:00', calendar, 'Europe/Berlin')).toBe(expected);
  });

  it('is found in a zone with a quarter of an hour', () => {
    expect(previousBusinessTime('2026-11-24T02:00:00.000Z', '18:00', calendar, 'Asia/Kathmandu')).toBe(
      '2026-11-23T12:15:00.000Z',
    );
  });
});

describe('an incident number', () => {
  it('counts from 001 within the local day', () => {
    const prefix = numberPrefix('DAILY-YYYYMMDD-NNN', '2026-11-22T23:30:00.000Z', 'Europe/Berlin');
    expect(incidentNumber(prefix, 1)).toBe('DAILY-20261123-001');
  });

  it('counts within the year where the format says so', () => {
    expect(numberPrefix('INC-YYYY-NNN', '2026-12-31T23:30:00.000Z', 'Europe/Berlin')).toBe('INC-2027-');
  });

  it('sorts 1000 after 999', () => {
    const keys = ['DAILY-20261123-999', 'DAILY-20261123-1000'].map(incidentKey);
    expect([...keys].sort()).toEqual(keys);
    expect(keys.map(runningNumber)).toEqual([999, 1000]);
  });
});

describe('a time for people', () => {
  it('has no date on the same day', () => {
    const time = '2026-07-01T06:00:00.000Z';
    expect(clockText(time, 'America/New_York', time)).toBe('02:00 EDT');
    expect(clockText(time, 'America/New_York')).toBe('2026-07-01 02:00 EDT');
  });

  it('has one spelling in the records', () => {
    expect(normalizeIso('2026-07-01T06:00:00Z')).toBe('2026-07-01T06:00:00.000Z');
  });
});
