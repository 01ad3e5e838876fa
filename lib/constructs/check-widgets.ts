import {
  Color,
  GraphWidget,
  type GraphWidgetProps,
  type HorizontalAnnotation,
  type IWidget,
  MathExpression,
} from 'aws-cdk-lib/aws-cloudwatch';
import { dimension, metrics } from '../../functions/contract.ts';
import { fleetCheck } from '../../functions/core/observations.ts';
import type { Plan, PlanCheck, Threshold } from '../../functions/core/plan.ts';
import type { Range } from '../../functions/core/range.ts';
import type { Status } from '../../functions/core/status.ts';
import { period, platformMetric } from './platform-metric.ts';

const colorOf: Readonly<Record<Status, string>> = {
  OK: Color.GREEN,
  WARNING: Color.ORANGE,
  CRITICAL: Color.RED,
  UNKNOWN: Color.PURPLE,
};

/** Units of the grid in which CloudWatch lays a dashboard out. */
export const dashboardWidth = 24;
export const graphHeight = 6;

/** Graphs beside one another; more of them wrap to another row. */
const graphsInRow = 3;

/** For each fleet the hosts that answered (OK), and those that are lost or missing (CRITICAL). */
export function fleetRow({ platform, fleets }: Plan): IWidget[] {
  const graphs = Object.entries(fleets).map(([id, { title }]) => statusGraph(platform.id, fleetCheck(id), title));
  const width = dashboardWidth / Math.min(graphs.length, graphsInRow);
  return graphs.map((graph) => new GraphWidget({ ...graph, width, height: graphHeight }));
}

/** A row for each check that runs on hosts: their statuses, and each metric with its thresholds. */
export function checkRows({ platform, checks }: Plan): IWidget[][] {
  return Object.entries(checks).flatMap(([id, check]) => {
    if (check.source.kind !== 'host') return [];
    const { thresholds } = check.source;
    // A metric with a threshold of its own, and others that rules imply, is one graph.
    const held = [...new Set(thresholds.map(({ metric }) => metric))];
    const values =
      held.length > 0
        ? held.map((metric) => metricGraph(platform.id, id, check, metric, thresholds))
        : [everyMetricGraph(platform.id, id, check)];
    const graphs = [statusGraph(platform.id, id, check.title), ...values];
    const width = dashboardWidth / Math.min(graphs.length, graphsInRow);
    return [graphs.map((graph) => new GraphWidget({ ...graph, width, height: graphHeight }))];
  });
}

function statusGraph(platformId: string, checkId: string, title: string): GraphWidgetProps {
  return {
    title: `${title}: hosts by status`,
    left: Object.entries(colorOf).map(([status, color]) =>
      platformMetric(platformId, metrics.hosts, {
        dimensionsMap: { [dimension.check]: checkId, [dimension.status]: status },
        statistic: 'Maximum',
        label: status,
        color,
      }),
    ),
    stacked: true,
    leftYAxis: { label: 'hosts', showUnits: false, min: 0 },
  };
}

/** A value over all hosts, between the lines that the runbook draws. */
function metricGraph(
  platformId: string,
  checkId: string,
  { title }: PlanCheck,
  metric: string,
  thresholds: readonly Threshold[],
): GraphWidgetProps {
  const statistics = { p50: 'half of the hosts', p95: '95 % of the hosts', Maximum: 'highest' };
  return {
    title: `${title}: ${metric}`,
    left: Object.entries(statistics).map(([statistic, label]) =>
      platformMetric(platformId, metrics.value, {
        dimensionsMap: { [dimension.check]: checkId, [dimension.metric]: metric },
        statistic,
        label,
      }),
    ),
    leftAnnotations: thresholds
      .filter((threshold) => threshold.metric === metric)
      .flatMap(({ warning, critical }) => [...linesOf('WARNING', warning), ...linesOf('CRITICAL', critical)]),
    leftYAxis: { showUnits: false },
  };
}

/** A check that judges by itself names no metric in the runbook: whatever it reports is found by a search. */
function everyMetricGraph(platformId: string, checkId: string, { title }: PlanCheck): GraphWidgetProps {
  const schema = [metrics.namespace, dimension.platform, dimension.check, dimension.metric].join(',');
  const filter = `MetricName="${metrics.value}" ${dimension.platform}="${platformId}" ${dimension.check}="${checkId}"`;
  return {
    title: `${title}: highest values`,
    left: [
      new MathExpression({
        expression: `SEARCH('{${schema}} ${filter}', 'Maximum', ${period.toSeconds()})`,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudWatch fills it in.
        label: "${PROP('Dim.Metric')}",
        period,
      }),
    ],
    leftYAxis: { showUnits: false },
  };
}

/** The ends of a range, at which a value changes its status. */
function linesOf(status: 'WARNING' | 'CRITICAL', range: Range | undefined): HorizontalAnnotation[] {
  if (!range) return [];
  const { low, high, alertInside } = range;
  const line = (value: number, label: string) => ({ value, label: `${status} ${label}`, color: colorOf[status] });
  return [
    // A lower end of 0 is what a plain `90` means; no value lies below it, so a line would only be in the way.
    ...(low === null || (low === 0 && !alertInside) ? [] : [line(low, alertInside ? 'from' : 'below')]),
    ...(high === null ? [] : [line(high, alertInside ? 'up to' : 'above')]),
  ];
}
