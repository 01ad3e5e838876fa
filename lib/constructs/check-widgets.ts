import {
  Color,
  GraphWidget,
  type GraphWidgetProps,
  type HorizontalAnnotation,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import { dimension, metrics } from '../../functions/contract.ts';
import { fleetCheck } from '../../functions/core/observations.ts';
import type { Plan, PlanCheck, Threshold } from '../../functions/core/plan.ts';
import type { Range } from '../../functions/core/range.ts';
import { exitCodeOf, type Status } from '../../functions/core/status.ts';
import { platformMetric } from './platform-metric.ts';

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

/** For each fleet what part of its hosts answered (OK), and what part is lost or missing (CRITICAL). */
export function fleetGraphs({ platform, fleets }: Plan): GraphWidget[] {
  return inRow(Object.entries(fleets).map(([id, { title }]) => statusGraph(platform.id, fleetCheck(id), title)));
}

/**
 * A graph for each metric that the runbook draws a line through, in the order of the procedure. How checks are, the
 * checklist says; what they report beside that is found among the metrics of the namespace.
 */
export function thresholdGraphs({ platform, checks }: Plan): GraphWidget[] {
  const graphs = Object.entries(checks).flatMap(([id, check]) => {
    const thresholds = 'thresholds' in check.source ? check.source.thresholds : [];
    // A metric with a threshold of its own, and others that rules imply, is one graph.
    const held = [...new Set(thresholds.map(({ metric }) => metric))];
    return held.map((metric) => metricGraph(platform.id, id, check, metric, thresholds));
  });
  return inRow(graphs);
}

function inRow(graphs: readonly GraphWidgetProps[]): GraphWidget[] {
  const width = dashboardWidth / Math.min(Math.max(graphs.length, 1), graphsInRow);
  return graphs.map((graph) => new GraphWidget({ ...graph, width, height: graphHeight }));
}

function statusGraph(platformId: string, checkId: string, title: string): GraphWidgetProps {
  return {
    title: `${title}: hosts by status`,
    left: (Object.keys(colorOf) as Status[]).map((status) =>
      platformMetric(platformId, metrics.status, {
        dimensionsMap: { [dimension.check]: checkId },
        statistic: shareOf(status),
        label: status,
        color: colorOf[status],
      }),
    ),
    stacked: true,
    leftYAxis: { label: '% of hosts', showUnits: false, min: 0, max: 100 },
  };
}

/** The percentage of the hosts in a status: routines with one slot count their hosts twice, and shares stay right. */
function shareOf(status: Status): string {
  const number = exitCodeOf[status];
  return status === 'OK' ? Stats.percentileRank(0.5) : Stats.percentileRank(number - 0.5, number + 0.5);
}

/** What stands for many hosts; our own records answer with one value. */
const overHosts = { p50: 'half of the hosts', p95: '95 % of the hosts', Maximum: 'highest' };
const overRecords = { Maximum: 'value' };

/** A value over all hosts, or of our own records, between the lines that the runbook draws. */
function metricGraph(
  platformId: string,
  checkId: string,
  { title, source }: PlanCheck,
  metric: string,
  thresholds: readonly Threshold[],
): GraphWidgetProps {
  return {
    title: `${title}: ${metric}`,
    left: Object.entries(source.kind === 'host' ? overHosts : overRecords).map(([statistic, label]) =>
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
