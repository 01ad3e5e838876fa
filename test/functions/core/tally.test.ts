import { describe, expect, it } from 'vitest';
import { addReport, newTally } from '../../../functions/core/tally.ts';

/** What the tally knows of a metric after so many hosts, each with a value of its own. */
function valuesOf(values: readonly number[]) {
  const tally = newTally([['disk', { rules: [] }]], []);
  for (const [index, value] of values.entries()) {
    const metric = { label: 'used', value, unit: '%', warning: null, critical: null, min: null, max: null };
    const disk = { status: 'OK' as const, text: '', longText: '', metrics: [metric], problems: [] };
    addReport(tally, { kind: 'answered', host: `i-${index}`, name: '', results: { disk } });
  }
  const found = tally.checks.get('disk')?.values.get('used');
  const entries = [...(found?.counts ?? [])];
  const exact = { least: found?.least, most: found?.most, sum: found?.sum };
  const hosts = sum(entries.map(([, count]) => count));
  return { digits: found?.digits, distinct: entries.length, hosts, entries, exact };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe('the values of a metric', () => {
  it('are counted one by one while they are at most a thousand', () => {
    const { digits, distinct, hosts } = valuesOf(Array.from({ length: 2_000 }, (_, index) => (index % 1_000) / 7));
    expect({ digits, distinct, hosts }).toEqual({ digits: undefined, distinct: 1_000, hosts: 2_000 });
  });

  it('are counted to fewer digits when they are more: every host still counts, and sum and ends are exact', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => 50 + index / 1e3);
    const { digits, distinct, hosts, exact } = valuesOf(values);
    expect({ digits, hosts }).toEqual({ digits: 3, hosts: 10_000 });
    expect(distinct).toBeLessThanOrEqual(1_000);
    expect(exact).toEqual({ least: 50, most: 59.999, sum: sum(values) });
  });

  it('keep as many digits as they can: times of an hour in seconds stay apart', () => {
    const { digits, distinct } = valuesOf(Array.from({ length: 3_600 }, (_, index) => 1_764_000_000 + index));
    expect({ digits, distinct }).toEqual({ digits: 9, distinct: 361 });
  });

  it('need no more memory for a hundred thousand hosts, whatever the values are', () => {
    const wild = Array.from({ length: 100_000 }, (_, index) => (index % 2 ? 1 : -1) * 1.0007 ** index * 1e-30);
    const { distinct, hosts } = valuesOf(wild.filter(Number.isFinite));
    expect(hosts).toBe(wild.filter(Number.isFinite).length);
    expect(distinct).toBeLessThan(2_000);
  });

  it('stay finite at the end of the numbers', () => {
    const { entries } = valuesOf(Array.from({ length: 1_500 }, (_, index) => Number.MAX_VALUE / (1 + index / 1e6)));
    expect(entries.every(([value]) => Number.isFinite(value))).toBe(true);
  });
});
