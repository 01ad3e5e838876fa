import { checksOf } from '../../functions/core/round.ts';
import type { Month } from './charges.ts';
import { metricUses } from './metric-uses.ts';
import { dollarsFor, type Prices } from './prices.ts';
import { onCallPeople } from './told.ts';
import { hoursAMonth, minutesAMonth } from './usage.ts';
import { slotsAMonth } from './week.ts';

/** What people do instead, or would, for the same hosts. */
export interface Alternative {
  readonly what: string;
  /** A month: from, to. */
  readonly dollars: readonly [from: number, to: number];
  /** What is counted. */
  readonly counted: string;
  /** What is missing in the figure: work, or what it does that Rounds does not. */
  readonly leavesOut: string;
}

/** Metrics that the CloudWatch agent sends of a host: processor, memory, swap, and a few disks and their traffic. */
const agentMetrics = 10;

/** List prices of hosted monitoring a host, and of on-call alerting a person, by the month, as public in mid-2025. */
const hosted = { host: [15, 23], person: [21, 41] } as const;

/** What one small server with a classic scheduler of checks is asked to look after, and its disk. */
const server = { hosts: 1_000, diskGigabytes: 50 } as const;

/** A function that runs one check on one host and waits for it, as it is written first: a small one, and seconds. */
const handWritten = { gigabyteSeconds: 0.125 * 5, writeUnits: 1 } as const;

/** All of them for the hosts of a month. */
export function alternativesTo(month: Month, prices: Prices): Alternative[] {
  const hosts = [...month.hosts.values()].reduce((sum, count) => sum + count, 0);
  const dollars = (some: Partial<Record<keyof Prices, number>>) =>
    Object.entries(some).reduce((sum, [id, quantity]) => sum + dollarsFor(prices[id as keyof Prices], quantity), 0);
  const people = onCallPeople(month.plan);
  const servers = Math.ceil(hosts / server.hosts);
  const { metrics, calls } = metricsOfEachHost(month);
  const runs = runsOfChecks(month);
  const exactly = (amount: number) => [amount, amount] as const;
  return [
    {
      what: 'the same checks, with metrics of each host',
      dollars: exactly(dollars({ metrics, metricCalls: calls })),
      counted: `${counted(metrics)} months of a custom metric, ${counted(calls)} calls`,
      leavesOut: 'whatever runs the checks; alarms at $0.10 each; who is told, when, until somebody has it',
    },
    {
      what: 'the CloudWatch agent',
      dollars: exactly(dollars({ metrics: agentMetrics * hosts, metricCalls: minutesAMonth * hosts })),
      counted: `${agentMetrics} metrics a host, every minute`,
      leavesOut: 'every check that is no figure of the operating system; alarms; who is told; an agent to install',
    },
    {
      what: 'a Nagios or Icinga server',
      dollars: exactly(dollars({ serverHours: servers * hoursAMonth, diskGigabytes: servers * server.diskGigabytes })),
      counted: `${counted(servers)} t3.medium with ${server.diskGigabytes} GB, for up to ${counted(server.hosts)} hosts each`,
      leavesOut: 'who installs, upgrades and watches it, a second one for when it is down, and a way to send SMS',
    },
    {
      what: 'hosted monitoring, with on-call alerting',
      dollars: [hosts * hosted.host[0] + people * hosted.person[0], hosts * hosted.host[1] + people * hosted.person[1]],
      counted: `$${hosted.host.join(' to $')} a host, $${hosted.person.join(' to $')} for each of ${counted(people)} people`,
      leavesOut: 'discounts for many hosts; it also has traces, log search and years of graphs, which Rounds has not',
    },
    {
      what: 'a function and a command for each check and host',
      dollars: exactly(
        dollars({
          invocations: runs,
          gigabyteSeconds: runs * handWritten.gigabyteSeconds,
          writeUnits: runs * handWritten.writeUnits,
        }),
      ),
      counted: `${counted(runs)} invocations of 128 MB and 5 seconds, a write unit each`,
      leavesOut: 'metrics, alarms and who is told; what SSM throttles; writing and testing it',
    },
  ];
}

/** Each check's metrics once for each host, in the same hours; a host sends what it has in one call a round. */
function metricsOfEachHost({ plan, hosts }: Month): { readonly metrics: number; readonly calls: number } {
  const hostsOf = (fleet = '') => hosts.get(fleet) ?? 0;
  const metrics = metricUses(plan).reduce((sum, { fleet, ...use }) => {
    return sum + (hostsOf(fleet) * use.metrics * use.hours) / hoursAMonth;
  }, 0);
  const calls = Object.values(plan.routines).reduce((sum, { fleet, schedule }) => {
    return sum + slotsAMonth(schedule, plan.calendar) * hostsOf(fleet);
  }, 0);
  return { metrics, calls };
}

function runsOfChecks({ plan, hosts }: Month): number {
  return Object.values(plan.routines).reduce((sum, routine) => {
    const checks = checksOf(plan, routine).filter(([, { source }]) => source.kind === 'host').length;
    return sum + slotsAMonth(routine.schedule, plan.calendar) * checks * (hosts.get(routine.fleet ?? '') ?? 0);
  }, 0);
}

function counted(quantity: number): string {
  return Math.round(quantity).toLocaleString('en-US');
}
