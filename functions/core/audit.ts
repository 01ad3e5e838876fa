import type { Channel, Plan, PlanRole } from './plan.ts';
import { type Iso, instantOf, isoOf, localTime, msOf } from './time.ts';

/** The channels by which each contact may have to be told of something, whoever is on duty; contacts without any left out. */
export function channelsNeeded({ priorities, roles, contacts }: Plan): ReadonlyMap<string, readonly Channel[]> {
  const needed = new Map<string, readonly Channel[]>();
  for (const { levels, channels } of Object.values(priorities)) {
    for (const contact of levels.flatMap(({ tell }) => tell).flatMap((role) => everOnDuty(roles[role]))) {
      const added = channels.filter((channel) => contacts[contact]?.channels.includes(channel));
      const all = new Set([...(needed.get(contact) ?? []), ...added]);
      if (all.size > 0) needed.set(contact, [...all]);
    }
  }
  return needed;
}

/** Everybody who answers for a role now, or will. */
function everOnDuty(role: PlanRole | undefined): readonly string[] {
  if (!role) return [];
  if ('contacts' in role) return role.contacts;
  const { contacts, overrides } = role.rotation;
  return [...contacts, ...overrides.map(({ contact }) => contact)];
}

/** The next time of day at which business opens: somebody is there to see to it. */
export function nextAudit({ calendar, timeZone }: Plan, after: Iso): Iso {
  const today = localTime(after, timeZone).toPlainDate();
  const opening = instantOf(today, calendar.hours.from, timeZone);
  const isOver = opening <= msOf(after);
  return isoOf(isOver ? instantOf(today.add({ days: 1 }), calendar.hours.from, timeZone) : opening);
}
