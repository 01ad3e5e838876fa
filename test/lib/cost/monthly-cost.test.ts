import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demoRunbook } from '../../../lib/cli/demo-runbook.ts';
import { costLine } from '../../../lib/cost/cost-line.ts';
import { fewestHosts, hostsByFleet } from '../../../lib/cost/fleet-hosts.ts';
import { metricUses } from '../../../lib/cost/metric-uses.ts';
import { monthlyCost } from '../../../lib/cost/monthly-cost.ts';
import { withOwnPrices } from '../../../lib/cost/own-prices.ts';
import { dollarsFor, type PriceId, type Prices, prices } from '../../../lib/cost/prices.ts';
import { compile } from '../../../lib/runbook/compile.ts';
import { everyDay } from '../../../lib/runbook/schedule.ts';
import { scratchFolder } from '../../scratch-folder.ts';

const fossawork = compile(demoRunbook('fossawork'));
const goldEscrow = compile(demoRunbook('gold-escrow'));

function cost(hosts: number, changes: { plan?: typeof fossawork; incidents?: number; prices?: Prices } = {}) {
  return monthlyCost({ plan: fossawork, incidents: 10, prices, hosts, ...changes });
}

function quantity(hosts: number, what: string, plan = fossawork): number {
  const rows = cost(hosts, { plan }).services.flatMap((service) => service.rows);
  return rows.find((row) => row.what === what)?.quantity ?? 0;
}

const sum = (parts: readonly { readonly dollars: number }[]) => parts.reduce((all, { dollars }) => all + dollars, 0);

describe('the cost of a month', () => {
  it.each([3, 10_000])('of %i hosts is that of its services, and of what it is for', (hosts) => {
    const { dollars, services, drivers } = cost(hosts, { plan: goldEscrow });
    expect(sum(services)).toBeCloseTo(dollars, 6);
    expect(sum(services.flatMap(({ rows }) => rows))).toBeCloseTo(dollars, 6);
    expect(sum(drivers)).toBeCloseTo(dollars, 6);
  });

  it('has no more metrics, firings and invocations for more hosts', () => {
    for (const what of ['months of a metric', 'firings', 'invocations', 'calls of PutMetricData'])
      expect(quantity(10_000, what), what).toBe(quantity(3, what));
  });

  it('says what more hosts add', () => {
    expect(cost(500).more).toEqual({ hosts: 1_000, dollars: cost(1_500).dollars - cost(500).dollars });
  });

  it('counts a metric by the hours in which it is sent, as a driven day of each platform did', () => {
    const hoursADay = (plan: typeof fossawork) =>
      metricUses(plan).reduce((all, { metrics, hours }) => all + metrics * hours, 0) / (730 / 24);
    // Counted on Monday 2026-12-07 in the local cloud, with four metrics of hosts by status as one.
    expect(hoursADay(fossawork) / 1_125).toBeCloseTo(1, 0.9);
    expect(hoursADay(goldEscrow) / 1_668).toBeCloseTo(1, 0.9);
  });

  it('has the commands of each fleet with the hosts of that fleet', () => {
    const [app, operations] = ['app', 'operations'].map((fleet) => {
      const rounds = Object.values(goldEscrow.routines).filter((routine) => routine.fleet === fleet);
      return rounds.filter(({ schedule }) => JSON.stringify(schedule).includes('"everyMinutes":5')).length;
    });
    // Rounds of every five minutes are nearly all of them.
    const added =
      quantity(1_003, 'commands, each to a host', goldEscrow) - quantity(3, 'commands, each to a host', goldEscrow);
    expect(added / 8_760 / 1_000).toBeGreaterThan(app ?? 0);
    expect(added / 8_760 / 1_000).toBeLessThan((app ?? 0) + (operations ?? 0));
  });

  it('grows with the incidents that people are told of by SMS', () => {
    const sms = (incidents: number) =>
      cost(3, { incidents }).services.find(({ service }) => service === 'SMS')?.dollars ?? 0;
    expect(sms(0)).toBe(0);
    // Of a P1: three people, a problem and its end, two parts.
    expect(sms(10)).toBeCloseTo(10 * 3 * 2 * 2 * prices.smsParts.dollars, 6);
  });

  it('is that of one routine more', () => {
    const runbook = demoRunbook('fossawork');
    const often = runbook.routines.map((each) => {
      return each.id === 'health' ? { ...each, schedule: everyDay.everyMinutes(5) } : each;
    });
    const health = (plan: typeof fossawork) => cost(1_000, { plan }).drivers.find(({ of }) => of === 'routine health');
    const changed = health(compile({ ...runbook, routines: often }));
    expect((changed?.dollars ?? 0) / (health(fossawork)?.dollars ?? 1)).toBeCloseTo(48, 0);
  });

  it('names the checks whose metrics are charged for', () => {
    const { drivers } = cost(3);
    const performance = drivers.find(({ of }) => of === 'metrics of routine performance');
    expect(performance?.checks).toEqual(expect.arrayContaining(['cpu', 'memory', 'disk', 'disk-io', 'load']));
  });

  it('is one line for who deploys', () => {
    expect(costLine(fossawork)).toBe(
      `fossawork: about $${Math.round(cost(1).dollars)} a month with 1 host; npx rounds cost fossawork says for what`,
    );
  });
});

