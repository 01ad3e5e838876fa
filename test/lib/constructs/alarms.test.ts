import { describe, expect, it } from 'vitest';
import { synthesized } from '../synthesized.ts';

const { resources } = synthesized();
const alarms = resources('AWS::CloudWatch::Alarm').map(({ id, properties }) => ({
  name: id.slice('Alarms'.length, -8),
  ...properties,
}));

const own = { Namespace: 'Rounds', Dimensions: [{ Name: 'Platform', Value: 'sample' }], Statistic: 'Sum' };
const atLeast = 'GreaterThanOrEqualToThreshold';
const errorsOf = (name: string, construct = 'Functions') => ({
  Namespace: 'AWS/Lambda',
  MetricName: 'Errors',
  Dimensions: [{ Name: 'FunctionName', Value: `${construct}${name}` }],
  Statistic: 'Sum',
  ComparisonOperator: atLeast,
  Threshold: 1,
  TreatMissingData: 'notBreaching',
});
const ageOrCountOf = (queue: string, metric: string, threshold: number) => ({
  Namespace: 'AWS/SQS',
  MetricName: metric,
  Dimensions: [{ Name: 'QueueName', Value: `${queue}.QueueName` }],
  Statistic: 'Maximum',
  ComparisonOperator: atLeast,
  Threshold: threshold,
  TreatMissingData: 'notBreaching',
});

describe('the alarms', () => {
  it.each([
    ['DispatchErrors', errorsOf('Dispatch')],
    ['CollectErrors', errorsOf('Collect')],
    ['TickErrors', errorsOf('Tick')],
    ['ReportErrors', errorsOf('Report', 'Reports')],
    ['ConsoleErrors', errorsOf('Console', 'Widgets')],
    ['ActErrors', errorsOf('Act', 'Widgets')],
    [
      'HeartbeatMissing',
      {
        ...own,
        MetricName: 'Heartbeat',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        TreatMissingData: 'breaching',
      },
    ],
    [
      'Failures',
      { ...own, MetricName: 'Failures', ComparisonOperator: atLeast, Threshold: 1, TreatMissingData: 'notBreaching' },
    ],
    ['DeadLetters', ageOrCountOf('DeadLetters', 'ApproximateNumberOfMessagesVisible', 1)],
    ['EventsWaiting', ageOrCountOf('CommandEventsQueue', 'ApproximateAgeOfOldestMessage', 600)],
  ])('watch %s over 5 minutes', (name, expected) => {
    expect(alarms.find((alarm) => alarm.name === name)).toMatchObject({
      ...expected,
      Period: 300,
      EvaluationPeriods: 1,
    });
  });

  it('are these ten and no other', () => {
    expect(alarms).toHaveLength(10);
  });

  it('tell the watchers when they go off and when it is over', () => {
    for (const alarm of alarms) {
      expect(alarm.AlarmActions).toEqual(['WatchTopic']);
      expect(alarm.OKActions).toEqual(['WatchTopic']);
    }
  });

  it('say which platform it is about and what to do', () => {
    for (const alarm of alarms) {
      expect(alarm.AlarmDescription).toMatch(/^Rounds \(sample\): /);
      expect(alarm.AlarmDescription).toMatch(/\b(read|look|search|watch)\b/i);
    }
  });
});
