import { hostCheck } from '../../runbook/builders.ts';
import { RunbookError, refusal } from '../../runbook/problems.ts';
import { p1, p2, p3 } from '../../runbook/rules.ts';
import type { PriorityRule, ScriptCheck } from '../../runbook/types.ts';
import { script } from '../script.ts';
import type { FossaWorkOptions } from './options.ts';

/** "System Health Verification": the checks of the procedure, in its order and its words. */
export function healthChecks(options: FossaWorkOptions): readonly ScriptCheck[] {
  const { services, database, table, urls } = options;
  const endpoints = urls.map(labelOf);
  return [
    hostCheck('services', {
      title: 'Service Status',
      covers: ['F1', 'F43'],
      script: script('services.sh'),
      settings: { services: services.join(' ') },
      look: `sudo systemctl status ${services.join(' ')} --no-pager -l`,
    }),
    ...systemResources(options),
    hostCheck('database', {
      title: 'Database Status',
      covers: ['F5', 'F17', 'F43'],
      script: script('database.py'),
      settings: { database, table, timeoutSeconds: options.databaseTimeoutSeconds },
      timeoutSeconds: options.databaseTimeoutSeconds + marginSeconds,
      // Below 50 ms no user notices, and the clock of a busy host decides.
      baselines: [{ metric: 'query_time', rounds: 7, tolerated: 0.05 }],
      look: `sqlite3 -readonly ${database} 'SELECT COUNT(*) FROM ${table}'`,
      rules: dataRules,
    }),
    hostCheck('api', {
      title: 'API Endpoints',
      covers: ['F6', 'F17', 'F43', 'F44'],
      script: script('api.py'),
      settings: { urls: urls.join(' '), timeoutSeconds: options.apiTimeoutSeconds },
      timeoutSeconds: urls.length * options.apiTimeoutSeconds + marginSeconds,
      thresholds: endpoints.map((metric) => ({ metric, ...options.responseTime })),
      baselines: endpoints.map((metric) => ({ metric, rounds: 7, tolerated: 0.1 })),
      rules: apiRules(endpoints),
      // A backend that is down answers nothing: one page says so.
      dependsOn: ['services'],
      look: `curl -sS -o /dev/null -w '%{http_code} %{time_total}s\\n' ${urls[0]}`,
    }),
    hostCheck('log-sizes', {
      title: 'Log File Status',
      covers: ['F7'],
      script: script('log-sizes.sh'),
      settings: { logs: options.logs },
      // Reading the sizes of many small files on a busy disk takes its time.
      timeoutSeconds: 120,
      thresholds: [{ metric: 'logs_total', ...options.logsTotal }],
      look: `du -sh ${options.logs}/* | sort -hr | head -5`,
      rules: resourceRules,
    }),
  ];
}

/** "System Resources" */
export function systemResources(options: FossaWorkOptions): readonly ScriptCheck[] {
  const { procPath, sampleSeconds, diskPath } = options;
  return [
    hostCheck('cpu', {
      title: 'CPU Usage',
      covers: ['F2', 'F17', 'F40'],
      script: script('cpu.sh'),
      settings: { procPath, sampleSeconds },
      timeoutSeconds: sampleSeconds + marginSeconds,
      thresholds: [{ metric: 'cpu_used', ...options.cpuUsed }],
      // A host that has little to do may well have twice as much.
      baselines: [{ metric: 'cpu_used', rounds: 7, tolerated: 50 }],
      look: 'top -bn1 | head -20',
      rules: [p2.whenWorse('cpu_used', 50), ...resourceRules],
    }),
    hostCheck('memory', {
      title: 'Memory Usage',
      covers: ['F3', 'F17', 'F40'],
      script: script('memory.sh'),
      settings: { procPath },
      thresholds: [{ metric: 'memory_used', ...options.memoryUsed }],
      baselines: [{ metric: 'memory_used', rounds: 7, tolerated: 50 }],
      look: 'free -h; ps aux --sort=-%mem | head -10',
      rules: [p2.whenWorse('memory_used', 50), ...resourceRules],
    }),
    hostCheck('disk', {
      title: 'Disk Usage',
      covers: ['F4', 'F40'],
      script: script('disk.sh'),
      settings: { diskPath },
      thresholds: [{ metric: 'disk_used', ...options.diskUsed }],
      look: `df -h ${diskPath}`,
      rules: resourceRules,
    }),
  ];
}

/** Seconds that a check gets beyond the time it waits by design. */
const marginSeconds = 15;

/** A host that runs short degrades the platform; it takes nothing down yet, on however many hosts. */
const resourceRules = [p2.when('CRITICAL'), p3.when('WARNING', 'UNKNOWN')];

/** A database that cannot be read may be corrupt, on however few hosts; one that is only locked is not for long. */
const dataRules = [p1.when('CRITICAL').after(3), p2.whenWorse('query_time', 50), p3.when('WARNING', 'UNKNOWN')];

/** "Performance degradation >50%": as grave as an endpoint that fails on some hosts. */
function apiRules(endpoints: readonly string[]): readonly PriorityRule[] {
  return [
    p1.when('CRITICAL').onEveryHost().atOnce(),
    p2.when('CRITICAL'),
    ...endpoints.map((endpoint) => p2.whenWorse(endpoint, 50)),
    p3.when('WARNING', 'UNKNOWN'),
  ];
}

/** The label that api.py gives the response time of an endpoint. */
function labelOf(url: string): string {
  if (!/^https?:/.test(url) || !URL.canParse(url)) {
    const fix = 'write the scheme, host and path of each endpoint';
    const problem = { path: 'urls', got: JSON.stringify(url), refusal: refusal('http:// or https:// addresses', fix) };
    throw new RunbookError('The options of fossawork', [problem]);
  }
  const { pathname, hostname } = new URL(url);
  return (pathname.replace(/\/+$/, '').split('/').at(-1) || hostname).replace(/[^\w.-]/g, '_');
}
