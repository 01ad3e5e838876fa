import type { Alert, Incident, Notice } from './alert.ts';
import { isPage, nothingKnown, withoutPages } from './notice.ts';
import type { Priority } from './plan.ts';
import type { AlertPolicy } from './policy.ts';
import type { Known } from './remembered.ts';
import { page, policyFor, type Told, tell } from './telling.ts';
import type { Iso } from './time.ts';

export interface Decision {
  readonly next: Alert;
  /** Why, for the log: one sentence. */
  readonly reason: string;
  /** The check has to be asked again now. */
  readonly isAsked?: true;
}

export function open(
  alert: Known,
  kind: 'problem' | 'flapping-start',
  priority: Priority,
  openedAt: Iso,
  policy: AlertPolicy,
  now: Iso,
): Decision {
  const incident: Incident = {
    number: '',
    openedAt,
    ...startOf(priority, policy),
    told: [],
    notices: 0,
    ...(kind === 'flapping-start' && { isFlapping: true as const }),
  };
  const reason = `${kind === 'problem' ? '' : 'it goes to and fro: '}${summary(alert)}`;
  return { next: page({ ...alert, incident }, kind, reason, policy, now), reason: `opened as ${priority}: ${reason}` };
}

/** Whoever had the old problem in hand does not have the new one. */
export function rise(alert: Told, priority: Priority, policy: AlertPolicy, now: Iso): Decision {
  const { acknowledged: _old, escalateAt: _clock, repageMinutes: _before, ...incident } = alert.incident;
  const reason = `rose from ${incident.priority} to ${priority}: ${summary(alert)}`;
  const risen: Told = { ...alert, incident: { ...incident, ...startOf(priority, policy) } };
  const roles = new Set(policyFor(policy, priority).levels[0]?.tell);
  const isCovered = ({ notice, to }: Alert['parked'][number]) =>
    notice.openedAt === incident.openedAt && 'roles' in to && to.roles.every((role) => roles.has(role));
  const parked = alert.parked.filter((each) => !isCovered(each));
  return { next: page({ ...risen, parked }, 'update', reason, policy, now), reason };
}

/** What an incident has from its priority. */
function startOf(priority: Priority, policy: AlertPolicy): Pick<Incident, 'priority' | 'level' | 'repageMinutes'> {
  const { repageMinutes } = policyFor(policy, priority);
  return { priority, level: 1, ...(repageMinutes !== undefined && { repageMinutes }) };
}

export function startFlapping(alert: Told, policy: AlertPolicy, now: Iso): Decision {
  const flapping: Told = { ...alert, incident: { ...alert.incident, isFlapping: true } };
  const reason = `it goes to and fro: ${summary(alert)}`;
  return { next: tellTold(flapping, 'flapping-start', reason, policy, now), reason };
}

export function endFlapping(alert: Told, doubt: string | undefined, policy: AlertPolicy, now: Iso): Decision {
  const { isFlapping: _ended, ...incident } = alert.incident;
  const steady: Told = { ...alert, incident };
  const reason = `it goes to and fro no more: ${doubt ?? 'it is well'}`;
  if (!doubt) return resolve(steady, 'flapping-end', reason, policy, now);
  return { next: tellTold(steady, 'flapping-end', reason, policy, now), reason };
}

/** Everybody who was told hears of the end, and nobody else: what waits is told in one line, if at all. */
export function resolve(
  alert: Told,
  kind: 'recovery' | 'flapping-end',
  reason: string,
  policy: AlertPolicy,
  now: Iso,
): Decision {
  const told = tellTold(alert, kind, reason, policy, now);
  const { incident, criticalIn: _over, ...rest } = told;
  const parked = withoutPages(rest.parked, alert.incident.openedAt, `it was over at ${now}`);
  return { next: { ...rest, parked }, reason: `recovered: ${summary(alert)}` };
}

/**
 * What the runbook does not ask about any more is remembered no more, and an incident of it is over: whoever was told hears
 * that nobody looks after it now. Whether it is well, nobody knows.
 */
export function forget(alert: Alert, policy: AlertPolicy, now: Iso): Decision {
  const { check, incident, facts = nothingKnown(check) } = alert;
  const reason = 'the runbook has no such check any more';
  const ended = incident ? resolve({ ...alert, facts, incident }, 'recovery', reason, policy, now).next : alert;
  const isEnd = ({ kind, openedAt }: Notice) => !isPage({ kind }) && openedAt === incident?.openedAt;
  const marked = <T extends { readonly notice: Notice }>(each: T): T =>
    isEnd(each.notice) ? { ...each, notice: { ...each.notice, isUnchecked: true as const, reason } } : each;
  const [parked, outbox] = [ended.parked.map(marked), ended.outbox.map(marked)];
  return { next: { check, status: 'PENDING', since: now, observedAt: now, parked, outbox }, reason };
}

/** Tells those who have been told before. */
function tellTold(
  alert: Told,
  kind: 'recovery' | 'flapping-start' | 'flapping-end',
  reason: string,
  policy: AlertPolicy,
  now: Iso,
): Alert {
  return tell(alert, kind, reason, { recipients: alert.incident.told }, policy, now);
}

export function summary({ facts }: Known): string {
  return facts.headline;
}
