import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../../functions/core/plan.ts';
import { dayPlan, drawn } from './example-day.ts';
import { textOf, tokensOf } from './html-tokens.ts';

function html(changes: Partial<Plan> = {}, at?: string): string {
  return drawn({ widget: 'upcoming' }, at === undefined ? {} : { at }, { ...dayPlan, ...changes });
}

const text = (changes?: Partial<Plan>, at?: string) => textOf(html(changes, at));

describe('what comes next', () => {
  it('is in the order of time, each with how long that is', () => {
    expect(text()).toBe(
      [
        'When What every 5 minutes, next 10:05 GMT+1 Pulse',
        '12:00 GMT+1 (in 2 hours) Midday',
        '18:30 GMT+1 (in 8 hours) Report: Operations Log, to Operations',
        'Tue 2026-11-24 08:00 GMT+1 (in 22 hours) Morning',
        'Fri 2026-11-27 14:00 GMT+1 (in 4 days) Weekly',
        'Mon 2026-11-30 09:00 GMT+1 (in 6 days) On call: Ann takes over from Bob',
      ].join(' '),
    );
  });

  it('stands together where it comes at one time', () => {
    const { morning, midday } = dayPlan.routines;
    const routines = morning && midday ? { morning, again: { ...midday, schedule: morning.schedule } } : {};
    expect(text({ routines, reports: {} })).toContain('08:00 GMT+1 (in 22 hours) Morning and Midday');
  });

  it('names the holiday on which nothing comes, and what comes after it', () => {
    const holidays = [{ date: '2026-11-24', name: 'Founding Day' }];
    const shown = text({ calendar: { ...dayPlan.calendar, holidays } });
    expect(shown).toContain('Tue 2026-11-24 Founding Day is a holiday: no round of Morning');
    expect(shown).toContain('Wed 2026-11-25 08:00 GMT+1 (in 46 hours) Morning');
  });

  it('says that a time does not exist', () => {
    const schedule = { days: 'every-day', at: ['02:30'] } as const;
    const routines = dayPlan.routines.midday ? { night: { ...dayPlan.routines.midday, schedule } } : {};
    expect(text({ routines }, '2027-03-27T12:00:00.000Z')).toContain(
      'Sun 2027-03-28 03:00 GMT+2 (in 13 hours) Midday (02:30 does not exist on this day: moved to 03:00)',
    );
  });

  it('begins with the maintenance that is open', () => {
    const window = (title: string, at: string, checks: readonly string[]) => ({
      title,
      checks,
      schedule: { days: 'every-day', at: [at] } as const,
      minutes: 90,
    });
    const shown = text({ maintenance: [window('Move', '09:30', ['disk']), window('Backup', '23:00', [])] });
    expect(shown).toContain(
      'When What now, until 11:00 GMT+1 (in 1 hour) Maintenance: Move, in which nobody is told of Disk usage every 5',
    );
    expect(shown).toContain('23:00 GMT+1 (in 13 hours) Maintenance: Backup, in which nobody is told of anything');
  });

  it('is a dozen lines at most', () => {
    const { midday } = dayPlan.routines;
    const times = Array.from({ length: 20 }, (_, hour) => [`r${hour}`, `${String(hour).padStart(2, '0')}:00`] as const);
    const routines = times.flatMap(([id, at]) =>
      midday ? [[id, { ...midday, schedule: { days: 'every-day', at: [at] } }] as const] : [],
    );
    const page = html({ routines: Object.fromEntries(routines) });
    expect(tokensOf(page).filter((token) => token.kind === 'start' && token.name === 'tr')).toHaveLength(1 + 12);
    expect(textOf(page)).toContain('and 10 more later');
  });

  it('is said to be nothing where nothing is planned', () => {
    expect(text({ routines: {}, reports: {}, roles: {} })).toBe('Nothing is planned.');
  });
});
