import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { cronOf } from '../runbook/schedule.ts';
import type { Runbook, Schedule as RunbookSchedule } from '../runbook/types.ts';

export interface SlotScheduleProps {
  readonly runbook: Pick<Runbook, 'calendar' | 'timeZone'>;
  readonly description: string;
  readonly schedule: RunbookSchedule;
  readonly target: IFunction;
  /** May invoke the target. */
  readonly role: IRole;
  /** The input of a slot, whose time Scheduler puts in. */
  input(slot: string): object;
  readonly deadLetters: IQueue;
}

/** Invokes a function at each slot of a schedule, on the platform's clock, and keeps a firing that nobody has taken. */
export class SlotSchedule extends Schedule {
  constructor(scope: Construct, id: string, props: SlotScheduleProps) {
    const { runbook, description, schedule, target, role, input, deadLetters } = props;
    super(scope, id, {
      description,
      schedule: ScheduleExpression.expression(cronOf(schedule, runbook.calendar), TimeZone.of(runbook.timeZone)),
      target: new LambdaInvoke(target, {
        role,
        input: ScheduleTargetInput.fromObject(input(ContextAttribute.scheduledTime)),
        // By then the tick has fired a round itself, or recorded it as missed; a report is made up for by the next one.
        maxEventAge: Duration.minutes(15),
        retryAttempts: 10,
        deadLetterQueue: deadLetters,
      }),
    });
  }
}

/** A role of our own for schedules, because the one that CDK makes may invoke every version and alias of a function. */
export function schedulerRole(scope: Construct, functions: readonly IFunction[], deadLetters: IQueue): IRole {
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
  role.addToPolicy(
    new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: functions.map((each) => each.functionArn) }),
  );
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }));
  return role.withoutPolicyUpdates();
}
