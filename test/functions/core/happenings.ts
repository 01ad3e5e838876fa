import fc from 'fast-check';
import type { Alert, Observation } from '../../../functions/core/alert.ts';
import { newAlert } from '../../../functions/core/decide.ts';
import { maximumLongTextCharacters, maximumTextCharacters } from '../../../functions/core/judge.ts';
import type { Plan, PlanCheck, PriorityRule } from '../../../functions/core/plan.ts';
import { type AlertPolicy, policyOf } from '../../../functions/core/policy.ts';
import type { Silence } from '../../../functions/core/silence.ts';
import { hostsWithOutputLimit, namedHostsLimit } from '../../../functions/core/tally.ts';
import { isoOf, msOf } from '../../../functions/core/time.ts';
import { type Notification, VirtualPlatform } from '../../../lib/replay/virtual-platform.ts';
import { examplePlan, patientRules, usualRules } from './example-plan.ts';
import { observation } from './timeline.ts';

/** Anything that can happen to the alerts of a platform. */
export type Act =
  | { readonly kind: 'wait'; readonly minutes: number }
  | {
      readonly kind: 'round';
      readonly check: string;
      readonly hosts: string;
      readonly isOver: boolean;
      readonly isAgain: boolean;
    }
  | { readonly kind: 'acknowledge' | 'resolve'; readonly check: string; readonly by: string }
  | { readonly kind: 'silence'; readonly minutes: number }
  | { readonly kind: 'unsilence' };

export const start = '2026-11-23T09:00:00.000Z';
export const checks = ['disk', 'load'];

function planOf(rules: readonly PriorityRule[], changes: Partial<Plan> = {}): Plan {
  const { disk, load } = examplePlan.checks;
  const dependent = { ...load, rules, dependsOn: ['disk'] } as PlanCheck;
  return {
    ...examplePlan,
    checks: { ...examplePlan.checks, disk: { ...disk, rules } as PlanCheck, load: dependent },
    ...changes,
  };
}

const lastingRules: readonly PriorityRule[] = [
  { priority: 'P1', states: ['CRITICAL'], lastingMinutes: 60, attempts: 1 },
  ...patientRules,
];

const backup = { title: 'Backup', checks: [], schedule: { days: 'every-day', at: ['10:30'] }, minutes: 90 } as const;

export const plan = fc.constantFrom(
  planOf(usualRules),
  planOf(patientRules),
  planOf(lastingRules),
  planOf(usualRules, { maintenance: [backup] }),
);

const answers = fc.constantFrom('OK', 'OK', 'OK', 'WARNING', 'CRITICAL', 'CRITICAL', 'UNKNOWN', 'lost');
const hosts = fc.tuple(answers, answers, answers).map(([a, b, c]) => `a=${a} b=${b} c=${c}`);
const round = fc.record({
  kind: fc.constant('round'),
  check: fc.constantFrom(...checks),
  hosts,
  isOver: fc.boolean(),
  isAgain: fc.boolean(),
} as const);
export const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: round },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait'), minutes: fc.nat(90) } as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait'), minutes: fc.nat(5_000) } as const) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('acknowledge', 'acknowledge', 'resolve'),
      check: fc.constantFrom(...checks),
      by: fc.constantFrom('ann', 'bob'),
    } as const),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('silence'), minutes: fc.integer({ min: 1, max: 600 }) } as const),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'unsilence' } as const) },
);
export const course = fc.array(act, { maxLength: 40 });

/** One thing that has happened to one alert, at one moment. */
export interface Happening {
  readonly at: string;
  readonly check: string;
  readonly before: Alert;
  readonly after: Alert;
  /** What people were told of the alert. */
  readonly told: readonly Notification[];
  /** All else that decides, now or if nothing else happens until another time. */
  readonly policyAt: (at: string) => AlertPolicy;
}

/** Runs a course, timer by timer, and gives everything that happened. */
export function* happenings(plan: Plan, acts: readonly Act[]): Generator<Happening> {
  const platform = new VirtualPlatform(plan, start, { expectsRechecks: true });
  const rounds = new Map<string, Round>();
  let silences: readonly Silence[] = [];
  const alertOf = (check: string) => platform.alert(check) ?? newAlert(check, platform.now);
  function* after(happen: () => void): Generator<Happening> {
    const before = new Map(checks.map((check) => [check, alertOf(check)]));
    const heard = platform.notifications.length;
    happen();
    const at = platform.now;
    const alerts = new Map(checks.map((check) => [check, alertOf(check)]));
    for (const check of checks) {
      const told = platform.notifications.slice(heard).filter((each) => each.check === check);
      const around = { silences, alerts };
      const policyAt = (time: string) => policyOf(plan, check, time, around);
      yield { at, check, before: before.get(check) ?? newAlert(check, at), after: alertOf(check), told, policyAt };
    }
  }
  function* wait(minutes: number): Generator<Happening> {
    const end = later(platform.now, minutes);
    for (let due = platform.nextDue; due && due <= end; due = platform.nextDue) {
      const moment = due > platform.now ? due : platform.now;
      yield* after(() => platform.advanceTo(moment));
    }
    platform.advanceTo(end);
  }
  for (const act of acts) {
    switch (act.kind) {
      case 'wait':
        yield* wait(act.minutes);
        break;
      case 'round': {
        const known = act.isAgain ? rounds.get(act.check) : undefined;
        if (!known) yield* wait(1);
        const round = known ? collectedAgain(known, act) : { ...act, at: platform.now };
        rounds.set(act.check, round);
        yield* after(() => platform.observe(found(plan, round)));
        break;
      }
      case 'silence':
      case 'unsilence': {
        const until = act.kind === 'silence' ? later(platform.now, act.minutes) : undefined;
        silences = until ? [{ id: 's', by: 'ann', reason: 'works', from: platform.now, until, checks: [] }] : [];
        yield* after(() => platform.silence(silences));
        break;
      }
      case 'resolve':
        yield* after(() => platform.command(act.check, act));
        break;
      case 'acknowledge':
        yield* after(() => platform.command(act.check, act));
    }
  }
}

export function later(at: string, minutes: number): string {
  return isoOf(msOf(at) + minutes * 60_000);
}

export type Round = Extract<Act, { kind: 'round' }> & { readonly at: string };

/** A round says the same again, or more of hosts that had not answered. */
function collectedAgain(known: Round, { hosts, isOver }: Extract<Act, { kind: 'round' }>): Round {
  if (known.isOver) return known;
  const answers = hosts.split(' ');
  const all = known.hosts.split(' ').map((host, index) => (host.endsWith('=lost') ? (answers[index] ?? host) : host));
  return { ...known, hosts: all.join(' '), isOver };
}

function found(plan: Plan, { at, check, hosts, isOver }: Round) {
  return observation(plan, at, `${check}: ${hosts}${isOver ? '' : ' ...'}`);
}

/** An observation as large as a round can make it: 200 named hosts, and the whole output of five. */
export function large(plan: Plan, round: Round): Observation {
  const small = found(plan, round);
  const named = Array.from({ length: namedHostsLimit }, (_, index) => `i-${String(index).padStart(17, '0')}`);
  const worst = named.slice(0, hostsWithOutputLimit).map((host) => ({
    ...{ host, name: host, status: 'CRITICAL' as const },
    text: 'x'.repeat(maximumTextCharacters),
    longText: 'x'.repeat(maximumLongTextCharacters),
  }));
  const isBad = small.troubled.total > 0;
  return isBad ? { ...small, population: 10_000, troubled: { total: 10_000, named }, worst } : small;
}
