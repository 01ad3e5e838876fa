import { describe, expect, it } from 'vitest';
import type { ReportPart } from '../../../../functions/core/plan.ts';
import type { ReportRecords } from '../../../../functions/core/reports/records.ts';
import { reportOf } from '../../../../functions/core/reports/report.ts';
import { isoOf, msOf } from '../../../../functions/core/time.ts';
import { asked, at, emptyRound, incident, linesOf, now, planWith, recordsOf, round } from './example-records.ts';

const verdict = (label: string, ...of: string[]): ReportPart => {
  return { kind: 'verdict', label, of, good: 'PASS', bad: 'FAIL' };
};

const log: readonly ReportPart[] = [
  { kind: 'heading', text: 'Morning Health Check' },
  verdict('System Status', 'morning'),
  { kind: 'issues', label: 'Issues Identified', of: ['morning'] },
  { kind: 'heading', text: 'Evening Summary' },
  verdict('Backup Status', 'night'),
  { kind: 'figures', figures: [{ label: 'Disk', check: 'disk', metric: 'used', statistic: 'most' }] },
  { kind: 'outstanding', label: 'Outstanding Issues' },
  { kind: 'heading', text: 'Actions Taken' },
  { kind: 'actions' },
  { kind: 'heading', text: 'Next Day Priorities' },
  { kind: 'priorities' },
  { kind: 'operator' },
];

/** One part of each kind. */
const everything: readonly ReportPart[] = [
  ...log,
  { kind: 'text', text: 'Fixed words.' },
  { kind: 'uptime', label: 'Uptime', checks: [{ label: 'Disk', check: 'disk' }] },
  { kind: 'checklist', of: ['morning', 'hourly', 'night', 'evening'] },
  { kind: 'issues', label: 'All' },
  { kind: 'notes', of: ['evening'] },
  { kind: 'incidents', as: 'issue-record' },
  { kind: 'incidents', as: 'incident-report' },
  {
    ...{ kind: 'trend', label: 'Disk', check: 'disk', metric: 'used', statistic: 'most', days: 366, limit: 90 },
  },
  { kind: 'recurring' },
  { kind: 'response-times' },
  { kind: 'audit', point: 'Rounds', evidence: { kind: 'rounds', of: ['morning', 'hourly'] } },
  { kind: 'audit', point: 'Escalations', evidence: { kind: 'escalations' } },
  { kind: 'audit', point: 'Incidents', evidence: { kind: 'incidents' } },
  { kind: 'audit', point: 'Reports', evidence: { kind: 'reports', of: ['daily'] } },
  { kind: 'audit', point: 'Sign-offs', evidence: { kind: 'sign-offs', of: ['closed', 'patterns'] } },
];

function shown(records: ReportRecords, parts = log): string[] {
  return linesOf(reportOf(planWith(parts), 'daily', records, now).blocks);
}

const well = { disk: 'OK 40% used', load: 'OK 0.4', overnight: 'OK none' };

describe('a report', () => {
  it('is the log of the day, in the structure of its parts', () => {
    const records = recordsOf({
      rounds: [
        round(at('02:00'), { backup: 'OK 3 files' }, { routine: 'night' }),
        round(at('08:00'), { ...well, disk: 'CRITICAL 97% used' }, { used: [97, 40, 41] }),
        round(at('19:00'), { disk: 'OK 41% used', forecast: 'OK far' }, { routine: 'hourly', used: [41, 40, 41] }),
      ],
      incidents: [incident(['08:03 opens', '08:10 ann acknowledges', '08:40 recovers'])],
      signOffs: [asked('patterns', at('18:00'), '18:30 ann OK three kinds'), asked('closed', at('18:00'))],
    });
    const document = reportOf(planWith(log), 'daily', records, now);
    expect(document.title).toBe('Daily Operations Log - 2026-12-07');
    expect(linesOf(document.blocks)).toEqual([
      'From the records of Demo Shop, 2026-12-04 20:00 EST to 2026-12-07 20:00 EST; written 2026-12-07 20:01 EST.',
      '## Morning Health Check',
      'System Status: FAIL [CRITICAL]',
      '- Disk usage: CRITICAL on 1 of 3 hosts: 97% used',
      'Issues Identified: 1, all over',
      '- DAILY-20261207-001 P2 Disk usage CRITICAL on 1 of 3 hosts, 08:03 EST; over after 37 minutes',
      '## Evening Summary',
      'Backup Status: PASS [OK]',
      'Disk: 97%',
      'Outstanding Issues: 1',
      '- NOBODY SIGNED OFF: Day closed of 18:00 EST, overdue since 20:00 EST',
      '## Actions Taken',
      '- 02:00 EST Daily backup ran: OK: 3 files',
      '- 08:10 EST ann acknowledged DAILY-20261207-001 (Disk usage)',
      '- 18:30 EST ann signed off Error patterns documented: three kinds',
      '## Next Day Priorities',
      '- NOBODY SIGNED OFF: Day closed of 18:00 EST, overdue since 20:00 EST',
      'Business opens next on Tuesday, 2026-12-08, at 08:00.',
      'Operator: ann',
      'Date: 2026-12-07',
    ]);
    const lists = document.blocks.filter(({ kind }) => kind === 'fields');
    expect(lists).toHaveLength(3);
    expect(document.blocks[0]?.kind).toBe('text');
  });

  it('of a day without any record claims nothing to be good', () => {
    const lines = shown(recordsOf(), everything);
    expect(lines.filter((line) => /\bPASS\b|\[OK\]/.test(line))).toEqual([]);
    expect(lines).toContain('System Status: NOT RUN: no round of 08:00 EST is on record [UNKNOWN]');
    expect(lines).toContain('Disk: not known: no round was collected [UNKNOWN]');
    expect(lines).toContain('Operator: NOBODY SIGNED OFF [UNKNOWN]');
  });

  it('of a holiday says that nothing was run, and why', () => {
    const period = { from: at('2026-12-31 20:00'), to: at('2027-01-01 20:00') };
    const rounds = [emptyRound(at('2027-01-01 08:00'), 'skipped', "New Year's Day is a holiday")];
    expect(shown(recordsOf({ period, rounds }))).toContain(
      "System Status: NOT RUN: New Year's Day is a holiday [UNKNOWN]",
    );
  });

  it('of a day on which clocks are changed has its times on both clocks', () => {
    const period = { from: at('2026-10-31 20:00'), to: at('2026-11-01 20:00') };
    const rounds = [
      round('2026-11-01T05:30:00.000Z', {}, { requestedBy: 'ann' }),
      round('2026-11-01T06:30:00.000Z', {}, { requestedBy: 'bob' }),
    ];
    const lines = shown(recordsOf({ period, rounds }));
    expect(lines).toContain('- 01:30 EDT ann asked for a round of Morning');
    expect(lines).toContain('- 01:30 EST bob asked for a round of Morning');
    expect(lines[0]).toContain('2026-10-31 20:00 EDT to 2026-11-01 20:00 EST');
  });

  it('refuses a name that the runbook does not have', () => {
    expect(() => reportOf(planWith(log), 'weekly', recordsOf(), now)).toThrow("There is no report 'weekly'");
  });
});

