import type { Alert, Incident } from '../../../../functions/core/alert.ts';
import type { WidgetData } from '../../../../functions/core/console/data.ts';
import type { Surface } from '../../../../functions/core/console/surface.ts';
import { renderWidget } from '../../../../functions/core/console/widget.ts';
import type { Plan } from '../../../../functions/core/plan.ts';
import type { Round, Verdict } from '../../../../functions/core/round.ts';
import type { AskedSignOff, Signature } from '../../../../functions/core/sign-off.ts';
import type { Status } from '../../../../functions/core/status.ts';
import { exampleAlert, exampleIncident } from '../example-alert.ts';
import { examplePlan } from '../example-plan.ts';

/** Monday, 10:00 in Berlin, where 08:00 is 07:00 UTC. */
export const now = '2026-11-23T09:00:00.000Z';

/** The example's platform with everything that a console can show: a checklist with sign-offs, and a rotation. */
export const dayPlan: Plan = {
  ...examplePlan,
  roles: {
    ...examplePlan.roles,
    'on-call': {
      title: 'On call',
      rotation: { every: 'week', from: '2026-11-02', at: '09:00', contacts: ['ann', 'bob'], overrides: [] },
    },
  },
  checks: {
    ...examplePlan.checks,
    reviewed: {
      title: 'Alerts reviewed',
      rules: [],
      dependsOn: [],
      source: { kind: 'sign-off', question: 'Is every alert reviewed?', dueMinutes: 60, note: 'optional' },
    },
    minutes: {
      title: 'Minutes written',
      rules: [],
      dependsOn: [],
      source: { kind: 'sign-off', question: 'Are the minutes written?', dueMinutes: 5_760, note: 'required' },
    },
  },
  routines: {
    morning: routine('Morning', { days: 'business-days', at: ['08:00'] }, ['disk', 'load', 'overnight', 'reviewed']),
    midday: routine('Midday', { days: 'business-days', at: ['12:00'] }, ['load']),
    pulse: routine('Pulse', { days: 'every-day', everyMinutes: 5 }, ['load']),
    weekly: routine('Weekly', { days: { every: 'week', on: 'friday' }, at: ['14:00'] }, ['minutes']),
    cleanup: routine('Clean-up', 'on-demand', ['disk']),
  },
  reports: {
    log: {
      title: 'Operations Log',
      schedule: { days: 'business-days', at: ['18:30'] },
      tell: ['operations'],
      parts: [],
    },
  },
};

function routine(
  title: string,
  schedule: Plan['routines'][string]['schedule'],
  checks: readonly string[],
): Plan['routines'][string] {
  return { title, fleet: 'app', schedule, checks, remedies: [], deadlineSeconds: 300 };
}

export const surface: Surface = {
  theme: 'light',
  width: 1_200,
  height: 400,
  at: now,
  range: { from: '2026-11-22T09:00:00.000Z', to: now },
  isPast: false,
  forms: {},
  endpoints: {
    console: 'arn:aws:lambda:eu-central-1:123456789012:function:Rounds-demo-FunctionsConsole1A2B3C4D-aBcDeFgHiJkL',
    act: 'arn:aws:lambda:eu-central-1:123456789012:function:Rounds-demo-FunctionsAct1A2B3C4D-aBcDeFgHiJkL',
  },
};

/** A widget as HTML. */
export function drawn(data: WidgetData, changes: Partial<Surface> = {}, plan = dayPlan): string {
  return renderWidget(plan, data, { ...surface, ...changes }).html;
}

/** What a check has found on three hosts; on one of them, if it is bad. */
export function verdict(status: Status, text = `${status} indeed`): Verdict {
  const counts = { OK: 2, WARNING: 0, CRITICAL: 0, UNKNOWN: 0 };
  return { status, counts: { ...counts, [status]: counts[status] + 1 }, text };
}

