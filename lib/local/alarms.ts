import { type AlarmCondition, type AlarmState, alarmStateAt } from './alarm-state.ts';
import type { LocalClock } from './clock.ts';
import type { MetricStore } from './metric-store.ts';
import type { JsonObject } from './service.ts';

export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly condition: AlarmCondition;
  /** Topic ARNs that are told when the alarm enters the state. */
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
}

export interface AlarmStatus {
  readonly alarm: Alarm;
  readonly state: AlarmState;
  /** Epoch milliseconds. */
  readonly since: number;
}

export interface LocalAlarmsProps {
  readonly clock: LocalClock;
  readonly store: MetricStore;
  readonly region: string;
  readonly accountId: string;
  readonly publish: (topicArn: string, subject: string, message: JsonObject) => void;
}

/** SNS takes at most 99 characters; CloudWatch cuts the alarm's name. */
const maximumSubject = 99;

/** The alarms of the template, with the state each is in. */
export class LocalAlarms {
  readonly #props: LocalAlarmsProps;
  readonly #statuses = new Map<string, AlarmStatus>();

  constructor(props: LocalAlarmsProps) {
    this.#props = props;
  }

  get statuses(): readonly AlarmStatus[] {
    return [...this.#statuses.values()];
  }

  add(alarm: Alarm): void {
    this.#statuses.set(alarm.name, { alarm, state: 'INSUFFICIENT_DATA', since: this.#props.clock.now() });
  }

  /** Evaluates every alarm over the minutes that have ended, and publishes each change of state. */
  evaluate(): void {
    const now = this.#props.clock.now();
    for (const status of this.statuses) {
      const { alarm, state: from } = status;
      const state = alarmStateAt(alarm.condition, this.#props.store.samples(alarm.condition.metric), now, from);
      if (state === from) continue;
      this.#statuses.set(alarm.name, { alarm, state, since: now });
      const subject = `${state}: "${alarm.name}" in ${this.#props.region}`.slice(0, maximumSubject);
      const message = this.#message(alarm, from, state, now);
      for (const topic of alarm.actions[state]) this.#props.publish(topic, subject, message);
    }
  }

  /** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
  #message(
    { name, arn, description, condition, actions }: Alarm,
    from: AlarmState,
    to: AlarmState,
    now: number,
  ): JsonObject {
    const { metric, comparison, threshold, evaluationPeriods, periodMs, statistic, treatMissingData } = condition;
    return {
      AlarmName: name,
      AlarmDescription: description,
      AWSAccountId: this.#props.accountId,
      NewStateValue: to,
      NewStateReason: `Threshold: ${comparison} ${threshold}; missing data: ${treatMissingData}.`,
      StateChangeTime: new Date(now).toISOString().replace('Z', '+0000'),
      Region: this.#props.region,
      AlarmArn: arn,
      OldStateValue: from,
      OKActions: actions.OK,
      AlarmActions: actions.ALARM,
      InsufficientDataActions: actions.INSUFFICIENT_DATA,
      Trigger: {
        MetricName: metric.name,
        Namespace: metric.namespace,
        Statistic: statistic,
        Dimensions: Object.entries(metric.dimensions).map(([key, value]) => ({ name: key, value })),
        Period: periodMs / 1_000,
        EvaluationPeriods: evaluationPeriods,
        ComparisonOperator: comparison,
        Threshold: threshold,
        TreatMissingData: treatMissingData,
      },
    };
  }
}
