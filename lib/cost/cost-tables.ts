import type { Plan } from '../../functions/core/plan.ts';
import { usualIncidents } from './cost-line.ts';
import { countText, dollarText, hostsText, rangeText } from './dollars.ts';
import { type MonthlyCost, monthlyCost } from './monthly-cost.ts';
import { type Price, pricePages, prices, pricesAre } from './prices.ts';

/** The sizes of a platform that docs/cost.md shows. */
const sizes = [3, 1_000, 10_000];

/** The tables of docs/cost.md, by the names of their places in it. */
export function costTables(plans: readonly Plan[]): Readonly<Record<string, string>> {
  const costs = plans.map((plan) => ({
    plan,
    bySize: sizes.map((hosts) => monthlyCost({ plan, hosts, incidents: usualIncidents, prices })),
  }));
  return {
    services: costs.map(({ plan, bySize }) => titled(plan, serviceTable(bySize))).join('\n\n'),
    alternatives: costs.map(({ plan, bySize }) => titled(plan, alternativesTable(bySize))).join('\n\n'),
    prices: priceTable(),
  };
}

function titled({ platform }: Plan, table: string): string {
  return `### ${platform.name}\n\n${table}`;
}

function serviceTable(costs: readonly MonthlyCost[]): string {
  const names = [...new Set(costs.flatMap(({ services }) => services.map(({ service }) => service)))];
  const dollarsIn = (cost: MonthlyCost, name: string) =>
    cost.services.find(({ service }) => service === name)?.dollars ?? 0;
  return table([
    ['a month', ...costs.map(({ hosts }) => hostsText(hosts))],
    ...names.map((name) => [name, ...costs.map((cost) => dollarText(dollarsIn(cost, name)))]),
    ['**together**', ...costs.map(({ dollars }) => `**${dollarText(dollars)}**`)],
    ['1,000 hosts more', ...costs.map(({ more }) => dollarText(more.dollars))],
  ]);
}

function alternativesTable(costs: readonly MonthlyCost[]): string {
  const [first] = costs;
  return table([
    ['a month', ...costs.map(({ hosts }) => hostsText(hosts)), 'leaves out'],
    ['Rounds', ...costs.map(({ dollars }) => rangeText([dollars, dollars])), 'see below'],
    ...(first?.alternatives ?? []).map(({ what, leavesOut }, index) => {
      const ranges = costs.map(({ alternatives }) => rangeText(alternatives[index]?.dollars ?? [0, 0]));
      return [what, ...ranges, leavesOut];
    }),
  ]);
}

function priceTable(): string {
  const rows = Object.entries(prices).map(([id, price]) => {
    const { service, what }: Price = price;
    const page = pricePages[service];
    return [`\`${id}\``, page ? `[${service}](${page})` : service, what, priceText(price)];
  });
  return table([['name', 'service', 'what', `${pricesAre.region}, ${pricesAre.asOf}`], ...rows]);
}

/** `$0.30, beyond 10,000 $0.10`, `$0.20 a 1,000,000` */
function priceText({ dollars, per = 1, beyond = [] }: Price): string {
  const text = `$${dollars}${per === 1 ? '' : ` for ${countText(per)}`}`;
  return [text, ...beyond.map((step) => `beyond ${countText(step.count)} $${step.dollars}`)].join(', ');
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
