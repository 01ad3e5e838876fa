import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { casesOf, properties } from './properties.ts';
import { findingText, property } from './property.ts';

/** Few and always the same: `npm run fuzz` tries others, and as many as one likes. */
const cases = 3_000;
const seed = 20_261_123;

describe('whatever hosts and callers try', () => {
  it.each(properties.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
    // Processes and pages take longer.
    const isSlow = each.most !== undefined && each.most < 1_000;
    const count = isSlow ? 2 : casesOf(properties, cases).get(each);
    const finding = await each.run(count ?? 1, seed);
    expect(finding && findingText(finding)).toBeUndefined();
  });
});

describe('the cases', () => {
  it('are spread over the properties by their shares, and all of them are run', () => {
    const counts = casesOf(properties, 1_000_000);
    const sum = [...counts.values()].reduce((one, other) => one + other);
    expect(Math.abs(sum - 1_000_000)).toBeLessThan(properties.length);
    for (const [each, count] of counts) expect(count).toBeLessThanOrEqual(each.most ?? 1_000_000);
  });

  it('show again what was found, by its seed and its path', async () => {
    const small = property('small', { share: 1 }, fc.nat(), (value) => {
      if (value > 100) throw new Error(`${value} is too much`);
    });
    const finding = await small.run(1_000, seed);
    expect(finding).toMatchObject({ counterexample: '101', error: '101 is too much' });
    expect(await small.run(1_000, seed, finding?.path)).toMatchObject({ counterexample: '101' });
  });
});
