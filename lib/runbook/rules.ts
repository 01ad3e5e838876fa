import { worseLabel } from '../../functions/core/baseline.ts';
import type { Trouble } from '../../functions/core/status.ts';
import type { Priority, PriorityRule } from './types.ts';

/** A rule that one host is enough for, at its third bad result in a row; its methods make it ask for more or less. */
class Rule implements PriorityRule {
  declare readonly priority: Priority;
  declare readonly states: readonly Trouble[];
  declare readonly metric?: { readonly label: string; readonly range: string };
  declare readonly share?: number;
  declare readonly lastingMinutes?: number;
  declare readonly attempts?: number;

  constructor(rule: PriorityRule) {
    Object.assign(this, rule);
  }

  onEveryHost(): Rule {
    return this.onShare(1);
  }

  /** @param share of the fleet's hosts, above 0 and at most 1 */
  onShare(share: number): Rule {
    return new Rule({ ...this, share });
  }

  /** The first bad result makes an incident. */
  atOnce(): Rule {
    return this.after(1);
  }

  /** @param attempts bad results in a row that make an incident, 1 to 10 */
  after(attempts: number): Rule {
    return new Rule({ ...this, attempts });
  }

  /**
   * Only what has lasted so long makes an incident, whatever the number of results: that is patience enough.
   * @param minutes 1 to 10,080
   */
  lasting(minutes: number): Rule {
    return new Rule({ ...this, lastingMinutes: minutes, attempts: 1 });
  }
}

export type { Rule };

const anyTrouble = ['WARNING', 'CRITICAL', 'UNKNOWN'] as const;

function priority(name: Priority) {
  const whenMetric = (label: string, range: string) =>
    new Rule({ priority: name, states: anyTrouble, metric: { label, range } });
  return {
    when: (...states: readonly [Trouble, ...Trouble[]]) => new Rule({ priority: name, states }),
    /** A metric is outside a plugin range in base units, whatever the check itself thinks of it. */
    whenMetric,
    /** A metric with a baseline is worse than it by more than so many percent. */
    whenWorse: (metric: string, percent: number) => whenMetric(worseLabel(metric), `~:${percent}`),
  };
}

/** `p1.when('CRITICAL').onEveryHost()`; of a list of rules the first that matches wins. */
export const p0 = priority('P0');
export const p1 = priority('P1');
export const p2 = priority('P2');
export const p3 = priority('P3');

/** For awareness: numbered, shown and reported, and nobody is told. */
export const info = priority('info');

/** Every host is down: P1, at once; some are: P2; a warning, or a host that could not be judged: P3. */
export const checkRules: readonly Rule[] = [
  p1.when('CRITICAL').onEveryHost().atOnce(),
  p2.when('CRITICAL'),
  p3.when('WARNING', 'UNKNOWN'),
];

/** Every host is lost, or none is there: P1; some are lost: P2. */
export const fleetRules: readonly Rule[] = [p1.when('CRITICAL').onEveryHost(), p2.when('CRITICAL')];

/** A job that failed, or left nothing that shows its work, is not done again by itself. */
export const jobRules: readonly Rule[] = [p2.when('CRITICAL').atOnce(), p3.when('WARNING', 'UNKNOWN').atOnce()];

/** What our own records show does not change by being read again. */
export const recordRules: readonly Rule[] = jobRules;

/** Something is wrong, as a person has seen: P2; nobody has looked in time: P3. */
export const signOffRules: readonly Rule[] = [p2.when('CRITICAL').atOnce(), p3.when('WARNING').atOnce()];
