import { hostCheck } from '../../runbook/builders.ts';
import { p0 } from '../../runbook/rules.ts';
import type { Check, ScriptCheck } from '../../runbook/types.ts';
import { script } from '../script.ts';
import type { GoldEscrowOptions } from './options.ts';
import { critical, criticalAnywhere, warning } from './rules.ts';

/** "Infrastructure Monitoring", on each host of the application. */
export function infrastructure(options: GoldEscrowOptions): readonly Check[] {
  const { procPath, logs } = options;
  return [
    cpu(options),
    memory(options),
    disk(options),
    hostCheck('connections', {
      title: 'Network connections',
      covers: ['G20'],
      script: script('connections.sh'),
      settings: { procPath, listening: options.listening.join(' ') },
      thresholds: [{ metric: 'close_wait', warning: '500' }],
      look: 'netstat -tulpn',
      rules: warning,
    }),
    hostCheck('error-rate', {
      title: 'Error rate',
      covers: ['G3', 'G21', 'G23', 'G34'],
      script: script('access-log.py'),
      settings: { logs, files: 'access.log*', windowMinutes: 5, minimum: 20 },
      thresholds: [{ metric: 'error_share', warning: '1' }],
      look: `tail -f ${logs}/access.log ${logs}/error.log`,
      rules: [p0.whenMetric('error_share', '5').lasting(5), ...warning],
    }),
    hostCheck('application-errors', {
      title: 'Application errors',
      covers: ['G21'],
      script: script('log-events.py'),
      settings: {
        ...{ logs, files: 'error.log*', format: 'text', windowMinutes: 5 },
        events: errorLines,
        by: 'errors: line',
        fold: 'yes',
      },
      thresholds: [{ metric: 'errors', warning: '20', critical: '200' }],
      look: `tail -f ${logs}/error.log`,
      rules: warning,
    }),
    securityAlerts(options),
  ];
}

export function cpu({ procPath, sampleSeconds, cpuUsed }: GoldEscrowOptions): ScriptCheck {
  return hostCheck('cpu', {
    title: 'CPU usage',
    covers: ['G20'],
    script: script('cpu.sh'),
    settings: { procPath, sampleSeconds },
    thresholds: [{ metric: 'cpu_used', ...cpuUsed }],
    look: 'htop',
    rules: warning,
  });
}

export function disk({ diskPath, diskUsed }: GoldEscrowOptions): ScriptCheck {
  return hostCheck('disk', {
    title: 'Disk space',
    covers: ['G20', 'G24'],
    script: script('disk.sh'),
    settings: { diskPath },
    thresholds: [{ metric: 'disk_used', ...diskUsed }],
    look: `df -h ${diskPath}`,
    rules: warning,
  });
}

/** Whatever an error log holds but notices and the lines of stack traces. */
export const errorLines = 'errors: !" INFO " and !"[info]" and !"[notice]" and !"    at " and !"  File "';

/** "Security Breach": looked for every five minutes, and reviewed at midday. */
export function securityAlerts({ logs, breach, securityAlert }: GoldEscrowOptions): ScriptCheck {
  return hostCheck('security-alerts', {
    title: 'Security alerts and suspicious activity',
    covers: ['G13', 'G23'],
    script: script('log-events.py'),
    settings: {
      ...{ logs, files: 'application.log*', format: 'text', windowMinutes: 24 * 60 },
      events: `breaches: ${breach} ; alerts: ${securityAlert}`,
      by: 'alerts: line',
      fold: 'yes',
    },
    thresholds: [
      { metric: 'breaches', critical: '0' },
      { metric: 'alerts', warning: '0' },
    ],
    look: `grep -iE 'unauthorized|breach|suspicious' ${logs}/application.log | tail -50`,
    rules: criticalAnywhere,
  });
}

/** Growth over the day, by program. */
export function memoryLeaks({ procPath }: GoldEscrowOptions): ScriptCheck {
  return hostCheck('memory-leaks', {
    title: 'Memory leaks',
    covers: ['G12'],
    script: script('memory-growth.py'),
    settings: { procPath, windowHours: 24, growthPercent: 50, growthBytes: 200 * 1024 * 1024 },
    look: 'ps aux --sort=-rss | head -20',
    rules: warning,
  });
}

