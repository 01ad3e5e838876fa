import type { Alert, Observation } from '../../functions/core/alert.ts';
import { decide, newAlert } from '../../functions/core/decide.ts';
import { policyOf } from '../../functions/core/policy.ts';
import type { Status } from '../../functions/core/status.ts';
import { isoOf } from '../../functions/core/time.ts';
import { compile } from '../../lib/runbook/compile.ts';
import { benchRunbook } from './bench-runbook.ts';

export interface DecideRate {
  readonly observations: number;
  /** A second of processor time, all threads together: what else runs on the machine does not count. */
  readonly perSecond: number;
  /** Notices that were decided, which shows that it was not the same state all the time. */
  readonly notices: number;
  /** Bytes of heap that the second half of the observations has left behind. */
  readonly growthBytes: number;
}

/** Decided in steps, each with moments of its own: the same ones again would change nothing. */
const observations = 10_000_000;
const alerts = 1_000;
const hosts = 100;

/** What some hosts go through, again and again: soft, an incident, a rise, a recovery, and peace. */
const course: readonly Status[] = [
  ...['OK', 'WARNING', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK'],
  ...['CRITICAL', 'CRITICAL', 'CRITICAL', 'UNKNOWN', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK'],
  ...['OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK'],
] as readonly Status[];

const troubledHosts = Array.from({ length: hosts / 10 }, (_, index) => `i-${index}`);

const check = 'disk-1';
const plan = compile(benchRunbook(1));

/** Decides ten million observations of a thousand alerts in this process, without storing anything. */
export function measureDecide(): DecideRate {
  const states = Array.from({ length: alerts }, () => newAlert(check, isoOf(0)));
  const rounds = observations / alerts;
  let notices = 0;
  let halfway = 0;
  const begun = process.cpuUsage();
  for (let round = 0; round < rounds; round++) {
    const observation = observationOf(round);
    const policy = policyOf(plan, check, observation.at, { silences: [], alerts: new Map() });
    for (let index = 0; index < alerts; index++) {
      const { next } = decide(states[index] as Alert, { kind: 'observation', observation }, policy, observation.at);
      notices += next.outbox.length;
      states[index] = next.outbox.length > 0 ? { ...next, outbox: [] } : next;
    }
    if (round === rounds / 2) halfway = heapBytes();
  }
  const { user, system } = process.cpuUsage(begun);
  const seconds = (user + system) / 1_000_000;
  return {
    observations,
    perSecond: Math.round(observations / seconds),
    notices,
    growthBytes: heapBytes() - halfway,
  };
}

/** After a collection, where the process was started with `--expose-gc`. */
function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function observationOf(round: number): Observation {
  const status = course[round % course.length] ?? 'OK';
  const named = status === 'OK' ? [] : troubledHosts;
  const counts = { OK: hosts - named.length, WARNING: 0, CRITICAL: 0, UNKNOWN: 0 };
  counts[status] += named.length;
  const rules = plan.checks[check]?.rules ?? [];
  return {
    check,
    title: 'Disk usage',
    headline: `Disk usage ${status}`,
    at: isoOf(round * 60_000),
    round: `round/${round}`,
    final: true,
    counts,
    matches: rules.map(({ states }) => (states.some((state) => state === status) ? named.length : 0)),
    population: hosts,
    troubled: { total: named.length, named },
    worst: [],
    unjudged: { total: 0, named: [] },
  };
}
