import type { Letter } from './mailbox.ts';
import { isPage } from './notice.ts';
import type { Plan } from './plan.ts';
import { recipientsOf } from './policy.ts';
import { policyFor } from './telling.ts';
import type { Iso } from './time.ts';

/**
 * Letters, by contact, in place of one to somebody whom a deployment has removed: to those who have the role now, or else to
 * all of the page's level. That something is over is news only for whoever knew of it: then there are none.
 */
export function heirsOf(plan: Plan, { notice, role }: Letter, now: Iso): ReadonlyMap<string, Letter> {
  if (!isPage(notice)) return new Map();
  const { channels, levels } = policyFor(plan, notice.priority);
  const heirs = recipientsOf(plan, [role], channels, now);
  const level = levels[Math.min(notice.level, levels.length) - 1];
  const told = heirs.length > 0 ? heirs : recipientsOf(plan, level?.tell ?? [], channels, now);
  return new Map(told.map(({ contact, ...by }) => [contact, { notice, ...by }]));
}
