import type { Priority, PriorityRule } from './plan.ts';
import type { Status } from './status.ts';

const urgency: readonly Priority[] = ['P0', 'P1', 'P2', 'P3'];

export function isMoreUrgent(priority: Priority, than: Priority): boolean {
  return urgency.indexOf(priority) < urgency.indexOf(than);
}

/**
 * The priority of the first rule that matches.
 * @param counts hosts by status
 * @param population the hosts that a share is a share of
 */
export function priorityOf(
  rules: readonly PriorityRule[],
  counts: Readonly<Record<Status, number>>,
  population: number,
): Priority | undefined {
  return rules.find((rule) => {
    const matching = rule.states.reduce((sum, state) => sum + counts[state], 0);
    return matching >= 1 && matching >= (rule.share ?? 0) * population;
  })?.priority;
}
