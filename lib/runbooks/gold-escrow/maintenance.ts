import { hostCheck, job, signOff } from '../../runbook/builders.ts';
import type { Check, Job, SignOff } from '../../runbook/types.ts';
import { script } from '../script.ts';
import { slowQueries } from './daily-checklist.ts';
import type { GoldEscrowOptions } from './options.ts';
import { review, warning } from './rules.ts';

const dayMinutes = 24 * 60;

/** "Daily Tasks" on the hosts of the application. */
export function logRotation({ logs, logrotate }: GoldEscrowOptions): Job {
  return job('log-rotation', {
    title: 'Log rotation',
    covers: ['G26'],
    changes: `rotates the logs in ${logs} and removes rotated ones over 7 days old`,
    script: script('rotate-with-logrotate.sh'),
    settings: { config: logrotate, logs, keepDays: 7 },
    look: `ls -l ${logs}`,
  });
}

/** "Daily Tasks" on the host of operations. */
export function dailyTasks(options: GoldEscrowOptions): readonly Check[] {
  const { maintenanceDatabase: service, auditTable, auditDays, redis } = options;
  return [
    job('database-maintenance', {
      title: 'Database maintenance',
      covers: ['G27'],
      changes: `deletes rows of ${auditTable} over ${auditDays} days old, and updates statistics`,
      script: script('maintain-postgres.py'),
      settings: { service, table: auditTable, column: 'created_at', days: auditDays, maximumSeconds: 1_500 },
      timeoutSeconds: 1_800,
      look: `psql service=${service} -c 'SELECT min(created_at) FROM ${auditTable}'`,
    }),
    job('cache-management', {
      title: 'Expired cache entries cleared',
      covers: ['G28'],
      changes: `lets Redis free expired entries of ${redis.pattern}`,
      script: script('clear-expired-cache.py'),
      settings: { ...redis, withoutExpiryLimit: 1_000, maximumSeconds: 240 },
      look: `redis-cli -h ${redis.host} -p ${redis.port} info keyspace`,
    }),
    cache(options),
  ];
}

function cache({ redis: { host, port } }: GoldEscrowOptions): Check {
  return hostCheck('cache', {
    title: 'Cache hit rate and memory',
    covers: ['G28', 'G30'],
    script: script('redis.sh'),
    settings: { host, port, minimumLookups: 100, timeoutSeconds: 5 },
    thresholds: [{ metric: 'memory_used', warning: '80', critical: '95' }],
    look: `redis-cli -h ${host} -p ${port} info memory`,
    rules: warning,
  });
}

/** "Weekly Tasks: Security Review" */
export function weeklySecurity(options: GoldEscrowOptions): readonly Check[] {
  const { maintenanceDatabase: service, backups, restoredTables, certificates, scanner } = options;
  return [
    job('vulnerability-scan', {
      title: 'Vulnerability scan',
      covers: ['G29'],
      changes: 'writes the report of the scan',
      script: script('run-tool.sh'),
      settings: { ...scanner },
      timeoutSeconds: 3_000,
      look: `${scanner.tools}/${scanner.tool}`,
    }),
    signOff('access-review', {
      title: 'Access review',
      covers: ['G29'],
      question: 'Are the access permissions of all users reviewed?',
      dueMinutes: 3 * dayMinutes,
      note: 'required',
    }),
    job('backup-verification', {
      title: 'Backup verification',
      covers: ['G29'],
      changes: 'restores the newest backup into a scratch database, compares it, and drops it',
      script: script('restore-backup.py'),
      settings: { service, backups, tables: restoredTables.join(' '), maximumSeconds: 2_400 },
      timeoutSeconds: 3_500,
      look: `ls -l ${backups}`,
    }),
    hostCheck('certificates', {
      title: 'SSL certificate expiration',
      covers: ['G29'],
      script: script('certificate.py'),
      settings: { endpoints: certificates.join(' '), timeoutSeconds: 5 },
      timeoutSeconds: certificates.length * 15 + 15,
      thresholds: [{ metric: 'days', warning: '21:', critical: '7:' }],
      look: `openssl s_client -connect ${certificates[0]} </dev/null | openssl x509 -noout -dates`,
      rules: review,
    }),
  ];
}

/** "Weekly Tasks: Performance Optimization" */
export function weeklyPerformance(options: GoldEscrowOptions): readonly Check[] {
  const { database: service, queries } = options;
  return [
    slowQueries(service),
    hostCheck('indexes', {
      title: 'Index review',
      covers: ['G30'],
      script: script('sql.py'),
      settings: {
        service,
        query: queries.indexes,
        summary: '{unused_indexes} indexes never used, {tables_without_index} large tables read without one',
        timeoutSeconds: 10,
      },
      thresholds: [{ metric: 'tables_without_index', warning: '0' }],
      look: `psql service=${service} -c 'SELECT * FROM pg_stat_user_indexes ORDER BY idx_scan LIMIT 20'`,
      rules: review,
    }),
    cache(options),
    weeklySignOff('query-optimization', 'G30', 'Query optimization', 'Are slow queries analyzed and optimized?'),
    weeklySignOff('cdn-performance', 'G30', 'CDN performance', 'Are the metrics of the CDN reviewed?'),
  ];
}

function weeklySignOff(id: string, row: string, title: string, question: string): SignOff {
  return signOff(id, { title, covers: [row], question, dueMinutes: 4 * dayMinutes });
}

/** "Weekly Tasks: Documentation Update" */
export const weeklyDocumentation: readonly SignOff[] = [
  weeklySignOff('runbook-updates', 'G31', 'Runbook updates', 'Are operational procedures up to date?'),
  weeklySignOff('knowledge-base', 'G31', 'Knowledge base', 'Are troubleshooting guides up to date?'),
  weeklySignOff('api-documentation', 'G31', 'API documentation', 'Is the API documentation up to date?'),
  weeklySignOff('user-guides', 'G31', 'User guides', 'Is the user documentation up to date?'),
];

/** "Post-Incident Review", of the incidents of the week. */
export const postIncidentReview: readonly SignOff[] = [
  weeklySignOff(
    'incident-review-meeting',
    'G35',
    'Incident review meeting',
    'Was there a post-mortem of each incident?',
  ),
  weeklySignOff('incident-documentation', 'G35', 'Incident documentation', 'Is every incident documented to its end?'),
  weeklySignOff('incident-process', 'G35', 'Process improvement', 'Are the procedures updated?'),
  weeklySignOff('incident-training', 'G35', 'Training', 'Is the team trained on the lessons learned?'),
];

function monthlySignOff(id: string, title: string, question: string): SignOff {
  return signOff(id, { title, covers: ['G32'], question, dueMinutes: 10 * dayMinutes, note: 'required' });
}

/** "Monthly Tasks" */
export const monthlyTasks: readonly SignOff[] = [
  monthlySignOff('system-architecture', 'System architecture', 'Is the system architecture reviewed?'),
  monthlySignOff('capacity-planning', 'Capacity planning', 'Is the capacity enough for what the trends show?'),
  monthlySignOff('cost-optimization', 'Cost optimization', 'Are the infrastructure costs reviewed?'),
  monthlySignOff('compliance-check', 'Compliance check', 'Is regulatory compliance reviewed?'),
  monthlySignOff('backup-testing', 'Backup testing', 'Was a full restoration of the system tested?'),
  monthlySignOff('failover-testing', 'Failover testing', 'Were the failover procedures tested?'),
  monthlySignOff('incident-response', 'Incident response', 'Are the incident response procedures reviewed?'),
  monthlySignOff('business-continuity', 'Business continuity', 'Is the business continuity plan up to date?'),
];
