import { z } from 'zod';
import { readSchedule } from '../schedule-expression.ts';
import { arnOf, kept, type ResourceKind, resourceKind } from './kind.ts';

const scheduleKind = resourceKind({
  type: 'AWS::Scheduler::Schedule',
  properties: z.strictObject({
    Description: z.string().default(''),
    FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
    ScheduleExpression: z.string(),
    ScheduleExpressionTimezone: z.string().default('UTC'),
    State: z.literal('ENABLED').optional(),
    Target: z.strictObject({
      Arn: z.string(),
      Input: z.string().default('{}'),
      RoleArn: kept,
      // Only for a hand-over that fails, which none in the local cloud does.
      RetryPolicy: kept,
      DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
    }),
  }),
  identify: (name, place) => ({
    ref: name,
    attributes: { Arn: arnOf('scheduler', place, `schedule/default/${name}`) },
  }),
  create(properties, { ref, attributes }, { scheduler, targets, clock }) {
    const { ScheduleExpression: expression, ScheduleExpressionTimezone: timeZone, Target, Description } = properties;
    scheduler.add({
      name: ref,
      arn: String(attributes.Arn),
      description: Description,
      expression,
      timeZone,
      next: readSchedule(expression, timeZone, clock.now()),
      input: Target.Input,
      target: targets.require(Target.Arn),
    });
  },
});

export const scheduleKinds: readonly ResourceKind[] = [scheduleKind];
