import { ageText } from './age.ts';
import type { Alert, Incident, Parked } from './alert.ts';
import { noticeOf, overtaken, withoutPages } from './notice.ts';
import { bounded } from './outbox.ts';
import { type Iso, laterBy } from './time.ts';

/** What a person says about an incident. */
export interface Command {
  readonly kind: 'acknowledge' | 'resolve';
  readonly by: string;
  /** The number that the person means; absent for whatever incident the check has now. */
  readonly incident?: string;
}

export interface Obeyed {
  /** The alert as it is now; absent where nothing changes. */
  readonly next?: Alert;
  readonly isDone: boolean;
  /** What has become of the command, for the person: true also where somebody else was faster. */
  readonly answer: string;
}

/** Does what a person says about the incident of an alert, if it can still be done. Needs no plan. */
export function obey(alert: Alert | undefined, command: Command, now: Iso): Obeyed {
  const incident = alert?.incident;
  if (!alert || !incident || (command.incident !== undefined && command.incident !== incident.number)) {
    return refusal(nothingOpen(alert, command));
  }
  return command.kind === 'acknowledge'
    ? acknowledge(alert, incident, command.by, now)
    : resolve(alert, incident, command.by, now);
}

function acknowledge(alert: Alert, incident: Incident, by: string, now: Iso): Obeyed {
  const { acknowledged, openedAt, escalateAt: _stopped, ...rest } = incident;
  const name = nameOf(alert, incident);
  const isForgotten = acknowledged?.until !== undefined && acknowledged.until <= now;
  if (acknowledged && !isForgotten) {
    const since = `${ageText(acknowledged.at, now)} ago (${acknowledged.at})`;
    return refusal(`${acknowledged.by} has acknowledged ${name} already, ${since}; nothing was changed.`);
  }
  const reason = `acknowledged by ${by}`;
  const { repageMinutes } = incident;
  const until = repageMinutes !== undefined && { until: laterBy(repageMinutes * 60_000, now) };
  const notice = noticeOf(alert, incident, 'acknowledgement', now, reason, by);
  const next: Alert = {
    ...alert,
    incident: {
      ...rest,
      openedAt,
      acknowledged: { by, at: now, sequence: notice.sequence, ...until },
      notices: notice.sequence,
    },
    parked: overtaken(alert.parked, openedAt, reason),
    outbox: bounded([...alert.outbox, { notice, to: [] }]),
  };
  return { next, isDone: true, answer: `${name} is acknowledged by ${by}: nobody else is told to take it.` };
}

function resolve(alert: Alert, incident: Incident, by: string, now: Iso): Obeyed {
  const { incident: _over, facts: _old, ...rest } = alert;
  const { told, openedAt } = incident;
  const reason = `resolved by ${by}`;
  const notice = noticeOf(alert, incident, 'recovery', now, reason, by);
  const waiting = withoutPages(alert.parked, openedAt, reason);
  // Its hour is not known here: the tick puts it where it belongs.
  const recovery: Parked = {
    notice,
    to: { recipients: told },
    notBefore: now,
    heldBy: 'it goes out within a minute, or at the hour of its priority',
  };
  const next: Alert = {
    ...rest,
    // What was so belongs to the incident: the next result begins anew.
    parked: told.length > 0 ? bounded([...waiting, recovery]) : waiting,
    outbox: bounded([...alert.outbox, { notice, to: [] }]),
  };
  const heard = told.length > 0 ? 'everybody who was told of it hears of that' : 'nobody had been told of it';
  const isBad = alert.status !== 'OK' && alert.status !== 'PENDING';
  const warning = isBad
    ? `; the check is still ${alert.status}: if its next result is bad too, a new incident opens`
    : '';
  return { next, isDone: true, answer: `${nameOf(alert, incident)} is resolved by ${by}, and ${heard}${warning}.` };
}

function nothingOpen(alert: Alert | undefined, { kind, incident: meant }: Command): string {
  const current = alert?.incident;
  if (meant !== undefined) {
    const instead = alert && current ? `; what is open of the check now is ${nameOf(alert, current)}` : '';
    return `${meant} is over already: there is nothing to ${kind}${instead}.`;
  }
  if (!alert) return `Nothing is known of such a check: there is no incident to ${kind}.`;
  const { check, status, soft } = alert;
  const why = soft ? `, with ${soft.attempt} of the ${soft.attempts} bad results in a row that make an incident` : '';
  return `The check ${check} has no open incident to ${kind}: it is ${status}${why}.`;
}

/** An incident as a person knows it; one that was opened this moment has no number yet. */
function nameOf({ check, facts }: Alert, { number }: Incident): string {
  const title = facts?.title ?? check;
  return number === '' ? `The incident of ${title}` : `${number} (${title})`;
}

function refusal(answer: string): Obeyed {
  return { isDone: false, answer };
}
