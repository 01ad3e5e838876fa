import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../functions/core/alert.ts';
import type { HostReport } from '../../../functions/core/invocation.ts';
import { observationsOf, ownObservation, rulesOf } from '../../../functions/core/observations.ts';
import type { Plan, PriorityRule } from '../../../functions/core/plan.ts';
import { ruleMatches } from '../../../functions/core/priority.ts';
import { checksOf, type RunningRound, routineOf } from '../../../functions/core/round.ts';
import type { Status } from '../../../functions/core/status.ts';
import { addAnswer, addReport, newTally } from '../../../functions/core/tally.ts';
import { verdictsOf } from '../../../functions/core/verdicts.ts';
import { examplePlan, usualRules } from './example-plan.ts';

const round: RunningRound = {
  routine: 'morning',
  slot: '2026-11-23T07:00:00.000Z',
  nonce: '0'.repeat(32),
  requestedAt: '2026-11-23T07:00:01.000Z',
  status: 'running',
  commandId: 'c-1',
  sentAt: '2026-11-23T07:00:02.000Z',
  deadlineAt: '2026-11-23T07:05:02.000Z',
};

function answered(host: string, status: Status, value = 1): HostReport {
  const metrics = [{ label: 'disk_used', value, unit: '%', warning: null, critical: null, min: null, max: null }];
  const result = { status, text: `${status} of ${host}`, longText: '', metrics, problems: [] };
  return {
    kind: 'answered',
    host,
    name: host,
    results: { disk: result, load: { ...result, status: 'OK', metrics: [] } },
  };
}

function tallyOf(plan: Plan, ...reports: HostReport[]) {
  const checks = checksOf(plan, routineOf(plan, 'morning')).filter(([, { source }]) => source.kind === 'host');
  const tally = newTally(checks, plan.fleets.app?.rules ?? []);
  tally.targets = Math.max(1, reports.length);
  for (const report of reports) addReport(tally, report);
  return tally;
}

const lost: HostReport = { kind: 'lost', host: 'z', name: 'z', reason: 'its agent is gone' };
const pending: HostReport = { kind: 'pending', host: 'p', name: 'p' };

function observed(check: string, final: boolean, ...reports: HostReport[]) {
  const observations = observationsOf(examplePlan, round, tallyOf(examplePlan, ...reports), final);
  const observation = observations.find((one) => one.check === check);
  if (!observation) throw new Error(`no observation of ${check}`);
  return { ...observation, priority: priorityOf(observation) };
}

function priorityOf({ check, matches, population }: Observation) {
  const rules = rulesOf(examplePlan, check);
  return rules.find((rule, index) => ruleMatches(rule, matches[index] ?? 0, population))?.priority;
}

