import type { Plan } from '../../functions/core/plan.ts';
import { hostsText } from './dollars.ts';
import { fewestHosts } from './fleet-hosts.ts';
import { dollarsOf } from './monthly-cost.ts';
import { prices } from './prices.ts';

/** Incidents of a month that people are told of, where nobody says how many there are. */
export const usualIncidents = 10;

/** One line for who deploys a platform: what it will cost, and where to see for what. */
export function costLine(plan: Plan): string {
  const hosts = fewestHosts(plan);
  const dollars = Math.round(dollarsOf({ plan, hosts, incidents: usualIncidents, prices }));
  const { id } = plan.platform;
  return `${id}: about $${dollars} a month with ${hostsText(hosts)}; npx rounds cost ${id} says for what`;
}
