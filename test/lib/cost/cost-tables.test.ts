import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demoRunbook } from '../../../lib/cli/demo-runbook.ts';
import { costTables } from '../../../lib/cost/cost-tables.ts';
import { monthlyCost } from '../../../lib/cost/monthly-cost.ts';
import { prices } from '../../../lib/cost/prices.ts';
import { compile } from '../../../lib/runbook/compile.ts';
import { root } from '../../markdown.ts';

const file = join(root, 'docs/cost.md');
const plans = ['fossawork', 'gold-escrow'].map((id) => compile(demoRunbook(id)));

test('docs/cost.md has the tables that the command knows', () => {
  const committed = readFileSync(file, 'utf8');
  let expected = committed;
  for (const [name, table] of Object.entries(costTables(plans))) {
    const begin = `<!-- ${name}: made by lib/cost/cost-tables.ts -->\n`;
    expect(expected.split(begin), `docs/cost.md has no place for ${name}`).toHaveLength(2);
    const [before = '', after = ''] = expected.split(begin);
    expected = `${before}${begin}\n${table}\n\n${after.slice(after.indexOf('<!-- end -->'))}`;
  }
  if (process.env.UPDATE_DOCS) writeFileSync(file, expected);
  const message = 'docs/cost.md is stale; run: UPDATE_DOCS=1 npx vitest run test/lib/cost/cost-tables.test.ts';
  expect(readFileSync(file, 'utf8'), message).toBe(expected);
});

/** What the text around the tables says in words; who changes these figures reads it again. */
test('what docs/cost.md says in words is so', () => {
  const [fossawork, goldEscrow] = plans.map((plan) => {
    const of = (hosts: number) => monthlyCost({ plan, hosts, incidents: 10, prices });
    const [few, hundreds, many] = [of(3), of(300), of(10_000)];
    const kept = many.services
      .flatMap(({ rows }) => rows)
      .filter(({ what }) => what.startsWith('GB ') && !what.includes('logs'));
    return { few, hundreds, many, kept: kept.reduce((sum, { dollars }) => sum + dollars, 0) };
  });
  for (const each of [fossawork, goldEscrow]) {
    expect(each?.few.dollars).toBeGreaterThan(18);
    expect(each?.hundreds.dollars).toBeLessThan(35);
  }
  // A lunch, and a dinner for the team, of which about three fifths are for what is kept.
  expect((fossawork?.many.dollars ?? 0) - (fossawork?.few.dollars ?? 0)).toBeLessThan(20);
  expect(goldEscrow?.many.dollars).toBeLessThan(250);
  expect((goldEscrow?.kept ?? 0) / (goldEscrow?.many.dollars ?? 1)).toBeCloseTo(0.6, 1);
});