describe('what else people do', () => {
  const dollarsOf = (hosts: number) =>
    Object.fromEntries(cost(hosts).alternatives.map(({ what, dollars }) => [what, dollars]));

  it('costs by the host, where Rounds does not', () => {
    const [few, many] = [dollarsOf(10), dollarsOf(1_000)];
    for (const what of ['the same checks, with metrics of each host', 'hosted monitoring, with on-call alerting'])
      expect((many[what]?.[0] ?? 0) / (few[what]?.[0] ?? 1), what).toBeGreaterThan(30);
  });

  it('is one server for each thousand hosts, and a seat for each person with a telephone', () => {
    expect(dollarsOf(10_000)['a Nagios or Icinga server']?.[0]).toBeCloseTo(10 * (730 * 0.0416 + 50 * 0.08), 6);
    expect(dollarsOf(100)['hosted monitoring, with on-call alerting']).toEqual([100 * 15 + 3 * 21, 100 * 23 + 3 * 41]);
  });

  it('says of each what it leaves out', () => {
    for (const { counted, leavesOut } of cost(3).alternatives) {
      expect(counted).not.toBe('');
      expect(leavesOut.length).toBeGreaterThan(30);
    }
  });
});

describe('so many hosts', () => {
  it('are the floors of the fleets, and the others in the fleet with the most', () => {
    expect(hostsByFleet(goldEscrow, fewestHosts(goldEscrow) + 100)).toEqual(
      new Map([
        ['app', 101],
        ['operations', 1],
      ]),
    );
  });
});

describe('a price', () => {
  it.each([
    [5_000, 1_500],
    [10_000, 3_000],
    [10_010, 3_001],
    [260_000, 3_000 + 24_000 + 500],
    [2_000_000, 3_000 + 24_000 + 37_500 + 20_000],
  ])('of %i metrics falls with their number', (count, dollars) => {
    expect(dollarsFor(prices.metrics, count)).toBeCloseTo(dollars, 6);
  });

  it('of one’s own takes the place of the one in the table, for as many as there are', () => {
    const own = withOwnPrices(file({ metrics: 0.25, smsParts: 0.08 }));
    expect(dollarsFor(own.metrics, 20_000)).toBe(5_000);
    expect(own.smsParts).toEqual({ ...prices.smsParts, dollars: 0.08 });
    expect(own.alarms).toEqual(prices.alarms);
  });

  it.each([
    [{ metric: 0.25 }, /got the price "metric"; expected one of metrics, .* Did you mean 'metrics'\?/],
    [{ metrics: -1 }, /got -1 for metrics; expected dollars, 0 or more/],
    [{ metrics: '0.25' }, /got "0.25" for metrics; expected dollars/],
    [[0.25], /got something else; expected a JSON object/],
  ])('of one’s own is refused as %j', (own, message) => {
    expect(() => withOwnPrices(file(own))).toThrow(message);
  });

  it('of one’s own is not found', () => {
    expect(() => withOwnPrices('nowhere.json')).toThrow(/--prices nowhere.json: got ENOENT.*expected a JSON object/);
  });

  it('is charged somewhere, or stands for what else people do', () => {
    const charged = cost(3, { plan: goldEscrow }).services.flatMap(({ service, rows }) =>
      rows.map(({ what }) => `${service} ${what}`),
    );
    const unused = Object.values(prices).filter(({ service, what }) => !charged.includes(`${service} ${what}`));
    expect(unused).toEqual([prices.serverHours, prices.diskGigabytes]);
    expect((Object.keys(prices) as PriceId[]).filter((id) => !(prices[id].dollars >= 0))).toEqual([]);
  });
});

function file(own: unknown): string {
  const path = join(scratchFolder(), 'prices.json');
  writeFileSync(path, JSON.stringify(own));
  return path;
}
