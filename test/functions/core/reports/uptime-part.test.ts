import { describe, expect, it } from 'vitest';
import { uptimeBlocks } from '../../../../functions/core/reports/uptime-part.ts';
import { at, linesOf, recordsOf, reportPlan, round } from './example-records.ts';

const checks = [
  { label: 'Disk Uptime', check: 'disk' },
  { label: 'Load Uptime', check: 'load' },
];

function shown(some: Parameters<typeof recordsOf>[0]): string[] {
  return linesOf(uptimeBlocks(reportPlan, { kind: 'uptime', label: 'Overall Uptime', checks }, recordsOf(some)));
}

const period = { from: at('08:00'), to: at('18:00') };

/** Every hour from 08:00 to 17:00, or from another one. */
function hours(verdicts: (hour: number) => Readonly<Record<string, string>>, from = 8) {
  return Array.from({ length: 18 - from }, (_, index) => {
    const hour = from + index;
    return round(at(`${String(hour).padStart(2, '0')}:00`), verdicts(hour), { routine: 'hourly' });
  });
}

describe('an uptime', () => {
  it('is of all together and of each, where a third of the hosts is down for an hour', () => {
    const rounds = hours((hour) => ({ disk: hour === 12 ? 'CRITICAL' : 'OK', load: 'OK' }));
    expect(shown({ period, rounds })).toEqual([
      'Overall Uptime: 98.33%',
      'Disk Uptime: 96.66%',
      'Load Uptime: 100.00%',
    ]);
  });

  it('counts no time that was silenced', () => {
    const rounds = hours((hour) => ({ disk: hour === 12 ? 'CRITICAL' : 'OK', load: 'OK' }));
    const silence = { id: 's', by: 'ann', reason: 'works', from: at('12:00'), until: at('13:00'), checks: ['disk'] };
    expect(shown({ period, rounds, silences: [silence] })[1]).toBe('Disk Uptime: 100.00%');
  });

  it('says of how much of the time something is known', () => {
    expect(shown({ period, rounds: hours(() => ({ disk: 'OK', load: 'OK' }), 9) })).toEqual([
      'Overall Uptime: 100.00% (90% of the time known)',
      'Disk Uptime: 100.00% (90% of the time known)',
      'Load Uptime: 100.00% (90% of the time known)',
    ]);
  });

  it('is not known of all together where too little of the time is known', () => {
    const rounds = hours((hour) => (hour < 13 ? { disk: 'OK' } : { disk: 'OK', load: 'OK' }));
    expect(shown({ period, rounds })).toEqual([
      'Overall Uptime: not known: of Load Uptime only 50% of the time is known [UNKNOWN]',
      'Disk Uptime: 100.00%',
      'Load Uptime: 100.00% (50% of the time known)',
    ]);
  });

  it('knows what was found shortly before the period', () => {
    const before = round(at('07:30'), { disk: 'OK', load: 'OK' });
    const rounds = [before, ...hours(() => ({ disk: 'OK', load: 'OK' }), 9)];
    expect(shown({ period, rounds })[1]).toBe('Disk Uptime: 100.00%');
  });

  it('is not known of all where nothing is known of one', () => {
    expect(shown({ period, rounds: hours(() => ({ disk: 'OK' })) })).toEqual([
      'Overall Uptime: not known: nothing is known of Load Uptime [UNKNOWN]',
      'Disk Uptime: 100.00%',
      'Load Uptime: not known: no round was collected [UNKNOWN]',
    ]);
  });
});
