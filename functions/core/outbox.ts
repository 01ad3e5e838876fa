import type { Alert, Notice, Outgoing, Recipient } from './alert.ts';
import type { Plan, Priority } from './plan.ts';

/** Gives the incident that a decision opened its number, which only the table can tell. */
export function numbered(alert: Alert, number: string): Alert {
  if (alert.incident?.number !== '') return alert;
  return {
    ...alert,
    incident: { ...alert.incident, number },
    outbox: alert.outbox.map((out) =>
      out.notice.incident === '' ? { ...out, notice: { ...out.notice, incident: number } } : out,
    ),
  };
}

/** Whether an observation leaves nothing to store: what was not bad before and is not now needs no memory. */
export function isUneventful(before: Alert | undefined, next: Alert): boolean {
  if (!before) return next.status === 'OK';
  return JSON.stringify({ ...next, observedAt: before.observedAt }) === JSON.stringify(before);
}

/** The alert with one recipient of one notice struck out of its outbox. */
export function struckOut(alert: Alert, notice: Notice, contact: string): Alert {
  const isIt = (out: Outgoing) => out.notice.incident === notice.incident && out.notice.sequence === notice.sequence;
  const outbox = alert.outbox.map((out) =>
    isIt(out)
      ? { ...out, isRecorded: true as const, to: out.to.filter((recipient) => recipient.contact !== contact) }
      : out,
  );
  return { ...alert, outbox: outbox.filter((out) => !isIt(out) || out.to.length > 0) };
}

/** Who a priority tells: each contact once, through the first role that names it. */
export function recipientsOf(plan: Plan, priority: Priority): readonly Recipient[] {
  const policy = plan.priorities[priority];
  if (!policy) return [];
  const recipients = new Map<string, Recipient>();
  for (const role of policy.tell) {
    for (const contact of plan.roles[role]?.contacts ?? []) {
      if (!recipients.has(contact)) recipients.set(contact, { contact, role, channels: policy.channels });
    }
  }
  return [...recipients.values()];
}

/** A contact told twice is told of the recovery once, by every channel that told it. */
export function mergeRecipients(told: readonly Recipient[], to: readonly Recipient[]): readonly Recipient[] {
  const merged = new Map(told.map((recipient) => [recipient.contact, recipient]));
  for (const recipient of to) {
    const channels = new Set([...(merged.get(recipient.contact)?.channels ?? []), ...recipient.channels]);
    merged.set(recipient.contact, { ...recipient, channels: [...channels] });
  }
  return [...merged.values()];
}
