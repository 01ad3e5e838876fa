import { expect, it } from 'vitest';
import type { Plan, PlanCheck, PriorityRule } from '../../../functions/core/plan.ts';
import { isoOf } from '../../../functions/core/time.ts';
import { VirtualPlatform } from '../../../lib/replay/virtual-platform.ts';
import { examplePlan, patientRules, usualRules } from './example-plan.ts';
import { observation } from './timeline.ts';

const start = Date.parse('2026-11-23T07:00:00Z');

/** Which of some rounds, an hour apart, is the one that found it CRITICAL first, as it is known after each of them. */
function criticalIn(rules: readonly PriorityRule[], results: readonly string[]): (number | undefined)[] {
  const plan: Plan = {
    ...examplePlan,
    checks: { ...examplePlan.checks, disk: { ...examplePlan.checks.disk, rules } as PlanCheck },
  };
  const platform = new VirtualPlatform(plan, isoOf(start));
  const names: string[] = [];
  return results.map((result, index) => {
    const at = isoOf(start + index * 3_600_000);
    platform.advanceTo(at);
    if (result === 'resolved') {
      names.push(result);
      platform.command('disk', { kind: 'resolve', by: 'ann' });
    } else {
      const found = observation(plan, at, result);
      names.push(found.round);
      platform.observe(found);
    }
    const name = platform.alert('disk')?.criticalIn;
    return name === undefined ? undefined : names.indexOf(name);
  });
}

const nobodyIsTold: readonly PriorityRule[] = [];

it.each<[what: string, rules: readonly PriorityRule[], results: string[], rounds: (number | undefined)[]]>([
  ['well', usualRules, ['a=OK', 'a=WARNING', 'a=UNKNOWN'], [undefined, undefined, undefined]],
  ['bad at once, and bad again', usualRules, ['a=CRITICAL', 'a=CRITICAL'], [0, 0]],
  ['worse than it was', usualRules, ['a=WARNING', 'a=CRITICAL', 'a=CRITICAL'], [undefined, 1, 1]],
  ['better and bad again in one incident', usualRules, ['a=CRITICAL', 'a=WARNING', 'a=CRITICAL'], [0, 0, 0]],
  ['lost and bad again in one incident', usualRules, ['a=CRITICAL', 'a=lost', 'a=CRITICAL'], [0, 0, 0]],
  ['bad anew after it was well', usualRules, ['a=CRITICAL', 'a=OK', 'a=CRITICAL'], [0, undefined, 2]],
  ['bad anew before it was an incident', patientRules, ['a=CRITICAL', 'a=OK', 'a=CRITICAL'], [0, undefined, 2]],
  ['bad, and nobody is told of it', nobodyIsTold, ['a=CRITICAL', 'a=CRITICAL', 'a=OK'], [0, 0, undefined]],
  ['bad though somebody has resolved it', usualRules, ['a=CRITICAL', 'resolved', 'a=CRITICAL'], [0, 0, 0]],
])('a check is newly CRITICAL in one round only, where it is %s', (_what, rules, results, rounds) => {
  expect(criticalIn(rules, results)).toEqual(rounds);
});

it('a check that goes to and fro is newly CRITICAL once for as long as it flaps', () => {
  const results = Array.from({ length: 24 }, (_, index) => (index % 2 === 0 ? 'a=CRITICAL' : 'a=OK'));
  const rounds = criticalIn(usualRules, results);
  const flapping = rounds.slice(12);
  expect(new Set(flapping).size).toBe(1);
  expect(flapping[0]).toBeDefined();
});
