import type { PlanRole } from '../plan.ts';
import { nextHandover, onDuty } from '../rotation.ts';
import type { Iso } from '../time.ts';
import { listed } from '../words.ts';
import type { View } from './view.ts';

/** Hand-overs among which the next one is looked for that changes something. */
const handoversLimit = 62;

/** Names of those who answer for a role at an instant. */
export function dutyText({ plan: { timeZone, contacts } }: View, role: PlanRole, at: Iso): string {
  return listed(onDuty(role, timeZone, at).map((id) => contacts[id]?.name ?? id));
}

/** When somebody else takes over; `undefined` for a role that is no rotation, or always the same person's. */
export function handoverOf({ plan: { timeZone }, surface }: View, role: PlanRole): Iso | undefined {
  if (!('rotation' in role)) return undefined;
  const present = String(onDuty(role, timeZone, surface.at));
  let at = surface.at;
  for (let tries = 0; tries < handoversLimit; tries++) {
    at = nextHandover(role.rotation, timeZone, at);
    if (String(onDuty(role, timeZone, at)) !== present) return at;
  }
  return undefined;
}
