import type { Alert } from './alert.ts';
import { isPage } from './notice.ts';
import type { AlertPolicy } from './policy.ts';
import { flush, page, policyFor, type Told } from './telling.ts';
import { type Iso, laterBy } from './time.ts';
import { type Decision, forget, open } from './transitions.ts';

const minuteMs = 60_000;

/** What time makes of an alert: rechecks that never came, parked notices, forgotten acknowledgements, the next level. */
export function elapse(alert: Alert, policy: AlertPolicy, now: Iso): Decision {
  if (!policy.isKnown && alert.status !== 'PENDING') return forget(alert, policy, now);
  const { soft, facts, ...rest } = alert;
  if (soft?.until && soft.until <= now && facts) {
    const opened = open({ ...rest, facts }, 'problem', soft.priority, soft.openedAt, policy, now);
    return { ...opened, reason: `${opened.reason}, and no recheck came` };
  }
  const isAsked = alert.parked.some(({ askAt }) => askAt !== undefined && askAt <= now);
  const next = flush(alert, policy, now);
  const decision =
    facts && next.incident
      ? elapseOpen({ ...next, facts, incident: next.incident }, policy, now)
      : { next, reason: 'its time has come' };
  return isAsked ? { ...decision, isAsked } : decision;
}

function elapseOpen(alert: Told, policy: AlertPolicy, now: Iso): Decision {
  const { incident } = alert;
  const { levels } = policyFor(policy, incident.priority);
  const { acknowledged, escalateAt } = incident;
  if (acknowledged) {
    const { until } = acknowledged;
    if (!until || until > now) return { next: alert, reason: `acknowledged by ${acknowledged.by}` };
    const { acknowledged: _lapsed, ...open } = incident;
    const reason = `${acknowledged.by} acknowledged it at ${acknowledged.at}, and it is still open`;
    return { next: page({ ...alert, incident: { ...open, level: 1 } }, 'reminder', reason, policy, now), reason };
  }
  // A deployment may have taken levels away.
  const minutes = levels[Math.min(incident.level, levels.length) - 1]?.acknowledgeMinutes ?? 0;
  const later = (from: Iso) => laterBy(minutes * minuteMs, from);
  const waitUntil = (at: Iso, reason: string) => ({
    next: { ...alert, incident: { ...incident, escalateAt: at } },
    reason,
  });
  if (lacksClock(alert, policy)) return waitUntil(later(now), 'the runbook gives it a deadline now');
  const mute = policy.muted(incident.priority);
  // A silence may have put the clock off, and may have been ended early.
  if (escalateAt && escalateAt > later(now) && !mute) return waitUntil(later(now), 'nothing holds it back any more');
  if (!escalateAt || escalateAt > now) return { next: alert, reason: 'its time has come' };
  if (mute) return waitUntil(later(mute.until), mute.why);
  if (incident.isFlapping && alert.status === 'OK') return waitUntil(later(now), 'it goes to and fro, and is well now');
  const { escalateAt: _rung, ...rung } = incident;
  const isLast = incident.level >= levels.length;
  const reason = minutes > 0 ? `nobody has acknowledged in ${minutes} minutes` : 'nobody has acknowledged it';
  const told: Told = { ...alert, incident: { ...rung, level: Math.min(incident.level + 1, levels.length) } };
  return { next: page(told, isLast ? 'reminder' : 'escalation', reason, policy, now), reason };
}

/** Whether an incident, of which people have been told, has a deadline by the runbook and no clock: it had none before. */
export function lacksClock({ incident, parked }: Alert, policy: Pick<AlertPolicy, 'priorities'>): boolean {
  if (!incident || incident.acknowledged || incident.escalateAt) return false;
  const { levels } = policyFor(policy, incident.priority);
  const level = levels[Math.min(incident.level, levels.length) - 1];
  const isParked = parked.some(({ notice }) => notice.openedAt === incident.openedAt && isPage(notice));
  return level?.acknowledgeMinutes !== undefined && !isParked;
}
