import { hostCheck, job } from '../../runbook/builders.ts';
import { p2, p3 } from '../../runbook/rules.ts';
import type { Job, ScriptCheck } from '../../runbook/types.ts';
import { script } from '../script.ts';
import type { FossaWorkOptions } from './options.ts';

/** "Daily backup (2:00 AM)"; also the remedy where there is none in the evening. */
export function backup({ tools, backups }: FossaWorkOptions): Job {
  return job('backup', {
    title: 'Daily backup',
    covers: ['F25', 'F35', 'F44'],
    changes: `writes the backup of the day to ${backups}`,
    script: script('run-tool.sh'),
    settings: { tools, tool: 'daily-backup.sh', backups, expected: '%Y%m%d' },
    timeoutSeconds: 1_800,
    look: `ls -l ${backups}/$(date +%Y%m%d)`,
  });
}

/** "Automated Maintenance": what cron used to start. */
export function automatedMaintenance(options: FossaWorkOptions) {
  const { tools } = options;
  const tool = (id: string, row: string, title: string, changes: string, command: string, argument = '') =>
    job(id, {
      title,
      covers: [row],
      changes,
      script: script('run-tool.sh'),
      settings: { tools, tool: command, arguments: argument },
      timeoutSeconds: 1_800,
      look: `ls -l ${tools}/${command}`,
    });
  return {
    backup: backup(options),
    rotation: tool('rotate-logs', 'F36', 'Log rotation', 'rotates the logs', 'rotate-logs.sh'),
    optimization: tool(
      'optimize-database',
      'F37',
      'Database optimization',
      'optimizes the database',
      'optimize-database.sh',
    ),
    securityScan: tool(
      'security-scan',
      'F39',
      'Security scan',
      'writes the report of the scan',
      'security-scan.py',
      '--daily',
    ),
    performanceMonitor: tool(
      'performance-monitor',
      'F40',
      'Performance monitoring',
      'adds to the performance log',
      'performance-monitor.py',
      '--log-only',
    ),
  };
}

/** What the hourly performance monitor measures beside the checks of the morning. */
export function diskInputOutput({ procPath, sampleSeconds, diskBusy }: FossaWorkOptions): ScriptCheck {
  return hostCheck('disk-io', {
    title: 'Disk I/O',
    covers: ['F34', 'F40'],
    script: script('disk-io.py'),
    settings: { procPath, sampleSeconds },
    timeoutSeconds: sampleSeconds + 29,
    thresholds: [{ metric: 'disk_busy', ...diskBusy }],
    look: 'iostat -x 1 3',
    rules: [p2.when('CRITICAL'), p3.when('WARNING', 'UNKNOWN')],
  });
}

/** "Manual Maintenance Tasks" */
export function manualMaintenance({ database, backend, logs, retentionDays }: FossaWorkOptions) {
  return {
    database: job('database-maintenance', {
      title: 'Database Maintenance',
      covers: ['F41'],
      changes: `stops ${backend}, checks and compacts ${database}, and starts ${backend} again`,
      script: script('maintain-database.py'),
      settings: { database, service: backend, timeoutSeconds: 1_500, stopSeconds: 100, startSeconds: 60 },
      timeoutSeconds: 1_800,
      look: `systemctl status ${backend}; sqlite3 -readonly ${database} 'PRAGMA integrity_check'`,
    }),
    cleanup: job('system-cleanup', {
      title: 'System Cleanup',
      covers: ['F42'],
      changes: `removes temporary files over 1 day old, logs in ${logs} over ${retentionDays} days, and package caches`,
      script: script('clean-up.py'),
      settings: {
        ...{ temporary: '/tmp /var/tmp', temporaryDays: 1, folders: 'playwright*' },
        ...{ logs, pattern: '*.jsonl', logDays: retentionDays, caches: 'npm pip packages', timeoutSeconds: 600 },
      },
      timeoutSeconds: 900,
      look: 'df -h /tmp /var/tmp /',
    }),
  };
}
