import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Distribution, distributionOf, meanOf, merged, quantile } from '../../../functions/core/distribution.ts';

function madeOf(...values: number[]): Distribution {
  return distributionOf(
    's',
    values.map((value) => [value, 1] as const),
  );
}

/** The true quantile by nearest rank. */
function exactQuantile(values: readonly number[], q: number): number | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(1, Math.ceil(q * values.length)) - 1];
}

/** Of one decade to four, of either sign, and zero. */
const value = fc.oneof(
  fc.double({ min: 0.001, max: 9, noNaN: true }),
  fc.double({ min: -9, max: -0.001, noNaN: true }),
  fc.constant(0),
);
const someValues = fc.array(value, { minLength: 1, maxLength: 60 });
const share = fc.integer({ min: 1, max: 8 }).map((eighths) => eighths / 8);

describe('a distribution', () => {
  it('tells every quantile with an error of at most 2 %', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.001, max: 9, noNaN: true }), { minLength: 1 }), share, (values, q) => {
        const exact = exactQuantile(values, q) ?? Number.NaN;
        expect(Math.abs(quantile(madeOf(...values), q) - exact)).toBeLessThanOrEqual(0.02 * exact);
      }),
    );
  });

  it('does so for values of both signs and zero', () => {
    fc.assert(
      fc.property(someValues, share, (values, q) => {
        const exact = exactQuantile(values, q) ?? Number.NaN;
        expect(Math.abs(quantile(madeOf(...values), q) - exact)).toBeLessThanOrEqual(0.02 * Math.abs(exact));
      }),
    );
  });

  it('is the same whether values come together or apart', () => {
    fc.assert(
      fc.property(someValues, someValues, (some, more) => {
        const { sum, ...whole } = madeOf(...some, ...more);
        const { sum: added, ...apart } = merged([madeOf(...some), madeOf(...more)]) ?? madeOf();
        expect(apart).toEqual(whole);
        expect(added).toBeCloseTo(sum, 9);
      }),
    );
  });

  it('survives its way through the table', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), (values) => {
        const distribution = madeOf(...values);
        expect(JSON.parse(JSON.stringify(distribution))).toEqual({
          ...distribution,
          least: distribution.least + 0,
          most: distribution.most + 0,
          sum: distribution.sum + 0,
        });
      }),
    );
  });

  it('stays small and true at its upper end, whatever the hosts print', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 400 }), (values) => {
        const distribution = madeOf(...values);
        expect(Object.keys(distribution.bins).length).toBeLessThanOrEqual(256);
        expect(Object.values(distribution.bins).reduce((sum, count) => sum + count, 0)).toBe(values.length);
        for (const q of [0.01, 0.5, 1]) {
          expect(quantile(distribution, q)).toBeGreaterThanOrEqual(distribution.least);
          expect(quantile(distribution, q)).toBeLessThanOrEqual(distribution.most);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('keeps four decades apart, and takes what is nearer to zero for zero', () => {
    const far = Array.from({ length: 500 }, (_, index) => 1.05 ** -index);
    const distribution = madeOf(...far);
    expect(Math.abs(quantile(distribution, 0.6) * 1.05 ** 200 - 1)).toBeLessThan(0.02);
    expect(distribution.bins['0']).toBeGreaterThan(0);
    expect(quantile(distribution, 0.1)).toBe(distribution.least);
  });

  it.each<[what: string, values: number[], q: number, expected: number]>([
    ['the 19th of 20 for p95', Array.from({ length: 20 }, (_, index) => (index < 19 ? 1 : 100)), 0.95, 1],
    [
      'the 7th of 100 for 7 %, which is 7.000000000000001',
      Array.from({ length: 100 }, (_, i) => (i < 7 ? 1 : 9)),
      0.07,
      1,
    ],
    ['the lower of two for the median', [0, 100], 0.5, 0],
    ['one value as it is', [0.123456], 0.95, 0.123456],
    ['zero below a positive one', [0, 0, 5], 0.5, 0],
    ['the middle one of both signs', [-5, 0, 5], 0.5, 0],
    ['nothing of nothing', [], 0.5, 0],
  ])('takes %s', (_what, values, q, expected) => {
    expect(quantile(madeOf(...values), q)).toBeCloseTo(expected, 1);
  });

  it('counts values that occur often, and knows sum, mean and ends exactly', () => {
    const distribution = distributionOf('B', [
      [1_234_567, 3],
      [1, 1],
    ]);
    expect(distribution).toMatchObject({ unit: 'B', count: 4, sum: 3_703_702, least: 1, most: 1_234_567 });
    expect(meanOf(distribution)).toBe(925_925.5);
    expect(meanOf(madeOf())).toBe(0);
  });

  it('is merged only with others in its newest unit that know a value', () => {
    expect(merged([])).toBeUndefined();
    expect(merged([madeOf()])).toBeUndefined();
    const percent = distributionOf('%', [[50, 1]]);
    expect(merged([madeOf(3), percent, madeOf()])).toEqual(percent);
    expect(merged([madeOf(3), madeOf(), madeOf(5)])).toMatchObject({ count: 2, least: 3, most: 5 });
  });
});
