import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../../functions/core/plan.ts';
import { auditBlocks } from '../../../../functions/core/reports/audit-part.ts';
import type { ReportHead } from '../../../../functions/core/reports/records.ts';
import type { Round } from '../../../../functions/core/round.ts';
import { asked, at, emptyRound, incident, linesOf, planWith, recordsOf, round } from './example-records.ts';

const month = { from: at('2026-12-07 10:00'), to: at('2027-01-04 10:00') };
const later = at('2027-01-04 10:01');
const plan = planWith([]);

function shown(evidence: Evidence, some: Parameters<typeof recordsOf>[0], now = later): string[] {
  const records = recordsOf({ period: month, ...some });
  return linesOf(auditBlocks(plan, { kind: 'audit', point: 'Point', evidence }, records, now));
}

/** Of December from the 7th on; Christmas Day is a Friday. */
const businessDays = [7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 21, 22, 23, 24, 28, 29, 30, 31].map(
  (day) => `2026-12-${String(day).padStart(2, '0')}`,
);

function mornings(status: (date: string) => 'collected' | 'missed' | 'none' = () => 'collected'): Round[] {
  return [...businessDays.slice(1), '2027-01-04'].flatMap((date) => {
    const slot = at(`${date} 08:00`);
    const what = status(date);
    if (what === 'none') return [];
    return [what === 'missed' ? emptyRound(slot, 'missed') : round(slot, { disk: 'OK' })];
  });
}

describe('an audit of rounds', () => {
  const evidence: Evidence = { kind: 'rounds', of: ['morning'] };

  it('is answered by those that the calendar asks for, holidays left out', () => {
    const rounds = mornings();
    expect(rounds).toHaveLength(18);
    expect(shown(evidence, { rounds })).toEqual(['Point: YES: 18 rounds ran since 2026-12-07 10:00 EST [OK]']);
  });

  it('names those that were missed, and those of which there is no trace', () => {
    const rounds = mornings((date) => {
      if (date === '2026-12-10') return 'missed';
      return date === '2026-12-15' ? 'none' : 'collected';
    });
    expect(shown(evidence, { rounds })).toEqual([
      'Point: NO: 2 of 18 rounds missing since 2026-12-07 10:00 EST: Morning of 2026-12-10 08:00 EST (its slot did not fire); Morning of 2026-12-15 08:00 EST (never begun) [CRITICAL]',
    ]);
  });

  it('owes nothing of the time before the first round that is known', () => {
    expect(shown(evidence, { rounds: mornings().slice(10) })).toEqual([
      'Point: YES: 8 rounds ran since 2026-12-07 10:00 EST [OK]',
    ]);
  });

  it('misses the rounds of a routine that never ran while others did', () => {
    const rounds = mornings();
    const [line] = shown({ kind: 'rounds', of: ['evening'] }, { rounds });
    expect(line).toContain('Point: NO: 17 of 17 rounds missing');
  });

  it('cannot be answered where no round is known', () => {
    expect(shown(evidence, {})).toEqual(['Point: NOT KNOWN: nothing is on record [UNKNOWN]']);
  });

  it('takes no round of another time for one of the month', () => {
    const before = round(at('2026-12-07 08:00'), { disk: 'OK' });
    expect(shown(evidence, { rounds: [before] })[0]).toContain('Point: NO: 18 of 18 rounds missing');
  });
});

describe('an audit of escalations', () => {
  const evidence: Evidence = { kind: 'escalations' };

  it('is answered by acknowledgements before the first deadline', () => {
    const incidents = [incident(['2026-12-08 08:00 opens', '2026-12-08 08:10 ann acknowledges'], { priority: 'P1' })];
    expect(shown(evidence, { incidents })).toEqual([
      'Point: YES: 1 of 1 incident acknowledged or over before the first deadline [OK]',
    ]);
  });

  it('names what nobody took in time', () => {
    const incidents = [incident(['2026-12-08 08:00 opens', '2026-12-08 08:15 escalates'], { priority: 'P1' })];
    expect(shown(evidence, { incidents })).toEqual([
      'Point: NO: 0 of 1 incident acknowledged or over before the first deadline [CRITICAL]',
      '- DAILY-20261207-001 Disk usage: nobody acknowledged in time',
    ]);
  });

  it('counts that somebody could not be told', () => {
    const incidents = [incident(['2026-12-08 08:00 opens', '2026-12-08 08:10 recovers'], { check: 'contacts' })];
    expect(shown(evidence, { incidents })[1]).toBe('- DAILY-20261207-001: not everybody could be told');
    const [first] = incidents;
    const [notice] = first?.notices ?? [];
    if (!first || !notice) throw new Error('the incident has no notice');
    const dropped = [{ ...first, head: { ...first.head, check: 'disk' }, notices: [{ ...notice, droppedBefore: 2 }] }];
    expect(shown(evidence, { incidents: dropped })).toContain('- 2 notices could not be sent');
  });

  it('has nothing to say against a month without incidents', () => {
    expect(shown(evidence, {})).toEqual(['Point: YES: there was no incident with a deadline [OK]']);
  });
});

