import { describe, expect, it } from 'vitest';
import { reportOf } from '../../../../functions/core/reports/report.ts';
import { notesBlocks, operatorBlocks } from '../../../../functions/core/reports/sign-off-parts.ts';
import type { AskedSignOff } from '../../../../functions/core/sign-off.ts';
import { asked, at, linesOf, now, planWith, recordsOf, reportPlan } from './example-records.ts';

function notes(signOffs: readonly AskedSignOff[], ...of: string[]): string[] {
  return linesOf(notesBlocks(reportPlan, { kind: 'notes', of }, recordsOf({ signOffs }), now));
}

function operator(signOffs: readonly AskedSignOff[]): string[] {
  return linesOf(operatorBlocks(reportPlan, recordsOf({ signOffs })));
}

describe('notes', () => {
  it('are what people wrote when they signed off, and say where nobody has', () => {
    const signOffs = [asked('patterns', at('18:00'), '18:30 ann OK three kinds'), asked('closed', at('18:00'))];
    expect(notes(signOffs, 'evening')).toEqual([
      'Error patterns documented: three kinds (ann, 18:30 EST)',
      'Day closed: NOBODY SIGNED OFF [UNKNOWN]',
    ]);
  });

  it('are all that was said, of one sign-off and of several slots', () => {
    const signOffs = [
      asked('closed', at('2026-12-05 18:00'), '2026-12-05 ann OK'.replace('2026-12-05', '09:00')),
      asked('closed', at('18:00'), '18:30 bob WRONG two are missing', '19:00 ann OK found'),
    ];
    expect(notes(signOffs, 'evening/closed')).toEqual([
      'Day closed: 3 notes',
      '- signed off without a note (ann, 09:00 EST)',
      '- WRONG: two are missing (bob, 18:30 EST)',
      '- found (ann, 19:00 EST)',
    ]);
  });

  it('are of the period, in which nobody may have been asked', () => {
    const signatures = [{ by: 'ann', at: at('2026-12-04 18:30'), note: 'all', isGood: true }];
    const before = { ...asked('closed', at('2026-12-04 18:00')), signatures };
    expect(notes([before], 'evening/closed')).toEqual(['Day closed: nobody was asked in this time']);
  });

  it('are also what was said late, on a time before', () => {
    const late = asked('closed', at('2026-12-04 18:00'), '09:00 ann OK all');
    const text = 'late, for 2026-12-04 18:00 EST: all (ann, 09:00 EST)';
    expect(notes([late], 'evening/closed')).toEqual([`Day closed: ${text}`]);
    expect(notes([late, asked('closed', at('19:00'))], 'evening/closed')).toEqual([
      'Day closed: not signed off yet [UNKNOWN]',
      `- ${text}`,
    ]);
  });
});

describe('the operator', () => {
  it('is who signed off, in the order of their first signatures, and the date', () => {
    const signOffs = [
      asked('patterns', at('18:00'), '18:30 ann OK a', '18:50 carl OK c'),
      asked('closed', at('18:00'), '18:31 bob WRONG b', '18:40 ann OK a'),
    ];
    expect(operator(signOffs)).toEqual(['Operator: ann, bob and carl', 'Date: 2026-12-07']);
  });

  it('is nobody where somebody signed for another day only', () => {
    const late = asked('closed', at('2026-12-04 18:00'), '09:00 ann OK all');
    expect(operator([late, asked('closed', at('18:00'))])).toEqual([
      'Operator: NOBODY SIGNED OFF [UNKNOWN]',
      'Signed late, for a time before: ann',
      'Date: 2026-12-07',
    ]);
  });

  it('has the date of the day that ends at midnight', () => {
    const records = recordsOf({ period: { from: at('00:00'), to: at('2026-12-08 00:00') } });
    expect(linesOf(operatorBlocks(reportPlan, records)).at(-1)).toBe('Date: 2026-12-07');
    expect(reportOf(planWith([]), 'daily', records, now).title).toBe('Daily Operations Log - 2026-12-07');
  });

  it('is many, of whom some are counted', () => {
    const signOffs = Array.from({ length: 43 }, (_, index) => asked('closed', at('18:00'), `18:30 p${index} OK a`));
    expect(operator(signOffs)[0]).toMatch(/^Operator: p0, p1, .*, p39 and 3 more$/);
  });

  it('is nobody where nobody signed off', () => {
    expect(operator([asked('closed', at('18:00'))])).toEqual([
      'Operator: NOBODY SIGNED OFF [UNKNOWN]',
      'Date: 2026-12-07',
    ]);
  });
});
