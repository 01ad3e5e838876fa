import { describe, expect, it } from 'vitest';
import type { Evidence, ReportPart } from '../../../../functions/core/plan.ts';
import { auditBlocks } from '../../../../functions/core/reports/audit-part.ts';
import type { ReportHead } from '../../../../functions/core/reports/records.ts';
import { checksNamed, slimRound } from '../../../../functions/core/reports/slim-round.ts';
import type { Round } from '../../../../functions/core/round.ts';
import { isoOf, msOf } from '../../../../functions/core/time.ts';
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

const well = { disk: 'OK', load: 'OK', overnight: 'OK' };

function mornings(status: (date: string) => 'collected' | 'missed' | 'none' = () => 'collected'): Round[] {
  return [...businessDays.slice(1), '2027-01-04'].flatMap((date) => {
    const slot = at(`${date} 08:00`);
    const what = status(date);
    if (what === 'none') return [];
    return [what === 'missed' ? emptyRound(slot, 'missed') : round(slot, well)];
  });
}

describe('an audit of rounds', () => {
  const evidence: Evidence = { kind: 'rounds', of: ['morning'] };

  it('is answered by those that the calendar asks for, holidays left out', () => {
    const rounds = mornings();
    expect(rounds).toHaveLength(18);
    expect(shown(evidence, { rounds })).toEqual(['Point: YES: 18 rounds ran since 2026-12-07 09:25 EST [OK]']);
  });

  it('names those that were missed, and those of which there is no trace', () => {
    const rounds = mornings((date) => {
      if (date === '2026-12-10') return 'missed';
      return date === '2026-12-15' ? 'none' : 'collected';
    });
    expect(shown(evidence, { rounds })).toEqual([
      'Point: NO: 2 of 18 rounds missing since 2026-12-07 09:25 EST: Morning of 2026-12-10 08:00 EST (its slot did not fire); Morning of 2026-12-15 08:00 EST (never begun) [CRITICAL]',
    ]);
  });

  it('owes nothing of the time before the first round that is known', () => {
    expect(shown(evidence, { rounds: mornings().slice(10) })).toEqual([
      'Point: YES: 8 rounds ran since 2026-12-07 09:25 EST [OK]',
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

  const nights = (verdict: (day: number) => string): Round[] =>
    Array.from({ length: 28 }, (_, index) =>
      round(isoOf(msOf(at('2026-12-08 02:00')) + index * 86_400_000), { backup: verdict(index) }, { routine: 'night' }),
    );
  const ofNight: Evidence = { kind: 'rounds', of: ['night'] };

  it('is no although every round ran, where its job failed, with when', () => {
    const rounds = nights((index) => (index === 3 || index === 5 ? 'CRITICAL no space' : 'OK 3 files'));
    expect(shown(ofNight, { rounds: nights(() => 'OK 3 files') })[0]).toContain('Point: YES: 28 rounds ran');
    expect(shown(ofNight, { rounds })).toEqual([
      'Point: NO: 28 rounds ran since 2026-12-07 09:25 EST [CRITICAL]',
      '- Daily backup not OK in 2 of 28 rounds: 2026-12-11 02:00 EST; 2026-12-13 02:00 EST',
    ]);
  });

  it('is not known where one of its rounds could not judge', () => {
    expect(shown(ofNight, { rounds: nights((index) => (index === 3 ? 'UNKNOWN no tool' : 'OK')) })).toEqual([
      'Point: NOT KNOWN: 28 rounds ran since 2026-12-07 09:25 EST [UNKNOWN]',
      '- Daily backup not known in 1 of 28 rounds: 2026-12-11 02:00 EST',
    ]);
  });

  it('judges the same of rounds of which a report has kept only what it needs', () => {
    const part: ReportPart = { kind: 'audit', point: 'Point', evidence: ofNight };
    const checks = checksNamed(planWith([part]), 'daily');
    const rounds = nights(() => 'CRITICAL no space').map((each) => slimRound(each, checks));
    expect(shown(ofNight, { rounds })[1]).toContain('- Daily backup not OK in 28 of 28 rounds');
  });

  it('takes what a recheck found well for well', () => {
    const recheck = round(at('2026-12-11 02:01'), { backup: 'OK' }, { routine: 'night', recheck: {} });
    const rounds = [...nights((index) => (index === 3 ? 'CRITICAL no space' : 'OK')), recheck];
    const inTime = rounds.toSorted((one, other) => (one.slot < other.slot ? -1 : 1));
    expect(shown(ofNight, { rounds: inTime })[0]).toContain('Point: YES');
  });

  it('counts a round that could still run when the month ended in the next one', () => {
    const across = { from: at('2026-12-07 08:10'), to: at('2027-01-04 08:10') };
    const first = round(at('2026-12-07 08:00'), { ...well, disk: 'CRITICAL full' });
    const last = emptyRound(at('2027-01-04 08:00'), 'running');
    const rounds = [first, ...mornings().slice(0, -1), last];
    expect(shown(evidence, { period: across, rounds })).toEqual([
      'Point: YES: 18 rounds ran since 2026-12-07 07:35 EST [OK]',
      '- Disk usage not OK in 1 of 18 rounds: 2026-12-07 08:00 EST',
    ]);
  });

  it('lists what checks have found, which speaks against it only where all had to be well', () => {
    const [first, ...others] = mornings();
    const bad = round(first?.slot ?? '', { ...well, disk: 'CRITICAL full' });
    const lines = (some: Evidence) => shown(some, { rounds: [bad, ...others] });
    expect(lines(evidence)[0]).toMatch(/^Point: YES: 18 rounds ran /);
    expect(lines(evidence)[1]).toContain('Disk usage not OK in 1 of 18 rounds');
    expect(lines({ kind: 'rounds', of: ['morning'], isWell: true })[0]).toMatch(/^Point: NO: 18 rounds ran /);
  });

  it('owes nothing of the time before its schedule was as it is now', () => {
    const rounds = mornings((date) => (date < '2026-12-20' ? 'none' : 'collected'));
    expect(shown(evidence, { rounds, expected: { morning: at('2026-12-20 10:00') } })).toEqual([
      'Point: YES: 9 rounds ran since 2026-12-07 09:25 EST; Morning since 2026-12-20 10:00 EST, as it is now [OK]',
    ]);
    const young = { evening: at('2027-01-04 09:00') };
    expect(shown({ kind: 'rounds', of: ['evening'] }, { rounds, expected: young })).toEqual([
      'Point: NOT KNOWN: no round was expected since 2026-12-07 09:25 EST; Evening since 09:00 EST, as it is now [UNKNOWN]',
    ]);
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
    const rounds = mornings();
    expect(shown(evidence, { rounds })).toEqual(['Point: YES: there was no incident with a deadline [OK]']);
    expect(shown(evidence, {})).toEqual(['Point: NOT KNOWN: nothing is on record [UNKNOWN]']);
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
    expect(shown(evidence, { rounds: mornings() })).toEqual(['Point: YES: there was no incident [OK]']);
    expect(shown(evidence, {})).toEqual(['Point: NOT KNOWN: nothing is on record [UNKNOWN]']);
  });

  it('is about those from before that are still open, and not about those that were over then', () => {
    const old = incident(['2026-11-20 08:00 opens'], { number: 'DAILY-20261120-001' });
    const over = incident(['2026-11-20 08:00 opens', '2026-12-08 08:10 recovers']);
    expect(shown(evidence, { incidents: [old, over] })).toEqual([
      'Point: NO: 1 incident numbered, 0 over [CRITICAL]',
      '- DAILY-20261120-001 Disk usage: open since 2026-11-20 08:00 EST',
    ]);
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

  it('counts a sign-off where it is due: in one audit and no other', () => {
    const before = asked('closed', at('2026-12-07 09:00'));
    const [, line] = shown(evidence, { signOffs: [before] });
    expect(line).toBe('- Day closed of 2026-12-07 09:00 EST: nobody signed off');
    const early = asked('closed', at('2027-01-04 09:00'), '09:10 ann OK all');
    expect(shown(evidence, { signOffs: [early] })).toEqual([
      'Point: NOT KNOWN: no sign-off was due in this time, 1 not due yet [UNKNOWN]',
    ]);
  });

  it('cannot be answered where nobody was asked', () => {
    expect(shown(evidence, {})).toEqual(['Point: NOT KNOWN: no sign-off was due in this time [UNKNOWN]']);
  });
});
