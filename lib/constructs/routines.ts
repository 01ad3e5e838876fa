import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DispatchInput } from '../../functions/contract.ts';
import { cronOf, onDemand } from '../runbook/schedule.ts';
import type { Runbook } from '../runbook/types.ts';

export interface RoutinesProps {
  readonly runbook: Runbook;
  readonly dispatch: IFunction;
  readonly tick: IFunction;
  readonly deadLetters: IQueue;
}

/** The clock of a platform: one schedule a routine, in the platform's zone, and the tick of every minute. */
export class Routines extends Construct {
  constructor(scope: Construct, id: string, { runbook, dispatch, tick, deadLetters }: RoutinesProps) {
    super(scope, id);
    const role = this.roleToInvoke([dispatch, tick], deadLetters);
    for (const routine of runbook.routines) {
      if (routine.schedule === onDemand) continue;
      const input: DispatchInput = { routine: routine.id, slot: ContextAttribute.scheduledTime };
      new Schedule(this, routine.id, {
        description: `${runbook.name}: ${routine.title}`,
        schedule: ScheduleExpression.expression(
          cronOf(routine.schedule, runbook.calendar),
          TimeZone.of(runbook.timeZone),
        ),
        target: new LambdaInvoke(dispatch, {
          role,
          input: ScheduleTargetInput.fromObject(input),
          // By then the tick has fired the slot itself, or has recorded that it was missed.
          maxEventAge: Duration.minutes(15),
          retryAttempts: 10,
          deadLetterQueue: deadLetters,
        }),
      });
    }
    new Schedule(this, 'EveryMinute', {
      description: `${runbook.name}: the tick, which does what is owed`,
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      // Neither repeated nor kept: the next one comes in a minute and does everything that this one owed.
      target: new LambdaInvoke(tick, { role, maxEventAge: Duration.minutes(1), retryAttempts: 0 }),
    });
  }

  /** Our own role, because the one that CDK makes may invoke every version and alias of a function. */
  private roleToInvoke(functions: readonly IFunction[], deadLetters: IQueue) {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: functions.map((each) => each.functionArn),
      }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }));
    return role.withoutPolicyUpdates();
  }
}
