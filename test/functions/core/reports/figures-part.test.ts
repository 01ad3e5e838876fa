import { describe, expect, it } from 'vitest';
import type { Statistic } from '../../../../functions/core/plan.ts';
import { figuresBlocks } from '../../../../functions/core/reports/figures-part.ts';
import type { Round } from '../../../../functions/core/round.ts';
import { at, emptyRound, linesOf, recordsOf, round } from './example-records.ts';

function shown(statistic: Statistic, rounds: readonly Round[]): string[] {
  const figures = [{ label: 'Disk', check: 'disk', metric: 'used', statistic }];
  return linesOf(figuresBlocks({ kind: 'figures', figures }, recordsOf({ rounds })));
}

const used = (time: string, ...values: number[]) => round(at(time), { disk: 'OK' }, { used: values });
const silent = (time: string) => round(at(time), { disk: 'OK' });

describe('a figure', () => {
  it.each<[Statistic, string]>([
    ['mean', 'Disk: 46.67%'],
    ['median', 'Disk: 40.7%'],
    ['p95', 'Disk: 89.2%'],
    ['least', 'Disk: 10%'],
    ['most', 'Disk: 90%'],
    ['latest', 'Disk: 50%, the highest of 2 hosts'],
    ['total', 'Disk: 90%, the sum of 2 hosts'],
  ])('is the %s of the period', (statistic, expected) => {
    expect(shown(statistic, [used('08:00', 10, 20, 90), used('09:00', 70), used('10:00', 40, 50)])).toEqual([expected]);
  });

  it('is exact where all values are the same', () => {
    expect(shown('median', [used('08:00', 12_345), used('09:00', 12_345)])).toEqual(['Disk: 12345%']);
  });

  it('is about the period alone', () => {
    expect(shown('most', [used('2026-12-04 19:59', 99), used('08:00', 40)])).toEqual(['Disk: 40%']);
  });

  it('leaves rechecks out: they ask the bad hosts more often than the good', () => {
    const recheck = round(at('08:01'), { disk: 'OK' }, { used: [99], recheck: {} });
    expect(shown('most', [used('08:00', 40), recheck])).toEqual(['Disk: 40%']);
  });

  it('says of how many rounds it is, where some have not reported it', () => {
    const rounds = [used('08:00', 40), used('09:00', 42), silent('10:00')];
    expect(shown('mean', rounds)).toEqual(['Disk: 41%, reported in 2 of 3 rounds']);
    expect(shown('latest', rounds)).toEqual(['Disk: 42%, not reported in the 1 round since']);
  });

  it('is not known, and says why', () => {
    expect(shown('mean', [])).toEqual(['Disk: not known: no round was collected [UNKNOWN]']);
    expect(shown('mean', [emptyRound(at('08:00'), 'failed')])).toEqual([
      'Disk: not known: no round was collected [UNKNOWN]',
    ]);
    expect(shown('mean', [silent('08:00'), silent('09:00')])).toEqual([
      'Disk: not known: no host reported it in 2 rounds [UNKNOWN]',
    ]);
  });
});
