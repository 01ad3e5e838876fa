import type { Alert } from '../alert.ts';
import { type Html, html } from '../html.ts';
import type { Round, Verdict } from '../round.ts';
import { type Status, worstOf } from '../status.ts';
import { counted, shareOf } from '../words.ts';
import { toneOfStatus } from './badge.ts';
import { openText } from './incident-text.ts';
import { type Item, withAlert } from './item.ts';
import { type RoundState, roundState } from './round-state.ts';
import type { RoutineDay } from './routine-day.ts';
import { isLater, momentText, shown, type View } from './view.ts';

/** How a check is now, and how the routine's round of the day has found it. */
export function checkItem(view: View, day: RoutineDay, check: string, alerts: readonly Alert[]): Item {
  const title = view.plan.checks[check]?.title ?? check;
  const { round } = day;
  const now = checkNow(view, round, check, alerts);
  if (!round || !now) return unjudgedItem(view, day, title, alertOf(view, check, alerts));
  const { status, verdict, alert } = now;
  const slot = momentText(view, round.slot);
  const since = alert && status === alert.status ? momentText(view, alert.since) : slot;
  const isChanged = status !== verdict.status;
  const found = (status !== 'OK' && alert?.status === status && badText(alert)) || foundText(verdict);
  const change =
    isChanged && html`<b>${verdict.status} at ${slot}, ${unheardText(now) ?? `${status} since ${since}`}</b><br>`;
  const text = html`${change}${found}${standing(view, alert)}`;
  const when = status === 'OK' || isChanged ? slot : `since ${since}`;
  return withAlert({ tone: toneOfStatus[status], word: status, title, text, when }, alert);
}

/** An alert of which something is known. */
export type KnownAlert = Alert & { readonly status: Status };

/** What is known of a check at the moment that is looked at; what has changed since says nothing of it. */
export function alertOf(view: View, check: string, alerts: readonly Alert[]): KnownAlert | undefined {
  return alerts.find((alert): alert is KnownAlert => {
    return alert.check === check && alert.status !== 'PENDING' && !isLater(view, alert.since);
  });
}

/** A check by what the round has found and what is known since. */
export interface CheckNow {
  readonly status: Status;
  readonly verdict: Verdict;
  readonly alert?: KnownAlert;
  /** Hosts of which the round knows nothing, and so nobody: who asks again asks only those that were bad. */
  readonly unheard: number;
}

/** `undefined` where the round has not asked for the check, or has not ended. */
export function checkNow(
  view: View,
  round: Round | undefined,
  check: string,
  alerts: readonly Alert[],
): CheckNow | undefined {
  const verdict = round?.status === 'collected' && round.summary.verdicts[check];
  if (!verdict) return undefined;
  const alert = alertOf(view, check, alerts);
  const { answered, lost } = round.summary.hosts;
  const isOfHosts = view.plan.checks[check]?.source.kind === 'host';
  const unheard = isOfHosts ? Math.max(0, answered + lost - judgedOf(verdict)) : 0;
  return { status: statusNow(round, verdict, alert, unheard), verdict, ...(alert && { alert }), unheard };
}

/** What came after the round counts, of the hosts that it is about; what is older can only make it worse. */
function statusNow(round: Round, verdict: Verdict, alert: KnownAlert | undefined, unheard: number): Status {
  if (!alert) return verdict.status;
  const others = alert.since < round.slot ? verdict.status : unheard > 0 ? 'UNKNOWN' : 'OK';
  return worstOf([alert.status, others]) ?? 'UNKNOWN';
}

/** Why a check is not known although what was bad is well; `undefined` where it is otherwise. */
export function unheardText({ status, alert, unheard }: CheckNow): string | undefined {
  if (status !== 'UNKNOWN' || alert?.status !== 'OK' || unheard === 0) return undefined;
  return `what was bad is well, of ${counted(unheard, 'host')} nothing is known`;
}

function judgedOf({ counts }: Verdict): number {
  return counts.OK + counts.WARNING + counts.CRITICAL + counts.UNKNOWN;
}

/** Of what no round of the day says anything, an alert may. */
function unjudgedItem(view: View, day: RoutineDay, title: string, alert: KnownAlert | undefined): Item {
  const text = html`${alert?.facts && shown(alert.facts.headline)}${standing(view, alert)}`;
  if (alert && alert.status !== 'OK') {
    const when = `since ${momentText(view, alert.since)}`;
    return withAlert({ tone: toneOfStatus[alert.status], word: alert.status, title, text, when }, alert);
  }
  return withAlert({ ...faceOf(roundState(view, day), day), title, text, when: '' }, alert);
}

/** What could not be checked is as bad as UNKNOWN; what has still time is not. */
function faceOf({ tone, word }: RoundState, { round }: RoutineDay): Pick<Item, 'tone' | 'word'> {
  if (round?.status === 'collected') return { tone: 'none', word: 'NOT ASKED' };
  return tone === 'unknown' ? { tone, word: 'NOT CHECKED' } : { tone: 'none', word };
}

/** On how many hosts, and what the worst of them says. */
function foundText(verdict: Verdict): string {
  const { status, counts, text } = verdict;
  const population = judgedOf(verdict);
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
