import { type MetricId, type Sample, type Statistic, statisticOf } from './metric-store.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export type Comparison =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

export type MissingData = 'breaching' | 'notBreaching' | 'ignore' | 'missing';

/** When an alarm rings. */
export interface AlarmCondition {
  readonly metric: MetricId;
  readonly statistic: Statistic;
  readonly periodMs: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: Comparison;
  readonly treatMissingData: MissingData;
}

/** Periods beyond those evaluated in which CloudWatch looks for data before it counts one as missing. */
const extraPeriods = 2;

/** CloudWatch evaluates once a minute, over whole minutes. */
export const evaluationMs = 60_000;

/**
 * The state of an alarm at `now`, from the most recent data in a range that is a little longer than the periods
 * evaluated. Reproduces the two tables of the documentation.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function alarmStateAt(
  condition: AlarmCondition,
  samples: readonly Sample[],
  now: number,
  current: AlarmState,
): AlarmState {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = condition;
  const data = recentData(condition, samples, now);
  const breaching = data.filter((datum) => breaches(condition, datum)).length;
  const missing = evaluationPeriods - data.length;
  if (breaching >= datapointsToAlarm) return 'ALARM';
  if (missing === 0) return 'OK';
  switch (treatMissingData) {
    case 'breaching':
      return breaching + missing >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'notBreaching':
      return 'OK';
    case 'ignore':
      return breaching < data.length ? 'OK' : current;
    case 'missing':
      if (data.length === 0) return 'INSUFFICIENT_DATA';
      return breaching === data.length ? 'ALARM' : 'OK';
  }
}

/** The latest existing data of the evaluation range, at most as many as are evaluated. */
function recentData(condition: AlarmCondition, samples: readonly Sample[], now: number): readonly number[] {
  const { periodMs, evaluationPeriods, statistic } = condition;
  const end = Math.floor(now / evaluationMs) * evaluationMs;
  const data: number[] = [];
  for (let back = 0; back < evaluationPeriods + extraPeriods && data.length < evaluationPeriods; back += 1) {
    const to = end - back * periodMs;
    const inPeriod = samples.filter(({ at }) => at >= to - periodMs && at < to);
    const datum = statisticOf(inPeriod, statistic);
    if (datum !== undefined) data.push(datum);
  }
  return data;
}

function breaches({ comparison, threshold }: AlarmCondition, datum: number): boolean {
  switch (comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return datum >= threshold;
    case 'GreaterThanThreshold':
      return datum > threshold;
    case 'LessThanThreshold':
      return datum < threshold;
    case 'LessThanOrEqualToThreshold':
      return datum <= threshold;
  }
}
