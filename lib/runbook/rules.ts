import type { Trouble } from '../../functions/core/status.ts';
import type { Priority, PriorityRule } from './types.ts';

/** A rule that one host is enough for; its methods make it ask for more. */
class Rule implements PriorityRule {
  readonly priority: Priority;
  readonly states: readonly Trouble[];

  constructor(priority: Priority, states: readonly Trouble[]) {
    this.priority = priority;
    this.states = states;
  }

  onEveryHost(): PriorityRule {
    return this.onShare(1);
  }

  /** @param share of the hosts that answered, above 0 and at most 1 */
  onShare(share: number): PriorityRule {
    return { ...this, share };
  }
}

function priority(name: Priority) {
  return { when: (...states: readonly [Trouble, ...Trouble[]]) => new Rule(name, states) };
}

/** `p1.when('CRITICAL').onEveryHost()`; of a list of rules the first that matches wins. */
export const p0 = priority('P0');
export const p1 = priority('P1');
export const p2 = priority('P2');
export const p3 = priority('P3');

/** Every host is down: P1; some are: P2; a warning, or a host that could not be judged: P3. */
export const checkRules: readonly PriorityRule[] = [
  p1.when('CRITICAL').onEveryHost(),
  p2.when('CRITICAL'),
  p3.when('WARNING', 'UNKNOWN'),
];

/** Every host is lost, or none is there: P1; some are lost: P2. */
export const fleetRules: readonly PriorityRule[] = [p1.when('CRITICAL').onEveryHost(), p2.when('CRITICAL')];
