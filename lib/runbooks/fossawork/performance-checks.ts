import { hostCheck, metricCheck, signOff, trendCheck } from '../../runbook/builders.ts';
import { p2, p3 } from '../../runbook/rules.ts';
import type { Check, ScriptCheck } from '../../runbook/types.ts';
import { script } from '../script.ts';
import type { FossaWorkOptions } from './options.ts';

const dayMinutes = 24 * 60;
const readSeconds = 60;

/** "Performance Baseline Verification" */
export function performanceChecks(options: FossaWorkOptions): readonly Check[] {
  const { database, logs } = options;
  return [
    hostCheck('database-performance', {
      title: 'Performance benchmark of the database',
      covers: ['F14', 'F17'],
      script: script('database-benchmark.py'),
      settings: { database, query: options.benchmark.join('\n'), timeoutSeconds: 10 },
      timeoutSeconds: 20,
      thresholds: [{ metric: 'query_worst', ...options.queryTime }],
      // Below 50 ms no user notices, and the clock of a busy host decides.
      baselines: [{ metric: 'query_median', rounds: 7, tolerated: 0.05 }],
      look: `sqlite3 -readonly ${database} '.timer on' '${options.benchmark[0]}'`,
      rules: [p2.whenWorse('query_median', 50), ...performanceRules],
    }),
    apiPerformance(options),
    hostCheck('automation', {
      title: 'Automation Performance',
      covers: ['F16', 'F17'],
      script: script('log-events.py'),
      settings: {
        ...{ logs, files: 'automation/*.jsonl', windowMinutes: dayMinutes, timeoutSeconds: readSeconds - 10 },
        events: `succeeded: ${options.automationSuccess} ; failed: ${options.automationFailure} ; finished: ${options.automationSuccess} or ${options.automationFailure}`,
        // A day on which nothing was to be automated is no failure.
        shares: 'success_rate: succeeded/finished else 100',
        minimum: 1,
        by: 'failed: message|error',
        fold: 'yes',
      },
      timeoutSeconds: readSeconds,
      thresholds: [{ metric: 'success_rate', warning: '95:', critical: '80:' }],
      baselines: [{ metric: 'success_rate', rounds: 7, worse: 'lower', tolerated: 95 }],
      look: `tail -50 ${logs}/automation/*.jsonl`,
      rules: [p2.whenWorse('success_rate', 50), ...performanceRules],
    }),
    signOff('utilization-stable', {
      title: 'Resource utilization reviewed',
      covers: ['F47'],
      question: 'Is resource utilization stable, with no trend for the worse on the dashboard?',
    }),
  ];
}

/** "API Response Times", of the last 24 hours, as the application has measured them. */
function apiPerformance({ logs, responseTime }: FossaWorkOptions): ScriptCheck {
  return hostCheck('api-performance', {
    title: 'API Response Times',
    covers: ['F15', 'F17', 'F34', 'F44'],
    script: script('api-performance.py'),
    settings: {
      logs,
      files: 'performance/performance-metrics*.jsonl',
      windowMinutes: dayMinutes,
      timeoutSeconds: readSeconds - 10,
    },
    timeoutSeconds: readSeconds,
    thresholds: [
      { metric: 'p95', ...responseTime },
      { metric: 'error_share', warning: '1' },
    ],
    baselines: [{ metric: 'mean', rounds: 7, tolerated: 0.2 }],
    look: `tail -5 ${logs}/performance/performance-metrics.jsonl`,
    rules: [p2.whenMetric('error_share', '10'), p2.whenWorse('mean', 50), ...performanceRules],
  });
}

/** "Performance Summary" of the day: what was measured every hour, and what the application says of itself. */
export function performanceSummary(options: FossaWorkOptions): readonly Check[] {
  const peak = (id: string, title: string, check: string, metric: string) =>
    metricCheck(id, { title, covers: ['F34'], check, metric, hours: 24 });
  return [
    apiPerformance(options),
    peak('cpu-of-day', 'Peak CPU Usage', 'cpu', 'cpu_used'),
    peak('memory-of-day', 'Peak Memory Usage', 'memory', 'memory_used'),
    peak('disk-io-of-day', 'Disk I/O', 'disk-io', 'disk_busy'),
    signOff('performance-reviewed', {
      title: 'Performance of the day reviewed',
      covers: ['F47'],
      question: 'Are performance trends identified, and is every performance issue escalated?',
      dueMinutes: 120,
    }),
  ];
}

/** Days until the disk is full, from what was measured in the last two weeks. */
export function diskTrend({ diskDaysLeft }: FossaWorkOptions): Check {
  return trendCheck('disk-trend', {
    title: 'Disk Space Trends',
    covers: ['F21'],
    check: 'disk',
    metric: 'disk_used',
    days: 14,
    limit: 95,
    thresholds: [{ metric: 'days_left', ...diskDaysLeft }],
  });
}

const performanceRules = [p2.when('CRITICAL'), p3.when('WARNING', 'UNKNOWN')];
