import { fleetCheck } from '../../functions/core/observations.ts';
import type { Plan, PlanCheck, PlanRoutine } from '../../functions/core/plan.ts';
import { runsOnHosts } from '../../functions/core/round.ts';
import { hoursAMonth, valuesPrinted } from './usage.ts';
import { busyHoursAMonth, slotsAMonth } from './week.ts';

/** CloudWatch metrics that are sent together. */
export interface MetricUse {
  /** What they are for: the routine that sends them most often, or what every platform has. */
  readonly of: string;
  readonly metrics: number;
  /** Hours of a month in which they are sent. */
  readonly hours: number;
  /** Whose they are, and where it runs on hosts their fleet. */
  readonly check?: string;
  readonly fleet?: string;
}

type Routines = readonly (readonly [id: string, routine: PlanRoutine])[];

/** Every metric of a platform. None is of a single host, so their number is that of the runbook. */
export function metricUses(plan: Plan): MetricUse[] {
  const routines = Object.entries(plan.routines);
  const ofFleets = Object.keys(plan.fleets).map((id) => {
    const asking = routines.filter(([, routine]) => routine.fleet === id && runsOnHosts(plan, routine));
    return { ...sentBy(plan, asking, 1), check: fleetCheck(id) };
  });
  const ofChecks = Object.entries(plan.checks).flatMap(([id, check]) => {
    if (check.source.kind === 'sign-off') return [];
    const asking = routines.filter(([, routine]) => routine.checks.includes(id));
    const fleet = check.source.kind === 'host' ? asking[0]?.[1].fleet : undefined;
    return [{ ...sentBy(plan, asking, 1 + valuesOf(check)), check: id, ...(fleet !== undefined && { fleet }) }];
  });
  const ofRoutines = routines.map((routine) => sentBy(plan, [routine], 1));
  const openIncidents = sentBy(plan, routines, 1);
  return [...ofFleets, ...ofChecks, ...ofRoutines, openIncidents]
    .filter(({ hours }) => hours > 0)
    .concat({ of: everyMinute, metrics: 1, hours: hoursAMonth });
}

/** What says that Rounds is alive. */
export const everyMinute = 'the tick of every minute';

function sentBy(plan: Plan, routines: Routines, metrics: number): MetricUse {
  const often = ([, { schedule }]: Routines[number]) => slotsAMonth(schedule, plan.calendar);
  const [[busiest] = ['']] = [...routines].sort((one, other) => often(other) - often(one));
  const schedules = routines.map(([, { schedule }]) => schedule);
  return { of: `metrics of routine ${busiest}`, metrics, hours: busyHoursAMonth(schedules, plan.calendar) };
}

/** How many values a check has, each a metric: of a script it is known which ones the runbook names. */
export function valuesOf({ source }: PlanCheck): number {
  switch (source.kind) {
    case 'host': {
      const judged = source.thresholds.map(({ metric }) => metric);
      const compared = source.baselines.flatMap(({ metric }) => [metric, `${metric}_worse`]);
      return Math.max(new Set([...judged, ...compared]).size, valuesPrinted);
    }
    case 'incidents':
      return 1 + source.priorities.length;
    case 'uptime':
      return 1 + source.checks.length;
    case 'metric':
      return 5;
    case 'rounds':
    case 'trend':
      return 2;
    case 'sign-off':
      return 0;
  }
}
