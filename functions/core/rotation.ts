import { Temporal } from 'temporal-polyfill';
import type { PlanRole, Rotation } from './plan.ts';
import { type Iso, instantOf, isoOf, localTime } from './time.ts';

/** Ids of the contacts who answer for a role: all of a plain one, one of a rotation. */
export function onDuty(role: PlanRole, timeZone: string, at: Iso): readonly string[] {
  if ('contacts' in role) return role.contacts;
  const { every, from, contacts, overrides } = role.rotation;
  const date = dutyDate(role.rotation, timeZone, at);
  const override = overrides.find((entry) => entry.date === date.toString());
  if (override) return [override.contact];
  // Dates are counted, not hours: not every day has 24. Before the first hand-over the first contact is on duty.
  const days = Math.max(0, Temporal.PlainDate.from(from).until(date).days);
  const turn = Math.floor(days / (every === 'week' ? 7 : 1)) % contacts.length;
  return contacts.slice(turn, turn + 1);
}

/**
 * The first instant after `after` at which somebody else may be on duty: the hand-over time of the very next day, since
 * every day may begin or end an override.
 */
export function nextHandover(rotation: Rotation, timeZone: string, after: Iso): Iso {
  const next = dutyDate(rotation, timeZone, after).add({ days: 1 });
  return isoOf(instantOf(next, rotation.at, timeZone));
}

/** The local date whose hand-over was the last one; at the hand-over itself the next contact is on duty. */
function dutyDate(rotation: Rotation, timeZone: string, at: Iso): Temporal.PlainDate {
  const local = localTime(at, timeZone);
  const date = local.toPlainDate();
  const isHandedOver = instantOf(date, rotation.at, timeZone) <= local.epochMilliseconds;
  return isHandedOver ? date : date.subtract({ days: 1 });
}
