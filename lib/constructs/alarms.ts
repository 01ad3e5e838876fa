import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { metrics } from '../../functions/contract.ts';
import { period, platformMetric } from './platform-metric.ts';

export interface AlarmsProps {
  /** Value of the dimension Platform. */
  readonly platformId: string;
  /** By the name that a person knows them by. */
  readonly functions: Readonly<Record<string, IFunction>>;
  readonly events: IQueue;
  readonly deadLetters: IQueue;
  /** Is told when an alarm goes off, and when it is over. */
  readonly watchTopic: ITopic;
}

interface AlarmText {
  readonly metric: IMetric;
  /** Goes off at this value and above it; `below` turns it round. */
  readonly threshold: number;
  readonly below?: boolean;
  readonly missing: TreatMissingData;
  /** What it means and what to do, for somebody who was just woken by it. */
  readonly description: string;
}

/** Seconds that an event may wait for collect, which takes it within 1 as long as all is well. */
const eventAgeSeconds = 600;

const isDoneAgain = 'Nothing is lost yet, what is owed is done again';

/** What a failure means where nothing is done again by itself. */
const consequences: Readonly<Record<string, string>> = {
  Console: 'Who looks at the dashboard misses a part of it, and is told to try again: rounds status shows the same',
  Act: 'Who pressed a button is told that it may not have been done, and tries again, or does it with rounds ack',
};

/** Everything by which Rounds reports a failure of its own, in one place. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const action = new SnsAction(props.watchTopic);
    this.all = Object.entries(textsOf(props)).map(([name, { metric, threshold, below, missing, description }]) => {
      const alarm = new Alarm(this, name, {
        metric,
        threshold,
        comparisonOperator: below
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: missing,
        alarmDescription: description,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }
}

function textsOf({ platformId, functions, events, deadLetters }: AlarmsProps): Record<string, AlarmText> {
  const own = (metricName: string) => platformMetric(platformId, metricName, { statistic: 'Sum' });
  const errors = Object.entries(functions).map(([name, each]): [string, AlarmText] => [
    `${name}Errors`,
    {
      metric: each.metricErrors({ period }),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
      description:
        `Rounds (${platformId}): the ${name.toLowerCase()} function failed. ${consequences[name] ?? isDoneAgain}; ` +
        `if this comes back, read the log of ${each.functionName} for the cause.`,
    },
  ]);
  return {
    ...Object.fromEntries(errors),
    HeartbeatMissing: {
      metric: own(metrics.heartbeat),
      threshold: 1,
      below: true,
      missing: TreatMissingData.BREACHING,
      description:
        `Rounds (${platformId}): no tick for 5 minutes. Until it is back nobody repeats a page that was refused or collects ` +
        'a round that no event announced: watch the platform by hand. Look at the schedule EveryMinute (enabled?), at throttling of Lambda, and at the log of the tick function.',
    },
    Failures: {
      metric: own(metrics.failures),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
      description:
        `Rounds (${platformId}): something that Rounds owed was refused: a notification, a command, a collection or a ` +
        'metric. All but metrics is repeated. Search the logs of the functions for level ERROR; it names what and why.',
    },
    DeadLetters: {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
      description:
        `Rounds (${platformId}): a firing, an event or a notification could not be delivered. Read the messages of queue ` +
        `${deadLetters.queueName}: each says what it is and why it failed. Repair the cause, then purge the queue.`,
    },
    EventsWaiting: {
      metric: events.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
      threshold: eventAgeSeconds,
      missing: TreatMissingData.NOT_BREACHING,
      description:
        `Rounds (${platformId}): events of hosts wait for 10 minutes, so pages come late; the tick still collects each ` +
        'round. Look at errors and throttling of the collect function.',
    },
  };
}
