import {
  actions,
  audit,
  checklist,
  evidence,
  figure,
  figures,
  heading,
  incidents,
  issues,
  notes,
  operator,
  outstanding,
  priorities,
  recurring,
  report,
  responseTimes,
  text,
  verdict,
} from '../../runbook/reports.ts';
import { businessDays, monthly, weekly } from '../../runbook/schedule.ts';
import type { Report } from '../../runbook/types.ts';

const tell = ['operations'];

const mornings = ['morning', 'morning-security', 'morning-performance'];
const middays = ['midday', 'midday-users'];
const evenings = ['evening-backup', 'evening-logs', 'evening-performance'];

const passed = { good: 'PASS', bad: 'FAIL' };

/** "Daily Operations Log", in the words of its template; written when what the evening asks of people is due. */
const log = report('log', {
  title: 'Daily Operations Log',
  covers: ['F33', 'F34', 'F48', 'F49'],
  schedule: businessDays.at('20:15'),
  tell,
  parts: [
    heading('Morning Health Check'),
    verdict('System Status', ['morning'], passed),
    verdict('Security Status', ['morning-security'], passed),
    verdict('Performance Status', ['morning-performance'], passed),
    issues('Issues Identified', ...mornings),

    heading('Midday Review'),
    verdict('System Load', ['midday/load', 'midday/processes'], { good: 'NORMAL', bad: 'HIGH' }),
    verdict('User Activity', ['midday-users/user-activity', 'midday-users/user-activity-reviewed'], {
      good: 'NORMAL',
      bad: 'UNUSUAL',
    }),
    verdict('Error Rates', ['midday/recent-errors', 'midday-users/sessions'], { good: 'ACCEPTABLE', bad: 'HIGH' }),
    issues('Issues Identified', ...middays),

    heading('Evening Summary'),
    verdict('Backup Status', ['evening-backup'], { good: 'SUCCESS', bad: 'FAIL' }),
    verdict('Log Analysis', ['evening-logs'], { good: 'COMPLETE', bad: 'WITH FINDINGS' }),
    verdict('Performance Summary', ['evening-performance'], { good: 'ATTACHED', bad: 'ATTACHED, WITH FINDINGS' }),
    outstanding('Outstanding Issues'),

    heading('Actions Taken'),
    actions,

    heading('Next Day Priorities'),
    notes('evening-logs/day-closed'),
    priorities,
    operator,

    heading('Attached: Performance Summary'),
    figures(
      figure('Total Requests', 'api-performance', 'requests', 'total'),
      figure('Average Response Time', 'api-performance', 'mean', 'latest'),
      figure('Median Response Time', 'api-performance', 'median', 'latest'),
      figure('Error Rate', 'api-performance', 'error_share', 'latest'),
      figure('Peak CPU Usage', 'cpu-of-day', 'most', 'latest'),
      figure('Peak Memory Usage', 'memory-of-day', 'most', 'latest'),
      figure('Disk I/O, busiest disk at its peak', 'disk-io-of-day', 'most', 'latest'),
      figure('Disk I/O, read per second since the log before', 'disk-io', 'disk_read', 'mean'),
      figure('Disk I/O, written per second since the log before', 'disk-io', 'disk_written', 'mean'),
    ),

    heading('Attached: Daily Log Summary'),
    figures(
      figure('Lines', 'error-patterns', 'lines', 'total'),
      figure('Errors', 'error-patterns', 'errors', 'total'),
      figure('Warnings', 'error-patterns', 'warnings', 'total'),
    ),
    checklist('evening-logs/error-patterns', 'evening-logs/rotate-large-logs', 'evening-logs/log-retention'),
    notes('evening-logs/error-patterns-documented'),

    heading('Attached: Checklist'),
    checklist(...mornings, ...middays, ...evenings),

    heading('Attached: Issues of the Day'),
    incidents('issue-record'),
  ],
});

/** "Weekly Review Process": half an hour later people are asked about it. */
const weeklyReview = report('weekly-review', {
  title: 'Weekly Review',
  covers: ['F51'],
  schedule: weekly.on('friday').at('13:30'),
  tell,
  parts: [
    heading('Daily Operations Logs and Issues'),
    audit('All daily operations logs are written', evidence.reports('log')),
    issues('Issues of the week'),
    outstanding('Outstanding issues'),
    heading('Recurring Issues'),
    recurring,
    heading('Resolution Effectiveness'),
    responseTimes,
    heading('Procedures, Training, Lessons Learned'),
    text('What was written at the last review:'),
    notes('weekly-review'),
    text('What was written as the days were closed:'),
    notes('evening-logs/day-closed'),
  ],
});

/** "Daily Operations Audit", its seven points; half an hour later people are asked about it. */
const monthlyAudit = report('monthly-audit', {
  title: 'Daily Operations Audit',
  covers: ['F50'],
  schedule: monthly.onFirst('monday').at('09:30'),
  tell,
  parts: [
    heading('Monthly Audit Checklist'),
    audit('All daily procedures documented', evidence.reports('log')),
    audit('Escalation procedures followed correctly', evidence.escalations),
    audit('Issues properly tracked and resolved', evidence.incidents),
    audit('Performance trends monitored', evidence.rounds('morning-performance', 'evening-performance', 'performance')),
    audit('Security procedures maintained', evidence.rounds('morning-security', 'security', 'security-scan')),
    audit('Backup procedures verified', evidence.wellRounds('backup', 'evening-backup')),
    audit(
      'Documentation up-to-date',
      evidence.signOffs('procedures-updated', 'day-closed', 'error-patterns-documented'),
    ),
    heading('Issues of the Month'),
    outstanding('Outstanding'),
    responseTimes,
    recurring,
  ],
});

export const reports: readonly Report[] = [log, weeklyReview, monthlyAudit];