describe('what a round found', () => {
  it('counts a share among the hosts that answered, and those that still may', () => {
    expect(observed('disk', true, answered('a', 'CRITICAL'), lost)).toMatchObject({
      population: 1,
      priority: 'P1',
      headline: 'Disk usage CRITICAL on 1 host',
    });
    expect(observed('disk', false, answered('a', 'CRITICAL'), pending)).toMatchObject({
      population: 2,
      priority: 'P2',
    });
  });

  it('counts no share before SSM lists the command, when nobody knows of how many hosts', () => {
    const tally = { ...tallyOf(examplePlan, answered('a', 'CRITICAL')), targets: 0 };
    expect(observationsOf(examplePlan, round, tally, false)).toEqual([]);
  });

  it('blames a lost host on the fleet and not on its checks', () => {
    expect(observed('disk', true, answered('a', 'OK'), lost).priority).toBeUndefined();
    const fleet = observed('fleet-app', true, answered('a', 'OK'), lost);
    expect(fleet).toMatchObject({ priority: 'P2', worst: [{ host: 'z', text: 'its agent is gone' }] });
  });

  it('finds a fleet without hosts critical on every host', () => {
    const fleet = observed('fleet-app', true);
    expect(fleet).toMatchObject({
      priority: 'P1',
      population: 2,
      troubled: { total: 2 },
      headline: 'Hosts of the shop: there is none',
    });
    expect(fleet.worst[0]?.text).toBe('no host is registered with SSM under the tags Role=app; expected at least 2');
  });

  it('finds a fleet under its floor critical in part', () => {
    const fleet = observed('fleet-app', true, answered('a', 'OK'));
    expect(fleet).toMatchObject({ priority: 'P2', population: 2, counts: { OK: 1, CRITICAL: 1 } });
    expect(fleet.worst[0]?.text).toContain('only 1 host is registered');
  });

  it('says nothing of the fleet before its end', () => {
    const checks = observationsOf(examplePlan, round, tallyOf(examplePlan, pending), false).map(({ check }) => check);
    expect(checks).toEqual(['disk', 'load']);
  });

  it('keeps the worst hosts with their output, and at most 200 names', () => {
    const warned = Array.from({ length: 300 }, (_, index) => answered(`w${index}`, 'WARNING'));
    const { worst, troubled } = observed('disk', true, ...warned, answered('c', 'CRITICAL'));
    expect(worst.map(({ host }) => host)).toEqual(['c', 'w0', 'w1', 'w2', 'w3']);
    expect([troubled.total, troubled.named.length]).toEqual([301, 200]);
  });

  it('pages as P1 when Rounds itself cannot run the routine', () => {
    expect(priorityOf(ownObservation(examplePlan, round, round.sentAt, 'access denied'))).toBe('P1');
    expect(rulesOf(examplePlan, 'round-morning')).toMatchObject([{ attempts: 1 }]);
    expect(ownObservation(examplePlan, round, round.sentAt)).toMatchObject({
      counts: { OK: 1, CRITICAL: 0 },
      matches: [0],
      headline: 'Rounds runs Morning again',
    });
  });
});

describe('hosts that match the rules', () => {
  const over = (high: number) => ({ label: 'disk_used', range: { low: null, high, alertInside: false } });
  const rules: readonly PriorityRule[] = [
    { priority: 'P1', states: ['CRITICAL'], metric: over(95), attempts: 1 },
    { priority: 'P2', states: ['CRITICAL', 'WARNING'], attempts: 1 },
    { priority: 'P3', states: ['UNKNOWN'], attempts: 1 },
  ];
  const { disk, ...others } = examplePlan.checks;
  if (!disk) throw new Error('the example has no check of the disk');
  const plan = { ...examplePlan, checks: { ...others, disk: { ...disk, rules } } };

  it.each<[what: string, reports: HostReport[], matches: readonly number[]]>([
    ['none', [], [0, 0, 0]],
    ['one that is well, whatever its metric', [answered('a', 'OK', 99)], [0, 0, 0]],
    ['one under the metric of a rule', [answered('a', 'CRITICAL', 95)], [0, 1, 0]],
    ['one over it', [answered('a', 'CRITICAL', 96)], [1, 1, 0]],
    ['one over it with another status', [answered('a', 'WARNING', 96)], [0, 1, 0]],
    ['one that could not be judged', [answered('a', 'UNKNOWN', 96)], [0, 0, 1]],
    [
      'several',
      [answered('a', 'CRITICAL', 99), answered('b', 'CRITICAL', 1), answered('c', 'UNKNOWN'), lost, pending],
      [1, 2, 1],
    ],
  ])('are counted: %s', (_what, reports, matches) => {
    const observations = observationsOf(plan, round, tallyOf(plan, ...reports), false);
    expect(observations.find(({ check }) => check === 'disk')?.matches).toEqual(matches);
  });

  it('are, of the fleet, the lost ones and those that do not exist', () => {
    expect(observed('fleet-app', true, answered('a', 'OK'), answered('b', 'OK')).matches).toEqual([0, 0, 0]);
    expect(observed('fleet-app', true, answered('a', 'OK'), lost).matches).toEqual([1, 1, 0]);
    expect(observed('fleet-app', true, lost).matches).toEqual([2, 2, 0]);
  });
});

