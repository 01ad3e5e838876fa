import { ageText } from '../age.ts';
import { fleetCheck, roundCheck } from '../observations.ts';
import type { AskedSignOff } from '../sign-off.ts';
import { type Tone, toneOfStatus, tones } from './badge.ts';
import { checkNow, unheardText } from './check-item.ts';
import type { KnownDay } from './data.ts';
import { headlineOf } from './incident-text.ts';
import { roundState } from './round-state.ts';
import { type RoutineDay, routineDays } from './routine-day.ts';
import type { SeenAlert } from './seen-alerts.ts';
import { presentSignOffs, signOffState } from './sign-off-item.ts';
import { momentWithAge, shown, type View } from './view.ts';

/** Something that is not well, beside the incidents. */
export interface Concern {
  readonly tone: Tone;
  readonly text: string;
}

/** What keeps anybody from saying that all is well, the worst first. What has an incident of its own is left to that. */
export function concernsOf(
  view: View,
  alerts: readonly SeenAlert[],
  day: KnownDay,
  signOffs: readonly AskedSignOff[],
): Concern[] {
  const hasIncident = (check: string) => alerts.some((alert) => alert.check === check && alert.incident !== undefined);
  const days = routineDays(view, day);
  const asked = presentSignOffs(view, signOffs).filter(({ id }) => !hasIncident(id));
  return [
    ...alerts.flatMap((alert) => alertConcern(view, alert) ?? []),
    ...days.flatMap((day) => verdictConcerns(view, day, alerts)),
    ...days.flatMap((day) => roundConcern(view, day, hasIncident)),
    ...asked.flatMap((each) => signOffConcern(view, each)),
  ].sort((one, other) => tones.indexOf(one.tone) - tones.indexOf(other.tone));
}

/** A check that is bad and nobody is told of. */
function alertConcern(view: View, alert: SeenAlert): Concern | undefined {
  const { status, since, soft, incident, isUnreadable } = alert;
  if (incident || status === 'OK' || status === 'PENDING') return undefined;
  if (isUnreadable) return { tone: toneOfStatus[status], text: headlineOf(view, alert) };
  const doubt = soft && `not an incident yet: bad result ${soft.attempt} of ${soft.attempts}`;
  const text = `${headlineOf(view, alert)}, for ${ageText(since, view.surface.at)} (${doubt ?? 'nobody is told of it'})`;
  return { tone: toneOfStatus[status], text };
}

/** What a round has found of checks that the runbook still has, and no alert says. */
function verdictConcerns(view: View, { round }: RoutineDay, alerts: readonly SeenAlert[]): Concern[] {
  if (round?.status !== 'collected') return [];
  return Object.keys(round.summary.verdicts).flatMap((check) => {
    const now = Object.hasOwn(view.plan.checks, check) ? checkNow(view, round, check, alerts) : undefined;
    if (!now || now.status === 'OK' || (now.alert && now.alert.status !== 'OK')) return [];
    const { status, verdict } = now;
    const title = view.plan.checks[check]?.title ?? check;
    const text = unheardText(now) ?? shown(verdict.text);
    return [{ tone: toneOfStatus[status], text: `${title} ${status}: ${text}` }];
  });
}

/** A round that could not be run, did not end, or never came; or that lacks hosts, of which the fleet's incident tells. */
function roundConcern(view: View, day: RoutineDay, hasIncident: (check: string) => boolean): Concern[] {
  const { id, routine } = day;
  const { tone, text, isOfHosts } = roundState(view, day);
  const about = isOfHosts ? routine.fleet !== undefined && fleetCheck(routine.fleet) : roundCheck(id);
  if (tone !== 'unknown' || (about !== false && hasIncident(about))) return [];
  return [{ tone, text: `${routine.title}: ${text}` }];
}

function signOffConcern(view: View, asked: AskedSignOff): Concern[] {
  const state = signOffState(view, asked);
  if (state === 'overdue')
    return [{ tone: 'warning', text: `${asked.title}: overdue since ${momentWithAge(view, asked.dueAt)}` }];
  return state === 'wrong' ? [{ tone: 'critical', text: `${asked.title}: found wrong` }] : [];
}
