import type { Alert, Observation } from '../../functions/core/alert.ts';
import { decide } from '../../functions/core/decide.ts';
import type { Status } from '../../functions/core/status.ts';
import { isoOf } from '../../functions/core/time.ts';
import { checkRules } from '../../lib/runbook/rules.ts';

export interface DecideRate {
  readonly observations: number;
  readonly perSecond: number;
  /** Notices that were decided, which shows that it was not the same state all the time. */
  readonly notices: number;
}

const observations = 1_000_000;
const alerts = 1_000;
const hosts = 100;

/** What some hosts go through, again and again: an incident opens, rises, and is recovered from. */
const course: readonly Status[] = ['OK', 'WARNING', 'CRITICAL', 'CRITICAL', 'UNKNOWN', 'OK', 'OK', 'OK'];

const troubledHosts = Array.from({ length: hosts / 10 }, (_, index) => `i-${index}`);

const policy = {
  rules: checkRules,
  recipients: () => [{ contact: 'ann', role: 'operations', channels: ['email'] }] as const,
};

/** Decides a million observations of a thousand alerts in this process, without storing anything. */
export function measureDecide(): DecideRate {
  const states = new Map<number, Alert>();
  const rounds = Array.from({ length: observations / alerts }, (_, round) => observationOf(round));
  let notices = 0;
  const begun = performance.now();
  for (const observation of rounds) {
    for (let alert = 0; alert < alerts; alert++) {
      const { next } = decide(states.get(alert), observation, policy, observation.at);
      notices += next.outbox.length;
      states.set(alert, { ...next, outbox: [] });
    }
  }
  const seconds = (performance.now() - begun) / 1_000;
  return { observations, perSecond: Math.round(observations / seconds), notices };
}

function observationOf(round: number): Observation {
  const status = course[round % course.length] ?? 'OK';
  const named = status === 'OK' ? [] : troubledHosts;
  const counts = { OK: hosts - named.length, WARNING: 0, CRITICAL: 0, UNKNOWN: 0 };
  counts[status] += named.length;
  return {
    check: 'disk',
    title: 'Disk usage',
    headline: `Disk usage ${status}`,
    at: isoOf(round * 60_000),
    round: `round/${round}`,
    final: true,
    counts,
    population: hosts,
    troubled: { total: named.length, named },
    worst: [],
    unjudged: { total: 0, named: [] },
  };
}
