import { z } from 'zod';
import type { Statistic } from '../metric-store.ts';
import { arnOf, kept, type ResourceKind, resourceKind, wholeNumber } from './kind.ts';

/** Topics; nothing else is told by an alarm here. */
const actions = z.array(z.string().startsWith('arn:aws:sns:')).default([]);

const alarmKind = resourceKind({
  type: 'AWS::CloudWatch::Alarm',
  properties: z
    .strictObject({
      AlarmActions: actions,
      AlarmDescription: z.string().default(''),
      ComparisonOperator: z.enum([
        'GreaterThanOrEqualToThreshold',
        'GreaterThanThreshold',
        'LessThanThreshold',
        'LessThanOrEqualToThreshold',
      ]),
      DatapointsToAlarm: wholeNumber.optional(),
      Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]),
      EvaluationPeriods: wholeNumber,
      ExtendedStatistic: z
        .string()
        .regex(/^p\d+(\.\d+)?$/, 'expected a percentile like p95')
        .optional(),
      InsufficientDataActions: actions,
      MetricName: z.string(),
      Namespace: z.string(),
      OKActions: actions,
      Period: wholeNumber.multipleOf(60),
      Statistic: z.enum(['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum']).optional(),
      Tags: kept,
      Threshold: z.number(),
      TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']).default('missing'),
    })
    .refine((alarm) => (alarm.Statistic === undefined) !== (alarm.ExtendedStatistic === undefined), {
      error: 'expected either Statistic or ExtendedStatistic',
    }),
  identify: (name, place) => ({ ref: name, attributes: { Arn: arnOf('cloudwatch', place, `alarm:${name}`) } }),
  create(properties, { ref, attributes }, { alarms }) {
    const dimensions = Object.fromEntries(properties.Dimensions.map(({ Name, Value }) => [Name, Value]));
    alarms.add({
      name: ref,
      arn: String(attributes.Arn),
      description: properties.AlarmDescription,
      condition: {
        metric: { namespace: properties.Namespace, name: properties.MetricName, dimensions },
        statistic: (properties.Statistic ?? properties.ExtendedStatistic) as Statistic,
        periodMs: properties.Period * 1_000,
        evaluationPeriods: properties.EvaluationPeriods,
        datapointsToAlarm: properties.DatapointsToAlarm ?? properties.EvaluationPeriods,
        threshold: properties.Threshold,
        comparison: properties.ComparisonOperator,
        treatMissingData: properties.TreatMissingData,
      },
      actions: {
        ALARM: properties.AlarmActions,
        OK: properties.OKActions,
        INSUFFICIENT_DATA: properties.InsufficientDataActions,
      },
    });
  },
});

export const alarmKinds: readonly ResourceKind[] = [alarmKind];
