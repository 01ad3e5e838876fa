import { fleetCheck, roundCheck } from './observations.ts';
import type { Plan } from './plan.ts';

/** What people know an alert by: a check's, a fleet's, or that of Rounds itself. */
export function alertTitle({ checks, fleets, routines }: Plan, check: string): string {
  const fleet = Object.entries(fleets).find(([id]) => fleetCheck(id) === check)?.[1];
  const routine = Object.entries(routines).find(([id]) => roundCheck(id) === check)?.[1];
  return checks[check]?.title ?? fleet?.title ?? (routine && `Rounds runs ${routine.title}`) ?? check;
}
