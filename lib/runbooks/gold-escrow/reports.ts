import { parseRange } from '../../../functions/core/range.ts';
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
  trend,
  uptime,
} from '../../runbook/reports.ts';
import { everyDay, monthly, weekly } from '../../runbook/schedule.ts';
import type { Report, ScriptCheck } from '../../runbook/types.ts';
import { cpu, database, disk, labelOf, memory } from './monitoring.ts';
import type { GoldEscrowOptions } from './options.ts';

/** "Reporting & Metrics", the log of the day, and what the reviews of the week and of the month are about. */
export function reports(options: GoldEscrowOptions): readonly Report[] {
  return [
    systemHealth(options),
    userActivity,
    log,
    performanceTrends,
    capacityPlanning(options),
    incidentReview,
    monthlyReview(options),
  ];
}

/** When the metrics of the evening are there. */
const endOfDay = everyDay.at('18:30');

const tickets = 'support-tickets';

/** "System Health Report", in the fields of its template. */
function systemHealth({ api }: GoldEscrowOptions): Report {
  const main = labelOf(api[0] ?? '/');
  return report('system-health', {
    title: 'Daily System Health Report',
    covers: ['G36'],
    schedule: endOfDay,
    tell: ['team-lead', 'team'],
    parts: [
      heading('Uptime'),
      uptime('Overall Uptime', { 'Frontend Uptime': 'frontend', 'API Uptime': 'api', 'Database Uptime': 'database' }),
      heading('Performance'),
      figures(
        figure('Average Response Time', 'api', main, 'mean'),
        figure('95th Percentile', 'api', main, 'p95'),
        figure('Error Rate', 'error-rate-of-day', 'error_share', 'latest'),
        figure('Active Users', 'user-activity', 'active_users', 'latest'),
      ),
      heading('Transactions'),
      figures(
        figure('Total Transactions', 'transactions', 'transactions', 'latest'),
        figure('Successful', 'transactions', 'successful', 'latest'),
        figure('Failed', 'transactions', 'failed', 'latest'),
        figure('Total Value (USD)', 'transactions', 'value', 'latest'),
      ),
      heading('Issues'),
      figures(figure('Minor: support tickets', tickets, 'created', 'latest')),
      issues('Incidents'),
    ],
  });
}

/** "User Activity Report", in the fields of its template. */
const userActivity = report('user-activity', {
  title: 'Daily User Activity Report',
  covers: ['G37'],
  schedule: endOfDay,
  tell: ['team-lead', 'product'],
  parts: [
    heading('Registrations'),
    figures(
      figure('New Users', 'user-activity', 'new_users', 'latest'),
      figure('Verified Users', 'user-activity', 'verified', 'latest'),
      figure('Pending Verification', 'user-activity', 'pending', 'latest'),
    ),
    heading('Activity'),
    figures(
      figure('Active Users', 'user-activity', 'active_users', 'latest'),
      figure('Sessions', 'user-activity', 'sessions', 'latest'),
      figure('Requests in the access log (page views are not measured)', 'error-rate-of-day', 'requests', 'total'),
    ),
    heading('Transactions'),
    figures(
      figure('Created', 'transactions', 'transactions', 'latest'),
      figure('Completed', 'transactions', 'successful', 'latest'),
      figure('Disputed', 'transactions', 'disputed', 'latest'),
      figure('Cancelled', 'transactions', 'cancelled', 'latest'),
    ),
    heading('Support'),
    figures(
      figure('Tickets Created', tickets, 'created', 'latest'),
      figure('Tickets Resolved', tickets, 'resolved', 'latest'),
      figure('Average Response Time (hours)', tickets, 'response_hours', 'latest'),
    ),
  ],
});

/** "Daily Checklist" as it went, and "Documentation Update"; written when what the evening asks of people is due. */
const log = report('log', {
  title: 'Daily Operations Log',
  covers: ['G19', 'G25', 'G35'],
  schedule: everyDay.at('21:15'),
  tell: ['team-lead', 'team'],
  parts: [
    heading('Morning Routine'),
    checklist('morning', 'morning-hosts'),
    heading('Midday Check'),
    checklist('midday', 'midday-hosts'),
    heading('Evening Review'),
    checklist('evening', 'evening-hosts'),
    heading('Notes of the Day'),
    notes('morning', 'evening-hosts'),
    heading('Issues'),
    issues('Incidents of the day'),
    outstanding('Outstanding'),
    heading('Actions Taken'),
    actions,
    heading('Next Day'),
    priorities,
    operator,
    heading('Incident Reports'),
    incidents('incident-report'),
  ],
});

/** Four weeks, of which the trends of a week are a part. */
const weeks = { days: 28 };

/** "Performance Trends", with the targets of the procedure. */
const performanceTrends = report('performance-trends', {
  title: 'Weekly Performance Trends',
  covers: ['G38'],
  schedule: weekly.on('monday').at('08:30'),
  tell: ['team-lead', 'product'],
  parts: [
    heading('Response Time Trends'),
    trend('Average response time', 'response-time', 'mean', 'latest', { ...weeks, limit: 2 }),
    trend('95th percentile of the response time', 'response-time', 'p95', 'latest', { ...weeks, limit: 2 }),
    heading('Error Rate Trends'),
    trend('Error rate', 'error-rate-of-day', 'error_share', 'latest', { ...weeks, limit: 1 }),
    heading('User Growth'),
    trend('New users a day', 'user-activity', 'new_users', 'latest', weeks),
    trend('Active users a day', 'user-activity', 'active_users', 'latest', weeks),
    heading('Revenue Trends'),
    trend('Revenue a day (USD)', 'revenue', 'revenue', 'latest', weeks),
    trend('Fees a day (USD)', 'revenue', 'fees', 'latest', weeks),
  ],
});

