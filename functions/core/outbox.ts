import type { Alert, Notice, Outgoing, Recipient } from './alert.ts';
import type { Plan, Priority } from './plan.ts';
import type { Iso } from './time.ts';

/** Notices that one alert owes at most: beyond it something refuses them all, and nobody wants them one by one later. */
const outboxLimit = 20;

/** Of the newest so many notices the full output is kept; with the limits of a check's text that is under 200 KB. */
const fullNotices = 3;

/** The number that notices of an incident still lack, by when it was opened; `undefined` when none lacks it. */
export function unnumbered({ outbox }: Alert): Notice | undefined {
  return outbox.find(({ notice }) => notice.incident === '')?.notice;
}

/** Gives an incident its number, which only the table can tell, and its notices as well. */
export function numbered(alert: Alert, openedAt: Iso, number: string): Alert {
  const { incident } = alert;
  return {
    ...alert,
    ...(incident?.openedAt === openedAt && { incident: { ...incident, number } }),
    outbox: alert.outbox.map((out) =>
      out.notice.openedAt === openedAt ? { ...out, notice: { ...out.notice, incident: number } } : out,
    ),
  };
}

/**
 * An outbox that fits into its item however long nothing could be sent: the first notice and the newest stay, those
 * between are dropped, and the one after them says so.
 */
export function bounded(outbox: readonly Outgoing[]): readonly Outgoing[] {
  const short = outbox.map((out, index) => (index < outbox.length - fullNotices ? shortened(out) : out));
  const [first, dropped, next, ...rest] = short;
  if (short.length <= outboxLimit || !first || !dropped || !next) return short;
  const droppedBefore = 1 + (dropped.notice.droppedBefore ?? 0) + (next.notice.droppedBefore ?? 0);
  return [first, { ...next, notice: { ...next.notice, droppedBefore } }, ...rest];
}

function shortened(out: Outgoing): Outgoing {
  const worst = out.notice.worst.slice(0, 1).map((host) => ({ ...host, longText: '' }));
  return { ...out, notice: { ...out.notice, worst } };
}

/**
 * Whether an observation leaves nothing to store: what was not bad before and is not now needs no memory. While an
 * incident is open every observation is stored, so that none that comes late can end it.
 */
export function isUneventful(before: Alert | undefined, next: Alert): boolean {
  if (!before) return next.status === 'OK' || next.status === 'PENDING';
  const observedAt = next.incident ? next.observedAt : before.observedAt;
  return JSON.stringify({ ...next, observedAt }) === JSON.stringify(before);
}

/** The alert whose notices stand in the incident's records; one that nobody is to be told of is done with that. */
export function recorded(alert: Alert, notices: readonly Notice[]): Alert {
  const outbox = alert.outbox
    .map((out) => (notices.some((notice) => isSame(notice, out.notice)) ? { ...out, isRecorded: true as const } : out))
    .filter(({ to, isRecorded }) => to.length > 0 || !isRecorded);
  return { ...alert, outbox };
}

/** The alert with one recipient of one notice struck out of its outbox. */
export function struckOut(alert: Alert, notice: Notice, contact: string): Alert {
  const outbox = alert.outbox
    .map((out) =>
      isSame(notice, out.notice) ? { ...out, to: out.to.filter((each) => each.contact !== contact) } : out,
    )
    .filter((out) => out.to.length > 0 || !isSame(notice, out.notice));
  return { ...alert, outbox };
}

function isSame(one: Notice, other: Notice): boolean {
  return one.openedAt === other.openedAt && one.sequence === other.sequence;
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
