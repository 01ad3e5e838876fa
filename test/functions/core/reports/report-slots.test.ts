import { describe, expect, it } from 'vitest';
import type { Schedule } from '../../../../functions/core/plan.ts';
import {
  isWritten,
  periodOf,
  reportSlot,
  slotOn,
  slotsBetween,
} from '../../../../functions/core/reports/report-slots.ts';
import { previousSlot } from '../../../../functions/core/slots.ts';
import { at, planWith, reportPlan, timeZone } from './example-records.ts';

const evenings: Schedule = { days: 'business-days', at: ['20:00'] };
const everyEvening: Schedule = { days: 'every-day', at: ['20:00'] };
const nights: Schedule = { days: 'every-day', at: ['02:30'] };
const fridays: Schedule = { days: { every: 'week', on: 'friday' }, at: ['15:00'] };
const firstMonday: Schedule = { days: { every: 'month', on: 'monday' }, at: ['10:00'] };
const twice: Schedule = { days: 'every-day', at: ['08:00', '20:00'] };
const everyHour: Schedule = { days: 'every-day', everyMinutes: 60 };

describe('the slot before an instant', () => {
  it.each<[what: string, schedule: Schedule, before: string, expected: string]>([
    ['on the same day', evenings, '20:01', '20:00'],
    ['is never the instant itself', evenings, '20:00', '2026-12-04 20:00'],
    ['before the weekend', evenings, '2026-12-06 12:00', '2026-12-04 20:00'],
    ['of several times a day', twice, '19:59', '08:00'],
    ['of an hour', everyHour, '08:30', '08:00'],
    ['of a week', fridays, '12:00', '2026-12-04 15:00'],
    ['of a month', firstMonday, '09:59', '2026-11-02 10:00'],
    ['at the end of a gap', nights, '2026-03-08 12:00', '2026-03-08 03:00'],
    ['before a gap', nights, '2026-03-08 03:00', '2026-03-07 02:30'],
  ])('%s', (_what, schedule, before, expected) => {
    expect(previousSlot(schedule, reportPlan.calendar, timeZone, at(before))).toBe(at(expected));
  });
});

describe('the period of a report', () => {
  it.each<[what: string, schedule: Schedule, slot: string, from: string]>([
    ['is since the day before', evenings, '2026-12-08 20:00', '2026-12-07 20:00'],
    ['is since Friday on a Monday', evenings, '20:00', '2026-12-04 20:00'],
    ['is since before a holiday', evenings, '2026-12-28 20:00', '2026-12-24 20:00'],
    ['knows no holiday where it is written every day', everyEvening, '2026-12-26 20:00', '2026-12-25 20:00'],
    ['is a week', fridays, '2026-12-25 15:00', '2026-12-18 15:00'],
    ['is a month', firstMonday, '10:00', '2026-11-02 10:00'],
    ['is half a day', twice, '20:00', '08:00'],
    ['is 23 hours where clocks go forward', everyEvening, '2026-03-08 20:00', '2026-03-07 20:00'],
    ['is 25 hours where clocks go back', everyEvening, '2026-11-01 20:00', '2026-10-31 20:00'],
  ])('%s', (_what, schedule, slot, from) => {
    expect(periodOf(planWith([], schedule), 'daily', at(slot), [])).toEqual({ from: at(from), to: at(slot) });
  });

  it('is of a report that the runbook has', () => {
    expect(() => periodOf(planWith([]), 'weekly', at('20:00'), [])).toThrow(
      "There is no report 'weekly' in the runbook; its reports are: daily.",
    );
  });
});

describe('a report that is kept', () => {
  const keptAt = (...slots: string[]) => slots.map((slot) => ({ id: 'daily', slot: at(slot) }));

  it.each<[what: string, kept: string[], from: string]>([
    ['that was written earlier in the day', ['2026-12-03 19:00', '2026-12-04 19:00'], '2026-12-04 19:00'],
    ['that was written later in the day', ['2026-12-03 21:00', '2026-12-04 21:00'], '2026-12-04 21:00'],
    ['that was written on the day itself', ['2026-12-04 20:00', '08:00'], '08:00'],
    ['that has none of the slot before it', ['2026-12-03 20:00'], '2026-12-04 20:00'],
    ['of which only later ones are kept', ['20:00', '2026-12-08 20:00'], '2026-12-04 20:00'],
  ])('lets the next one begin where it ends, after one %s', (_what, kept, from) => {
    const period = periodOf(planWith([]), 'daily', at('20:00'), keptAt(...kept));
    expect(period).toEqual({ from: at(from), to: at('20:00') });
  });

  it('of another id begins nothing', () => {
    const kept = [{ id: 'weekly', slot: at('19:00') }];
    expect(periodOf(planWith([]), 'daily', at('20:00'), kept).from).toBe(at('2026-12-04 20:00'));
    expect(isWritten(planWith([]), 'daily', at('20:00'), kept)).toBe(false);
  });

  it.each<[kept: string, expected: boolean]>([
    ['20:00', true],
    ['18:00', true],
    ['2026-12-04 20:01', true],
    ['2026-12-04 20:00', false],
    ['20:01', false],
  ])('at %s stands for the slot of 20:00: %s', (kept, expected) => {
    expect(isWritten(planWith([]), 'daily', at('20:00'), keptAt(kept))).toBe(expected);
  });
});

describe('the slot of a firing', () => {
  it('is its planned time, in the spelling of the records', () => {
    expect(reportSlot(planWith([]), 'daily', '2026-12-08T01:00:00Z')).toBe('2026-12-08T01:00:00.000Z');
  });

  it('is the first of two equal local times', () => {
    const plan = planWith([], { days: 'every-day', at: ['01:30'] });
    expect(reportSlot(plan, 'daily', '2026-11-01T06:30:00Z')).toBe('2026-11-01T05:30:00.000Z');
  });

  it('is none on a holiday, but for a report of every day', () => {
    const christmas = at('2026-12-25 20:00');
    expect(reportSlot(planWith([]), 'daily', christmas)).toBeUndefined();
    expect(reportSlot(planWith([], everyEvening), 'daily', christmas)).toBe(christmas);
  });
});

describe('the slot of a date', () => {
  it.each<[what: string, schedule: Schedule, date: string, expected: string | undefined]>([
    ['is there on a business day', evenings, '2026-12-07', '20:00'],
    ['is the last of several', twice, '2026-12-07', '20:00'],
    ['is that of a time', twice, '2026-12-07T08:00', '08:00'],
    ['is none at another time', twice, '2026-12-07T09:00', undefined],
    ['is none on a weekend', evenings, '2026-12-06', undefined],
    ['is none on a holiday', evenings, '2026-12-25', undefined],
    ['is none on another weekday', fridays, '2026-12-07', undefined],
    ['is at the end of a gap', nights, '2026-03-08', '2026-03-08 03:00'],
  ])('%s', (_what, schedule, date, expected) => {
    expect(slotOn(planWith([], schedule), 'daily', date)).toBe(expected && at(expected));
  });
});

describe('the slots between two instants', () => {
  it('leave out weekends, holidays and the end', () => {
    const slots = slotsBetween(planWith([]), 'daily', at('2026-12-23 20:00'), at('2026-12-29 20:00'));
    expect(slots).toEqual(['2026-12-23 20:00', '2026-12-24 20:00', '2026-12-28 20:00'].map(at));
  });

  it('are none where there is none', () => {
    expect(slotsBetween(planWith([]), 'daily', at('2026-12-05 00:00'), at('2026-12-07 00:00'))).toEqual([]);
  });
});
