import type { Alert, Recipient } from './alert.ts';
import { deliverHeldAt } from './delivery.ts';
import { isFleetCheck, isKnownCheck, rulesOf } from './observations.ts';
import type { Channel, Delivery, Plan, Priority, PriorityPolicy, PriorityRule } from './plan.ts';
import { isMoreUrgent } from './priority.ts';
import { onDuty } from './rotation.ts';
import { isRepeatable, softMs } from './round.ts';
import { type Mute, mutedBy, type Silence } from './silence.ts';
import { type Iso, laterBy } from './time.ts';

/** All that decides beside the alert itself, at one moment. */
export interface AlertPolicy {
  /** The runbook still has the check, or it is one of Rounds' own. */
  readonly isKnown: boolean;
  readonly rules: readonly PriorityRule[];
  readonly priorities: Readonly<Partial<Record<Priority, PriorityPolicy>>>;
  /** Who is told now through some roles: each contact once, through the first role that names it, where it has an address. */
  recipients(roles: readonly string[], channels: readonly Channel[]): readonly Recipient[];
  /** When what is to be told now may be told: now, or later. @param heldSince when what was held back has happened */
  deliverAt(delivery: Delivery, heldSince?: Iso): Iso;
  /** Because of what nobody is told of a problem of this priority. */
  muted(priority: Priority): Mute | undefined;
  /** The silence or the maintenance, whose end is known, and before which the check is asked again. */
  silence(): Mute | undefined;
  /** How long rechecks after a round can take at most, in milliseconds; `undefined`: nothing can be rechecked. */
  softMs(routine: string): number | undefined;
}

/** What happens around an alert. */
export interface Surroundings {
  readonly silences: readonly Silence[];
  /** The alerts that this one depends on, at least, by check. */
  readonly alerts: ReadonlyMap<string, Alert>;
}

/** How often what another incident holds back is looked at again, in milliseconds. */
const reviewMs = 5 * 60_000;

/** The policy for one check at one moment. */
export function policyOf(plan: Plan, check: string, now: Iso, { silences, alerts }: Surroundings): AlertPolicy {
  const { calendar, timeZone, priorities } = plan;
  let found: { readonly mute: Mute | undefined } | undefined;
  // Most observations tell nothing, and need not know.
  const silence = () => {
    found ??= { mute: mutedBy(check, now, plan, silences) };
    return found.mute;
  };
  return {
    isKnown: isKnownCheck(plan, check),
    rules: rulesOf(plan, check),
    priorities,
    recipients: (names, channels) => recipientsOf(plan, names, channels, now),
    deliverAt: (delivery, heldSince) => deliverHeldAt(delivery, calendar, timeZone, heldSince ?? now, now),
    muted: (priority) => silence() ?? blockedBy(plan, check, priority, now, alerts),
    silence,
    softMs: (routine) =>
      isRepeatable(plan, check) && Object.hasOwn(plan.routines, routine) ? softMs(plan, routine) : undefined,
  };
}

/** Who is told now through some roles: each contact once, where it has an address. */
export function recipientsOf(
  { roles, contacts, timeZone }: Plan,
  names: readonly string[],
  channels: readonly Channel[],
  now: Iso,
): readonly Recipient[] {
  const recipients = new Map<string, Recipient>();
  for (const role of names) {
    const titled = roles[role];
    for (const contact of titled ? onDuty(titled, timeZone, now) : []) {
      const reached = channels.filter((channel) => contacts[contact]?.channels.includes(channel));
      if (reached.length > 0 && !recipients.has(contact)) recipients.set(contact, { contact, role, channels: reached });
    }
  }
  return [...recipients.values()];
}

/** An incident that explains this one and is at least as urgent: one that waits for Monday must not hold back a page. */
function blockedBy(plan: Plan, check: string, priority: Priority, now: Iso, alerts: Surroundings['alerts']) {
  for (const other of plan.checks[check]?.dependsOn ?? []) {
    const alert = alerts.get(other);
    if (!alert?.incident || isMoreUrgent(priority, alert.incident.priority)) continue;
    // A fleet explains something when it is unreachable, not when one of its hosts is.
    const { troubled, population } = alert.facts ?? { troubled: { total: 0 }, population: 0 };
    if (isFleetCheck(other) && troubled.total < population) continue;
    const title = alert.facts?.title ?? other;
    return { until: laterBy(reviewMs, now), why: `it may follow from ${alert.incident.number || title}` };
  }
  return undefined;
}
