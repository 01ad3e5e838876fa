import type { Addressees, Alert, Facts, Incident, Notice, NoticeKind, Outgoing, Parked, Recipient } from './alert.ts';
import { isPage, noticeOf } from './notice.ts';
import { bounded, mergeRecipients } from './outbox.ts';
import type { Priority, PriorityPolicy } from './plan.ts';
import type { AlertPolicy } from './policy.ts';
import { type Iso, laterBy } from './time.ts';

/** An alert about which something can be told. */
export type Told = Alert & { readonly facts: Facts; readonly incident: Incident };

/** Tells the roles of the incident's level. */
export function page(alert: Told, kind: NoticeKind, reason: string, policy: AlertPolicy, now: Iso): Alert {
  const { priority, level } = alert.incident;
  const { levels, channels } = policyFor(policy, priority);
  const roles = levels[level - 1]?.tell ?? levels.at(-1)?.tell ?? [];
  return tell(alert, kind, reason, { roles, channels }, policy, now);
}

/** Tells somebody of something new: at once, or when it may be told. It stands in the records in any case. */
export function tell(
  alert: Told,
  kind: NoticeKind,
  reason: string,
  to: Addressees,
  policy: AlertPolicy,
  now: Iso,
): Alert {
  const notice = noticeOf(alert, alert.incident, kind, now, reason);
  const counted = { ...alert, incident: { ...alert.incident, notices: notice.sequence } };
  const isSilent = 'recipients' in to ? to.recipients.length === 0 : to.roles.length === 0;
  const placed = isSilent ? counted : place(counted, { notice, to }, policy, now);
  const isParked = placed.parked !== counted.parked;
  return isSilent || isParked ? { ...placed, outbox: bounded([...placed.outbox, { notice, to: [] }]) } : placed;
}

/** Puts each parked notice whose time has come where it belongs now: to those on duty now, or to a later time. */
export function flush(alert: Alert, policy: AlertPolicy, now: Iso): Alert {
  const isDue = ({ notBefore, heldBy }: Parked) => heldBy !== undefined || notBefore <= now;
  if (!alert.parked.some(isDue)) return alert;
  const waiting: Alert = { ...alert, parked: alert.parked.filter((each) => !isDue(each)) };
  return alert.parked
    .filter(isDue)
    .reduce((each, parked) => place(each, refreshed(parked, alert), policy, now, parked), waiting);
}

/** What was parked is told as it is now. */
function refreshed(parked: Parked, { facts, incident }: Alert): Parked {
  const { notice } = parked;
  if (!facts || incident?.openedAt !== notice.openedAt || !isPage(notice)) return parked;
  const { acknowledged } = incident;
  const inHand = acknowledged && { kind: 'digest' as const, reason: `acknowledged by ${acknowledged.by}` };
  const { title, headline, worst, population, troubled } = facts;
  return { ...parked, notice: { ...notice, title, headline, worst, population, troubled: troubled.total, ...inHand } };
}

/** @param before how it was parked; it is in the records since then */
function place(
  alert: Alert,
  { notice, to }: Pick<Parked, 'notice' | 'to'>,
  policy: AlertPolicy,
  now: Iso,
  before?: Parked,
): Alert {
  // Who was told of a problem is told of its end as well, whatever is silenced meanwhile.
  const isMutable = isPage(notice) || (notice.kind === 'digest' && before?.heldBy !== undefined);
  const mute = isMutable ? policy.muted(notice.priority) : undefined;
  const hasWaited = before !== undefined && before.heldBy === undefined;
  const notBefore =
    mute?.until ??
    (hasWaited ? now : policy.deliverAt(policyFor(policy, notice.priority).delivery, before && notice.at));
  if (notBefore > now) {
    const askAt = mute && askedAt(notice, notBefore, policy, now);
    // One that waits on stays as it is: whoever looks at it once more changes nothing.
    const kept = before?.notice ?? (isPage(notice) ? withoutLongTexts(notice) : notice);
    const parked = { notice: kept, to, notBefore, ...(mute && { heldBy: mute.why }), ...(askAt && { askAt }) };
    return { ...alert, parked: bounded([...alert.parked, parked]) };
  }
  const recipientsNow = 'recipients' in to ? to.recipients : recipientsOf(to, notice, policy);
  const recipients = notice.kind === 'digest' ? recipientsNow.map(quiet) : recipientsNow;
  const out: Outgoing = { notice, to: recipients, ...(before && { isRecorded: true as const }) };
  return withClock({ ...alert, outbox: bounded([...alert.outbox, out]) }, out, policy, now);
}

/** A page that waits: it is told as it is then, with all that hosts say then, and until then it is read often. */
function withoutLongTexts(notice: Notice): Notice {
  return { ...notice, worst: notice.worst.map((host) => ({ ...host, longText: '' })) };
}

/** Who is to be told now; where a deployment has removed the roles, those of the notice's level. */
function recipientsOf(
  { roles, channels }: Extract<Addressees, { readonly roles: unknown }>,
  { priority, level }: Notice,
  policy: AlertPolicy,
): readonly Recipient[] {
  const recipients = policy.recipients(roles, channels);
  if (recipients.length > 0) return recipients;
  const present = policyFor(policy, priority);
  return policy.recipients((present.levels[level - 1] ?? present.levels[0])?.tell ?? [], present.channels);
}

/** By the channels that wake nobody, if there is one. */
function quiet(recipient: Recipient): Recipient {
  const channels = recipient.channels.filter((channel) => channel !== 'sms');
  return channels.length > 0 ? { ...recipient, channels } : recipient;
}

/** When the check has to be asked again for its result to be there, and fresh, when a silence ends. */
function askedAt({ round }: Notice, end: Iso, { silence, softMs }: AlertPolicy, now: Iso): Iso | undefined {
  const takesMs = silence()?.until === end ? softMs(routineIn(round)) : undefined;
  const askAt = takesMs && laterBy(-takesMs, end);
  return askAt && askAt > now ? askAt : undefined;
}

/** The routine in a round's name. */
export function routineIn(round: string): string {
  return round.split('/', 1)[0] ?? '';
}

/** Remembers who has been told, and starts the clock of the level that a page tells. */
function withClock(alert: Alert, { notice, to }: Outgoing, policy: AlertPolicy, now: Iso): Alert {
  const { incident } = alert;
  if (incident?.openedAt !== notice.openedAt) return alert;
  const told: Incident = { ...incident, told: mergeRecipients(incident.told, to) };
  const { acknowledgeMinutes } = policyFor(policy, notice.priority).levels[incident.level - 1] ?? {};
  const isOfNow = isPage(notice) && notice.priority === incident.priority;
  const isTicking = isOfNow && !incident.acknowledged && acknowledgeMinutes !== undefined;
  const escalateAt = incident.escalateAt ?? (isTicking && laterBy(acknowledgeMinutes * 60_000, now));
  return { ...alert, incident: { ...told, ...(escalateAt && { escalateAt }) } };
}

/** An incident of a priority that the runbook does not have any more is told as the most urgent one that it has. */
export function policyFor({ priorities }: Pick<AlertPolicy, 'priorities'>, priority: Priority): PriorityPolicy {
  const policy = priorities[priority] ?? priorities.P0 ?? priorities.P1 ?? priorities.P2 ?? priorities.P3;
  if (policy) return policy;
  throw new Error('The runbook defines no priority; the validation refuses such a runbook.');
}
