import { describe, expect, it } from 'vitest';
import { incidentsBlocks, issuesBlocks } from '../../../../functions/core/reports/incident-parts.ts';
import type { IncidentRecord } from '../../../../functions/core/reports/records.ts';
import { at, incident, linesOf, now, recordsOf, reportPlan } from './example-records.ts';

function shown(incidents: readonly IncidentRecord[], of?: readonly string[]): string[] {
  const part = { kind: 'issues', label: 'Issues Identified', ...(of && { of }) } as const;
  return linesOf(issuesBlocks(reportPlan, part, recordsOf({ incidents }), now));
}

const second = { number: 'DAILY-20261207-002', check: 'load' };

describe('the issues of a period', () => {
  it('are none where there was none', () => {
    expect(shown([])).toEqual(['Issues Identified: none']);
  });

  it.each<[what: string, course: readonly string[], state: string]>([
    ['that is over', ['08:03 opens', '08:33 recovers'], 'over after 30 minutes'],
    ['that a person resolved', ['08:03 opens', '09:03 ann resolves'], 'resolved by ann after 1 hour'],
    ['that nobody has', ['08:03 opens'], 'open for 11 hours, nobody has it'],
    ['that somebody has', ['08:03 opens', '08:10 ann acknowledges'], 'open for 11 hours, ann has it'],
    [
      'that was forgotten',
      ['08:03 opens', '08:10 ann acknowledges', '12:10 reminds'],
      'open for 11 hours, nobody has it',
    ],
    [
      'that rose since somebody took it',
      ['08:03 opens', '08:10 ann acknowledges', '09:00 rises'],
      'open for 11 hours, nobody has it',
    ],
  ])('tell of one %s', (_what, course, state) => {
    expect(shown([incident(course)])[1]).toBe(
      `- DAILY-20261207-001 P2 Disk usage CRITICAL on 1 of 3 hosts, 08:03 EST; ${state}`,
    );
  });

  it('count those that are open', () => {
    const over = incident(['08:03 opens', '08:33 recovers']);
    expect(shown([over])[0]).toBe('Issues Identified: 1, all over');
    expect(shown([over, incident(['09:00 opens'], second)])[0]).toBe('Issues Identified: 2, 1 open');
  });

  it('are those that became incidents in it, whenever it was first bad', () => {
    const before = incident(['2026-12-04 19:59 opens']);
    const across = incident(['2026-12-04 20:01 opens'], { openedAt: at('2026-12-04 19:58') });
    const after = incident(['20:01 opens'], { openedAt: at('19:58') });
    expect(shown([before, across, after])).toEqual([
      'Issues Identified: 1, 1 open',
      '- DAILY-20261207-001 P2 Disk usage CRITICAL on 1 of 3 hosts, 2026-12-04 20:01 EST; open for 3 days, nobody has it',
    ]);
  });

  it.each<[what: string, of: readonly string[], check: string, isAbout: boolean]>([
    ['a check of a routine', ['morning'], 'disk', true],
    ['one check', ['morning/disk'], 'disk', true],
    ['another check of the routine', ['morning/load'], 'disk', false],
    ['a check of another routine', ['night'], 'disk', false],
    ['the fleet that a routine runs on', ['morning'], 'fleet-app', true],
    ['a round that Rounds could not run', ['morning'], 'round-morning', true],
    ['another round that Rounds could not run', ['morning'], 'round-night', false],
  ])('are about %s', (_what, of, check, isAbout) => {
    expect(shown([incident(['08:03 opens'], { check })], of)).toHaveLength(isAbout ? 2 : 1);
  });

  it.each<[what: string, course: readonly string[], isAbout: boolean]>([
    ['came after its last round of the time', ['19:00 opens'], false],
    ['was over before its round', ['06:00 opens', '07:00 recovers'], false],
    ['was open when its round was due', ['06:00 opens', '09:00 recovers'], true],
  ])('are not of a routine, where what another one found %s', (_what, course, isAbout) => {
    const record = incident(course);
    const notices = record.notices.map((notice) => ({ ...notice, round: 'hourly/x' }));
    expect(shown([{ ...record, notices }], ['morning'])).toHaveLength(isAbout ? 2 : 1);
    expect(shown([{ ...record, notices }], ['hourly'])).toHaveLength(2);
  });

  it('are bounded, and say how many more there are', () => {
    const many = Array.from({ length: 52 }, (_, index) => incident(['08:03 opens'], { number: `DAILY-${index}` }));
    const lines = shown(many);
    expect(lines).toHaveLength(42);
    expect([lines[0], lines.at(-1)]).toEqual(['Issues Identified: 52, 52 open', '- and 12 more']);
  });
});

describe('incidents in full', () => {
  const of = (count: number, notes: readonly string[] = []) =>
    Array.from({ length: count }, (_, index) => incident(['08:03 opens'], { number: `DAILY-${index}`, notes }));
  const all = (as: 'issue-record' | 'incident-report', incidents: readonly IncidentRecord[]) =>
    linesOf(incidentsBlocks(reportPlan, { kind: 'incidents', as }, recordsOf({ incidents }), now));

  it.each(['issue-record', 'incident-report'] as const)('stand one after the other as %s', (as) => {
    const lines = all(as, of(25));
    expect(lines.filter((line) => line.startsWith('### '))).toHaveLength(25);
    expect(lines.join()).not.toContain('more incident');
  });

  it.each(['issue-record', 'incident-report'] as const)('stand beyond a size by name, as %s', (as) => {
    const lines = all(
      as,
      of(
        30,
        Array.from({ length: 20 }, () => `08:10 ann action: ${'x'.repeat(300)}`),
      ),
    );
    const full = lines.filter((line) => line.startsWith('### ')).length;
    expect(full).toBeGreaterThan(4);
    expect(full).toBeLessThan(20);
    expect(lines).toContain(`${30 - full} more incidents, each with its record under its number:`);
    expect(lines.at(-1)).toContain('- DAILY-29 P2');
  });

  it('are JSON as issue records', () => {
    expect(JSON.parse(all('issue-record', of(1))[1] ?? '')).toMatchObject({ issue_id: 'DAILY-0', severity: 'medium' });
  });

  it('are none where there was none', () => {
    expect(all('issue-record', [])).toEqual(['none']);
  });
});