describe('an audit of incidents', () => {
  const evidence: Evidence = { kind: 'incidents' };

  it('is answered by their ends', () => {
    const over = incident(['2026-12-08 08:00 opens', '2026-12-08 08:10 recovers']);
    const open = incident(['2026-12-09 08:00 opens'], { number: 'DAILY-20261209-001' });
    const aware = incident(['2026-12-09 08:00 opens'], { number: 'DAILY-20261209-002', priority: 'info' });
    expect(shown(evidence, { incidents: [over, aware] })).toEqual(['Point: YES: 1 incident numbered, 1 over [OK]']);
    expect(shown(evidence, { incidents: [over, open] })).toEqual([
      'Point: NO: 2 incidents numbered, 1 over [CRITICAL]',
      '- DAILY-20261209-001 Disk usage: open since 2026-12-09 08:00 EST',
    ]);
    expect(shown(evidence, {})).toEqual(['Point: YES: there was no incident [OK]']);
  });
});

describe('an audit of reports', () => {
  const evidence: Evidence = { kind: 'reports', of: ['daily'] };
  const rounds = [round(at('2026-12-07 10:00'), { disk: 'OK' })];

  function heads(dates: readonly string[]): ReportHead[] {
    return dates.map((date) => {
      const slot = at(`${date} 20:00`);
      return { id: 'daily', slot, title: 'Log', period: month, writtenAt: slot, owed: [] };
    });
  }

  it('is answered by those that were kept', () => {
    expect(shown(evidence, { rounds, reports: heads(businessDays) })).toEqual([
      'Point: YES: 18 of 18 reports written [OK]',
    ]);
    expect(shown(evidence, { rounds, reports: heads(businessDays.slice(1)) })).toEqual([
      'Point: NO: 17 of 18 reports written [CRITICAL]',
      '- Daily Operations Log of 2026-12-07 20:00 EST was not written',
    ]);
  });

  it('knows by any trace of the platform since when they are owed', () => {
    const missed = heads(businessDays.slice(10));
    const lines = (some: Parameters<typeof recordsOf>[0]) => shown(evidence, { reports: missed, ...some })[0];
    expect(lines({})).toBe('Point: YES: 8 of 8 reports written [OK]');
    expect(lines({ signOffs: [asked('closed', at('2026-12-10 18:00'))] })).toContain('NO: 8 of 15');
    expect(lines({ incidents: [incident(['2026-12-01 08:00 opens'])] })).toContain('NO: 8 of 18');
  });

  it('owes none of the time before the platform, and waits for what is just being written', () => {
    const young = [round(at('2026-12-31 12:00'), { disk: 'OK' })];
    expect(shown(evidence, { rounds: young, reports: heads(['2026-12-31']) })).toEqual([
      'Point: YES: 1 of 1 report written [OK]',
    ]);
    const [line] = shown(evidence, { rounds: young }, at('2026-12-31 20:10'));
    expect(line).toBe('Point: NOT KNOWN: no report was expected in this time [UNKNOWN]');
  });
});

describe('an audit of sign-offs', () => {
  const evidence: Evidence = { kind: 'sign-offs', of: ['closed'] };

  it('is answered by what was given, and names what was not', () => {
    const given = asked('closed', at('2026-12-08 18:00'), '18:40 ann OK all');
    const wrong = asked('closed', at('2026-12-09 18:00'), '18:40 bob WRONG none');
    const none = asked('closed', at('2026-12-10 18:00'));
    const waiting = asked('closed', at('2027-01-04 09:00'));
    const other = asked('patterns', at('2026-12-10 18:00'));
    expect(shown(evidence, { signOffs: [given, other] })).toEqual(['Point: YES: 1 of 1 sign-off given [OK]']);
    expect(shown(evidence, { signOffs: [given, wrong, none, waiting] })).toEqual([
      'Point: NO: 1 of 3 sign-offs given, 1 not due yet [CRITICAL]',
      '- Day closed of 2026-12-09 18:00 EST: bob found something wrong',
      '- Day closed of 2026-12-10 18:00 EST: nobody signed off',
    ]);
  });

  it('cannot be answered where nobody was asked', () => {
    expect(shown(evidence, {})).toEqual(['Point: NOT KNOWN: no sign-off was due in this time [UNKNOWN]']);
  });
});