describe('the order of what a round found', () => {
  const ordered = (dependsOn: Readonly<Record<string, readonly string[]>>) => {
    const checks = Object.entries(examplePlan.checks).map(([id, check]) => {
      return [id, { ...check, dependsOn: dependsOn[id] ?? [] }] as const;
    });
    const plan = { ...examplePlan, checks: Object.fromEntries(checks) };
    return observationsOf(plan, round, tallyOf(plan, answered('a', 'OK')), true).map(({ check }) => check);
  };

  it.each<[what: string, dependsOn: Readonly<Record<string, readonly string[]>>, order: readonly string[]]>([
    ['the procedure where nothing depends on anything', {}, ['disk', 'load']],
    ['a check after what explains it', { disk: ['load'] }, ['load', 'disk']],
    ['even by way of a check that no host is asked', { disk: ['overnight'], overnight: ['load'] }, ['load', 'disk']],
    ['whatever else it depends on', { disk: ['fleet-app', 'no-such-check'] }, ['disk', 'load']],
  ])('is the fleet, then %s', (_what, dependsOn, order) => {
    expect(ordered(dependsOn)).toEqual(['fleet-app', ...order]);
  });
});

describe('what a recheck found', () => {
  const recheck = { checks: ['disk'], hosts: ['a', 'b'], populations: { disk: 200 } };
  const foundIn = (rechecked: RunningRound['recheck']) => {
    const tally = newTally([['disk', { rules: usualRules }]], usualRules);
    for (const report of [answered('a', 'CRITICAL'), answered('b', 'OK')]) addReport(tally, report);
    return observationsOf(examplePlan, { ...round, ...(rechecked && { recheck: rechecked }) }, tally, true);
  };

  it('is only of its checks, as a share of the whole fleet', () => {
    const found = foundIn(recheck);
    expect(found).toMatchObject([{ check: 'disk', population: 200, counts: { OK: 1, CRITICAL: 1 } }]);
    expect(found[0]?.headline).toBe('Disk usage CRITICAL on 1 of 200 hosts');
  });

  it('says nothing of the hosts that were bad and are not asked', () => {
    const unasked = { disk: { total: 3, named: ['c', 'd', 'e'] } };
    expect(foundIn({ ...recheck, unasked })[0]?.unjudged).toEqual(unasked.disk);
  });

  it('is a share of the hosts that answered where it asked the whole fleet', () => {
    expect(foundIn({ ...recheck, hosts: [] })).toMatchObject([{ check: 'disk', population: 2 }]);
  });
});

describe('what our own records say', () => {
  const found = (status: Status) => {
    const tally = tallyOf(examplePlan, answered('a', 'OK'), lost);
    const longText = '';
    addAnswer(tally, 'overnight', [], { status, text: '2 incidents', longText, metrics: [] });
    return {
      tally,
      observation: observationsOf(examplePlan, round, tally, true).find(({ check }) => check === 'overnight'),
    };
  };

  it('is told in its own words, and as no share of any hosts', () => {
    const { observation } = found('CRITICAL');
    expect(observation?.headline).toBe('No critical alerts from overnight: 2 incidents');
    expect(observation?.worst).toMatchObject([{ name: "Rounds' own records", status: 'CRITICAL' }]);
  });

  it('is known whatever hosts are lost', () => {
    const { tally, observation } = found('OK');
    expect(observation).toMatchObject({ population: 1, unjudged: { total: 0 }, troubled: { total: 0 } });
    const verdicts = verdictsOf(routineOf(examplePlan, 'morning'), tally);
    expect(verdicts.overnight).toMatchObject({ status: 'OK', text: '2 incidents' });
    expect(verdicts.disk?.status).toBe('UNKNOWN');
    expect(Object.keys(verdicts)).toEqual(['disk', 'load', 'overnight']);
  });
});

describe('a verdict', () => {
  const morning = routineOf(examplePlan, 'morning');

  it('is UNKNOWN where a host did not answer, never OK', () => {
    const verdicts = verdictsOf(morning, tallyOf(examplePlan, answered('a', 'OK'), lost));
    expect(verdicts.disk).toMatchObject({ status: 'UNKNOWN', text: 'OK on 1 host; 1 did not answer' });
    expect(verdictsOf(morning, tallyOf(examplePlan)).disk?.status).toBe('UNKNOWN');
  });

  it('says what the worst host said', () => {
    const verdicts = verdictsOf(morning, tallyOf(examplePlan, answered('a', 'OK'), answered('b', 'WARNING')));
    expect(verdicts.disk).toMatchObject({ status: 'WARNING', text: 'WARNING of b' });
    expect(verdicts.load).toMatchObject({ status: 'OK', text: 'OK of a' });
  });
});
