import { hostCheck, incidentsCheck, metricCheck, signOff, trendCheck, uptimeCheck } from '../../runbook/builders.ts';
import { info, p2, p3 } from '../../runbook/rules.ts';
import type { Check, MetricThreshold, PriorityRule, RecordsCheck, ScriptCheck } from '../../runbook/types.ts';
import { script } from '../script.ts';
import {
  database,
  endpoints,
  errorLines,
  gasPrice,
  labelOf,
  memory,
  memoryLeaks,
  securityAlerts,
} from './monitoring.ts';
import type { GoldEscrowOptions } from './options.ts';
import { review, warning } from './rules.ts';

const dayMinutes = 24 * 60;

/** A SELECT of the runbook whose columns are metrics. */
function sqlCheck(
  id: string,
  { database: service }: GoldEscrowOptions,
  props: {
    readonly title: string;
    readonly covers: readonly string[];
    readonly query: string;
    readonly summary: string;
    readonly thresholds?: readonly MetricThreshold[];
    readonly surges?: readonly string[];
    readonly rules?: readonly PriorityRule[];
  },
) {
  const { title, covers, query, summary, thresholds = [], surges = [], rules = [] } = props;
  return hostCheck(id, {
    title,
    covers,
    script: script('sql.py'),
    settings: { service, query, summary, timeoutSeconds: 10 },
    timeoutSeconds: 25,
    thresholds,
    baselines: surges.map((metric) => ({ metric, rounds: 7, tolerated: 20 })),
    dependsOn: ['database'],
    look: `psql service=${service}`,
    rules: [...rules, ...surges.map((metric) => info.whenWorse(metric, 100)), ...review],
  });
}

/** "Morning Routine (9:00 AM)" */
export function morning(options: GoldEscrowOptions): readonly Check[] {
  const { queries, api } = options;
  const main = labelOf(api[0] ?? '/');
  return [
    uptimeCheck('uptime', {
      title: 'Uptime status',
      covers: ['G1'],
      checks: ['frontend', 'api', 'database'],
      hours: 24,
      thresholds: [{ metric: 'uptime', warning: '99.9:' }],
    }),
    metricCheck('response-time', {
      title: 'Response time metrics',
      covers: ['G2', 'G24'],
      check: 'api',
      metric: main,
      hours: 24,
      thresholds: [
        { metric: 'mean', warning: '2' },
        { metric: 'p95', warning: '2' },
      ],
      rules: [p2.when('WARNING', 'CRITICAL').atOnce(), p3.when('UNKNOWN').atOnce()],
    }),
    database(options),
    gasPrice(options),
    incidentsCheck('alerts', {
      title: 'Overnight alerts',
      covers: ['G6'],
      since: '18:00',
      priorities: ['P0', 'P1', 'P2', 'P3', 'info'],
    }),
    supportTickets(options),
    sqlCheck('feedback', options, {
      title: 'User feedback and ratings',
      covers: ['G9'],
      query: queries.feedback,
      summary: '{feedback} ratings, {rating} on average, {bad_ratings} of 1 or 2',
      thresholds: [{ metric: 'bad_ratings', warning: '10' }],
    }),
    signOff('feedback-reviewed', {
      title: 'User feedback reviewed',
      covers: ['G9'],
      question: 'Are user feedback and ratings read, and answered where they need it?',
      dueMinutes: 180,
    }),
  ];
}

/** Looked at in the morning, and again when the day's activity is counted. */
function supportTickets(options: GoldEscrowOptions): ScriptCheck {
  return sqlCheck('support-tickets', options, {
    title: 'Support tickets',
    covers: ['G8', 'G37'],
    query: options.queries.tickets,
    summary:
      'overdue: {high_overdue} high, {medium_overdue} medium, {low_overdue} low; of the day: {created} new, {resolved} resolved, hours until the first answer {response_hours}',
    thresholds: [
      { metric: 'high_overdue', critical: '0' },
      { metric: 'medium_overdue', warning: '0' },
      { metric: 'low_overdue', warning: '0' },
      { metric: 'unknown_priority', warning: '0' },
    ],
  });
}

/** "Morning Routine": what the hosts have logged. */
export function morningOnHosts(options: GoldEscrowOptions): readonly Check[] {
  return [errorRateOfDay(options)];
}

/** Of the last 24 hours. */
function errorRateOfDay({ logs }: GoldEscrowOptions): ScriptCheck {
  return hostCheck('error-rate-of-day', {
    title: 'Error rates',
    covers: ['G3', 'G18'],
    script: script('access-log.py'),
    settings: { logs, files: 'access.log*', windowMinutes: dayMinutes, minimum: 20, timeoutSeconds: 50 },
    timeoutSeconds: 60,
    thresholds: [{ metric: 'error_share', warning: '1', critical: '5' }],
    look: `tail -200 ${logs}/access.log`,
    rules: warning,
  });
}

/** "Midday Check (2:00 PM)": what is asked from the host of operations. */
export function midday(options: GoldEscrowOptions): readonly Check[] {
  const { database: service } = options;
  return [
    ...endpoints(options),
    slowQueries(service),
    trendCheck('response-trend', {
      title: 'Gradual performance changes',
      covers: ['G25', 'G38'],
      check: 'api',
      metric: labelOf(options.api[0] ?? '/'),
      days: 14,
      limit: 2,
      thresholds: [{ metric: 'days_left', warning: '14:' }],
      rules: [info.when('WARNING', 'CRITICAL', 'UNKNOWN')],
    }),
    sqlCheck('feature-use', options, {
      title: 'New feature adoption',
      covers: ['G25'],
      query: options.queries.features,
      summary: '{new_features} features used for the first time: {names}',
      rules: [info.whenMetric('new_features', '0')],
    }),
  ];
}

