import { describe, expect, it } from 'vitest';
import { incidentReport } from '../../../../functions/core/reports/incident-report.ts';
import { issueRecord } from '../../../../functions/core/reports/issue-record.ts';
import type { IncidentRecord } from '../../../../functions/core/reports/records.ts';
import { at, incident, linesOf, now, reportPlan } from './example-records.ts';

const course = ['08:03 opens', '09:03 escalates', '09:10 ann acknowledges', '09:30 recovers'];
const notes = [
  '09:12 ann impact: orders came late',
  '09:20 ann cause: a log that nobody rotates',
  '09:21 ann action: removed the old log',
  '09:22 bob action: restarted the shop',
  '09:31 ann resolution: the log is rotated',
  '09:40 bob lesson: rotate every log',
  '09:41 bob follow-up: rotate the other logs',
  '09:42 bob note: thanks',
];
const written = incident(course, { openedAt: at('08:01'), notes });

function shown(record: IncidentRecord): string[] {
  return linesOf(incidentReport(reportPlan, record, now).blocks);
}

describe('an incident report', () => {
  it('has the fields of the template, the timeline and the last output', () => {
    expect(incidentReport(reportPlan, written, now).title).toBe('Incident Report - DAILY-20261207-001: Disk usage');
    expect(shown(written)).toEqual([
      'Incident ID: DAILY-20261207-001',
      'Severity: P2 (the shop is impaired)',
      'Detection Time: 2026-12-07 08:01 EST',
      'Affected Systems: Disk usage on 1 host: app-1',
      'Impact: orders came late',
      'Root Cause: a log that nobody rotates',
      'Resolution: well again by its next results, 2026-12-07 09:30 EST: the log is rotated',
      'Resolution Time: 2026-12-07 09:30 EST, after 1 hour',
      'Lessons Learned: rotate every log',
      'Action Items:',
      '- [ ] rotate the other logs',
      'Timeline:',
      '- 2026-12-07 08:01 EST bad for the first time',
      '- 2026-12-07 08:03 EST opened as P2: Disk usage CRITICAL on 1 of 3 hosts',
      '- 2026-12-07 09:03 EST escalated to level 1: nobody has acknowledged in 60 minutes',
      '- 2026-12-07 09:10 EST acknowledged by ann',
      '- 2026-12-07 09:12 EST ann wrote: impact: orders came late',
      '- 2026-12-07 09:20 EST ann wrote: cause: a log that nobody rotates',
      '- 2026-12-07 09:21 EST ann wrote: action: removed the old log',
      '- 2026-12-07 09:22 EST bob wrote: action: restarted the shop',
      '- 2026-12-07 09:30 EST over: it is well',
      '- 2026-12-07 09:31 EST ann wrote: resolution: the log is rotated',
      '- 2026-12-07 09:40 EST bob wrote: lesson: rotate every log',
      '- 2026-12-07 09:41 EST bob wrote: follow-up: rotate the other logs',
      '- 2026-12-07 09:42 EST bob wrote: thanks',
      'app-1 said CRITICAL:',
      '97% used',
    ]);
  });

  it('says of what nobody has written how to write it', () => {
    const lines = shown(incident(['08:03 opens']));
    expect(lines.filter((line) => line.includes('not written yet'))).toEqual([
      'Impact: not written yet: rounds note DAILY-20261207-001 --impact TEXT',
      'Root Cause: not written yet: rounds note DAILY-20261207-001 --cause TEXT',
      'Lessons Learned: not written yet: rounds note DAILY-20261207-001 --lesson TEXT',
      'not written yet: rounds note DAILY-20261207-001 --follow-up TEXT',
    ]);
    expect(lines).toContain('Resolution: open');
    expect(lines).toContain('Resolution Time: open for 11 hours');
  });

  it('says who resolved it', () => {
    expect(shown(incident(['08:03 opens', '08:20 ann resolves']))).toContain(
      'Resolution: resolved by ann, 2026-12-07 08:20 EST',
    );
  });

  it('keeps the beginning and the end of a long timeline', () => {
    const reminders = Array.from({ length: 59 }, (_, minute) => `09:${String(minute).padStart(2, '0')} reminds`);
    const lines = shown(incident(['08:03 opens', ...reminders, '10:00 recovers']));
    const timeline = lines.slice(lines.indexOf('Timeline:') + 1).filter((line) => line.startsWith('- '));
    expect(timeline).toHaveLength(41);
    expect(timeline[0]).toContain('opened as P2');
    expect(timeline[20]).toBe('- 21 more');
    expect(timeline[40]).toContain('10:00 EST over');
  });

  it('names the hosts, up to a number, of which there may be more', () => {
    const [first] = written.notices;
    if (!first) throw new Error('the incident has no notice');
    const worst = Array.from({ length: 5 }, (_, index) => {
      return { host: `i-${index}`, name: `app-${index}`, status: 'CRITICAL', text: 'full', longText: '' } as const;
    });
    const notices = [{ ...first, worst, troubled: 37, population: 212 }];
    expect(shown({ ...written, notices })).toContain(
      'Affected Systems: Disk usage on 37 hosts: app-0, app-1, app-2, app-3, app-4 and 32 more',
    );
  });

  it('keeps what a host said as it is, bounded', () => {
    const text = `<b>full</b> | # =cmd() ${'x'.repeat(300)}`;
    const output = shown(incident(['08:03 opens'], { text })).at(-1);
    expect(output).toBe(text);
    const [first] = written.notices;
    const [host] = first?.worst ?? [];
    if (!first || !host) throw new Error('the incident has no host');
    const long = { ...first, worst: [{ ...host, longText: 'y'.repeat(5_000) }] };
    expect(shown({ ...written, notices: [long] }).at(-1)).toHaveLength(801);
  });
});

