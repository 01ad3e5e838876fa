import { describe, expect, it } from 'vitest';
import { notesBlocks, operatorBlocks } from '../../../../functions/core/reports/sign-off-parts.ts';
import type { AskedSignOff } from '../../../../functions/core/sign-off.ts';
import { asked, at, linesOf, recordsOf, reportPlan } from './example-records.ts';

function notes(signOffs: readonly AskedSignOff[], ...of: string[]): string[] {
  return linesOf(notesBlocks(reportPlan, { kind: 'notes', of }, recordsOf({ signOffs })));
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
    const before = asked('closed', at('2026-12-04 18:00'), '18:30 ann OK all');
    expect(notes([before], 'evening/closed')).toEqual(['Day closed: nobody was asked in this time']);
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