export function memory({ procPath, memoryUsed }: GoldEscrowOptions): ScriptCheck {
  return hostCheck('memory', {
    title: 'Memory usage',
    covers: ['G12', 'G20', 'G24'],
    script: script('memory.sh'),
    settings: { procPath },
    thresholds: [{ metric: 'memory_used', ...memoryUsed }],
    look: 'htop',
    rules: warning,
  });
}

/** "docker stats"; a routine of its own, since Docker measures for two seconds. */
export function containers({ containers }: GoldEscrowOptions): readonly Check[] {
  return [
    hostCheck('containers', {
      title: 'Containers',
      covers: ['G20', 'G23'],
      script: script('containers.sh'),
      settings: { containers: containers.join(' '), timeoutSeconds: 10 },
      thresholds: [{ metric: 'highest_memory', warning: '90' }],
      look: 'docker ps -a; docker stats --no-stream',
      rules: critical,
    }),
  ];
}

/** What the platform is to its users: asked from the one host of operations. */
export function platform(options: GoldEscrowOptions): readonly Check[] {
  return [...endpoints(options), database(options), gasPrice(options), blockchain(options)];
}

/** "Response time metrics", each endpoint by itself. */
export function endpoints({ baseUrl, frontend, api }: GoldEscrowOptions): readonly ScriptCheck[] {
  const endpoint = (id: string, title: string, paths: readonly string[]) =>
    hostCheck(id, {
      title,
      covers: ['G1', 'G2', 'G10', 'G23', 'G24'],
      script: script('api.py'),
      settings: { baseUrl, urls: paths.join(' '), timeoutSeconds: 10 },
      timeoutSeconds: paths.length * 10 + 10,
      thresholds: paths.map((path) => ({ metric: labelOf(path), warning: '3' })),
      look: `curl -sS -o /dev/null -w '%{http_code} %{time_total}s\\n' ${baseUrl}${paths[0]}`,
      rules: critical,
    });
  return [endpoint('frontend', 'Frontend', frontend), endpoint('api', 'API', api)];
}

/** The label that api.py gives an endpoint of the base address: the last segment of its path, or home. */
export function labelOf(path: string): string {
  return (path.split('/').filter(Boolean).at(-1) ?? 'home').replace(/[^\w.-]/g, '_');
}

/** "Database Monitoring" */
export function database({ database: service }: GoldEscrowOptions): ScriptCheck {
  return hostCheck('database', {
    title: 'Database performance',
    covers: ['G1', 'G4', 'G23'],
    script: script('postgres.py'),
    settings: { service },
    thresholds: [
      { metric: 'response', warning: '1' },
      { metric: 'connections_used', warning: '80', critical: '95' },
      { metric: 'locks_waiting', warning: '10' },
      { metric: 'oldest_transaction', warning: '3600' },
    ],
    look: `psql service=${service} -c 'SELECT * FROM pg_stat_activity'`,
    rules: critical,
  });
}

export function gasPrice({ nodeUrlFile, chainId }: GoldEscrowOptions): ScriptCheck {
  return hostCheck('gas-price', {
    title: 'Smart contract gas price',
    covers: ['G5', 'G24'],
    script: script('gas-price.py'),
    settings: { urlFile: nodeUrlFile, chainId, maxBlockAgeSeconds: 120, timeoutSeconds: 5 },
    thresholds: [{ metric: 'gas_price_gwei', warning: '100' }],
    look: 'https://etherscan.io/gastracker',
    rules: warning,
  });
}

/** "Smart Contract Monitoring" */
function blockchain(options: GoldEscrowOptions): ScriptCheck {
  const { nodeUrlFile, chainId, database: service, queries, pendingMinutes } = options;
  return hostCheck('blockchain', {
    title: 'Blockchain transactions',
    covers: ['G22', 'G23'],
    script: script('transactions.py'),
    settings: {
      ...{ urlFile: nodeUrlFile, chainId, maxBlockAgeSeconds: 120, timeoutSeconds: 5 },
      ...{ service, query: queries.pending, limit: 200, pendingMinutes },
    },
    timeoutSeconds: 45,
    dependsOn: ['database'],
    look: `psql service=${service} -c 'SELECT * FROM blockchain_transactions WHERE confirmed_at IS NULL'`,
    rules: criticalAnywhere,
  });
}
