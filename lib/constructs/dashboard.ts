import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  CustomWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  SingleValueWidget,
  TextWidget,
  TextWidgetBackground,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { dimension, metrics } from '../../functions/contract.ts';
import type { WidgetName } from '../../functions/core/console/surface.ts';
import type { Plan } from '../../functions/core/plan.ts';
import { dashboardWidth, fleetGraphs, graphHeight, thresholdGraphs } from './check-widgets.ts';
import { period, platformMetric } from './platform-metric.ts';

export interface RoundsDashboardProps {
  readonly plan: Plan;
  /** Draws the custom widgets. */
  readonly console: IFunction;
  readonly alarms: readonly Alarm[];
  /** By the name that a person knows them by. */
  readonly functions: Readonly<Record<string, IFunction>>;
  readonly events: IQueue;
  readonly deadLetters: IQueue;
}

/**
 * What one dashboard can hold.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
 */
export const dashboardLimits = { widgets: 500, metrics: 2_500, metricsInWidget: 500 } as const;

/** What the team of one platform looks at: what is wrong and what is to be done, then how it came to that. */
export class RoundsDashboard extends Dashboard {
  /** Where a browser finds it. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: RoundsDashboardProps) {
    super(scope, id, { defaultInterval: Duration.days(1) });
    const { region } = Stack.of(this);
    this.url = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${this.dashboardName}`;
    const { plan } = props;
    const rows: IWidget[][] = [
      ...consoleRows(props),
      [header(plan)],
      fleetGraphs(plan),
      thresholdGraphs(plan),
      [openIncidents(plan), this.alarmStatus(props.alarms)],
      ownHealth(props),
    ];
    refuseTooMuch(plan, rows.flat());
    for (const row of rows) this.addWidgets(...row);
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

/** What is wrong in one line; what is to be done, beside what has been found; what comes, and what is written. */
function consoleRows({ plan, console: { functionArn } }: RoundsDashboardProps): IWidget[][] {
  const widget = (name: WidgetName, title: string, width: number, height: number) =>
    new CustomWidget({
      functionArn,
      title,
      width,
      height,
      params: { widget: name },
      updateOnRefresh: true,
      updateOnResize: true,
      updateOnTimeRangeChange: true,
    });
  return [
    [widget('status', plan.platform.name, dashboardWidth, 4)],
    [widget('checklist', 'Checklist', 13, 16), widget('incidents', 'Incidents', 11, 16)],
    [widget('upcoming', 'Upcoming', 13, 8), widget('documents', 'Documents', 11, 8)],
  ];
}

/** A runbook can ask for more than one dashboard shows; CloudFormation would say so in the middle of a deployment. */
function refuseTooMuch({ platform }: Plan, widgets: readonly IWidget[]): void {
  const counts = widgets.flatMap((widget) => widget.toJson()).map(({ properties }) => properties.metrics?.length ?? 0);
  const got = {
    widgets: counts.length,
    metrics: counts.reduce((sum, count) => sum + count, 0),
    metricsInWidget: Math.max(...counts),
  };
  for (const [what, limit] of Object.entries(dashboardLimits)) {
    const count = got[what as keyof typeof got];
    if (count <= limit) continue;
    throw new Error(
      `platform "${platform.id}": its dashboard has ${count} ${what}, and CloudWatch shows ${limit}. ` +
        'Leave thresholds out that nobody looks at, or make two platforms of it.',
    );
  }
}

function header({ procedureUrl, timeZone }: Plan): IWidget {
  // A parenthesis would end the link.
  const url = procedureUrl.replaceAll('(', '%28').replaceAll(')', '%29');
  return new TextWidget({
    markdown: `[The written procedure](${url}) · the platform's clock is that of ${timeZone}`,
    background: TextWidgetBackground.TRANSPARENT,
    width: dashboardWidth,
    height: 1,
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
