import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { dimension, metrics } from '../../functions/contract.ts';
import type { Plan } from '../../functions/core/plan.ts';
import { checkRows, dashboardWidth, fleetRow, graphHeight } from './check-widgets.ts';
import { period, platformMetric } from './platform-metric.ts';

export interface RoundsDashboardProps {
  readonly plan: Plan;
  readonly alarms: readonly Alarm[];
  /** By the name that a person knows them by. */
  readonly functions: Readonly<Record<string, IFunction>>;
  readonly events: IQueue;
  readonly deadLetters: IQueue;
}

/** What the team of one platform looks at: is anything open, how are the hosts, and does Rounds itself work. */
export class RoundsDashboard extends Dashboard {
  /** Where a browser finds it. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: RoundsDashboardProps) {
    super(scope, id, { defaultInterval: Duration.days(7) });
    const { region } = Stack.of(this);
    this.url = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${this.dashboardName}`;
    this.addWidgets(header(props.plan));
    this.addWidgets(openIncidents(props.plan), this.alarmStatus(props.alarms));
    this.addWidgets(...fleetRow(props.plan));
    for (const row of checkRows(props.plan)) this.addWidgets(...row);
    this.addWidgets(...ownHealth(props));
  }

  private alarmStatus(alarms: readonly Alarm[]): IWidget {
    return new AlarmStatusWidget({
      title: 'Alarms of Rounds itself',
      // An ARN made from the name, so that the dashboard asks the alarm for nothing but its name.
      alarms: alarms.map((alarm) => Alarm.fromAlarmName(this, alarm.node.id, alarm.alarmName)),
      width: 18,
      height: graphHeight,
    });
  }
}

function header({ platform, procedureUrl, timeZone, routines }: Plan): IWidget {
  const titles = Object.values(routines).map((routine) => routine.title);
  return new TextWidget({
    markdown:
      `# ${platform.name}: rounds\n` +
      `[The written procedure](${procedureUrl}) · times in ${timeZone} · routines: ${titles.join(', ')}`,
    width: dashboardWidth,
    height: 2,
  });
}

function openIncidents({ platform }: Plan): IWidget {
  return new SingleValueWidget({
    title: 'Open incidents',
    metrics: [platformMetric(platform.id, metrics.openIncidents, { statistic: 'Maximum', label: 'open' })],
    sparkline: true,
    width: 6,
    height: graphHeight,
  });
}

function ownHealth({ plan, functions, events, deadLetters }: RoundsDashboardProps): IWidget[] {
  const graph = (title: string, unit: string, left: IMetric[]) =>
    new GraphWidget({
      title,
      left,
      leftYAxis: { label: unit, showUnits: false, min: 0 },
      width: dashboardWidth / 4,
      height: graphHeight,
    });
  return [
    graph(
      'From the slot to the last answer',
      'seconds',
      Object.entries(plan.routines).map(([routineId, { title }]) =>
        platformMetric(plan.platform.id, metrics.roundSeconds, {
          dimensionsMap: { [dimension.routine]: routineId },
          statistic: 'Maximum',
          label: title,
        }),
      ),
    ),
    graph('Failures of Rounds itself', 'count', [
      platformMetric(plan.platform.id, metrics.failures, { statistic: 'Sum', label: 'refused or dropped' }),
      deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum', label: 'dead letters' }),
      ...Object.entries(functions).map(([name, each]) => each.metricErrors({ period, label: `errors of ${name}` })),
    ]),
    graph('Ticks in 5 minutes', 'count', [
      platformMetric(plan.platform.id, metrics.heartbeat, { statistic: 'Sum', label: 'ticks' }),
    ]),
    graph('Oldest event that waits for collection', 'seconds', [
      events.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum', label: 'age' }),
    ]),
  ];
}
