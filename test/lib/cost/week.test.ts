import { describe, expect, it } from 'vitest';
import { onDemand, type Schedule } from '../../../functions/core/plan.ts';
import { busyHoursAMonth, slotsAMonth } from '../../../lib/cost/week.ts';
import { businessDays, everyDay, monthly, weekly } from '../../../lib/runbook/schedule.ts';
import { sampleRunbook } from '../runbook/sample-runbook.ts';

const { calendar } = sampleRunbook();
const days = 730 / 24;

describe('a month of 730 hours', () => {
  it.each<[string, Schedule | typeof onDemand, number]>([
    ['every day at two times', everyDay.at('08:00', '20:00'), 2 * days],
    ['on business days', businessDays.at('08:00'), (5 / 7) * days],
    ['every five minutes', everyDay.everyMinutes(5), 8_760],
    ['every four hours', everyDay.everyHours(4), 6 * days],
    ['every week', weekly.on('friday').at('14:00'), days / 7],
    ['every month', monthly.onFirst('monday').at('10:00'), 1],
    ['on demand', onDemand, 0],
  ])('has the slots of a schedule %s', (_what, schedule, slots) => {
    expect(slotsAMonth(schedule, calendar)).toBeCloseTo(slots, 6);
  });

  it.each<[string, (Schedule | typeof onDemand)[], number]>([
    ['every five minutes', [everyDay.everyMinutes(5)], 730],
    ['every hour', [everyDay.everyHours(1)], 730],
    ['every four hours', [everyDay.everyHours(4)], 6 * days],
    ['twice in an hour, which is charged once', [everyDay.at('08:00'), everyDay.at('08:30')], days],
    ['at other hours', [everyDay.at('08:00'), everyDay.at('09:00')], 2 * days],
    ['on business days within every day', [businessDays.at('08:00'), everyDay.at('08:00')], days],
    ['once a month', [monthly.onFirst('monday').at('10:00')], 1],
    ['on demand', [onDemand], 0],
  ])('has hours in which something is sent: %s', (_what, schedules, hours) => {
    expect(busyHoursAMonth(schedules, calendar)).toBeCloseTo(hours, 6);
  });
});
