import { describe, expect, it } from 'vitest';
import type { Statistic } from '../../../../functions/core/plan.ts';
import { figuresBlocks } from '../../../../functions/core/reports/figures-part.ts';
import type { Round } from '../../../../functions/core/round.ts';
import { at, emptyRound, linesOf, recordsOf, reportPlan, round } from './example-records.ts';

/** Of a time that ends at 10:30: the newest round of an hour that was due is that of 10:00. */
function shown(statistic: Statistic, rounds: readonly Round[], to = '10:30'): string[] {
  const figures = [{ label: 'Disk', check: 'disk', metric: 'used', statistic }];
  const period = { from: at('2026-12-04 20:00'), to: at(to) };
  return linesOf(figuresBlocks(reportPlan, { kind: 'figures', figures }, recordsOf({ period, rounds })));
}

const used = (time: string, ...values: number[]) => round(at(time), { disk: 'OK' }, { used: values });
const silent = (time: string) => round(at(time), { disk: 'OK' });

describe('a figure', () => {
  it.each<[Statistic, string]>([
    ['mean', 'Disk: 50%'],
    ['median', 'Disk: 49.5%'],
    ['p95', 'Disk: 89.2%'],
    ['least', 'Disk: 10%'],
    ['most', 'Disk: 90%'],
    ['latest', 'Disk: 60%, the highest of 3 hosts, as of 10:00 EST'],
    ['total', 'Disk: 150%, the sum of 3 hosts, as of 10:00 EST'],
  ])('is the %s of the period', (statistic, expected) => {
    const rounds = [used('08:00', 10, 20, 90), used('09:00', 50, 60, 70), used('10:00', 40, 50, 60)];
    expect(shown(statistic, rounds)).toEqual([expected]);
  });

  it('is exact where all values are the same, and has its thousands apart', () => {
    expect(shown('median', [used('10:00', 12_345, 12_345, 12_345)])).toEqual(['Disk: 12,345%']);
    expect(shown('total', [used('10:00', 1_234_566, 1, 0)])[0]).toContain('Disk: 1,234,567%');
    expect(shown('mean', [used('10:00', 1_234_566, 1_234_567, 1_234_568)])).toEqual(['Disk: 1,234,567%']);
  });

  it('is about the period alone', () => {
    expect(shown('most', [used('2026-12-04 19:59', 99, 99, 99), used('10:00', 40, 40, 40)])).toEqual(['Disk: 40%']);
  });

  it('leaves rechecks out: they ask the bad hosts more often than the good', () => {
    const recheck = round(at('10:01'), { disk: 'OK' }, { used: [99], recheck: {} });
    expect(shown('most', [used('10:00', 40, 40, 40), recheck])).toEqual(['Disk: 40%']);
  });

  it('says of how many rounds it is, where some have not reported it', () => {
    const rounds = [used('08:00', 40, 40, 40), used('09:00', 42, 42, 42), silent('10:00')];
    expect(shown('mean', rounds)).toEqual([
      'Disk: 41%, reported in 2 of 3 rounds, until 09:00 EST: the round of 10:00 EST did not report it',
    ]);
    expect(shown('latest', rounds)).toEqual([
      'Disk: 42%, the highest of 3 hosts, as of 09:00 EST: the round of 10:00 EST did not report it',
    ]);
  });

  it.each<[what: string, newer: readonly Round[], why: string]>([
    ['was missed', [emptyRound(at('10:00'), 'missed')], 'the round of 10:00 EST was missed'],
    ['failed', [emptyRound(at('10:00'), 'failed')], 'the round of 10:00 EST failed'],
    ['runs', [emptyRound(at('10:00'), 'running')], 'the round of 10:00 EST was still under way'],
    ['left no trace', [], 'no round of 10:00 EST is on record'],
  ])('is never that of an older round without a word: the newest %s', (_what, newer, why) => {
    const rounds = [used('08:00', 40, 40, 40), ...newer];
    expect(shown('total', rounds)).toEqual([`Disk: 120%, the sum of 3 hosts, as of 08:00 EST: ${why}`]);
    expect(shown('most', rounds)[0]).toMatch(new RegExp(`^Disk: 40%, (.*, )?until 08:00 EST: ${why}$`));
  });

  it('says of how many hosts it is, where not all have reported it', () => {
    expect(shown('total', [used('10:00', 50)])).toEqual(['Disk: 50%, of 1 of 3 hosts, as of 10:00 EST']);
    expect(shown('latest', [used('10:00', 50, 60)])).toEqual([
      'Disk: 60%, the highest of 2 of 3 hosts, as of 10:00 EST',
    ]);
    const lost = round(at('10:00'), { disk: 'OK' }, { used: [50, 60, 70], lost: 1 });
    expect(shown('total', [lost])).toEqual(['Disk: 180%, the sum of 3 of 4 hosts, as of 10:00 EST']);
    expect(shown('mean', [lost])).toEqual(['Disk: 60%, in 1 round not by all hosts']);
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
