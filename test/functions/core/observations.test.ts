import { describe, expect, it } from 'vitest';
import type { HostReport } from '../../../functions/core/invocation.ts';
import { observationsOf, ownObservation, rulesOf } from '../../../functions/core/observations.ts';
import { priorityOf } from '../../../functions/core/priority.ts';
import type { RunningRound } from '../../../functions/core/round.ts';
import type { Status } from '../../../functions/core/status.ts';
import { addReport, newTally } from '../../../functions/core/tally.ts';
import { hostVerdicts, incidentsVerdict } from '../../../functions/core/verdicts.ts';
import { examplePlan } from './example-plan.ts';

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

function tallyOf(...reports: HostReport[]) {
  const tally = newTally(['disk', 'load']);
  for (const report of reports) addReport(tally, report);
  return tally;
}

const lost: HostReport = { kind: 'lost', host: 'z', name: 'z', reason: 'its agent is gone' };
const pending: HostReport = { kind: 'pending', host: 'p', name: 'p' };

function observed(check: string, final: boolean, ...reports: HostReport[]) {
  const observation = observationsOf(examplePlan, round, tallyOf(...reports), final).find((one) => one.check === check);
  if (!observation) throw new Error(`no observation of ${check}`);
  const priority = priorityOf(rulesOf(examplePlan, check), observation.counts, observation.population);
  return { ...observation, priority };
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
    const checks = observationsOf(examplePlan, round, tallyOf(pending), false).map(({ check }) => check);
    expect(checks).toEqual(['disk', 'load']);
  });

  it('keeps the worst hosts with their output, and at most 200 names', () => {
    const warned = Array.from({ length: 300 }, (_, index) => answered(`w${index}`, 'WARNING'));
    const { worst, troubled } = observed('disk', true, ...warned, answered('c', 'CRITICAL'));
    expect(worst.map(({ host }) => host)).toEqual(['c', 'w0', 'w1', 'w2', 'w3']);
    expect([troubled.total, troubled.named.length]).toEqual([301, 200]);
  });

  it('pages as P1 when Rounds itself cannot run the routine', () => {
    const { check, counts } = ownObservation(examplePlan, round, round.sentAt, 'access denied');
    expect(priorityOf(rulesOf(examplePlan, check), counts, 1)).toBe('P1');
    expect(ownObservation(examplePlan, round, round.sentAt)).toMatchObject({
      counts: { OK: 1, CRITICAL: 0 },
      headline: 'Rounds runs Morning again',
    });
  });
});

describe('a verdict', () => {
  it('is UNKNOWN where a host did not answer, never OK', () => {
    const verdicts = hostVerdicts(examplePlan, 'morning', tallyOf(answered('a', 'OK'), lost));
    expect(verdicts.disk).toMatchObject({ status: 'UNKNOWN', text: 'OK on 1 host; 1 did not answer' });
    expect(hostVerdicts(examplePlan, 'morning', tallyOf()).disk?.status).toBe('UNKNOWN');
  });

  it('says what the worst host said', () => {
    const verdicts = hostVerdicts(examplePlan, 'morning', tallyOf(answered('a', 'OK'), answered('b', 'WARNING')));
    expect(verdicts.disk).toMatchObject({ status: 'WARNING', text: 'WARNING of b' });
    expect(verdicts.load).toMatchObject({ status: 'OK', text: 'OK of a' });
  });

  it('on our own incidents names those that count', () => {
    const check = { kind: 'incidents', since: '18:00', priorities: ['P0', 'P1'] } as const;
    const head = { number: 'D-001', sequence: 1, check: 'disk', title: 'Disk', openedAt: '2026-11-22T20:00:00.000Z' };
    const verdict = (priority: string, since: string) =>
      incidentsVerdict(check, since, [{ ...head, priority }], 'Europe/Berlin');
    expect(verdict('P1', '2026-11-20T17:00:00.000Z')).toMatchObject({
      status: 'CRITICAL',
      text: '1 incident of P0 or P1 since 2026-11-20 18:00 GMT+1: D-001 Disk (open)',
    });
    expect(verdict('P2', '2026-11-20T17:00:00.000Z').status).toBe('OK');
    expect(verdict('P1', '2026-11-22T21:00:00.000Z').status).toBe('OK');
  });
});