describe('an issue record', () => {
  it('has the fields of the procedure, in their order', () => {
    expect(JSON.stringify(issueRecord(reportPlan, written, now), undefined, 1)).toBe(
      JSON.stringify(
        {
          issue_id: 'DAILY-20261207-001',
          timestamp: '2026-12-07T13:01:00Z',
          severity: 'medium',
          component: 'Disk usage',
          description: 'Disk usage CRITICAL on 1 of 3 hosts: 97% used',
          impact: 'orders came late',
          actions_taken: ['acknowledged by ann', 'removed the old log', 'restarted the shop'],
          resolution: 'well again by its next results, 2026-12-07 09:30 EST: the log is rotated',
          follow_up_required: true,
          operator: 'ann and bob',
        },
        undefined,
        1,
      ),
    );
  });

  it.each([
    ['P0', 'critical'],
    ['P1', 'high'],
    ['P2', 'medium'],
    ['P3', 'low'],
    ['info', 'info'],
  ] as const)('calls %s %s', (priority, severity) => {
    expect(issueRecord(reportPlan, incident(['08:03 opens'], { priority }), now).severity).toBe(severity);
  });

  it('needs a follow-up while it is open, and where one is noted', () => {
    const isRequired = (record: IncidentRecord) => issueRecord(reportPlan, record, now).follow_up_required;
    expect(isRequired(incident(['08:03 opens']))).toBe(true);
    expect(isRequired(incident(['08:03 opens', '08:20 recovers']))).toBe(false);
    expect(isRequired(written)).toBe(true);
  });

  it('says that nobody did anything, and what is not written', () => {
    expect(issueRecord(reportPlan, incident(['08:03 opens', '08:20 recovers']), now)).toMatchObject({
      operator: 'nobody',
      actions_taken: [],
      impact: 'not written yet: rounds note DAILY-20261207-001 --impact TEXT',
      resolution: 'well again by its next results, 2026-12-07 08:20 EST',
    });
  });
});
