import { describe, expect, it } from 'vitest';
import {
  type AlarmCondition,
  type AlarmState,
  alarmStateAt,
  type MissingData,
} from '../../../lib/local/alarm-state.ts';
import { type Sample, sampleOf } from '../../../lib/local/metric-store.ts';

const minuteMs = 60_000;
const now = Date.parse('2026-03-02T08:00:30Z');
const end = Date.parse('2026-03-02T08:00:00Z');

function condition(treatMissingData: MissingData, datapointsToAlarm: number): AlarmCondition {
  return {
    metric: { namespace: 'Test', name: 'Disk', dimensions: {} },
    statistic: 'Maximum',
    periodMs: minuteMs,
    evaluationPeriods: 3,
    datapointsToAlarm,
    threshold: 1,
    comparison: 'GreaterThanOrEqualToThreshold',
    treatMissingData,
  };
}

/** `0` is a datum within the threshold, `X` one beyond it, `-` none; one character a minute, the latest last. */
function samplesOf(picture: string): Sample[] {
  return [...picture].flatMap((character, index) => {
    const at = end - (picture.length - index) * minuteMs;
    return character === '-' ? [] : [sampleOf(at, [{ value: character === 'X' ? 1 : 0, count: 1 }])];
  });
}

const treatments: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const kept = 'kept';

/** The tables of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html */
const tables: readonly (readonly [number, string, readonly string[]])[] = [
  [3, '0-X-X', ['OK', 'OK', 'OK', 'OK']],
  [3, '----0', ['OK', 'OK', 'OK', 'OK']],
  [3, '-----', ['INSUFFICIENT_DATA', kept, 'ALARM', 'OK']],
  [3, '0XX-X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  [3, '--X--', ['ALARM', kept, 'ALARM', 'OK']],
  [2, '0-X-X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  [2, '00X0X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  [2, '0-X--', ['OK', 'OK', 'ALARM', 'OK']],
  [2, '----0', ['OK', 'OK', 'ALARM', 'OK']],
  [2, '---X-', ['ALARM', kept, 'ALARM', 'OK']],
];

describe('the state of an alarm', () => {
  const cases = tables.flatMap(([datapoints, picture, states]) =>
    treatments.map((treatment, index) => ({ datapoints, picture, treatment, state: states[index] ?? '' })),
  );
  it.each(cases)('$datapoints of 3, data $picture, $treatment: $state', ({ datapoints, picture, treatment, state }) => {
    for (const current of ['OK', 'ALARM'] satisfies AlarmState[]) {
      const judged = alarmStateAt(condition(treatment, datapoints), samplesOf(picture), now, current);
      expect(judged).toBe(state === kept ? current : state);
    }
  });

  it('does not look at the minute that has not ended', () => {
    const inThisMinute = [sampleOf(end, [{ value: 1, count: 1 }])];
    expect(alarmStateAt(condition('notBreaching', 1), inThisMinute, now, 'OK')).toBe('OK');
    expect(alarmStateAt(condition('notBreaching', 1), inThisMinute, now + minuteMs, 'OK')).toBe('ALARM');
  });
});
