import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatValue, groupedValue, scale, toBaseUnit } from '../../../functions/core/units.ts';

describe('toBaseUnit', () => {
  it.each<[unit: string, base: string, factor: number]>([
    ['', '', 1],
    ['%', '%', 1],
    ['c', 'c', 1],
    ['s', 's', 1],
    ['ms', 's', 1e-3],
    ['us', 's', 1e-6],
    ['ns', 's', 1e-9],
    ['m', 's', 60],
    ['h', 's', 3_600],
    ['d', 's', 86_400],
    ['B', 'B', 1],
    ['KB', 'B', 1_000],
    ['kB', 'B', 1_000],
    ['MB', 'B', 1e6],
    ['GB', 'B', 1e9],
    ['TB', 'B', 1e12],
    ['PB', 'B', 1e15],
    ['KiB', 'B', 1_024],
    ['MiB', 'B', 1_024 ** 2],
    ['GiB', 'B', 1_024 ** 3],
    ['TiB', 'B', 1_024 ** 4],
    ['PiB', 'B', 1_024 ** 5],
    ['b', 'b', 1],
    ['Mb', 'b', 1e6],
    ['rpm', 'rpm', 1],
    ['C', 'C', 1],
    ['iB', 'iB', 1],
    ['constructor', 'constructor', 1],
  ])('takes %j for %j times %d', (unit, base, factor) => {
    expect(toBaseUnit(unit)).toEqual({ unit: base, factor });
  });

  it.each([',5', 'x10', 'B/s', ' s', 'µs', '%%', "'", 'averyveryverylongunit'])('refuses %j', (unit) => {
    expect(toBaseUnit(unit)).toBeUndefined();
  });

  it('never throws, and never scales by nothing', () => {
    fc.assert(
      fc.property(fc.string(), (unit) => {
        expect(toBaseUnit(unit)?.factor ?? 1).toBeGreaterThan(0);
      }),
    );
  });
});

describe('scale', () => {
  it.each([
    [12.445, 1e-3, 0.012445],
    [250, 1e-3, 0.25],
    [7, 1e-9, 7e-9],
    [1.5, 1_024, 1_536],
    [-3, 60, -180],
  ])('makes %d by %d exactly %d', (value, factor, expected) => {
    expect(scale(value, factor)).toBe(expected);
  });
});

describe('formatValue', () => {
  it.each([
    [93, '%', '93%'],
    [90.004, '%', '90.004%'],
    [2.4, 's', '2.4 s'],
    [0.1 + 0.2, 's', '0.3 s'],
    [12, '', '12'],
    [12, 'c', '12'],
    [1_200, 'rpm', '1200 rpm'],
    [0, 'B', '0 B'],
    [999, 'B', '999 B'],
    [1_000, 'B', '1 KB'],
    [21_474_836_480, 'B', '21.47 GB'],
    [-5e9, 'B', '-5 GB'],
    [5e27, 'B', '5000 YB'],
    [2e6, 'b', '2 Mb'],
    [1_234_567, '', '1234567'],
    [1_234_567.891, '', '1234567.89'],
    [12_345.67, '', '12345.67'],
    [-1_234_567, 's', '-1234567 s'],
    [1e300, '', '1e+300'],
  ])('writes %d %j as %j', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  it('never makes a count another one', () => {
    fc.assert(
      fc.property(fc.integer(), (count) => {
        expect(formatValue(count, '')).toBe(String(count + 0));
        expect(groupedValue(count, '').replaceAll(',', '')).toBe(formatValue(count, ''));
      }),
    );
  });

  it.each([
    [999, '', '999'],
    [1_247, '', '1,247'],
    [-123_456, '%', '-123,456%'],
    [1_234_567.891, '', '1,234,567.89'],
    [0.012_345, 's', '0.012345 s'],
    [21_474_836_480, 'B', '21.47 GB'],
  ])('writes %d %j in a report as %j', (value, unit, text) => {
    expect(groupedValue(value, unit)).toBe(text);
  });
});
