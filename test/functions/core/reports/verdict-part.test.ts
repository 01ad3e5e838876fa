import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verdictBlocks } from '../../../../functions/core/reports/verdict-part.ts';
import type { Round } from '../../../../functions/core/round.ts';
import type { AskedSignOff } from '../../../../functions/core/sign-off.ts';
import type { Status } from '../../../../functions/core/status.ts';
import { asked, at, emptyRound, linesOf, now, recordsOf, reportPlan, round } from './example-records.ts';

const part = { kind: 'verdict', label: 'System Status', of: ['morning'], good: 'PASS', bad: 'FAIL' } as const;

const well = { disk: 'OK 40% used', load: 'OK 0.4', overnight: 'OK no incident' };
const full = 'CRITICAL 97% used';

function shown(rounds: readonly Round[], of: readonly string[] = part.of, signOffs: readonly AskedSignOff[] = []) {
  return linesOf(verdictBlocks(reportPlan, { ...part, of }, recordsOf({ rounds, signOffs }), now));
}

const again = (time: string, found: string, more = {}) =>
  round(at(time), { disk: found }, { recheck: { populations: { disk: 3 }, ...more } });

describe('a verdict', () => {
  it.each<[what: string, rounds: readonly Round[], expected: readonly string[]]>([
    ['is good where every check is well', [round(at('08:00'), well)], ['System Status: PASS [OK]']],
    [
      'is bad where one check is, and says which, where and how',
      [round(at('08:00'), { ...well, disk: full })],
      ['System Status: FAIL [CRITICAL]', '- Disk usage: CRITICAL on 1 of 3 hosts: 97% used'],
    ],
    [
      'counts no hosts for what is judged from the records',
      [round(at('08:00'), { ...well, overnight: 'WARNING 1 incident' })],
      ['System Status: FAIL [WARNING]', '- No critical alerts from overnight: WARNING: 1 incident'],
    ],
    [
      'says beside what is bad what is not known',
      [round(at('08:00'), { ...well, disk: full, load: 'UNKNOWN no such tool' })],
      ['System Status: FAIL [CRITICAL]', '- Disk usage: CRITICAL on 1 of 3 hosts: 97% used', '- Load: no such tool'],
    ],
    [
      'is not known where one check is not',
      [round(at('08:00'), { ...well, load: 'UNKNOWN no such tool' })],
      ['System Status: NOT KNOWN: Load: no such tool [UNKNOWN]'],
    ],
    [
      'is not known where the fleet lacks hosts',
      [round(at('08:00'), { disk: 'OK 40% used' }, { missing: 1 })],
      [
        'System Status: NOT KNOWN [UNKNOWN]',
        '- Disk usage: 40% used; 1 host that the fleet should have is missing',
        '- Load: it was not asked in the newest round',
        '- No critical alerts from overnight: it was not asked in the newest round',
      ],
    ],
    [
      'is not known where the round failed',
      [emptyRound(at('08:00'), 'failed', 'The command could not be sent')],
      ['System Status: NOT KNOWN: The command could not be sent [UNKNOWN]'],
    ],
    [
      'is not known where the slot was missed',
      [emptyRound(at('08:00'), 'missed', 'The slot did not fire')],
      ['System Status: NOT KNOWN: The slot did not fire [UNKNOWN]'],
    ],
    [
      'is not known while the round runs',
      [emptyRound(at('08:00'), 'running')],
      ['System Status: NOT KNOWN: the round of 08:00 EST was still under way [UNKNOWN]'],
    ],
    [
      'is not known while the round is being sent',
      [emptyRound(at('08:00'), 'sending')],
      ['System Status: NOT KNOWN: the round of 08:00 EST had not been sent to the hosts yet [UNKNOWN]'],
    ],
    [
      'is of what was not run on a holiday',
      [emptyRound(at('08:00'), 'skipped', "New Year's Day is a holiday")],
      ["System Status: NOT RUN: New Year's Day is a holiday [UNKNOWN]"],
    ],
    [
      'is of what was not run where nothing is on record',
      [],
      ['System Status: NOT RUN: no round of 08:00 EST is on record [UNKNOWN]'],
    ],
    [
      'is not that of a round before the newest that was due',
      [round(at('2026-12-04 21:00'), well)],
      ['System Status: NOT RUN: no round of 08:00 EST is on record [UNKNOWN]'],
    ],
    [
      'is not that of a round before the period',
      [round(at('2026-12-04 08:00'), well)],
      ['System Status: NOT RUN: no round of 08:00 EST is on record [UNKNOWN]'],
    ],
    [
      'is that of the newest round, also of one that a person asked for',
      [round(at('08:00'), well), round(at('10:30'), { ...well, disk: full }, { requestedBy: 'ann' })],
      ['System Status: FAIL [CRITICAL]', '- Disk usage: CRITICAL on 1 of 3 hosts: 97% used'],
    ],
    [
      'does not forget what the schedule found when a person asked again',
      [round(at('08:00'), { ...well, disk: full }), round(at('10:30'), well, { requestedBy: 'ann' })],
      [
        'System Status: PASS [OK]',
        '- Disk usage: was CRITICAL on 1 of 3 hosts: 97% used (08:00 EST); asked again by ann at 10:30 EST',
      ],
    ],
    [
      'does not forget that the schedule found nothing when a person asked',
      [round(at('10:30'), well, { requestedBy: 'ann' })],
      [
        'System Status: PASS [OK]',
        ...['Disk usage', 'Load', 'No critical alerts from overnight'].map(
          (title) => `- ${title}: was not run: no round of 08:00 EST is on record; asked again by ann at 10:30 EST`,
        ),
      ],
    ],
    [
      'is not healed by a recheck that did not ask a host that was lost',
      [round(at('08:00'), { ...well, disk: full }, { lost: 1 }), again('08:01', 'OK 40% used')],
      ['System Status: NOT KNOWN: Disk usage: 40% used; 1 host did not answer and was not asked again [UNKNOWN]'],
    ],
    [
      'is healed by a recheck that asked the whole fleet',
      [round(at('08:00'), { ...well, disk: full }, { lost: 1 }), again('08:01', 'OK 40% used', { hosts: [] })],
      ['System Status: PASS [OK]', '- Disk usage: was CRITICAL on 1 of 4 hosts: 97% used; well at 08:01 EST'],
    ],
    [
      'is good, with a remark, where a recheck found it well',
      [round(at('08:00'), { ...well, disk: full }), again('08:01', 'OK 40% used')],
      ['System Status: PASS [OK]', '- Disk usage: was CRITICAL on 1 of 3 hosts: 97% used; well at 08:01 EST'],
    ],
    [
      'is bad where a recheck found it worse',
      [round(at('08:00'), { ...well, disk: 'WARNING 85% used' }), again('08:01', full)],
      ['System Status: FAIL [CRITICAL]', '- Disk usage: CRITICAL on 1 of 3 hosts: 97% used'],
    ],
    [
      'is bad where a recheck was never collected',
      [
        round(at('08:00'), { ...well, disk: full }),
        { ...again('08:01', ''), status: 'failed', reason: 'no answer' } as Round,
      ],
      ['System Status: FAIL [CRITICAL]', '- Disk usage: CRITICAL on 1 of 3 hosts: 97% used'],
    ],
    [
      'stays bad where a recheck could not judge it',
      [round(at('08:00'), { ...well, disk: full }), again('08:01', 'UNKNOWN no answer')],
      ['System Status: FAIL [CRITICAL]', '- Disk usage: CRITICAL on 1 of 3 hosts: 97% used'],
    ],
    [
      'stays bad where not every bad host was asked again',
      [
        round(at('08:00'), { ...well, disk: full }),
        again('08:01', 'OK 40% used', { unasked: { disk: { total: 1, named: ['i-9'] } } }),
      ],
      ['System Status: FAIL [CRITICAL]', '- Disk usage: CRITICAL on 1 of 3 hosts: 97% used'],
    ],
    [
      'takes no recheck of the round before for its own',
      [
        round(at('2026-12-04 20:30'), { ...well, disk: full }),
        again('2026-12-04 20:31', 'OK 40% used'),
        round(at('08:00'), { ...well, disk: full }),
      ],
      ['System Status: FAIL [CRITICAL]', '- Disk usage: CRITICAL on 1 of 3 hosts: 97% used'],
    ],
  ])('%s', (_what, rounds, expected) => {
    expect(shown(rounds)).toEqual(expected);
  });

  it('is about one check where it names one', () => {
    const rounds = [round(at('08:00'), { ...well, disk: full })];
    expect(shown(rounds, ['morning/load'])).toEqual(['System Status: PASS [OK]']);
    expect(shown(rounds, ['morning/disk'])[0]).toBe('System Status: FAIL [CRITICAL]');
  });

  it('of a routine is bad where a person found something wrong, and says where nobody has signed off', () => {
    const rounds = [round(at('18:00'), { load: 'OK 0.4' }, { routine: 'evening' })];
    expect(shown(rounds, ['evening'], [asked('closed', at('18:00'), '18:40 bob WRONG two are missing')])).toEqual([
      'System Status: FAIL [CRITICAL]',
      '- Day closed: CRITICAL: bob found something wrong: two are missing',
    ]);
    expect(shown(rounds, ['evening'], [asked('closed', at('19:00')), asked('patterns', at('18:00'))])).toEqual([
      'System Status: PASS [OK]',
      '- Error patterns documented: NOBODY SIGNED OFF, overdue since 20:00 EST',
      '- Day closed: not signed off yet, due by 21:00 EST',
    ]);
    expect(shown(rounds, ['evening'], [asked('closed', at('18:00'), '18:40 ann OK all')])).toEqual([
      'System Status: PASS [OK]',
    ]);
  });

  it.each<[what: string, signOffs: readonly AskedSignOff[], expected: string]>([
    ['signed off', [asked('closed', at('18:00'), '18:40 ann OK all')], 'PASS [OK]'],
    [
      'not signed off',
      [asked('closed', at('18:00'))],
      'NOT KNOWN: Day closed: NOBODY SIGNED OFF, overdue since 20:00 EST [UNKNOWN]',
    ],
    ['not asked for', [], 'NOT RUN: Day closed: nobody was asked in this time [UNKNOWN]'],
    [
      'found wrong',
      [asked('closed', at('18:00'), '18:40 ann OK all', '18:50 bob WRONG two are missing')],
      'FAIL [CRITICAL]\n- Day closed: CRITICAL: bob found something wrong: two are missing',
    ],
  ])('is about a sign-off where it names one, which is %s', (_what, signOffs, expected) => {
    expect(shown([], ['evening/closed'], signOffs).join('\n')).toBe(`System Status: ${expected}`);
  });

  it('is about a check and a sign-off where it names both', () => {
    const rounds = [round(at('18:00'), { load: 'OK 0.4' }, { routine: 'evening' })];
    expect(shown(rounds, ['evening/load', 'evening/closed'], [asked('closed', at('18:00'))])).toEqual([
      'System Status: NOT KNOWN: Day closed: NOBODY SIGNED OFF, overdue since 20:00 EST [UNKNOWN]',
    ]);
  });

  it('is not known where nothing is judged', () => {
    expect(shown([], ['evening/gone'])).toEqual(['System Status: NOT KNOWN: no check judges it [UNKNOWN]']);
  });

  it('says what is so of a whole round once, by its title where there are several', () => {
    const rounds = [
      emptyRound(at('08:00'), 'failed', 'no command'),
      round(at('18:00'), { load: 'UNKNOWN no such tool' }, { routine: 'evening' }),
    ];
    expect(shown(rounds, ['morning', 'evening'])).toEqual([
      'System Status: NOT KNOWN [UNKNOWN]',
      '- Morning: no command',
      '- Load: no such tool',
    ]);
  });

  it('is of what was not planned where no round was due', () => {
    expect(shown([], ['cleanup'])).toEqual(['System Status: NOT RUN: it was not planned in this time [UNKNOWN]']);
  });

  it('bounds what hosts say, and keeps it as it is otherwise', () => {
    const hostile = `<script>alert(1)</script>\n# heading | ${'x'.repeat(1_000)}`;
    const [, item = ''] = shown([round(at('08:00'), { ...well, disk: `CRITICAL ${hostile}` })]);
    expect(item).toContain('<script>alert(1)</script> # heading | xxx');
    expect(item.length).toBeLessThan(290);
  });

  it('is good only where everything is known to be well', () => {
    const status = fc.constantFrom<Status | 'none'>('OK', 'WARNING', 'CRITICAL', 'UNKNOWN', 'none');
    const asRecord = (some: Readonly<Record<string, Status | 'none'>>) =>
      Object.fromEntries(Object.entries(some).filter(([, each]) => each !== 'none'));
    const verdicts = fc.record({ disk: status, load: status, overnight: status }).map(asRecord);
    const recheck = fc.record({ disk: status, load: status }).map(asRecord);
    const arbitrary = fc.record({
      verdicts,
      rechecks: fc.array(recheck, { maxLength: 3 }),
      missing: fc.constantFrom(0, 1),
      end: fc.constantFrom('collected', 'failed', 'missed', 'skipped', 'running', 'sending'),
    });
    fc.assert(
      fc.property(arbitrary, ({ verdicts: first, rechecks, missing, end }) => {
        const rounds =
          end === 'collected'
            ? [
                round(at('08:00'), first, { missing }),
                ...rechecks.map((found, index) => round(at(`08:0${index + 1}`), found, { recheck: {} })),
              ]
            : [emptyRound(at('08:00'), end as 'failed')];
        const [line = ''] = shown(rounds);
        const newest = (check: string) =>
          rechecks.reduce((known, found) => {
            const next = found[check];
            return known === undefined || next === undefined || (next === 'UNKNOWN' && known !== 'OK') ? known : next;
          }, first[check]);
        const states = ['disk', 'load', 'overnight'].map(newest);
        const isWell = end === 'collected' && missing === 0 && states.every((each) => each === 'OK');
        const isBad = end === 'collected' && states.some((each) => each === 'WARNING' || each === 'CRITICAL');
        expect(line.startsWith('System Status: PASS')).toBe(isWell);
        expect(line.startsWith('System Status: FAIL')).toBe(isBad);
        if (!isWell && !isBad) expect(line).toMatch(/^System Status: NOT (KNOWN|RUN).*\[UNKNOWN\]$/);
      }),
      { numRuns: 1_000 },
    );
  });
});
