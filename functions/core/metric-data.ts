import { fleetCheck } from './observations.ts';
import type { Plan, PlanCheck } from './plan.ts';
import { fleetOf, routineOf, runsOnHosts } from './round.ts';
import { exitCodeOf, type Status, statuses } from './status.ts';
import { type CheckTally, missingHosts, type Tally, unjudgedOf } from './tally.ts';

/** One CloudWatch datum; the adapter adds namespace, platform and time. */
export interface Datum {
  readonly name: 'Status' | 'Value' | 'RoundSeconds' | 'OpenIncidents' | 'Heartbeat' | 'Failures';
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: 'Count' | 'Seconds' | 'Percent' | 'Bytes' | 'None';
  /** Distinct values with the number of times each occurred. */
  readonly values: readonly (readonly [value: number, count: number])[];
}

/** Most distinct values in one datum: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const valuesPerDatum = 150;

/**
 * Metrics of one check that become CloudWatch's, unless the runbook gives thresholds to more: each costs money, and a
 * host can print any labels. https://aws.amazon.com/cloudwatch/pricing/
 */
export const metricsPerCheck = 20;

/**
 * A routine's metrics: one of the hosts by status for the fleet and for each check, and one distribution for each of a
 * check's metrics. The counts of a check add up to the hosts of the fleet: a host that it could not be asked of is UNKNOWN.
 */
export function roundData(plan: Plan, routine: string, tally: Tally, seconds: number): Datum[] {
  const planned = routineOf(plan, routine);
  const fleet = fleetOf(plan, planned);
  const data: Datum[] = [
    { name: 'RoundSeconds', dimensions: { Routine: routine }, unit: 'Seconds', values: [[seconds, 1]] },
    ...(fleet && runsOnHosts(plan, planned)
      ? statusData(fleetCheck(planned.fleet ?? ''), fleetCounts(tally, fleet.floor))
      : []),
  ];
  for (const [id, check] of tally.checks) {
    data.push(...statusData(id, { ...check.counts, UNKNOWN: check.counts.UNKNOWN + unjudgedOf(tally, check).total }));
    for (const metric of metricsOf(plan.checks[id], check)) data.push(...valueData(id, metric, check));
  }
  return data;
}

/** Hosts that should exist and do not are critical like the lost ones. */
function fleetCounts(tally: Tally, floor: number): Record<Status, number> {
  const { counts } = tally.fleet;
  return { ...counts, CRITICAL: counts.CRITICAL + missingHosts(tally, floor) };
}

/** Nothing where there is no host: CloudWatch takes no count of 0. */
function statusData(check: string, counts: Readonly<Record<Status, number>>): Datum[] {
  const values = statuses
    .map((status) => [exitCodeOf[status], counts[status]] as const)
    .filter(([, count]) => count > 0);
  return values.length === 0 ? [] : [{ name: 'Status', dimensions: { Check: check }, unit: 'None', values }];
}

/** Every metric with a threshold, and of the others as many as came first. */
function metricsOf(check: PlanCheck | undefined, { values }: CheckTally): string[] {
  const thresholds = check && 'thresholds' in check.source ? check.source.thresholds : [];
  const judged = thresholds.map(({ metric }) => metric).filter((metric) => values.has(metric));
  return [...new Set([...judged, ...values.keys()])].slice(0, Math.max(judged.length, metricsPerCheck));
}

function valueData(check: string, metric: string, { values }: CheckTally): Datum[] {
  const { unit = '', counts = [] } = values.get(metric) ?? {};
  const all = [...counts];
  return Array.from({ length: Math.ceil(all.length / valuesPerDatum) }, (_, index) => ({
    name: 'Value',
    dimensions: { Check: check, Metric: asciiLabel(metric) },
    unit: unitOf(unit),
    values: all.slice(index * valuesPerDatum, (index + 1) * valuesPerDatum),
  }));
}

/** Dimension values are ASCII, 1 to 255 characters. */
function asciiLabel(label: string): string {
  return (
    label
      .replaceAll(/[^\x20-\x7e]/g, '_')
      .slice(0, 255)
      .trim() || '_'
  );
}

function unitOf(unit: string): Datum['unit'] {
  switch (unit) {
    case 's':
      return 'Seconds';
    case 'B':
      return 'Bytes';
    case '%':
      return 'Percent';
    default:
      return 'None';
  }
}
