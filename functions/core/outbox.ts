import type { Alert, Notice, Outgoing, Recipient } from './alert.ts';
import type { Iso } from './time.ts';

/** Notices that one alert owes or keeps for later at most: nobody wants more of them one by one. */
const listLimit = 20;

/** Of the newest so many notices the full output is kept; with the limits of a check's text that is under 200 KB. */
const fullNotices = 3;

/** The first notice of an incident that has no number yet; `undefined` when every one has. */
export function unnumbered({ outbox }: Alert): Notice | undefined {
  return outbox.find(({ notice }) => notice.incident === '')?.notice;
}

/** Gives an incident its number, which only the table can tell, and its notices as well. */
export function numbered(alert: Alert, openedAt: Iso, number: string): Alert {
  const { incident } = alert;
  const named = <T extends { readonly notice: Notice }>(each: T): T =>
    each.notice.openedAt === openedAt ? { ...each, notice: { ...each.notice, incident: number } } : each;
  return {
    ...alert,
    ...(incident?.openedAt === openedAt && { incident: { ...incident, number } }),
    parked: alert.parked.map(named),
    outbox: alert.outbox.map(named),
  };
}

/**
 * A list that fits into its item however long nothing could be sent: the first notice and the newest stay, those between
 * are dropped, and the one after them says so.
 */
export function bounded<T extends { readonly notice: Notice }>(list: readonly T[]): readonly T[] {
  if (list.length <= fullNotices) return list;
  const short = list.map((each, index) => (index < list.length - fullNotices ? shortened(each) : each));
  const [first, dropped, next, ...rest] = short;
  if (short.length <= listLimit || !first || !dropped || !next) return short;
  const droppedBefore = 1 + (dropped.notice.droppedBefore ?? 0) + (next.notice.droppedBefore ?? 0);
  return [first, { ...next, notice: { ...next.notice, droppedBefore } }, ...rest];
}

function shortened<T extends { readonly notice: Notice }>(each: T): T {
  const worst = each.notice.worst.slice(0, 1).map((host) => ({ ...host, longText: '' }));
  return { ...each, notice: { ...each.notice, worst } };
}

/**
 * Whether an event leaves nothing to store: what was not bad before and is not now needs no memory. As long as anything
 * else is remembered every observation is, so that none that comes late can change it.
 */
export function isUneventful(before: Alert | undefined, next: Alert): boolean {
  if (!before) return next.status === 'OK' || next.status === 'PENDING';
  if (before === next) return true;
  const isRemembered = next.incident ?? next.soft ?? next.matching ?? next.changes;
  const observedAt = isRemembered === undefined ? before.observedAt : next.observedAt;
  return JSON.stringify({ ...next, observedAt }) === JSON.stringify(before);
}

/** The alert without what is done of its outbox. */
export function struckOut(alert: Alert, done: readonly Outgoing[]): Alert {
  const isDone = (each: Outgoing) =>
    done.some((out) => isSame(out.notice, each.notice) && out.isRecorded === each.isRecorded);
  return { ...alert, outbox: alert.outbox.filter((out) => !isDone(out)) };
}

function isSame(one: Notice, other: Notice): boolean {
  return one.openedAt === other.openedAt && one.sequence === other.sequence;
}

/** When something has to be done about an alert; `undefined` when nothing has. */
export function dueAt({ outbox, parked, soft, incident, observedAt }: Alert): Iso | undefined {
  // What is owed now has been owed since the last observation at the latest.
  const times = [
    outbox.length > 0 ? observedAt : undefined,
    ...parked.map(({ notBefore, askAt }) => askAt ?? notBefore),
    soft?.until,
    incident?.escalateAt,
    incident?.acknowledged?.until,
  ];
  return times.filter((time) => time !== undefined).sort()[0];
}

/** A contact told twice is told of the recovery once, by every channel that told it. */
export function mergeRecipients(told: readonly Recipient[], to: readonly Recipient[]): readonly Recipient[] {
  if (told.length === 0) return to;
  const merged = new Map(told.map((recipient) => [recipient.contact, recipient]));
  for (const recipient of to) {
    const channels = new Set([...(merged.get(recipient.contact)?.channels ?? []), ...recipient.channels]);
    merged.set(recipient.contact, { ...recipient, channels: [...channels] });
  }
  return [...merged.values()];
}
