import type { Plan } from '../../functions/core/plan.ts';
import { countText, dollarText, hostsText, rangeText } from '../cost/dollars.ts';
import type { MonthlyCost, ServiceCost } from '../cost/monthly-cost.ts';
import { pricesAre } from '../cost/prices.ts';
import { colorsFor } from './colors.ts';
import { columns } from './columns.ts';

const colors = colorsFor(process.stdout);

/** Of what a month is for, so much is shown. */
const driversShown = 8;

/** Of the checks of a routine, so many are named. */
const checksShown = 4;

/** What is less rounds to nothing. */
const leastShown = 0.005;

/** What a month costs as a page: by service, for what, what it grows by, and what else people use. */
export function showCost(plan: Plan, cost: MonthlyCost): string[] {
  const { hosts, incidents, dollars, services, drivers, more, alternatives } = cost;
  const title = `${plan.platform.name} (${cost.platform}), ${hostsText(hosts)}: about $${countText(Math.round(dollars))} a month`;
  const shown = drivers.slice(0, driversShown).filter((driver) => driver.dollars >= leastShown);
  const others = drivers.slice(shown.length).reduce((sum, driver) => sum + driver.dollars, 0);
  return [
    colors.bold(title),
    '',
    ...serviceLines(services),
    '',
    'What it is for, the dearest first',
    ...indented(
      columns([
        ...shown.map((driver) => [dollarText(driver.dollars).padStart(moneyWidth), driverText(driver)]),
        ...(others < leastShown ? [] : [[dollarText(others).padStart(moneyWidth), 'all else']]),
      ]),
    ),
    '',
    `${hostsText(more.hosts)} more: ${dollarText(more.dollars)} a month.`,
    '',
    `What else people do, for ${hostsText(hosts)}`,
    ...alternatives.flatMap((each) => [
      `  ${each.what}: ${colors.bold(rangeText(each.dollars))}`,
      `    ${each.counted}`,
      colors.dim(`    without: ${each.leavesOut}`),
    ]),
    '',
    `With ${countText(incidents)} incidents a month, told as the most urgent are. List prices of ${pricesAre.region} as of ${pricesAre.asOf}, without free`,
    'tiers, discounts and taxes; storage as it is after 400 days. Left out: looking at the dashboard, network of the',
    'hosts (NAT), and that Systems Manager takes $5 a month for a host outside of EC2 where there are over 1,000.',
  ];
}

/** `metrics of routine health: services, api` */
function driverText({ of, checks }: MonthlyCost['drivers'][number]): string {
  const named = checks.slice(0, checksShown).join(', ');
  const others = checks.length - checksShown;
  if (checks.length === 0) return of;
  return `${of}: ${named}${others > 0 ? ` and ${others} more` : ''}`;
}

const moneyWidth = '$100.00'.length;

function serviceLines(services: readonly ServiceCost[]): string[] {
  const rows = services.flatMap(({ service, dollars, rows: parts }) => [
    [dollarText(dollars).padStart(moneyWidth), service, '', ''],
    ...parts
      .filter((part) => part.dollars >= leastShown || part.dollars === 0)
      .map((part) => ['', `  ${part.what}`, countText(part.quantity), dollarText(part.dollars)]),
  ]);
  const widest = Math.max(...rows.map(([, , quantity = '']) => quantity.length));
  return indented(
    columns(
      rows.map(([sum = '', what = '', quantity = '', dollars = '']) => {
        return [sum, what, quantity.padStart(widest), dollars.padStart(moneyWidth)];
      }),
    ),
  );
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
