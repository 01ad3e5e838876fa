import { describe, expect, it } from 'vitest';
import type { IncidentRecord } from '../../../../functions/core/reports/records.ts';
import { recurringBlocks, responseTimesBlocks } from '../../../../functions/core/reports/review-parts.ts';
import { at, incident, linesOf, now, recordsOf, reportPlan } from './example-records.ts';

const week = { from: at('2026-11-30 20:00'), to: at('20:00') };

let count = 0;
function some(day: string, check: string, priority: 'P1' | 'P2' | 'info' = 'P2'): IncidentRecord {
  count += 1;
  return incident([`${day} 09:00 opens`, `${day} 10:00 recovers`], { check, priority, number: `DAILY-${count}` });
}

describe('recurring issues', () => {
  it('are counted by check, the most first, against the time before, which is as long', () => {
    const incidents = [
      some('2026-11-23', 'load'), // Before both.
      some('2026-11-25', 'load'),
      some('2026-11-26', 'backup'),
      some('2026-12-01', 'load'),
      some('2026-12-02', 'disk'),
      some('2026-12-03', 'disk'),
      some('2026-12-04', 'overnight', 'info'),
    ];
    expect(linesOf(recurringBlocks(recordsOf({ period: week, incidents })))).toEqual([
      '3 incidents, after 2 in the time before.',
      'Disk usage | 2 | 0',
      'Load | 1 | 1',
    ]);
  });

  it('are none where there was none', () => {
    expect(linesOf(recurringBlocks(recordsOf()))).toEqual(['0 incidents, after 0 in the time before.']);
  });
});

function times(incidents: readonly IncidentRecord[], more: Parameters<typeof recordsOf>[0] = {}): string[] {
  return linesOf(responseTimesBlocks(reportPlan, recordsOf({ incidents, ...more }), now)).slice(1);
}

describe('response times', () => {
  it('are the median and the longest of each priority', () => {
    const incidents = [
      incident(['08:03 opens', '08:10 ann acknowledges', '08:30 recovers'], { priority: 'P1', openedAt: at('08:00') }),
      incident(['09:00 opens', '09:15 escalates', '09:30 ann acknowledges', '11:00 ann resolves'], {
        ...{ priority: 'P1', number: 'DAILY-2', check: 'load' },
      }),
      incident(['12:00 opens'], { number: 'DAILY-3', check: 'backup' }),
    ];
    expect(times(incidents)).toEqual([
      'P1 | 2 | 1.5 min (longest 3 min) | 20 min (longest 30 min) | 75 min (longest 2 h) | 1 of 2 | 1 of 2 | 0',
      'P2 | 1 | 0 min | - | - | - | 0 of 0 | 0',
    ]);
  });

  it.each<[what: string, record: IncidentRecord, told: string]>([
    ['at once', incident(['03:00 opens'], { priority: 'P1' }), '0 min'],
    ['when people wake', incident(['05:00 opens'], { priority: 'P2' }), '2 h'],
    ['when business opens', incident(['05:00 opens'], { priority: 'P3' }), '3 h'],
    ['not at all where it was over before', incident(['05:00 opens', '06:59 recovers'], { priority: 'P2' }), '-'],
    ['not at all where somebody took it before', incident(['05:00 opens', '06:00 ann acknowledges']), '-'],
    ['not at all of what is for awareness', incident(['05:00 opens'], { priority: 'info' }), '-'],
    ['not yet where its time has not come', incident(['19:00 opens'], { priority: 'P3' }), '-'],
    ['earlier where it rose', risen(), '60 min'],
  ])('count as told %s', (_what, record, told) => {
    expect(times([record])[0]?.split(' | ')[2]).toBe(told);
  });

  it('count nothing as told in a silence', () => {
    const silence = { id: 's', by: 'ann', reason: 'works', from: at('07:00'), until: at('09:00'), checks: ['disk'] };
    expect(times([incident(['08:00 opens'])], { silences: [silence] })[0]?.split(' | ')[2]).toBe('-');
  });

  it.each<[what: string, course: readonly string[], inTime: string]>([
    ['an acknowledgement before the deadline', ['08:00 opens', '08:10 ann acknowledges'], '1 of 1'],
    ['an end before the deadline', ['08:00 opens', '08:10 recovers'], '1 of 1'],
    ['an escalation before anybody came', ['08:00 opens', '08:15 escalates', '08:16 ann acknowledges'], '0 of 1'],
    ['a reminder of the only level', ['08:00 opens', '08:15 reminds'], '0 of 1'],
    ['what still has time', ['08:00 opens'], '-'],
    [
      'a reminder after an acknowledgement that was forgotten',
      ['08:00 opens', '08:10 ann acknowledges', '12:10 reminds'],
      '1 of 1',
    ],
  ])('see by the deadline of the first level %s', (_what, course, inTime) => {
    expect(times([incident(course, { priority: 'P1' })])[0]?.split(' | ')[5]).toBe(inTime);
  });

  it('say what they are, in hours and days where it took long, and that there was nothing', () => {
    const long = incident(['2026-12-05 02:00 opens', '20:00 recovers']);
    const lines = (some: readonly IncidentRecord[]) =>
      linesOf(responseTimesBlocks(reportPlan, recordsOf({ incidents: some }), now));
    expect(lines([long])[0]).toBe(
      'How long it took from the first bad result: the median, and the longest in brackets.',
    );
    expect(lines([long])[1]?.split(' | ')[4]).toBe('2.8 days');
    expect(lines([])).toEqual(['Response times: there was no incident.']);
  });

  it('know no deadline where the priority has none', () => {
    expect(times([incident(['08:00 opens', '08:10 recovers'], { priority: 'P3' })])[0]?.split(' | ')[5]).toBe('-');
  });

  it('count what came again within a day', () => {
    const incidents = [
      incident(['2026-12-05 08:00 opens', '2026-12-05 09:00 recovers'], { number: 'DAILY-1' }),
      incident(['2026-12-06 08:59 opens', '2026-12-06 09:30 recovers'], { number: 'DAILY-2' }),
      incident(['10:00 opens', '11:00 recovers'], { number: 'DAILY-3' }),
      incident(['11:30 opens'], { number: 'DAILY-4', check: 'load' }),
    ];
    expect(times(incidents)[0]?.split(' | ').at(-1)).toBe('1');
  });
});

/** A P3 at 05:00, which would wait for 08:00, and is a P1 at 06:00. */
function risen(): IncidentRecord {
  const record = incident(['05:00 opens', '06:00 rises'], { priority: 'P1' });
  const notices = record.notices.map((notice, index) =>
    index === 0 ? { ...notice, priority: 'P3' as const } : notice,
  );
  return { ...record, notices };
}
