import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../../functions/core/plan.ts';
import { outstandingBlocks, prioritiesBlocks } from '../../../../functions/core/reports/outstanding-parts.ts';
import { asked, at, incident, linesOf, now, recordsOf, reportPlan, round } from './example-records.ts';

function outstanding(some: Parameters<typeof recordsOf>[0]): string[] {
  return linesOf(outstandingBlocks(reportPlan, { kind: 'outstanding', label: 'Outstanding' }, recordsOf(some), now));
}

function priorities(some: Parameters<typeof recordsOf>[0], plan: Plan = reportPlan): string[] {
  return linesOf(prioritiesBlocks(plan, recordsOf(some), now));
}

const one = incident(['08:03 opens', '08:10 ann acknowledges']);
const urgent = incident(['12:00 opens'], { number: 'DAILY-20261207-002', check: 'load', priority: 'P1' });
const oneLine = 'DAILY-20261207-001 P2 Disk usage CRITICAL on 1 of 3 hosts, 08:03 EST; open for 11 hours, ann has it';
const urgentLine = 'DAILY-20261207-002 P1 Load CRITICAL on 1 of 3 hosts, 12:00 EST; open for 8 hours, nobody has it';

describe('what is outstanding', () => {
  it('is nothing where all is done', () => {
    const incidents = [incident(['08:03 opens', '08:33 recovers'])];
    const signOffs = [asked('closed', at('18:00'), '18:40 ann OK all')];
    expect(outstanding({ incidents, signOffs })).toEqual(['Outstanding: none']);
  });

  it('is what is open, the most urgent first, also from before the period', () => {
    const old = incident(['2026-12-01 09:00 opens'], { number: 'DAILY-20261201-001' });
    expect(outstanding({ incidents: [old, one, urgent] })).toEqual([
      'Outstanding: 3',
      `- ${urgentLine}`,
      '- DAILY-20261201-001 P2 Disk usage CRITICAL on 1 of 3 hosts, 2026-12-01 09:00 EST; open for 6 days, nobody has it',
      `- ${oneLine}`,
    ]);
  });

  it('is not what is only for awareness', () => {
    expect(outstanding({ incidents: [incident(['08:03 opens'], { priority: 'info' })] })).toEqual([
      'Outstanding: none',
    ]);
  });

  it('is a sign-off that nobody has given by its incident, where it has one', () => {
    const incidents = [incident(['20:00 opens'], { check: 'closed', priority: 'P3' })];
    const lines = outstanding({ incidents, signOffs: [asked('closed', at('18:00'))] });
    expect(lines).toEqual(['Outstanding: 1', expect.stringContaining('DAILY-20261207-001 P3')]);
  });

  it('is what was found wrong, and what nobody has signed off, each once', () => {
    const signOffs = [
      asked('closed', at('2026-12-02 18:00')),
      asked('closed', at('2026-12-03 18:00')),
      asked('patterns', at('18:00'), '18:30 bob WRONG two are missing'),
      asked('closed', at('18:00')),
    ];
    expect(outstanding({ signOffs })).toEqual([
      'Outstanding: 2',
      '- WRONG, says bob: Error patterns documented of 18:00 EST: two are missing',
      '- NOBODY SIGNED OFF: Day closed of 18:00 EST, overdue since 20:00 EST; and not given 2 times before',
    ]);
  });

  it('is what still has time, too', () => {
    expect(outstanding({ signOffs: [asked('closed', at('19:00'))] })).toContain(
      '- not signed off yet: Day closed of 19:00 EST, due by 21:00 EST',
    );
  });
});

describe('what comes first', () => {
  it('is nothing where nothing is left, and when business opens', () => {
    expect(priorities({})).toEqual(['none', 'Business opens next on Tuesday, 2026-12-08, at 08:00.']);
  });

  it('is what is open, not signed off, noted, or will run full', () => {
    const noted = { ...one, notes: incident([], { notes: ['09:00 ann follow-up: rotate the other logs'] }).notes };
    const rounds = [round(at('19:00'), { disk: 'OK 88%', forecast: 'WARNING 90% in 2 days' }, { routine: 'hourly' })];
    const signOffs = [asked('closed', at('18:00'))];
    expect(priorities({ incidents: [noted, urgent], signOffs, rounds })).toEqual([
      `- ${urgentLine}`,
      `- ${oneLine}`,
      '- NOBODY SIGNED OFF: Day closed of 18:00 EST, overdue since 20:00 EST',
      '- Follow-up of DAILY-20261207-001: rotate the other logs (ann)',
      '- Disk forecast: WARNING: 90% in 2 days',
      'Business opens next on Tuesday, 2026-12-08, at 08:00.',
    ]);
  });

  it('is also a forecast of which nothing is known', () => {
    const rounds = [round(at('19:00'), { disk: 'OK 88%', forecast: 'UNKNOWN not reported' }, { routine: 'hourly' })];
    expect(priorities({ rounds })[0]).toBe('- Disk forecast: not reported');
  });

  it('leaves out follow-ups of incidents that were over before', () => {
    const notes = ['2026-12-02 ann follow-up: x'];
    const old = incident(['2026-12-01 09:00 opens', '2026-12-01 10:00 recovers'], { notes: [] });
    const noted = {
      ...old,
      notes: [{ by: 'ann', at: at('2026-12-02 09:00'), about: 'follow-up', text: notes[0] ?? '' }],
    };
    expect(priorities({ incidents: [noted as typeof old] })[0]).toBe('none');
  });

  it.each<[what: string, to: string, expected: string]>([
    [
      'after a holiday',
      '2026-12-24 20:00',
      'Business opens next on Monday, 2026-12-28, at 08:00 (tomorrow: Christmas Day is a holiday).',
    ],
    [
      'after a weekend',
      '2026-12-11 20:00',
      'Business opens next on Monday, 2026-12-14, at 08:00 (tomorrow: saturday is not a business day).',
    ],
    ['on the same day', '2026-12-07 06:00', 'Business opens next on Monday, 2026-12-07, at 08:00.'],
  ])('says when business opens %s', (_what, to, expected) => {
    expect(priorities({ period: { from: at('2026-12-04 20:00'), to: at(to) } }).at(-1)).toBe(expected);
  });
});
