import type { Channel, Plan, PlanReport, Priority } from '../../functions/core/plan.ts';
import { messagesPerIncident, smsParts } from './usage.ts';

/** What people are sent. */
export interface Told {
  readonly publishes: number;
  readonly emails: number;
  readonly posts: number;
  readonly smsParts: number;
}

/** Incidents as dear as they come: of the most urgent priority, told to its first level, and told when they are over. */
export function toldOfIncidents(plan: Plan, incidents: number): Told {
  const [urgent = 'P0'] = Object.keys(plan.priorities).sort();
  const { channels = [], levels = [] } = plan.priorities[urgent as Priority] ?? {};
  const people = peopleOf(plan, levels[0]?.tell ?? []);
  const messages = incidents * messagesPerIncident;
  const by = (channel: Channel) => {
    const reached = people.filter((person) => plan.contacts[person]?.channels.includes(channel));
    return channels.includes(channel) ? reached.length * messages : 0;
  };
  return {
    publishes: people.length * messages,
    emails: by('email'),
    posts: by('https'),
    smsParts: by('sms') * smsParts,
  };
}

/** How many get a report by email. */
export function toldOfReport(plan: Plan, { tell }: PlanReport): number {
  return peopleOf(plan, tell).filter((person) => plan.contacts[person]?.channels.includes('email')).length;
}

/** Who has a seat where seats are paid for: everybody in a role with a telephone, and at least one. */
export function onCallPeople({ contacts, roles }: Plan): number {
  const people = new Set(
    Object.values(roles).flatMap((role) => ('contacts' in role ? role.contacts : role.rotation.contacts)),
  );
  return Math.max(1, [...people].filter((person) => contacts[person]?.channels.includes('sms')).length);
}

/** Contacts of some roles; of a rotation the one who is on duty, whoever it is. */
function peopleOf({ roles }: Plan, some: readonly string[]): string[] {
  const people = some.flatMap((id) => {
    const role = roles[id];
    if (!role) return [];
    return 'contacts' in role ? role.contacts : role.rotation.contacts.slice(0, 1);
  });
  return [...new Set(people)];
}
