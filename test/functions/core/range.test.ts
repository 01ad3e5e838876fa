import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRange, parseDecimal, parseRange, type Range, violates } from '../../../functions/core/range.ts';

describe('parseRange', () => {
  it.each<[text: string, low: number | null, high: number | null, alertInside: boolean]>([
    ['10', 0, 10, false],
    ['0', 0, 0, false],
    ['10:', 10, null, false],
    ['~:10', null, 10, false],
    ['10:20', 10, 20, false],
    ['@10:20', 10, 20, true],
    ['@10', 0, 10, true],
    ['10:10', 10, 10, false],
    ['-10:-5', -10, -5, false],
    ['~:-5', null, -5, false],
    ['0.5:1.25', 0.5, 1.25, false],
    ['.5:', 0.5, null, false],
    ['~:', null, null, false],
    ['1e-7:5e9', 1e-7, 5e9, false],
  ])('reads %j', (text, low, high, alertInside) => {
    expect(parseRange(text)).toEqual({ low, high, alertInside });
  });

  it.each([
    '',
    '@',
    ':',
    ':10',
    '~',
    '20:10',
    '-5',
    '@20:10',
    '10:~',
    '1:2:3',
    '@@1',
    'ten',
    '10%',
    '10s',
    ' 10',
    '10 ',
    '10 :20',
    '+5',
    '0x10',
    '1,5',
    '1_000',
    'Infinity',
    'inf',
    'nan',
    '1e999',
    '5e',
    '--5',
    '.',
    '1.2.3',
    '١',
    '10\n',
  ])('refuses %j', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });

  it('never throws, and reads nothing but finite ends in order', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^@?[~\d.:eE-]{0,12}$/)), (text) => {
        const range = parseRange(text);
        if (range === undefined) return;
        expect(range.low ?? 0).not.toBeNaN();
        expect((range.low ?? -Infinity) <= (range.high ?? Infinity)).toBe(true);
      }),
    );
  });
});

describe('violates', () => {
  it.each<[range: string, alerting: number[], quiet: number[]]>([
    ['10', [-0.01, 10.01], [0, 5, 10]],
    ['10:', [9.99, -1], [10, 1e12]],
    ['~:10', [10.01], [10, -1e12]],
    ['10:20', [9.99, 20.01], [10, 20]],
    ['@10:20', [10, 15, 20], [9.99, 20.01]],
    ['~:', [], [-1e300, 0, 1e300]],
    ['@~:', [-1e300, 0, 1e300], []],
  ])('holds a value against %j, ends included', (text, alerting, quiet) => {
    const range = parseRange(text) as Range;
    expect(alerting.filter((value) => violates(range, value))).toEqual(alerting);
    expect(quiet.filter((value) => violates(range, value))).toEqual([]);
  });

  it('alerts on a value that is no number', () => {
    expect(violates({ low: 0, high: 10, alertInside: false }, Number.NaN)).toBe(true);
  });
});

describe('formatRange', () => {
  it.each([
    ['0:10', '10'],
    ['@0:10', '@10'],
    ['10:', '10:'],
    ['0:', '0:'],
    ['~:10', '~:10'],
    ['@1.50:2', '@1.5:2'],
  ])('writes %j as %j', (text, expected) => {
    expect(formatRange(parseRange(text) as Range)).toBe(expected);
  });

  it('writes what parseRange reads as the same range', () => {
    const end = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0));
    fc.assert(
      fc.property(end, end, fc.boolean(), (one, other, alertInside) => {
        const swapped = one !== null && other !== null && one > other;
        const range = { low: swapped ? other : one, high: swapped ? one : other, alertInside };
        expect(parseRange(formatRange(range))).toEqual(range);
      }),
    );
  });
});

describe('parseDecimal', () => {
  it.each([
    ['12', 12],
    ['-0.5', -0.5],
    ['5.', 5],
    ['.5', 0.5],
    ['5.3e-05', 0.000053],
  ])('reads %j', (text, value) => {
    expect(parseDecimal(text)).toBe(value);
  });

  it('reads 64 characters', () => {
    expect(parseDecimal(`0.${'0'.repeat(61)}1`)).toBe(1e-62);
  });

  it.each([
    ['65 characters', `0.${'0'.repeat(62)}1`],
    ['100,000 digits of a small number', `0.${'0'.repeat(100_000)}`],
    ['100,000 digits before what is no digit', `${'1'.repeat(100_000)}x`],
  ])('refuses %s', (_name, text) => {
    expect(parseDecimal(text)).toBeUndefined();
    expect(parseRange(`~:${text}`)).toBeUndefined();
    expect(parseRange(`${text}:`)).toBeUndefined();
  });
});
