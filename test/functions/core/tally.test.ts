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
  return { digits: found?.digits, distinct: entries.length, hosts: sum(entries.map(([, hosts]) => hosts)), entries };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe('the values of a metric', () => {
  it('are counted one by one while they are at most a thousand', () => {
    const { digits, distinct, hosts } = valuesOf(Array.from({ length: 2_000 }, (_, index) => (index % 1_000) / 7));
    expect({ digits, distinct, hosts }).toEqual({ digits: undefined, distinct: 1_000, hosts: 2_000 });
  });

  it('are counted to three digits when they are more, and every host still counts', () => {
    const { digits, distinct, hosts, entries } = valuesOf(
      Array.from({ length: 10_000 }, (_, index) => 50 + index / 1e3),
    );
    expect({ digits, distinct, hosts }).toEqual({ digits: 3, distinct: 101, hosts: 10_000 });
    const mean = sum(entries.map(([value, count]) => value * count)) / hosts;
    expect(mean).toBeCloseTo(55, 1);
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
