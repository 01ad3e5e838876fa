import { describe, expect, it } from 'vitest';
import { checklistBlocks } from '../../../../functions/core/reports/checklist-part.ts';
import { asked, at, emptyRound, linesOf, now, recordsOf, reportPlan, round } from './example-records.ts';

function shown(of: readonly string[], some: Parameters<typeof recordsOf>[0], when = now): string[] {
  return linesOf(checklistBlocks(reportPlan, { kind: 'checklist', of }, recordsOf(some), when));
}

describe('a checklist', () => {
  it('shows each item in the order of the procedure, with what was found and when', () => {
    const rounds = [round(at('08:00'), { overnight: 'OK none', disk: 'CRITICAL 97% used', load: 'UNKNOWN no tool' })];
    expect(shown(['morning'], { rounds })).toEqual([
      'Disk usage | CRITICAL | on 1 of 3 hosts: 97% used | 08:00 EST',
      'Load | NOT KNOWN | no tool | 08:00 EST',
      'No critical alerts from overnight | OK | none | 08:00 EST',
    ]);
  });

  it.each<[what: string, signatures: readonly string[], when: string, expected: string]>([
    [
      'who signed an item off, and what was said',
      ['18:40 ann OK three kinds'],
      '20:01',
      'signed off by ann | three kinds | 18:40 EST',
    ],
    [
      'what a person found wrong',
      ['18:40 bob WRONG two are missing'],
      '20:01',
      'WRONG, says bob | two are missing | 18:40 EST',
    ],
    [
      'that it was taken back',
      ['18:40 bob WRONG two are missing', '19:00 ann OK found'],
      '20:01',
      'signed off by ann | found | 19:00 EST',
    ],
    [
      'that nobody signed it off in time',
      [],
      '20:01',
      'NOBODY SIGNED OFF | overdue since 20:00 EST: Error patterns documented, is it so? | ',
    ],
    [
      'that nobody signed it off yet',
      [],
      '19:00',
      'not signed off yet | due by 20:00 EST: Error patterns documented, is it so? | ',
    ],
  ])('says %s', (_what, signatures, when, expected) => {
    const signOffs = [asked('patterns', at('18:00'), ...signatures)];
    expect(shown(['evening/patterns'], { signOffs }, at(when))).toEqual([`Error patterns documented | ${expected}`]);
  });

  it('says that nobody was asked', () => {
    expect(shown(['evening/closed'], {})).toEqual(['Day closed | NOT ASKED | nobody was asked in this time | ']);
  });

  it('counts how often an item was not well, or not signed off, before its newest slot', () => {
    const rounds = [10, 11, 12, 13].map((hour) =>
      round(
        at(`${hour}:00`),
        { disk: hour === 11 ? 'WARNING 85%' : 'OK 40%', forecast: 'OK far' },
        { routine: 'hourly' },
      ),
    );
    const failed = emptyRound(at('14:00'), 'failed', 'no command', 'hourly');
    const last = round(at('19:00'), { disk: 'OK 41%', forecast: 'OK far' }, { routine: 'hourly' });
    expect(shown(['hourly'], { rounds: [...rounds, failed, last] })).toEqual([
      'Disk usage | OK | 41%; not OK in 2 of the 5 rounds before | 19:00 EST',
      'Disk forecast | OK | far; not OK in 1 of the 5 rounds before | 19:00 EST',
    ]);
    const signOffs = [
      asked('closed', at('2026-12-04 22:00')),
      asked('closed', at('2026-12-05 18:00'), '18:40 ann OK all'),
      asked('closed', at('18:00'), '18:40 ann OK all'),
    ];
    expect(shown(['evening/closed'], { signOffs })).toEqual([
      'Day closed | signed off by ann | all; not signed off 1 of 2 times before | 18:40 EST',
    ]);
  });

  it('shows a recheck as what it was', () => {
    const rounds = [
      round(at('08:00'), { disk: 'CRITICAL 97%', load: 'OK 1', overnight: 'OK none' }),
      round(at('08:01'), { disk: 'OK 40%' }, { recheck: { populations: { disk: 3 } } }),
    ];
    expect(shown(['morning/disk'], { rounds })).toEqual([
      'Disk usage | OK | 40%; was CRITICAL on 1 of 3 hosts: 97%; well at 08:01 EST | 08:00 EST',
    ]);
  });

  it('has one table for a routine, whichever of its items are named', () => {
    const rounds = [round(at('08:00'), { disk: 'OK 40%', load: 'OK 1', overnight: 'OK none' })];
    expect(shown(['morning/overnight', 'morning/disk'], { rounds })).toEqual([
      'Disk usage | OK | 40% | 08:00 EST',
      'No critical alerts from overnight | OK | none | 08:00 EST',
    ]);
  });

  it('says of every item that it was not run, and why, under the title of its routine', () => {
    const rounds = [emptyRound(at('08:00'), 'skipped', 'Christmas Day is a holiday')];
    expect(shown(['morning', 'hourly'], { rounds })).toEqual([
      '### Morning',
      'Disk usage | NOT RUN | Christmas Day is a holiday | ',
      'Load | NOT RUN | Christmas Day is a holiday | ',
      'No critical alerts from overnight | NOT RUN | Christmas Day is a holiday | ',
      '### Hourly',
      'Disk usage | NOT RUN | no round of 19:00 EST is on record | ',
      'Disk forecast | NOT RUN | no round of 19:00 EST is on record | ',
    ]);
  });
});
