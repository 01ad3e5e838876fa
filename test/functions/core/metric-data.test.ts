import { describe, expect, it } from 'vitest';
import { measured } from '../../../functions/core/answer.ts';
import type { HostReport } from '../../../functions/core/invocation.ts';
import type { CheckResult } from '../../../functions/core/judge.ts';
import { type Datum, metricsPerCheck, roundData } from '../../../functions/core/metric-data.ts';
import type { PlanRoutine } from '../../../functions/core/plan.ts';
import { exitCodeOf } from '../../../functions/core/status.ts';
import { addAnswer, addReport, newTally } from '../../../functions/core/tally.ts';
import { examplePlan } from './example-plan.ts';

/** A host whose disk check and load check both report these values. */
function answered(host: string, values: Readonly<Record<string, number>>): HostReport {
  const limits = { warning: null, critical: null, min: null, max: null };
  const metrics = Object.entries(values).map(([label, value]) => ({ label, value, unit: '%', ...limits }));
  const result: CheckResult = { status: 'OK', text: '', longText: '', metrics, problems: [] };
  return { kind: 'answered', host, name: host, results: { disk: result, load: result } };
}

/** A routine of which nothing runs on hosts. */
const records: PlanRoutine = {
  title: 'Review',
  schedule: { days: 'every-day', at: ['09:00'] },
  checks: ['overnight'],
  remedies: [],
  deadlineSeconds: 0,
};

const lost: HostReport = { kind: 'lost', host: 'z', name: 'z', reason: 'its agent is gone' };

function dataOf(...reports: HostReport[]): Datum[] {
  const tally = newTally(
    ['disk', 'load'].map((id) => [id, { rules: [] }]),
    [],
  );
  for (const report of reports) addReport(tally, report);
  return roundData(examplePlan, 'morning', tally, 12);
}

/** Number of hosts in each status. */
function hostsOf(check: string, data: readonly Datum[]) {
  const hosts = new Map(
    data
      .filter(({ name, dimensions }) => name === 'Status' && dimensions.Check === check)
      .flatMap(({ values }) => values),
  );
  return Object.fromEntries(Object.entries(exitCodeOf).map(([status, number]) => [status, hosts.get(number) ?? 0]));
}

function valuesOf(check: string, data: readonly Datum[]): Datum[] {
  return data.filter(({ name, dimensions }) => name === 'Value' && dimensions.Check === check);
}

const labelsOf = (check: string, data: readonly Datum[]) =>
  valuesOf(check, data).map(({ dimensions }) => dimensions.Metric);

describe("a round's metrics", () => {
  it('are a handful a check, whatever the number of hosts', () => {
    const hosts = Array.from({ length: 1_000 }, (_, index) => answered(`h${index}`, { disk_used: index % 400 }));
    const data = dataOf(...hosts);
    // The fleet and two checks.
    expect(data.filter(({ name }) => name === 'Status')).toHaveLength(3);
    const values = valuesOf('disk', data);
    expect(values.map((datum) => datum.values.length)).toEqual([150, 150, 100]);
    const counted = values.flatMap((datum) => datum.values.map(([, count]) => count));
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(1_000);
    expect(values[0]).toMatchObject({ unit: 'Percent', dimensions: { Check: 'disk', Metric: 'disk_used' } });
  });

  it('show a lost host as critical in the fleet, and as unknown in every check', () => {
    const data = dataOf(answered('a', {}), answered('b', {}), lost);
    expect(hostsOf('fleet-app', data)).toEqual({ OK: 2, WARNING: 0, CRITICAL: 1, UNKNOWN: 0 });
    expect(hostsOf('disk', data)).toEqual({ OK: 2, WARNING: 0, CRITICAL: 0, UNKNOWN: 1 });
  });

  it('say of a status by its number how many hosts have it, and nothing of one that no host has', () => {
    const [status] = dataOf(answered('a', {}), answered('b', {}), lost).filter(({ name }) => name === 'Status');
    expect(status?.dimensions).toEqual({ Check: 'fleet-app' });
    expect(status?.values).toEqual([
      [2, 1],
      [0, 2],
    ]);
  });

  it('say nothing of a check that no host was asked for', () => {
    const data = roundData(examplePlan, 'morning', newTally([['disk', { rules: [] }]], []), 12);
    expect(data.filter(({ dimensions }) => dimensions.Check === 'disk')).toEqual([]);
  });

  it('show the hosts that the floor asks for and nobody registered as critical in the fleet', () => {
    expect(hostsOf('fleet-app', dataOf())).toEqual({ OK: 0, WARNING: 0, CRITICAL: 2, UNKNOWN: 0 });
    expect(hostsOf('fleet-app', dataOf(answered('a', {})))).toMatchObject({ OK: 1, CRITICAL: 1 });
  });

  it('are of our own records as well, of which a lost host says nothing', () => {
    const tally = newTally([['disk', { rules: [] }]], []);
    addReport(tally, lost);
    const metrics = [measured('incidents', 2)];
    addAnswer(tally, 'overnight', [], { status: 'CRITICAL', text: '', longText: '', metrics });
    const data = roundData(examplePlan, 'morning', tally, 12);
    expect(hostsOf('overnight', data)).toEqual({ OK: 0, WARNING: 0, CRITICAL: 1, UNKNOWN: 0 });
    expect(valuesOf('overnight', data)).toMatchObject([{ values: [[2, 1]] }]);
  });

  it.each([
    ['has none', []],
    ['asks it nothing', [['fleet', 'app']]],
  ])('are of no fleet where the routine %s', (_what, fleet) => {
    const review: PlanRoutine = { ...records, ...Object.fromEntries(fleet) };
    const data = roundData({ ...examplePlan, routines: { review } }, 'review', newTally([], []), 1);
    expect(data.map(({ name }) => name)).toEqual(['RoundSeconds']);
  });

  it('are not as many as a host invents: those with a threshold, and the first of the others', () => {
    const invented = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`pid-${index}`, index]));
    const data = dataOf(answered('a', { ...invented, disk_used: 50 }));
    const others = (count: number) => Object.keys(invented).slice(0, count);
    expect(labelsOf('disk', data)).toEqual(['disk_used', ...others(metricsPerCheck - 1)]);
    expect(labelsOf('load', data)).toEqual(others(metricsPerCheck));
  });
});
