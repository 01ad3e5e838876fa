import type { Plan } from '../../functions/core/plan.ts';

/** As few hosts as a platform's fleets ask for. */
export function fewestHosts({ fleets }: Plan): number {
  return Object.values(fleets).reduce((sum, { floor }) => sum + floor, 0);
}

/**
 * So many hosts, by fleet: each has as many as its floor, and what is beyond them is in the fleet with the most.
 * @param hosts at least as many as the fleets ask for
 */
export function hostsByFleet(plan: Plan, hosts: number): ReadonlyMap<string, number> {
  const fleets = Object.entries(plan.fleets);
  const [[largest] = ['']] = [...fleets].sort(([, one], [, other]) => other.floor - one.floor);
  const others = hosts - fewestHosts(plan);
  return new Map(fleets.map(([id, { floor }]) => [id, id === largest ? floor + others : floor]));
}
