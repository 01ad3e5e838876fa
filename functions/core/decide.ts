import type { Alert, Observation, Soft } from './alert.ts';
import { elapse } from './elapse.ts';
import { isFlapping } from './flapping.ts';
import type { PriorityRule } from './plan.ts';
import type { AlertPolicy } from './policy.ts';
import { isMoreUrgent } from './priority.ts';
import { firstMatching, type Known, notRecovered, remembered } from './remembered.ts';
import { routineIn, type Told } from './telling.ts';
import { type Iso, laterBy } from './time.ts';
import { type Decision, endFlapping, open, resolve, rise, startFlapping, summary } from './transitions.ts';

/** Something that may change an alert: a round has found something, or time has passed. */
export type AlertEvent =
  | { readonly kind: 'observation'; readonly observation: Observation }
  | { readonly kind: 'time' };

/**
 * What an event makes of an alert. The same observation twice changes nothing the second time: a round is collected again
 * after a crash, and collected in part while slow hosts still run. An older observation changes nothing where a newer one
 * is stored; where all was well nothing is stored, and an old problem counts: better once in vain than never.
 */
export function decide(alert: Alert, event: AlertEvent, policy: AlertPolicy, now: Iso): Decision {
  return event.kind === 'time' ? elapse(alert, policy, now) : observe(alert, event.observation, policy, now);
}

/** The alert of a check of which nothing is known yet. */
export function newAlert(check: string, at: Iso): Alert {
  return { check, status: 'PENDING', since: at, observedAt: at, parked: [], outbox: [] };
}

function observe(alert: Alert, observation: Observation, policy: AlertPolicy, now: Iso): Decision {
  const { at, final, counts, troubled, unjudged } = observation;
  const isFirst = alert.status === 'PENDING';
  if (isQuiet(alert) && final && counts.OK > 0 && troubled.total + unjudged.total === 0) {
    return { next: alert, reason: 'all is well' };
  }
  // What a clock that was ahead has dated into the future keeps nothing from being heard.
  if (!isFirst && at < alert.observedAt && alert.observedAt <= now) {
    return { next: alert, reason: `older than what is known since ${alert.observedAt}` };
  }
  // Somebody has resolved what this round has found: the next one begins anew.
  if (!isFirst && at === alert.observedAt && alert.status !== 'OK' && !alert.facts) {
    return { next: alert, reason: 'known already' };
  }
  // While hosts still run, what is well so far says nothing about the fleet.
  if (!final && troubled.total === 0) return { next: alert, reason: 'the round is not over' };
  const isNew = isFirst || at !== alert.observedAt;
  const seen = remembered(alert, observation, isNew, policy.rules);
  const rule = firstMatching(policy.rules, observation, seen.matching);
  // Nor does a share of the fleet that only some of its hosts have answered for.
  if (!final && !rule && !seen.incident) return { next: alert, reason: 'the round is not over' };
  const decision = seen.incident
    ? observeOpen({ ...seen, incident: seen.incident }, rule, observation, policy, now)
    : observeClosed(seen, rule, observation, isNew, policy, now);
  const { facts, ...rest } = decision.next;
  return rest.soft || rest.incident ? decision : { ...decision, next: rest };
}

/** Whether all was well for so long that there is nothing to remember. */
function isQuiet({ status, changes, matching, soft, incident }: Alert): boolean {
  return status === 'OK' && (changes ?? matching ?? soft ?? incident) === undefined;
}

/** Nobody has been told yet. */
function observeClosed(
  alert: Known,
  rule: PriorityRule | undefined,
  observation: Observation,
  isNew: boolean,
  policy: AlertPolicy,
  now: Iso,
): Decision {
  const { soft, ...rest } = alert;
  const priority = rule?.priority ?? soft?.priority;
  const doubt = notRecovered(alert, observation);
  // What no rule asks about any more is as good as gone, if every host that was bad has said so.
  const isAnswered = observation.counts.UNKNOWN === 0 && alert.facts.troubled.total === observation.troubled.total;
  if (!priority || !(rule || (doubt && !isAnswered))) {
    return { next: rest, reason: soft ? 'gone before it was an incident' : 'no priority rule matches' };
  }
  const attempt = (soft?.attempt ?? 0) + (isNew || !soft ? 1 : 0);
  const attempts = rule?.attempts ?? soft?.attempts ?? 1;
  const openedAt = soft?.openedAt ?? observation.at;
  if (isFlapping(alert.changes ?? 0, false)) return open(rest, 'flapping-start', priority, openedAt, policy, now);
  if (attempt >= attempts) return open(rest, 'problem', priority, openedAt, policy, now);
  // A round that is read again and again must not put off what its recheck does not come for.
  const until = (isNew ? undefined : soft?.until) ?? softUntil(alert, policy, now);
  const next: Soft = { attempt, attempts, priority, openedAt, ...(until && { until }) };
  return { next: { ...rest, soft: next }, reason: `bad for the ${attempt}. time of ${attempts}: ${summary(alert)}` };
}

/** When the result of a recheck has to be there. */
function softUntil({ facts }: Known, policy: AlertPolicy, now: Iso): Iso | undefined {
  const takesMs = policy.softMs(routineIn(facts.round));
  return takesMs === undefined ? undefined : laterBy(takesMs, now);
}

function observeOpen(
  alert: Told,
  rule: PriorityRule | undefined,
  observation: Observation,
  policy: AlertPolicy,
  now: Iso,
): Decision {
  const { incident } = alert;
  if (rule && isMoreUrgent(rule.priority, incident.priority)) return rise(alert, rule.priority, policy, now);
  const doubt = notRecovered(alert, observation);
  const flaps = isFlapping(alert.changes ?? 0, incident.isFlapping === true);
  if (flaps && !incident.isFlapping) return startFlapping(alert, policy, now);
  if (flaps) return { next: alert, reason: `it goes to and fro: ${summary(alert)}` };
  if (incident.isFlapping) return endFlapping(alert, doubt, policy, now);
  return doubt ? { next: alert, reason: doubt } : resolve(alert, 'recovery', 'it is well', policy, now);
}