/** "Capacity Planning" */
function capacityPlanning(options: GoldEscrowOptions): Report {
  return report('capacity-planning', {
    title: 'Weekly Capacity Planning',
    covers: ['G38'],
    schedule: weekly.on('monday').at('08:30'),
    tell: ['team-lead'],
    parts: [
      heading('Resource Usage and Growth Projections'),
      ...resourceTrends(options, 28),
      heading('Scaling Plans'),
      text('Before a trend reaches its limit, there has to be more. What is decided is noted in the monthly review.'),
      heading('Cost Analysis'),
      ...costs,
    ],
  });
}

/** Each against the value from which its check warns: when that is reached, there has to be more. */
function resourceTrends(options: GoldEscrowOptions, days: number) {
  return [
    trend('CPU', 'cpu-of-day', 'p95', 'latest', { days, ...warningOf(cpu(options), 'cpu_used') }),
    trend('Memory', 'memory-of-day', 'most', 'latest', { days, ...warningOf(memory(options), 'memory_used') }),
    trend('Disk', 'disk-of-day', 'most', 'latest', { days, ...warningOf(disk(options), 'disk_used') }),
    trend('Database connections', 'connections-of-day', 'most', 'latest', {
      days,
      ...warningOf(database(options), 'connections_used'),
    }),
    trend('Database size', 'database-size-of-day', 'most', 'latest', { days }),
  ];
}

function warningOf({ thresholds }: ScriptCheck, metric: string): { readonly limit?: number } {
  const { warning = '' } = thresholds.find((threshold) => threshold.metric === metric) ?? {};
  const limit = parseRange(warning)?.high ?? undefined;
  return limit === undefined ? {} : { limit };
}

/** What is paid for, and how much of it was used. */
const costs = [
  text('What the infrastructure costs stands in its bills, and not in these records. How much of it was used:'),
  figures(
    figure('CPU on average', 'cpu-of-day', 'mean', 'mean'),
    figure('CPU at its peak', 'cpu-of-day', 'most', 'most'),
    figure('Memory on average', 'memory-of-day', 'mean', 'mean'),
    figure('Memory at its peak', 'memory-of-day', 'most', 'most'),
    figure('Disk at its peak', 'disk-of-day', 'most', 'most'),
    figure('Database connections at their peak', 'connections-of-day', 'most', 'most'),
  ),
];

/** "Post-Incident Review": half an hour later people are asked about it. */
const incidentReview = report('incident-review', {
  title: 'Post-Incident Review',
  covers: ['G35'],
  schedule: weekly.on('thursday').at('09:30'),
  tell: ['team-lead', 'team'],
  parts: [
    heading('Response'),
    responseTimes,
    heading('Recurring'),
    recurring,
    outstanding('Still open'),
    heading('Incident Reports'),
    incidents('incident-report'),
    heading('Last Review'),
    notes('post-incident-review'),
  ],
});

/**
 * "Monthly Tasks", with what the records have to say to each: later in the morning people are asked about it. Written
 * before the weekly restore of the day begins, of which nothing could be said yet.
 */
function monthlyReview(options: GoldEscrowOptions): Report {
  return report('monthly-review', {
    title: 'Monthly Review',
    covers: ['G32'],
    schedule: monthly.onFirst('monday').at('09:30'),
    tell: ['team-lead'],
    parts: [
      heading('System Architecture'),
      figures(
        figure('Overall uptime, mean of the days', 'uptime', 'uptime', 'mean'),
        figure('Overall uptime, worst day', 'uptime', 'uptime', 'least'),
        figure('Frontend uptime, worst day', 'uptime', 'uptime_frontend', 'least'),
        figure('API uptime, worst day', 'uptime', 'uptime_api', 'least'),
        figure('Database uptime, worst day', 'uptime', 'uptime_database', 'least'),
        figure('95th percentile of the response time, worst day', 'response-time', 'p95', 'most'),
      ),
      heading('Capacity Planning'),
      ...resourceTrends(options, 90),
      heading('Cost Optimization'),
      ...costs,
      heading('Compliance Check'),
      audit('Access permissions reviewed', evidence.signOffs('access-review')),
      audit('Vulnerabilities scanned, certificates checked', evidence.rounds('weekly-security')),
      audit('Old audit logs deleted', evidence.rounds('daily-tasks')),
      heading('Disaster Recovery'),
      // Of a month the newest restore alone says little: a row says how many of those before it failed.
      checklist('weekly-security/backup-verification'),
      heading('Incident Response'),
      audit('Incidents numbered, and ended', evidence.incidents),
      audit('Escalated in time', evidence.escalations),
      responseTimes,
      recurring,
      heading('Last Review'),
      notes('monthly-tasks'),
    ],
  });
}
