import type { Plan } from '../../functions/core/plan.ts';
import { usualIncidents } from '../cost/cost-line.ts';
import { fewestHosts } from '../cost/fleet-hosts.ts';
import { monthlyCost } from '../cost/monthly-cost.ts';
import { withOwnPrices } from '../cost/own-prices.ts';
import { prices, pricesAre } from '../cost/prices.ts';
import { loadPlan } from '../replay/load-plan.ts';
import { platforms } from '../runbooks/platforms.ts';
import type { Outcome } from './outcome.ts';
import { planOf } from './platform-plan.ts';
import { showCost } from './show-cost.ts';

export interface CostFlags {
  readonly hosts?: string;
  readonly incidents?: string;
  readonly prices?: string;
}

const mostHosts = 1_000_000;
const mostIncidents = 100_000;

/**
 * What a month of a platform costs, or of each platform in this folder.
 * @param name its id, or the file of a runbook
 * @throws {Error} that says what is wrong with the runbook or the options
 */
export async function runCost(name: string | undefined, flags: CostFlags): Promise<Outcome> {
  const names = name === undefined ? Object.keys(platforms) : [name];
  const incidents = incidentsOf(flags.incidents);
  const table = flags.prices === undefined ? prices : withOwnPrices(flags.prices);
  const costs = await Promise.all(
    names.map(async (each) => {
      const plan = planOf(each) ?? (await loadPlan(each));
      const cost = monthlyCost({ plan, hosts: hostsOf(flags.hosts, plan), incidents, prices: table });
      return { plan, cost };
    }),
  );
  return {
    isDone: true,
    lines: costs.flatMap(({ plan, cost }, index) => [...(index > 0 ? [''] : []), ...showCost(plan, cost)]),
    data: costs.map(({ cost }) => ({ ...cost, prices: { ...pricesAre, own: flags.prices ?? null } })),
  };
}

function hostsOf(text: string | undefined, plan: Plan): number {
  const fewest = fewestHosts(plan);
  const from = { number: fewest, because: `, which the fleets of ${plan.platform.id} ask for,` };
  return text === undefined ? fewest : wholeNumber('--hosts', text, from, mostHosts, Math.max(fewest, 1_000));
}

function incidentsOf(text = String(usualIncidents)): number {
  return wholeNumber('--incidents', text, { number: 0, because: '' }, mostIncidents, 20);
}

function wholeNumber(
  option: string,
  text: string,
  from: { readonly number: number; readonly because: string },
  to: number,
  example: number,
): number {
  if (/^\d+$/.test(text) && Number(text) >= from.number && Number(text) <= to) return Number(text);
  const expected = `a whole number from ${from.number}${from.because} to ${to}`;
  throw new Error(`${option} got "${text}"; expected ${expected}. Write ${option} ${example}.`);
}
