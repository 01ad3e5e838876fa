import type { Alert } from '../alert.ts';
import { type Html, html } from '../html.ts';
import type { Round, Verdict } from '../round.ts';
import { type Status, worstOf } from '../status.ts';
import { shareOf } from '../words.ts';
import { toneOfStatus } from './badge.ts';
import { openText } from './incident-text.ts';
import type { Item } from './item.ts';
import { type RoundState, roundState } from './round-state.ts';
import type { RoutineDay } from './routine-day.ts';
import { isLater, momentText, shown, type View } from './view.ts';

/** How a check is now, and how the routine's round of the day has found it. */
export function checkItem(view: View, day: RoutineDay, check: string, alerts: readonly Alert[]): Item {
  const title = view.plan.checks[check]?.title ?? check;
  const alert = alertOf(view, check, alerts);
  const { round } = day;
  const verdict = round?.status === 'collected' ? round.summary.verdicts[check] : undefined;
  if (!round || !verdict) return unjudgedItem(view, day, title, alert);
  const status = statusNow(round, verdict, alert);
  const slot = momentText(view, round.slot);
  const since = alert && status === alert.status ? momentText(view, alert.since) : slot;
  const isChanged = status !== verdict.status;
  const found = (status !== 'OK' && alert?.status === status && badText(alert)) || foundText(verdict);
  const change = isChanged && html`<b>${verdict.status} at ${slot}, ${status} since ${since}</b><br>`;
  return {
    tone: toneOfStatus[status],
    word: status,
    title,
    text: html`${change}${found}${standing(view, alert)}`,
    when: status === 'OK' || isChanged ? slot : `since ${since}`,
  };
}

/** An alert of which something is known. */
export type KnownAlert = Alert & { readonly status: Status };

/** What is known of a check at the moment that is looked at; what has changed since says nothing of it. */
export function alertOf(view: View, check: string, alerts: readonly Alert[]): KnownAlert | undefined {
  return alerts.find((alert): alert is KnownAlert => {
    return alert.check === check && alert.status !== 'PENDING' && !isLater(view, alert.since);
  });
}

/** What came after the round counts; what is older can only make it worse. */
export function statusNow(round: Round, verdict: Verdict, alert: KnownAlert | undefined): Status {
  if (!alert) return verdict.status;
  if (alert.since >= round.slot) return alert.status;
  return worstOf([alert.status, verdict.status]) ?? 'UNKNOWN';
}

/** Of what no round of the day says anything, an alert may. */
function unjudgedItem(view: View, day: RoutineDay, title: string, alert: KnownAlert | undefined): Item {
  const text = html`${alert?.facts && shown(alert.facts.headline)}${standing(view, alert)}`;
  if (alert && alert.status !== 'OK') {
    const when = `since ${momentText(view, alert.since)}`;
    return { tone: toneOfStatus[alert.status], word: alert.status, title, text, when };
  }
  return { ...faceOf(roundState(view, day), day), title, text, when: '' };
}

/** What could not be checked is as bad as UNKNOWN; what has still time is not. */
function faceOf({ tone, word }: RoundState, { round }: RoutineDay): Pick<Item, 'tone' | 'word'> {
  if (round?.status === 'collected') return { tone: 'none', word: 'NOT ASKED' };
  return tone === 'unknown' ? { tone, word: 'NOT CHECKED' } : { tone: 'none', word };
}

/** On how many hosts, and what the worst of them says. */
function foundText({ status, counts, text }: Verdict): string {
  const population = counts.OK + counts.WARNING + counts.CRITICAL + counts.UNKNOWN;
  const hosts = status !== 'OK' && population > 1 && counts[status] > 0 && `${shareOf(counts[status], population)}: `;
  return `${hosts || ''}${shown(text)}`;
}

/** The same of the newest results. */
function badText({ facts }: KnownAlert): string | undefined {
  const [worst] = facts?.worst ?? [];
  if (!facts || !worst) return undefined;
  const hosts = facts.population > 1 ? `${shareOf(facts.troubled.total, facts.population)}: ` : '';
  return `${hosts}${shown(worst.text)}`;
}

/** What follows from it. */
function standing(view: View, alert: KnownAlert | undefined): Html | undefined {
  if (!alert) return undefined;
  const { soft } = alert;
  const doubt = soft && `not an incident yet: bad result ${soft.attempt} of ${soft.attempts}`;
  const text = openText(view, alert) ?? doubt;
  return text === undefined ? undefined : html`<br><b>${text}</b>`;
}
