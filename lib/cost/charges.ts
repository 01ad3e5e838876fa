import type { Plan } from '../../functions/core/plan.ts';
import { retentionDays, routineOf } from '../../functions/core/round.ts';
import { everyMinute, metricUses } from './metric-uses.ts';
import type { PriceId } from './prices.ts';
import { roundUsage } from './round-usage.ts';
import { toldOfIncidents, toldOfReport } from './told.ts';
import {
  daysAMonth,
  functionMs,
  functionsBeside,
  hoursAMonth,
  idleQueueRequests,
  incidentWriteUnits,
  log,
  memoryMegabytes,
  minutesAMonth,
  ownAlarms,
  report as reportUse,
  roundQueueRequests,
  tickReadUnits,
} from './usage.ts';
import { slotsAMonth } from './week.ts';

/** Something of a month that has a price. */
export interface Charge {
  readonly price: PriceId;
  readonly quantity: number;
  /** What it is for: a routine, a check, or what a platform has whatever its runbook says. */
  readonly of: string;
  /** The check, where it is for one. */
  readonly check?: string;
}

/** A platform in its month: as many hosts and incidents, and as much kept as there will be after 400 days. */
export interface Month {
  readonly plan: Plan;
  /** By fleet. */
  readonly hosts: ReadonlyMap<string, number>;
  readonly incidents: number;
}

const gigabyte = 1_024 ** 3;

/** Everything that a month is charged for. */
export function chargesOf(month: Month): Charge[] {
  const { plan } = month;
  return [
    ...metricUses(plan).map(({ of, check, metrics, hours }) => {
      return { price: 'metrics', quantity: (metrics * hours) / hoursAMonth, of, ...(check && { check }) } as const;
    }),
    ...Object.keys(plan.routines).flatMap((routine) => routineCharges(month, routine)),
    ...Object.keys(plan.reports).flatMap((id) => reportCharges(plan, id)),
    ...chargesFor(everyMinute, {
      ...functionUse('tick', functionMs.tick, minutesAMonth),
      firings: minutesAMonth,
      metricCalls: minutesAMonth,
      readUnits: tickReadUnits * minutesAMonth,
    }),
    ...incidentCharges(month),
    ...chargesFor('what every platform has', {
      alarms: ownAlarms + functionsBeside + (Object.keys(plan.reports).length > 0 ? 1 : 0),
      dashboards: 1,
      keys: 1,
    }),
    ...chargesFor('waiting for the ends of commands', { queueRequests: idleQueueRequests }),
  ];
}

function routineCharges({ plan, hosts }: Month, routine: string): Charge[] {
  const { fleet = '', schedule } = routineOf(plan, routine);
  const rounds = slotsAMonth(schedule, plan.calendar);
  const asked = hosts.get(fleet) ?? 0;
  const { isOnHosts, ...round } = roundUsage(plan, routine, asked);
  const gigabytes = (rounds * (retentionDays / daysAMonth) * round.storedBytes) / gigabyte;
  return chargesFor(
    `routine ${routine}`,
    functionUse('dispatch', functionMs.dispatch, rounds),
    functionUse('collect', round.collectMs, rounds),
    {
      firings: rounds,
      commands: isOnHosts ? rounds * asked : 0,
      queueRequests: isOnHosts ? rounds * roundQueueRequests : 0,
      metricCalls: rounds,
      writeUnits: rounds * round.writeUnits,
      readUnits: rounds * round.readUnits,
      stored: gigabytes,
      recoverable: gigabytes,
    },
  );
}

function reportCharges(plan: Plan, id: string): Charge[] {
  const report = plan.reports[id];
  if (!report) return [];
  const times = slotsAMonth(report.schedule, plan.calendar);
  const emails = times * toldOfReport(plan, report);
  const gigabytes = (times * (retentionDays / daysAMonth) * reportUse.bytes) / gigabyte;
  return chargesFor(`report ${id}`, functionUse('report', functionMs.report, times), {
    firings: times,
    writeUnits: times * Math.ceil(reportUse.bytes / 1_024),
    readUnits: times * reportUse.readUnits,
    stored: gigabytes,
    recoverable: gigabytes,
    publishes: emails,
    keyRequests: emails,
    emails,
  });
}

function incidentCharges({ plan, incidents }: Month): Charge[] {
  const told = toldOfIncidents(plan, incidents);
  const of = { ...told, keyRequests: told.publishes, writeUnits: incidents * incidentWriteUnits };
  return chargesFor('incidents', of);
}

type Uses = Partial<Record<PriceId, number>>;

function functionUse(name: keyof typeof memoryMegabytes, ms: number, times: number): Uses {
  const gigabytes = (times * log.bytes) / gigabyte;
  return {
    invocations: times,
    gigabyteSeconds: (times * ms * memoryMegabytes[name]) / 1_024 / 1_000,
    logsTaken: gigabytes,
    logsKept: gigabytes * log.months,
  };
}

function chargesFor(of: string, ...uses: readonly Uses[]): Charge[] {
  return uses
    .flatMap((use) =>
      (Object.entries(use) as [PriceId, number][]).map(([price, quantity]) => ({ price, quantity, of })),
    )
    .filter(({ quantity }) => quantity > 0);
}
