import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DispatchInput } from '../../functions/contract.ts';
import { onDemand } from '../runbook/schedule.ts';
import type { Runbook } from '../runbook/types.ts';
import { SlotSchedule, schedulerRole } from './slot-schedule.ts';

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
    const role = schedulerRole(this, [dispatch, tick], deadLetters);
    for (const { id: routine, title, schedule } of runbook.routines) {
      if (schedule === onDemand) continue;
      const description = `${runbook.name}: ${title}`;
      const input = (slot: string): DispatchInput => ({ routine, slot });
      new SlotSchedule(this, routine, { runbook, description, schedule, target: dispatch, role, input, deadLetters });
    }
    new Schedule(this, 'EveryMinute', {
      description: `${runbook.name}: the tick, which does what is owed`,
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      // Neither repeated nor kept: the next one comes in a minute and does everything that this one owed.
      target: new LambdaInvoke(tick, { role, maxEventAge: Duration.minutes(1), retryAttempts: 0 }),
    });
  }
}
