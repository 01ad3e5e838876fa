import type { Plan } from '../../functions/core/plan.ts';
import { type Alternative, alternativesTo } from './alternatives.ts';
import { type Charge, chargesOf } from './charges.ts';
import { hostsByFleet } from './fleet-hosts.ts';
import { dollarsFor, type PriceId, type Prices } from './prices.ts';

/** What a platform costs in a month, in the shape of `--json`. */
export interface MonthlyCost {
  readonly platform: string;
  readonly hosts: number;
  /** Those that are told of. */
  readonly incidents: number;
  readonly dollars: number;
  /** The dearest first. */
  readonly services: readonly ServiceCost[];
  /** What it is for, the dearest first. */
  readonly drivers: readonly Driver[];
  /** What it would be with so many hosts more. */
  readonly more: { readonly hosts: number; readonly dollars: number };
  readonly alternatives: readonly Alternative[];
}

export interface Driver {
  readonly of: string;
  readonly dollars: number;
  /** Whose metrics they are. */
  readonly checks: readonly string[];
}

export interface ServiceCost {
  readonly service: string;
  readonly dollars: number;
  readonly rows: readonly { readonly what: string; readonly quantity: number; readonly dollars: number }[];
}

export interface CostQuestion {
  readonly plan: Plan;
  readonly hosts: number;
  readonly incidents: number;
  readonly prices: Prices;
}

/** Of a fleet that grows, the next step that somebody would ask for. */
const moreHosts = 1_000;

export function monthlyCost(question: CostQuestion): MonthlyCost {
  const { plan, hosts, incidents, prices } = question;
  const month = { plan, incidents, hosts: hostsByFleet(plan, hosts) };
  const charges = chargesOf(month);
  const services = servicesOf(charges, prices);
  const dollars = sum(services);
  return {
    platform: plan.platform.id,
    hosts,
    incidents,
    dollars,
    services,
    drivers: driversOf(charges, prices),
    more: { hosts: moreHosts, dollars: dollarsOf({ ...question, hosts: hosts + moreHosts }) - dollars },
    alternatives: alternativesTo(month, prices),
  };
}

/** The sum alone. */
export function dollarsOf({ plan, hosts, incidents, prices }: CostQuestion): number {
  return sum(servicesOf(chargesOf({ plan, incidents, hosts: hostsByFleet(plan, hosts) }), prices));
}

function servicesOf(charges: readonly Charge[], prices: Prices): ServiceCost[] {
  const rows = [...quantitiesOf(charges)].map(([price, quantity]) => {
    const { service, what } = prices[price];
    return { service, what, quantity, dollars: dollarsFor(prices[price], quantity) };
  });
  const services = [...new Set(rows.map(({ service }) => service))].map((service) => {
    const own = rows.filter((row) => row.service === service).sort(dearestFirst);
    return { service, dollars: sum(own), rows: own.map(({ service: _service, ...row }) => row) };
  });
  return services.sort(dearestFirst);
}

/** Where more of something is cheaper, everybody has a share of that. */
function driversOf(charges: readonly Charge[], prices: Prices): Driver[] {
  const quantities = quantitiesOf(charges);
  const drivers = new Map<string, Driver>();
  for (const { price, quantity, of, check } of charges) {
    const all = quantities.get(price) ?? quantity;
    const share = (dollarsFor(prices[price], all) * quantity) / all;
    const { dollars, checks } = drivers.get(of) ?? { dollars: 0, checks: [] };
    drivers.set(of, { of, dollars: dollars + share, checks: check ? [...checks, check] : checks });
  }
  return [...drivers.values()].sort(dearestFirst);
}

function quantitiesOf(charges: readonly Charge[]): ReadonlyMap<PriceId, number> {
  const quantities = new Map<PriceId, number>();
  for (const { price, quantity } of charges) quantities.set(price, (quantities.get(price) ?? 0) + quantity);
  return quantities;
}

function dearestFirst(one: { readonly dollars: number }, other: { readonly dollars: number }): number {
  return other.dollars - one.dollars;
}

function sum(parts: readonly { readonly dollars: number }[]): number {
  return parts.reduce((total, { dollars }) => total + dollars, 0);
}
