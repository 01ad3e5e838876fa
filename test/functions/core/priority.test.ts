import { describe, expect, it } from 'vitest';
import type { PriorityRule } from '../../../functions/core/plan.ts';
import { hostMatches, isMoreUrgent, ruleMatches } from '../../../functions/core/priority.ts';
import type { Status } from '../../../functions/core/status.ts';

const bad: PriorityRule = { priority: 'P2', states: ['CRITICAL', 'UNKNOWN'], attempts: 1 };
const slow: PriorityRule = {
  ...bad,
  states: ['WARNING', 'CRITICAL'],
  metric: { label: 'api', range: { low: null, high: 2, alertInside: false } },
};

describe('a host matches a rule', () => {
  it.each<[what: string, rule: PriorityRule, status: Status, api: number | undefined, matches: boolean]>([
    ['of its status', bad, 'UNKNOWN', undefined, true],
    ['not of another status', bad, 'WARNING', undefined, false],
    ['never while it is well', slow, 'OK', 9, false],
    ['with a metric outside the range', slow, 'WARNING', 2.1, true],
    ['not with a metric inside the range', slow, 'CRITICAL', 2, false],
    ['not with a metric that it has not reported', slow, 'CRITICAL', undefined, false],
    ['not with another status, whatever the metric', slow, 'UNKNOWN', 9, false],
  ])('%s', (_what, rule, status, api, matches) => {
    const metrics = api === undefined ? [{ label: 'other', value: 9 }] : [{ label: 'api', value: api }];
    expect(hostMatches(rule, status, metrics)).toBe(matches);
  });
});

describe('a rule matches', () => {
  it.each<[what: string, share: number | undefined, matching: number, population: number, matches: boolean]>([
    ['with one host where it asks for no share', undefined, 1, 1_000, true],
    ['with no host never', undefined, 0, 10, false],
    ['with no host of none never', 1, 0, 0, false],
    ['with half of them where it asks for half', 0.5, 5, 10, true],
    ['not with fewer', 0.5, 4, 10, false],
    ['with every host where it asks for all', 1, 3, 3, true],
    ['not with all but one', 1, 2, 3, false],
  ])('%s', (_what, share, matching, population, matches) => {
    expect(ruleMatches(share === undefined ? bad : { ...bad, share }, matching, population)).toBe(matches);
  });
});

it('P0 is the most urgent', () => {
  expect([isMoreUrgent('P0', 'P1'), isMoreUrgent('P1', 'P1'), isMoreUrgent('P3', 'P2')]).toEqual([true, false, false]);
});
