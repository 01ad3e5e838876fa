import type { Observation } from '../../functions/core/alert.ts';
import { alertTitle } from '../../functions/core/alert-title.ts';
import { rulesOf } from '../../functions/core/observations.ts';
import type { Plan, PriorityRule, Threshold } from '../../functions/core/plan.ts';
import { hostMatches } from '../../functions/core/priority.ts';
import { type Status, statuses, type Trouble } from '../../functions/core/status.ts';
import { hostsWithOutputLimit, namedHostsLimit, type TroubledHost } from '../../functions/core/tally.ts';
import type { Iso } from '../../functions/core/time.ts';
import { shareOf } from '../../functions/core/words.ts';
import { judgeAgain } from './judge-again.ts';
import type { RecordedResult } from './recorded-line.ts';

interface Known {
  readonly status: Status;
  /** Positions of the rules that the host matches. */
  readonly matched: readonly number[];
}

export interface FleetMemoryOptions {
  /** Every host of the check anywhere in the recording: a share is a share of them. */
  readonly population: number;
  /** Whether the plan's thresholds judge the recorded metrics anew. */
  readonly rejudge: boolean;
}

const troubles: readonly Trouble[] = ['CRITICAL', 'UNKNOWN', 'WARNING'];

/** The latest known status of every host to one check: a host of which a batch says nothing is as it was. */
export class FleetMemory {
  readonly #check: string;
  readonly #title: string;
  readonly #rules: readonly PriorityRule[];
  readonly #thresholds: readonly Threshold[];
  readonly #population: number;
  readonly #hosts = new Map<string, Known>();
  readonly #counts: Record<Status, number> = { OK: 0, WARNING: 0, CRITICAL: 0, UNKNOWN: 0 };
  readonly #matches: number[];
  readonly #troubled = new Map(troubles.map((status) => [status as Status, new Set<string>()]));

  constructor(plan: Plan, check: string, { population, rejudge }: FleetMemoryOptions) {
    const source = plan.checks[check]?.source;
    this.#check = check;
    this.#title = alertTitle(plan, check);
    this.#rules = rulesOf(plan, check);
    this.#thresholds = rejudge && source?.kind === 'host' ? source.thresholds : [];
    this.#population = population;
    this.#matches = this.#rules.map(() => 0);
  }

  /** What is known of the whole fleet with the results of one moment. */
  observe(at: Iso, results: readonly RecordedResult[]): Observation {
    for (const result of results) this.#learn(result);
    const counts = { ...this.#counts };
    const worst = statuses.find((status) => counts[status] > 0) ?? 'UNKNOWN';
    const share = shareOf(counts[worst], this.#population);
    return {
      check: this.#check,
      title: this.#title,
      headline: worst === 'OK' ? `${this.#title} is OK again` : `${this.#title} ${worst} on ${share}`,
      at,
      round: `recorded/${at}`,
      final: true,
      counts,
      matches: [...this.#matches],
      population: this.#population,
      ...this.#trouble(),
      unjudged: { total: 0, named: [] },
    };
  }

  #learn(result: RecordedResult): void {
    const { host, metrics } = result;
    const status = judgeAgain(result, this.#thresholds);
    const matched: number[] = [];
    if (status !== 'OK') {
      const values = Object.entries(metrics ?? {}).map(([label, value]) => ({ label, value }));
      for (const [index, rule] of this.#rules.entries()) if (hostMatches(rule, status, values)) matched.push(index);
    }
    const before = this.#hosts.get(host);
    if (before) this.#count(before, -1);
    this.#count({ status, matched }, 1);
    if (before?.status !== status) {
      if (before) this.#troubled.get(before.status)?.delete(host);
      this.#troubled.get(status)?.add(host);
    }
    this.#hosts.set(host, { status, matched });
  }

  #count({ status, matched }: Known, hosts: number): void {
    this.#counts[status] += hosts;
    for (const index of matched) this.#matches[index] = (this.#matches[index] ?? 0) + hosts;
  }

  /** Bad hosts, the worst first, and of those the first that became so. */
  #trouble(): Pick<Observation, 'troubled' | 'worst'> {
    const total = this.#counts.CRITICAL + this.#counts.UNKNOWN + this.#counts.WARNING;
    const worst: TroubledHost[] = [];
    const named: string[] = [];
    for (const status of troubles) {
      for (const host of this.#troubled.get(status) ?? []) {
        if (named.length === namedHostsLimit) break;
        named.push(host);
        if (worst.length < hostsWithOutputLimit) worst.push({ host, name: host, status, text: '', longText: '' });
      }
    }
    return { troubled: { total, named }, worst };
  }
}
