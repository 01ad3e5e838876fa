import type { Priority, PriorityRule } from './plan.ts';
import { violates } from './range.ts';
import type { Status } from './status.ts';

const urgency: readonly Priority[] = ['P0', 'P1', 'P2', 'P3', 'info'];

export function isMoreUrgent(priority: Priority, than: Priority): boolean {
  return urgency.indexOf(priority) < urgency.indexOf(than);
}

/** Whether one host matches a rule. A metric that the host has not reported matches nothing. */
export function hostMatches(
  { states, metric }: PriorityRule,
  status: Status,
  metrics: readonly { readonly label: string; readonly value: number }[],
): boolean {
  if (!states.some((state) => state === status)) return false;
  return !metric || metrics.some(({ label, value }) => label === metric.label && violates(metric.range, value));
}

/**
 * Whether a rule matches, its duration left aside.
 * @param matching hosts that match it
 * @param population the hosts that a share is a share of
 */
export function ruleMatches({ share = 0 }: PriorityRule, matching: number, population: number): boolean {
  return matching >= 1 && matching >= share * population;
}
