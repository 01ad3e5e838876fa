import { type HostCounts, type Round, readWindowMs, sendWindowMs } from '../round.ts';
import { type Iso, laterBy } from '../time.ts';
import { counted } from '../words.ts';
import type { Tone } from './badge.ts';
import { type RoutineDay, tickMs } from './routine-day.ts';
import { distanceText, momentText, momentWithAge, shown, type View } from './view.ts';

/** What has become of a routine's round, beside what it has found. */
export interface RoundState {
  readonly tone: Tone;
  readonly word: string;
  readonly text: string;
  /** The round has found all that it could, but for hosts that are not there. */
  readonly isOfHosts?: true;
}

/** A round that could not be run, or is not known, never looks like one that found all well. */
export function roundState(view: View, { round, later, due, closed }: RoutineDay): RoundState {
  const [next] = later;
  if (!round) {
    if (closed !== undefined) return { tone: 'none', word: 'NO ROUND', text: closed };
    if (due?.isMissing) return { tone: 'unknown', word: 'NO ROUND', text: dueText(view, due) };
    if (due) return { tone: 'none', word: 'DUE', text: dueText(view, due) };
    return { tone: 'none', word: 'LATER', text: next === undefined ? '' : timeText(view, next) };
  }
  const slot = momentText(view, round.slot);
  const stale = due?.isMissing ? `; ${dueText(view, due)}` : '';
  const late = isOverdue(view, round) ? 'OVERDUE' : due?.isMissing ? 'NO ROUND' : undefined;
  switch (round.status) {
    case 'sending': {
      const refusal = round.refusal === undefined ? '' : `: ${shown(round.refusal)}`;
      const text = `${slot}, not sent yet${refusal}${stale}`;
      return late === undefined ? { tone: 'info', word: 'SENDING', text } : { tone: 'unknown', word: late, text };
    }
    case 'running': {
      if (late === undefined) return { tone: 'info', word: 'RUNNING', text: `${slot}, runs now` };
      return { tone: 'unknown', word: late, text: `${slot}, has not ended${stale}` };
    }
    case 'skipped':
      return { tone: 'none', word: 'SKIPPED', text: `${slot}: ${shown(round.reason)}` };
    case 'failed':
    case 'missed':
      return { tone: 'unknown', word: round.status.toUpperCase(), text: `${slot}: ${shown(round.reason)}${stale}` };
    case 'collected':
      return collectedState(view, round.summary.hosts, slot, next, due);
  }
}

/** Nobody tries any more, or nobody could: by then the tick has written that a round failed. */
function isOverdue({ surface: { at } }: View, round: Round): boolean {
  if (round.status === 'sending') return at > laterBy(sendWindowMs + tickMs, round.requestedAt);
  return round.status === 'running' && at > laterBy(readWindowMs + tickMs, round.deadlineAt);
}

function collectedState(
  view: View,
  { answered, lost, missing }: HostCounts,
  slot: string,
  next: Iso | undefined,
  due: RoutineDay['due'],
): RoundState {
  if (due?.isMissing)
    return { tone: 'unknown', word: 'NO ROUND', text: `${dueText(view, due)}; the newest is of ${slot}` };
  const nextText = next === undefined ? '' : `, next ${timeText(view, next)}`;
  if (lost + missing === 0) return { tone: 'ok', word: 'OK', text: `${slot}${nextText}` };
  const silent = `${counted(answered, 'host')} answered, ${lost} did not, ${missing} missing`;
  return { tone: 'unknown', word: 'HOSTS MISSING', text: `${slot}: ${silent}${nextText}`, isOfHosts: true };
}

function dueText(view: View, { slot, isMissing }: NonNullable<RoutineDay['due']>): string {
  return isMissing ? `no round of ${momentWithAge(view, slot)} is known` : `${momentText(view, slot)}, about to begin`;
}

/** `12:00 EST, in 2 hours` */
function timeText(view: View, slot: Iso): string {
  return `${momentText(view, slot)}, ${distanceText(view, slot)}`;
}
