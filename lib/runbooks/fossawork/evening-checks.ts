import { hostCheck, job, signOff } from '../../runbook/builders.ts';
import { p2, p3 } from '../../runbook/rules.ts';
import type { Check } from '../../runbook/types.ts';
import { script } from '../script.ts';
import { backup } from './maintenance-jobs.ts';
import type { FossaWorkOptions } from './options.ts';

const readSeconds = 60;

/** "Daily Backup Verification" */
export function backupVerification(options: FossaWorkOptions): readonly Check[] {
  const { backups } = options;
  const look = `ls -l ${backups}/$(date +%Y%m%d)`;
  return [
    hostCheck('backup-folder', {
      title: 'Daily backup completed successfully',
      covers: ['F25', 'F44'],
      script: script('backup-folder.sh'),
      settings: { backups },
      look,
      rules: backupRules,
      remedy: backup(options),
    }),
    hostCheck('backup-database', {
      title: 'Database backup integrity verified',
      covers: ['F26'],
      script: script('backup-database.py'),
      settings: { backups, pattern: options.databaseBackup, table: options.table, timeoutSeconds: 240 },
      timeoutSeconds: 260,
      dependsOn: ['backup-folder'],
      look,
      rules: backupRules,
    }),
    hostCheck('backup-contents', {
      title: 'User data and configuration backup completed',
      covers: ['F27'],
      script: script('backup-contents.sh'),
      settings: { backups, expected: options.backupParts.join(' ') },
      dependsOn: ['backup-folder'],
      look,
      rules: backupRules,
    }),
    hostCheck('backup-sizes', {
      title: 'Backup sizes reasonable',
      covers: ['F28'],
      script: script('backup-sizes.py'),
      settings: { backups },
      thresholds: [{ metric: 'change', warning: '50' }],
      dependsOn: ['backup-folder'],
      look: `du -sh ${backups}/*`,
      rules: backupRules,
    }),
    hostCheck('backup-retention', {
      title: 'Old backups cleaned up according to retention policy',
      covers: ['F29'],
      script: script('backup-retention.sh'),
      settings: { backups, retentionDays: options.retentionDays },
      look: `ls ${backups}`,
      rules: backupRules,
    }),
  ];
}

/** "Log Analysis and Rotation" */
export function logAnalysis(options: FossaWorkOptions): readonly Check[] {
  const { logs, retentionDays } = options;
  return [
    hostCheck('error-patterns', {
      title: 'Error Summary',
      covers: ['F30', 'F33'],
      script: script('log-events.py'),
      settings: {
        ...{ logs, files: '*/*.jsonl', windowMinutes: 24 * 60, timeoutSeconds: readSeconds - 10 },
        events: 'errors: level=ERROR or level=CRITICAL ; warnings: level=WARNING or level=WARN',
        by: 'errors: message|error',
        fold: 'yes',
      },
      timeoutSeconds: readSeconds,
      thresholds: [{ metric: 'errors', ...options.errorsOfDay }],
      look: `grep -h ERROR ${logs}/*/*.jsonl | tail -50`,
      rules: eveningRules,
    }),
    job('rotate-large-logs', {
      title: 'Log Rotation',
      covers: ['F31'],
      changes: `renames logs over 100 MB in ${logs} and begins new ones`,
      script: script('rotate-logs.py'),
      settings: { logs, pattern: '*.jsonl', maximumBytes: 100 * 1024 * 1024, reload: options.reload },
      timeoutSeconds: 120,
      look: `find ${logs} -name '*.jsonl' -exec du -sh {} + | sort -hr | head -10`,
    }),
    hostCheck('log-retention', {
      title: 'Log retention policy enforced',
      covers: ['F32'],
      script: script('log-retention.sh'),
      settings: { logs, pattern: '*.jsonl', retentionDays },
      look: `find ${logs} -name '*.jsonl' -mtime +${retentionDays}`,
      rules: eveningRules,
    }),
    signOff('error-patterns-documented', {
      title: 'Error patterns documented',
      covers: ['F47'],
      question: 'Are the error patterns of the day identified and documented?',
      dueMinutes: 120,
      note: 'required',
    }),
    signOff('day-closed', {
      title: 'Actions taken, outstanding issues, next-day priorities',
      covers: ['F47', 'F48'],
      question: 'What was done today, what is outstanding, and what comes first tomorrow?',
      dueMinutes: 120,
      note: 'required',
    }),
  ];
}

/** "Backup failures" are told the same day, on however few hosts, though the remedy may have mended them. */
const backupRules = [p2.when('CRITICAL').atOnce(), p3.when('WARNING', 'UNKNOWN')];

const eveningRules = [p2.when('CRITICAL'), p3.when('WARNING', 'UNKNOWN')];
