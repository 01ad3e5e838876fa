import { ageText } from '../age.ts';
import type { Alert } from '../alert.ts';
import { fleetCheck, roundCheck } from '../observations.ts';
import type { AskedSignOff } from '../sign-off.ts';
import { listed } from '../words.ts';
import { type Tone, toneOfStatus, tones } from './badge.ts';
import { alertOf, statusNow } from './check-item.ts';
import type { KnownDay } from './data.ts';
import { headlineOf } from './incident-text.ts';
import { roundState } from './round-state.ts';
import { type RoutineDay, routineDays } from './routine-day.ts';
import { presentSignOffs, signOffState } from './sign-off-item.ts';
import { isLater, momentWithAge, shown, type View } from './view.ts';

/** Routines that are named; more are counted. */
const namedLimit = 3;

/** Something that is not well, beside the incidents. */
export interface Concern {
  readonly tone: Tone;
  readonly text: string;
}

/** What keeps anybody from saying that all is well, the worst first. What has an incident of its own is left to that. */
export function concernsOf(
  view: View,
  alerts: readonly Alert[],
  day: KnownDay,
  signOffs: readonly AskedSignOff[],
): Concern[] {
  const hasIncident = (check: string) => alerts.some((alert) => alert.check === check && alert.incident !== undefined);
  const hasOwnIncident = ({ id, routine }: RoutineDay) =>
    hasIncident(roundCheck(id)) || (routine.fleet !== undefined && hasIncident(fleetCheck(routine.fleet)));
  const days = routineDays(view, day);
  const asked = presentSignOffs(view, signOffs).filter(({ id }) => !hasIncident(id));
  return [
    ...alerts.flatMap((alert) => alertConcern(view, alert) ?? []),
    ...days.flatMap((day) => verdictConcerns(view, day, alerts)),
    ...days.filter((day) => !hasOwnIncident(day)).flatMap((day) => roundConcern(view, day)),
    ...unknownConcern(days),
    ...asked.flatMap((each) => signOffConcern(view, each)),
  ].sort((one, other) => tones.indexOf(one.tone) - tones.indexOf(other.tone));
}

/** A check that is bad and nobody is told of. */
function alertConcern(view: View, alert: Alert): Concern | undefined {
  const { status, since, soft, incident } = alert;
  if (isLater(view, since) || incident || status === 'OK' || status === 'PENDING') return undefined;
  const doubt = soft && `not an incident yet: bad result ${soft.attempt} of ${soft.attempts}`;
  const text = `${headlineOf(view, alert)}, for ${ageText(since, view.surface.at)} (${doubt ?? 'nobody is told of it'})`;
  return { tone: toneOfStatus[status], text };
}

/** What a round has found, and no alert says. */
function verdictConcerns(view: View, { round }: RoutineDay, alerts: readonly Alert[]): Concern[] {
  if (round?.status !== 'collected') return [];
  return Object.entries(round.summary.verdicts).flatMap(([check, verdict]) => {
    const alert = alertOf(view, check, alerts);
    const status = statusNow(round, verdict, alert);
    if (status === 'OK' || (alert && alert.status !== 'OK')) return [];
    const title = view.plan.checks[check]?.title ?? check;
    return [{ tone: toneOfStatus[status], text: `${title} ${status}: ${shown(verdict.text)}` }];
  });
}

/** A round that could not be run, or came too late. */
function roundConcern(view: View, day: RoutineDay): Concern[] {
  const { tone, text } = roundState(view, day);
  return tone === 'unknown' ? [{ tone, text: `${day.routine.title}: ${text}` }] : [];
}

/** Routines of which the day knows nothing, and should. */
function unknownConcern(days: readonly RoutineDay[]): Concern[] {
  const titles = days.filter(({ round, due }) => !round && due?.isMissing).map(({ routine }) => routine.title);
  if (titles.length === 0) return [];
  const more = titles.length - namedLimit;
  const named = more > 0 ? `${titles.slice(0, namedLimit).join(', ')} and ${more} more` : listed(titles);
  return [{ tone: 'none', text: `No round of today is known of ${named}` }];
}

function signOffConcern(view: View, asked: AskedSignOff): Concern[] {
  const state = signOffState(view, asked);
  if (state === 'overdue')
    return [{ tone: 'warning', text: `${asked.title}: overdue since ${momentWithAge(view, asked.dueAt)}` }];
  return state === 'wrong' ? [{ tone: 'critical', text: `${asked.title}: found wrong` }] : [];
}
