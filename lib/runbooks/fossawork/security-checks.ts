import { hostCheck, signOff } from '../../runbook/builders.ts';
import { p1, p2, p3 } from '../../runbook/rules.ts';
import type { Check, ScriptCheck } from '../../runbook/types.ts';
import { script } from '../script.ts';
import type { FossaWorkOptions } from './options.ts';

const dayMinutes = 24 * 60;

/** Reading a day of logs for the first time on a busy disk takes its time; afterwards only what is new is read. */
const readSeconds = 60;

/** "Security Status Review" */
export function securityChecks(options: FossaWorkOptions): readonly Check[] {
  const { logs } = options;
  const files = 'backend/*.jsonl';
  const [authentication, loginService, securityAlerts] = breachChecks(options);
  return [
    authentication,
    loginService,
    failedLogins(options),
    hostCheck('rate-limits', {
      title: 'Rate Limiting Events',
      covers: ['F11'],
      script: script('log-events.py'),
      settings: {
        ...{ logs, files, windowMinutes: dayMinutes, timeoutSeconds: readSeconds - 10 },
        events: 'rate_limited: "rate limit"',
        by: 'rate_limited: user|username|ip|client_ip',
      },
      timeoutSeconds: readSeconds,
      thresholds: [{ metric: 'rate_limited', ...options.rateLimited }],
      look: `grep -h 'rate limit' ${logs}/backend/*.jsonl | tail -50`,
      rules: securityRules,
    }),
    securityAlerts,
    hostCheck('security-monitoring', {
      title: 'Security monitoring systems operational',
      covers: ['F13'],
      script: script('freshness.sh'),
      settings: { logs, files: 'security/*.jsonl', maxAgeMinutes: options.securityLogMinutes },
      look: `ls -lt ${logs}/security | head`,
      rules: securityRules,
    }),
    signOff('security-reviewed', {
      title: 'Security alerts reviewed',
      covers: ['F47'],
      question: 'Is there no new security alert that requires attention?',
    }),
  ];
}

/** What is a breach, and told at once at any hour: looked for in the morning, and every hour of every day. */
export function breachChecks(options: FossaWorkOptions) {
  const { logs, loginFailure } = options;
  const files = 'backend/*.jsonl';
  return [
    hostCheck('authentication', {
      title: 'Authentication Events',
      covers: ['F9', 'F43'],
      script: script('auth-events.py'),
      settings: {
        ...{ logs, files, windowMinutes: dayMinutes, timeoutSeconds: readSeconds - 10 },
        failures: loginFailure,
        logins: options.login,
        mostFailures: options.mostFailures,
        mostTries: 10,
        mostAddresses: 5,
      },
      timeoutSeconds: readSeconds,
      look: `grep -h 'authentication failed' ${logs}/backend/*.jsonl | tail -50`,
      rules: breachRules,
    }),
    hostCheck('login-service', {
      title: 'Authentication system',
      covers: ['F43'],
      script: script('log-events.py'),
      settings: {
        ...{ logs, files, windowMinutes: dayMinutes, timeoutSeconds: readSeconds - 10 },
        events: 'logins: endpoint~login ; broken_logins: endpoint~login and status|status_code>=500',
        shares: 'login_errors: broken_logins/logins else 0',
        minimum: 5,
      },
      timeoutSeconds: readSeconds,
      thresholds: [{ metric: 'login_errors', warning: '5', critical: '50' }],
      dependsOn: ['services'],
      look: `grep -h login ${logs}/backend/*.jsonl | grep -E '"status": ?5' | tail -20`,
      rules: breachRules,
    }),
    hostCheck('security-alerts', {
      title: 'Security Alerts',
      covers: ['F12', 'F43'],
      script: script('log-events.py'),
      settings: {
        ...{ logs, files: 'security/*.jsonl', windowMinutes: dayMinutes, timeoutSeconds: readSeconds - 10 },
        events: 'breaches: level=CRITICAL ; alerts: level=ERROR or level=WARNING or level=WARN',
        by: 'alerts: message|event',
        fold: 'yes',
      },
      timeoutSeconds: readSeconds,
      thresholds: [
        { metric: 'breaches', critical: '0' },
        { metric: 'alerts', warning: '0' },
      ],
      look: `tail -50 ${logs}/security/*.jsonl`,
      rules: breachRules,
    }),
  ] as const;
}

function failedLogins({ logs, loginFailure, failedLogins: limits }: FossaWorkOptions): ScriptCheck {
  return hostCheck('failed-logins', {
    title: 'Failed Login Attempts',
    covers: ['F10', 'F17'],
    script: script('log-events.py'),
    settings: {
      ...{ logs, files: 'backend/*.jsonl', windowMinutes: dayMinutes, timeoutSeconds: readSeconds - 10 },
      events: `failed_logins: ${loginFailure}`,
      by: 'failed_logins: user|username|ip|client_ip',
    },
    timeoutSeconds: readSeconds,
    thresholds: [{ metric: 'failed_logins', ...limits }],
    // A few more of a few are no pattern.
    baselines: [{ metric: 'failed_logins', rounds: 7, tolerated: 20 }],
    look: `grep -hc 'authentication failed' ${logs}/backend/*.jsonl`,
    rules: [p2.whenWorse('failed_logins', 50), ...securityRules],
  });
}

/** A breach, or an authentication system that lets nobody in, is told at once, on however few hosts. */
const breachRules = [p1.when('CRITICAL').atOnce(), p3.when('WARNING', 'UNKNOWN')];

const securityRules = [p2.when('CRITICAL'), p3.when('WARNING', 'UNKNOWN')];
