import { z } from 'zod';
import { handedOver } from '../iam/hand-over.ts';
import { readSchedule } from '../schedule-expression.ts';
import type { Target as Take } from '../targets.ts';
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
      RoleArn: z.string(),
      // A hand-over fails here only for lack of a permission, which no retry brings.
      RetryPolicy: kept,
      DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
    }),
  }),
  identify: (name, place) => ({
    ref: name,
    attributes: { Arn: arnOf('scheduler', place, `schedule/default/${name}`) },
  }),
  create(properties, { ref, attributes }, { place, iam, scheduler, targets, clock }) {
    const { ScheduleExpression: expression, ScheduleExpressionTimezone: timeZone, Target, Description } = properties;
    // Scheduler names the group of a schedule when it takes a role on, not the schedule.
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    iam.requireTrust(Target.RoleArn, 'scheduler.amazonaws.com', arnOf('scheduler', place, 'schedule-group/default'));
    const handOver = (to: string, otherwise?: Take) =>
      handedOver({
        iam,
        principal: { kind: 'role', role: Target.RoleArn, session: ref },
        arn: to,
        target: targets.require(to),
        otherwise,
      });
    const deadLetters = Target.DeadLetterConfig && handOver(Target.DeadLetterConfig.Arn);
    scheduler.add({
      name: ref,
      arn: String(attributes.Arn),
      description: Description,
      expression,
      timeZone,
      next: readSchedule(expression, timeZone, clock.now()),
      input: Target.Input,
      target: handOver(Target.Arn, deadLetters),
    });
  },
});

export const scheduleKinds: readonly ResourceKind[] = [scheduleKind];
