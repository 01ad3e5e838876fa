import { describe, expect, it } from 'vitest';
import type { Plan, Schedule } from '../../../functions/core/plan.ts';
import { previewDays } from '../../../lib/replay/calendar-preview.ts';
import { examplePlan } from '../../functions/core/example-plan.ts';

function withSchedule(schedule: Schedule, changes: Partial<Plan> = {}): Plan {
  const { morning } = examplePlan.routines;
  return { ...examplePlan, routines: { morning: { ...morning, schedule } } as Plan['routines'], ...changes };
}

/** Slots in UTC, a line a day. */
function slots(plan: Plan, from: string, days: number): string[] {
  return previewDays(plan, from, days).map(({ date, routines }) => {
    const lines = routines.map(({ slots, skipped }) => {
      const times = slots.map(({ at, note }) => at.slice(11, 16) + (note ? ` (${note})` : '')).join(' ');
      return skipped ? `${times} ${skipped}` : times;
    });
    return `${date} ${lines.join(', ')}`.trim();
  });
}

describe('the days to come', () => {
  it('name the holidays on which rounds are skipped, and leave out the days that have none', () => {
    const plan = withSchedule({ days: 'business-days', at: ['08:00'] });
    expect(slots(plan, '2026-12-24T06:00:00.000Z', 5)).toEqual([
      '2026-12-24 07:00',
      '2026-12-25 07:00 Christmas Day is a holiday',
      '2026-12-26',
      '2026-12-27',
      '2026-12-28 07:00',
    ]);
    expect(previewDays(plan, '2026-12-25T06:00:00.000Z', 1)[0]?.holiday).toBe('Christmas Day');
  });

  it('begin with what is left of the first one', () => {
    const plan = withSchedule({ days: 'every-day', everyMinutes: 480 });
    expect(slots(plan, '2026-11-23T07:00:00.000Z', 2)).toEqual([
      '2026-11-23 07:00 15:00',
      '2026-11-24 23:00 07:00 15:00',
    ]);
  });

  it('say where a change of the clocks moves a slot, and how long its day is', () => {
    const plan = withSchedule({ days: 'every-day', at: ['02:30'] });
    expect(slots(plan, '2026-03-28T23:00:00.000Z', 1)).toEqual([
      '2026-03-29 01:00 (02:30 does not exist on this day: moved to 03:00)',
    ]);
    const hours = previewDays(plan, '2026-10-23T22:00:00.000Z', 3).map((day) => day.hours);
    expect(hours).toEqual([undefined, 25, undefined]);
  });

  it('name who is on duty, from hand-over to hand-over, and overrides', () => {
    const overrides = [{ date: '2026-11-24', contact: 'bob' }];
    const rotation = { every: 'week', from: '2026-11-23', at: '09:00', contacts: ['ann', 'bob'], overrides } as const;
    const plan: Plan = { ...examplePlan, roles: { duty: { title: 'On duty', rotation } } };
    const turns = previewDays(plan, '2026-11-22T23:00:00.000Z', 9).map(({ date, duty }) => {
      const names = duty.flatMap((each) => each.turns.map(({ from, contacts }) => `${from.slice(11, 16)} ${contacts}`));
      return `${date} ${names.join(', ')}`;
    });
    expect(turns).toEqual([
      '2026-11-23 23:00 ann',
      '2026-11-24 23:00 ann, 08:00 bob',
      '2026-11-25 23:00 bob, 08:00 ann',
      '2026-11-26 23:00 ann',
      '2026-11-27 23:00 ann',
      '2026-11-28 23:00 ann',
      '2026-11-29 23:00 ann',
      '2026-11-30 23:00 ann, 08:00 bob',
      '2026-12-01 23:00 bob',
    ]);
  });

  it('name the maintenance windows that open', () => {
    const schedule = { days: 'business-days', at: ['22:00'] } as const;
    const plan: Plan = { ...examplePlan, maintenance: [{ title: 'Backup', checks: ['disk'], schedule, minutes: 180 }] };
    const windows = previewDays(plan, '2026-12-24T08:00:00.000Z', 2).map(({ maintenance }) => maintenance);
    const [from, until] = ['2026-12-24T21:00:00.000Z', '2026-12-25T00:00:00.000Z'];
    expect(windows).toEqual([[{ title: 'Backup', from, until, checks: ['disk'] }], []]);
  });
});
