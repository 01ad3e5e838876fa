import { hostCheck, roundsCheck, signOff } from '../../runbook/builders.ts';
import { p2, p3 } from '../../runbook/rules.ts';
import type { Check, ScriptCheck } from '../../runbook/types.ts';
import { script } from '../script.ts';
import type { FossaWorkOptions } from './options.ts';
import { diskTrend } from './performance-checks.ts';

const readSeconds = 60;

/** "System Monitoring Review" */
export function monitoringReview(options: FossaWorkOptions, evening: string): readonly Check[] {
  const { procPath, logs } = options;
  return [
    load(options),
    hostCheck('processes', {
      title: 'High Resource Processes',
      covers: ['F19'],
      script: script('processes.py'),
      settings: { procPath, sampleSeconds: options.sampleSeconds, runawayPercent: 90 },
      timeoutSeconds: options.sampleSeconds + 29,
      look: 'ps aux --sort=-%cpu | head -10',
      rules: reviewRules,
    }),
    hostCheck('recent-errors', {
      title: 'Recent Errors (Last 4 hours)',
      covers: ['F20', 'F17'],
      script: script('log-events.py'),
      settings: {
        ...{ logs, files: 'errors/*.jsonl', windowMinutes: 4 * 60, timeoutSeconds: readSeconds - 10 },
        // Whatever stands in these logs is an error, as the procedure counts them: their lines are what is judged.
        events: 'named: "message" or "error"',
        by: 'named: message|error',
        fold: 'yes',
      },
      timeoutSeconds: readSeconds,
      thresholds: [{ metric: 'lines', ...options.errors }],
      baselines: [{ metric: 'lines', rounds: 7, tolerated: 20 }],
      look: `find ${logs}/errors -name '*.jsonl' -mmin -240 -exec wc -l {} +`,
      rules: [p2.whenWorse('lines', 50), ...reviewRules],
    }),
    diskTrend(options),
    roundsCheck('monitoring', { title: 'All monitoring systems functional', covers: ['F22'], since: evening }),
  ];
}

/** "Current System Load" */
export function load({ procPath, loadPerCore }: FossaWorkOptions): ScriptCheck {
  return hostCheck('load', {
    title: 'Current System Load',
    covers: ['F18'],
    script: script('load.sh'),
    settings: { procPath },
    thresholds: [{ metric: 'load15_per_core', ...loadPerCore }],
    look: 'uptime; w',
    rules: reviewRules,
  });
}

/** "User Activity Analysis" */
export function userActivity(options: FossaWorkOptions): readonly Check[] {
  const { logs } = options;
  const files = 'backend/*.jsonl';
  return [
    hostCheck('user-activity', {
      title: 'User Activity Analysis',
      covers: ['F23'],
      script: script('log-events.py'),
      settings: {
        ...{ logs, files, windowMinutes: 12 * 60, timeoutSeconds: readSeconds - 10 },
        events: `logins: ${options.login}`,
        by: 'logins: user|username',
        distinct: 'active_users',
      },
      timeoutSeconds: readSeconds,
      baselines: [{ metric: 'logins', rounds: 7, tolerated: options.usualLogins }],
      look: `grep -h login ${logs}/backend/*.jsonl | tail -20`,
      rules: [p3.whenWorse('logins', 100), ...reviewRules],
    }),
    hostCheck('sessions', {
      title: 'Session management and user experience',
      covers: ['F24', 'F44'],
      script: script('log-events.py'),
      settings: {
        ...{ logs, files, windowMinutes: 12 * 60, timeoutSeconds: readSeconds - 10 },
        events: [
          'sessions_started: "session started"',
          'sessions_expired: "session expired"',
          'sessions_failed: "session failed" or "invalid session"',
          // Nearly all lines: by a word, none of them has to be parsed.
          'requests: "duration_ms"',
          'request_errors: status>=500',
          'slow_requests: duration_ms>2000',
        ].join(' ; '),
        shares: 'error_share: request_errors/requests else 0 ; slow_share: slow_requests/requests else 0',
        minimum: 50,
      },
      timeoutSeconds: readSeconds,
      thresholds: [
        { metric: 'error_share', warning: '1' },
        { metric: 'slow_share', warning: '5', critical: '25' },
        { metric: 'sessions_failed', warning: '50' },
      ],
      look: `grep -h session ${logs}/backend/*.jsonl | tail -20`,
      rules: [p2.whenMetric('error_share', '10'), ...reviewRules],
    }),
    signOff('user-activity-reviewed', {
      title: 'User activity reviewed',
      covers: ['F47'],
      question: 'Are user activity patterns normal, without an unusual login spike?',
    }),
  ];
}

const reviewRules = [p2.when('CRITICAL'), p3.when('WARNING', 'UNKNOWN')];