export function slowQueries(service: string): Check {
  return hostCheck('slow-queries', {
    title: 'Database slow queries',
    covers: ['G11', 'G24', 'G30'],
    script: script('slow-queries.py'),
    settings: { service, slowSeconds: 5, longSeconds: 300 },
    thresholds: [
      { metric: 'running_slow', warning: '0' },
      { metric: 'running_long', critical: '0' },
      { metric: 'slowest_mean', warning: '5' },
    ],
    dependsOn: ['database'],
    timeoutSeconds: 60,
    look: `psql service=${service} -c "SELECT pid, now() - query_start AS age, left(query, 60) FROM pg_stat_activity WHERE state = 'active'"`,
    rules: warning,
  });
}

/** "Midday Check": what is looked at on the hosts of the application. */
export function middayOnHosts(options: GoldEscrowOptions): readonly Check[] {
  const { logs } = options;
  const log = { logs, files: 'application.log*', format: 'text', windowMinutes: dayMinutes };
  return [
    memory(options),
    memoryLeaks(options),
    securityAlerts(options),
    hostCheck('failed-logins', {
      title: 'Failed login attempts',
      covers: ['G13'],
      script: script('log-events.py'),
      settings: { ...log, events: `failed_logins: ${options.loginFailure}`, by: 'failed_logins: line', fold: 'yes' },
      thresholds: [{ metric: 'failed_logins', warning: '100', critical: '1000' }],
      look: `grep -iE 'login failed|authentication failed' ${logs}/application.log | tail -50`,
      rules: warning,
    }),
    hostCheck('security-patches', {
      title: 'Security patches pending',
      covers: ['G14'],
      script: script('packages.sh'),
      settings: { maxListAgeDays: 7, timeoutSeconds: 60 },
      timeoutSeconds: 150,
      thresholds: [{ metric: 'security', warning: '0', critical: '50' }],
      look: 'apt list --upgradable || dnf updateinfo list --security',
      rules: review,
    }),
    hostCheck('dependency-updates', {
      title: 'Dependency updates',
      covers: ['G14'],
      script: script('npm-audit.py'),
      settings: { folders: options.npmFolders.join(' '), timeoutSeconds: 60 },
      timeoutSeconds: 75,
      thresholds: [
        { metric: 'critical', critical: '0' },
        { metric: 'high', warning: '0' },
      ],
      look: `cd ${options.npmFolders[0]} && npm audit`,
      rules: review,
    }),
  ];
}

/** "Evening Review (6:00 PM)": the metrics of the day. */
export function evening(options: GoldEscrowOptions): readonly Check[] {
  const { queries } = options;
  return [
    sqlCheck('transactions', options, {
      title: 'Transaction volume',
      covers: ['G15', 'G25'],
      query: queries.transactions,
      summary:
        '{transactions} of USD {value}: {successful} successful, {failed} failed, {disputed} disputed; over 100k: {large_ones}',
      rules: [info.whenMetric('large', '0')],
    }),
    sqlCheck('user-activity', options, {
      title: 'User activity',
      covers: ['G16', 'G25'],
      query: queries.users,
      summary:
        '{new_users} new, {verified} verified, {pending} pending; {active_users} active users in {sessions} sessions',
      surges: ['new_users'],
    }),
    sqlCheck('revenue', options, {
      title: 'Revenue metrics',
      covers: ['G17'],
      query: queries.revenue,
      summary: 'fees USD {fees} on USD {revenue}',
    }),
    supportTickets(options),
    ofDay('cpu-of-day', 'CPU usage of the day', 'cpu', 'cpu_used'),
    ofDay('memory-of-day', 'Memory usage of the day', 'memory', 'memory_used'),
    ofDay('disk-of-day', 'Disk usage of the day', 'disk', 'disk_used'),
    ofDay('connections-of-day', 'Database connections of the day', 'database', 'connections_used'),
    ofDay('database-size-of-day', 'Database size of the day', 'database', 'size'),
  ];
}

/** A day of monitoring in one result, from which capacity is planned; whoever had to be told was told before. */
function ofDay(id: string, title: string, check: string, metric: string): RecordsCheck {
  return metricCheck(id, { title, covers: ['G38'], check, metric, hours: 24, rules: [] });
}

/** "Evening Review": what the hosts have logged, and what only people can write. */
export function eveningOnHosts(options: GoldEscrowOptions): readonly Check[] {
  const { logs } = options;
  const note = (id: string, title: string, question: string) =>
    signOff(id, { title, covers: ['G19'], question, dueMinutes: 180, note: 'required' });
  return [
    hostCheck('error-summary', {
      title: 'Error summary',
      covers: ['G18'],
      script: script('log-events.py'),
      settings: {
        ...{ logs, files: 'error.log*', format: 'text', windowMinutes: dayMinutes },
        events: errorLines,
        by: 'errors: line',
        fold: 'yes',
      },
      timeoutSeconds: 60,
      thresholds: [{ metric: 'errors', warning: '500' }],
      look: `tail -200 ${logs}/error.log`,
      rules: review,
    }),
    errorRateOfDay(options),
    note('incident-log', 'Incident log', 'Which issues and incidents of the day are to be documented?'),
    note('performance-notes', 'Performance notes', 'What was seen of performance today?'),
    note(
      'feedback-database',
      'User feedback updated',
      'What of the feedback of the day is now in the feedback database?',
    ),
    note('process-improvements', 'Process improvements', 'What could go better?'),
  ];
}