const slots: Readonly<Record<string, string>> = {
  morning: '2026-11-23T07:00:00.000Z',
  midday: '2026-11-23T11:00:00.000Z',
  pulse: now,
  cleanup: '2026-11-23T08:30:00.000Z',
};

/** A collected round of the day that found all well but for what is said. */
export function round(routineId: string, found: Readonly<Record<string, Verdict>> = {}, slot?: string): Round {
  const at = slot ?? slots[routineId] ?? now;
  const checks = (dayPlan.routines[routineId]?.checks ?? []).filter(
    (check) => dayPlan.checks[check]?.source.kind !== 'sign-off',
  );
  const verdicts = Object.fromEntries(checks.map((check) => [check, found[check] ?? verdict('OK')]));
  const hosts = { answered: 3, lost: 0, gone: 0, missing: 0 };
  return {
    ...head(routineId, at),
    status: 'collected',
    sentAt: at,
    deadlineAt: at,
    summary: { collectedAt: at, hosts, verdicts },
  };
}

/** A round that found nothing, and why. */
export function brokenRound(routineId: string, status: 'failed' | 'missed' | 'skipped', reason: string): Round {
  return { ...head(routineId, slots[routineId] ?? now), status, reason };
}

export function runningRound(routineId: string, deadlineAt = now): Round {
  const slot = slots[routineId] ?? now;
  return { ...head(routineId, slot), status: 'running', sentAt: slot, deadlineAt };
}

export function sendingRound(routineId: string, requestedAt: string, refusal?: string): Round {
  const bare = { ...head(routineId, slots[routineId] ?? now), requestedAt };
  return { ...bare, status: 'sending', ...(refusal !== undefined && { refusal }) };
}

/** A round in which one of three hosts did not answer: a check has judged but two. */
export function roundWithoutAHost(routineId: string, check: string, status: Status): Round {
  const counts = { OK: 1, WARNING: 0, CRITICAL: 0, UNKNOWN: 0 };
  const found = { status, counts: { ...counts, [status]: counts[status] + 1 }, text: '97 % used' };
  const whole = round(routineId, { [check]: found });
  if (whole.status !== 'collected') throw new Error('The example is collected.');
  const hosts = { answered: 2, lost: 1, gone: 0, missing: 0 };
  return { ...whole, summary: { ...whole.summary, hosts } };
}

/** An alert of which a part is lost, or is not what it should be. */
export function oddAlert(check: string, changes: object): Alert {
  return { ...openAlert(check), ...changes };
}

function head(routineId: string, slot: string) {
  return { routine: routineId, slot, nonce: '0'.repeat(32), requestedAt: slot };
}

/** The alert of a check without an incident. */
export function alert(check: string, status: Alert['status'], changes: Partial<Alert> = {}): Alert {
  const { incident: _none, ...bare } = exampleAlert;
  return { ...bare, check, status, ...changes };
}

/** An alert with an incident. */
export function openAlert(check: string, incident: Partial<Incident> = {}, changes: Partial<Alert> = {}): Alert {
  return { ...exampleAlert, check, ...changes, incident: { ...exampleIncident, ...incident } };
}

/** What the morning asks of people. */
export function asked(signatures: readonly Signature[] = [], changes: Partial<AskedSignOff> = {}): AskedSignOff {
  return {
    id: 'reviewed',
    routine: 'morning',
    slot: '2026-11-23T07:00:00.000Z',
    title: 'Alerts reviewed',
    question: 'Is every alert reviewed?',
    note: 'optional',
    dueAt: '2026-11-23T10:00:00.000Z',
    signatures,
    ...changes,
  };
}

export function signature(changes: Partial<Signature> = {}): Signature {
  return { by: 'ann', at: '2026-11-23T07:40:00.000Z', note: '', isGood: true, ...changes };
}

/** The day on which everything that has been planned has been done, and all was well. */
export const goodDay = {
  alerts: [],
  rounds: [round('morning'), round('pulse')],
  signOffs: [asked([signature()])],
  expected: {},
} as const;