/** 900 rounds, 200 incidents and 400 sign-offs, as wordy and as hostile as their limits allow. */
function large() {
  const hostile = '<img src=x onerror=alert(1)> | **bold** =cmd() "quoted" \\n';
  const long = hostile.repeat(40);
  const period = { from: at('2026-12-01 10:00'), to: at('10:00') };
  const time = (index: number, step: number) => isoOf(msOf(period.from) + index * step * 60_000 + 1);
  const rounds = Array.from({ length: 900 }, (_, index) => {
    const routine = ['morning', 'hourly', 'night', 'evening'][index % 4] ?? '';
    const found = index % 3 === 0 ? 'CRITICAL' : 'OK';
    const verdicts = Object.fromEntries(
      ['disk', 'load', 'overnight', 'forecast', 'backup'].map((id) => [id, `${found} ${long.slice(0, 300)}`]),
    );
    const requestedBy = index % 5 === 0 ? { requestedBy: `ann ${long.slice(0, 60)}` } : {};
    return round(time(index, 9), verdicts, { routine, used: [index / 20], ...requestedBy });
  });
  const incidents = Array.from({ length: 200 }, (_, index) => {
    const record = incident(['2026-12-02 08:00 opens', '2026-12-02 08:10 ann acknowledges'], {
      ...{ number: `DAILY-20261202-${index}`, check: index % 2 ? 'disk' : 'load', text: long.slice(0, 300) },
    });
    const notices = record.notices.flatMap((notice) =>
      Array.from({ length: 15 }, () => ({
        ...notice,
        headline: long.slice(0, 300),
        worst: notice.worst.flatMap((host) =>
          Array.from({ length: 5 }, () => ({ ...host, longText: long.slice(0, 1_500) })),
        ),
      })),
    );
    const subjects = ['note', 'impact', 'cause', 'action', 'resolution', 'lesson', 'follow-up'] as const;
    const notes = subjects.flatMap((about) =>
      Array.from({ length: 10 }, () => ({ by: 'ann', at: time(index, 20), about, text: long.slice(0, 2_000) })),
    );
    return { ...record, notices, notes };
  });
  const signOffs = Array.from({ length: 400 }, (_, index) => {
    const signature = { by: 'ann', at: time(index, 20), note: long.slice(0, 500), isGood: index % 2 === 0 };
    const signatures = index % 3 === 0 ? [] : [signature];
    return { ...asked(index % 2 ? 'closed' : 'patterns', time(index, 20)), signatures };
  });
  return reportOf(planWith(everything), 'daily', recordsOf({ period, rounds, incidents, signOffs }), now);
}

describe('a report of 900 rounds and 200 incidents', () => {
  const document = large();

  it('stays under 250 KB', () => {
    expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThan(250_000);
  });

  it('is the same whenever it is made of the same records', () => {
    expect(large()).toEqual(document);
  });

  it('has in lines only lines: what hosts and people say cannot look like more', () => {
    const lines = document.blocks.flatMap((block) => (block.kind === 'output' ? [] : linesOf([block])));
    expect(lines.filter((line) => line.includes('\n'))).toEqual([]);
    expect(lines.some((line) => line.includes('<img src=x onerror=alert(1)> | **bold**'))).toBe(true);
  });
});
