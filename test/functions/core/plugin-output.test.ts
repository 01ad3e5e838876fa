import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../../functions/core/clean.ts';
import {
  type Metric,
  maximumLabelCharacters,
  maximumMetrics,
  parsePluginOutput,
} from '../../../functions/core/plugin-output.ts';

const metric = (label: string, value: number, rest: Partial<Metric> = {}): Metric => ({
  label,
  value,
  unit: '',
  warning: null,
  critical: null,
  min: null,
  max: null,
  ...rest,
});

describe('the text of a check', () => {
  it.each<[stdout: string, text: string, longText: string, labels: string[]]>([
    ['', '', '', []],
    ['OK', 'OK', '', []],
    ['OK - fine | a=1', 'OK - fine', '', ['a']],
    ['OK|a=1 b=2', 'OK', '', ['a', 'b']],
    ['OK\nline 1\nline 2', 'OK', 'line 1\nline 2', []],
    ['OK | a=1\nline 1\nline 2 | b=2\nc=3 d=4\ne=5', 'OK', 'line 1\nline 2', ['a', 'b', 'c', 'd', 'e']],
    ['OK\n| a=1', 'OK', '', ['a']],
    ['| a=1', '', '', ['a']],
  ])('%j', (stdout, text, longText, labels) => {
    const output = parsePluginOutput(stdout);
    expect({ ...output, metrics: output.metrics.map(({ label }) => label) }).toEqual({
      text,
      longText,
      metrics: labels,
      problems: [],
    });
  });
});

describe('a metric', () => {
  it.each<[performance: string, expected: Metric]>([
    ['a=1', metric('a', 1)],
    ['a=-1.5', metric('a', -1.5)],
    ['a=5.3e-05s', metric('a', 0.000053, { unit: 's' })],
    ['a=5EB', metric('a', 5e18, { unit: 'B' })],
    ["'a b'=1", metric('a b', 1)],
    ["'it''s'=1", metric("it's", 1)],
    ["'a=b'=1", metric('a=b', 1)],
    [
      '/=24384634880B;267847005634;267847005634;0;270552530944',
      metric('/', 24_384_634_880, {
        unit: 'B',
        warning: 267_847_005_634,
        critical: 267_847_005_634,
        min: 0,
        max: 270_552_530_944,
      }),
    ],
    ['rta=12.445ms;100.0;200.0;0.0', metric('rta', 0.012445, { unit: 's', warning: 0.1, critical: 0.2, min: 0 })],
    [
      'a=5KB;1:2;@~:3;1;9',
      metric('a', 5_000, { unit: 'B', warning: '1000:2000', critical: '@~:3000', min: 1_000, max: 9_000 }),
    ],
    ['a=1;0:10;10:', metric('a', 1, { warning: 10, critical: '10:' })],
    ['a=1;;;;', metric('a', 1)],
    ['a=1;;;;;', metric('a', 1)],
    ['speed=1200rpm', metric('speed', 1_200, { unit: 'rpm' })],
    ['packets=99c', metric('packets', 99, { unit: 'c' })],
  ])('%s', (performance, expected) => {
    expect(parsePluginOutput(`OK | ${performance}`)).toEqual({
      text: 'OK',
      longText: '',
      metrics: [expected],
      problems: [],
    });
  });
});

describe('a refused value', () => {
  it.each(['1e999', '0x10', '1,5', 'nan', 'inf', '-', '', '1.2.3', '--1', '+1', '1e308TB', '1µs'])(
    '%j is named, and the rest of the line is kept',
    (value) => {
      const { metrics, problems } = parsePluginOutput(`OK | first=1 'the label'=${value};5 last=2`);
      expect(metrics.map(({ label }) => label)).toEqual(['first', 'last']);
      expect(problems).toEqual([
        `the label: ${JSON.stringify(`the label=${value}`)} is refused; expected a decimal number with a unit, like 1.5s`,
      ]);
    },
  );

  it('is absent where the check said U', () => {
    const { metrics, problems } = parsePluginOutput('OK | a=U;1;2');
    expect(metrics).toEqual([]);
    expect(problems).toEqual(['a: the check could not determine its value (U)']);
  });

  it('is not replaced by a second one of the same label', () => {
    const { metrics, problems } = parsePluginOutput('OK | a=nan a=1 b=1 b=2');
    expect(metrics).toEqual([metric('b', 1)]);
    expect(problems.slice(1)).toEqual([
      'a: reported twice; the first value counts',
      'b: reported twice; the first value counts',
    ]);
  });
});

describe('a refused part', () => {
  it.each<[performance: string, expected: Metric[], problem: string]>([
    ['a=1;20:10', [metric('a', 1)], 'a: its warning range "20:10" is refused; expected a range like 90 or 10:20'],
    ['a=1;;x', [metric('a', 1)], 'a: its critical range "x" is refused; expected a range like 90 or 10:20'],
    [
      'a=1TB;1e300',
      [metric('a', 1e12, { unit: 'B' })],
      'a: its warning range "1e300" is refused; expected a range like 90 or 10:20',
    ],
    ['a=1;;;x', [metric('a', 1)], 'a: its minimum "x" is refused; expected a decimal number like 1.5'],
    ['a=1;;;;inf', [metric('a', 1)], 'a: its maximum "inf" is refused; expected a decimal number like 1.5'],
    [
      'a=1;2;3;4;5;6',
      [metric('a', 1, { warning: 2, critical: 3, min: 4, max: 5 })],
      'a: has more than five fields; the surplus is left out',
    ],
    ['a=1 000', [metric('a', 1)], `"000" is no metric; expected 'label'=value, the label 1 to 128 characters`],
    [
      '{-w limit | -W limit} a=1',
      [metric('a', 1)],
      `"{-w" is no metric (and 4 more like it); expected 'label'=value, the label 1 to 128 characters`,
    ],
    ['junk a=1', [metric('a', 1)], `"junk" is no metric; expected 'label'=value, the label 1 to 128 characters`],
    ['=5 a=1', [metric('a', 1)], `"=5" is no metric; expected 'label'=value, the label 1 to 128 characters`],
    ["'open=1 a=1", [metric('a', 1)], `"'open=1" is no metric; expected 'label'=value, the label 1 to 128 characters`],
  ])('%s', (performance, metrics, problem) => {
    expect(parsePluginOutput(`OK | ${performance}`)).toMatchObject({ metrics, problems: [problem] });
  });
});

describe('a secret', () => {
  it.each([
    'password=hunter2',
    "'password'=hunter2",
    'x=https://me:hunter2@host',
    'https://me:hunter2@host',
    "'https://me:hunter2@host'=1",
    `Bearer=${'x'.repeat(30)}AKIAIOSFODNN7EXAMPLE`,
  ])('in %s is in no label and no problem', (performance) => {
    expect(JSON.stringify(parsePluginOutput(`OK | ${performance}`))).not.toMatch(/hunter2|AKIA/);
  });
});

describe('limits', () => {
  it('keeps the first metrics and says that there were more', () => {
    const many = Array.from({ length: maximumMetrics + 5 }, (_, index) => `m${index}=1`).join(' ');
    const { metrics, problems } = parsePluginOutput(`OK | ${many}`);
    expect(metrics).toHaveLength(maximumMetrics);
    expect(problems).toEqual([`more than ${maximumMetrics} metrics: the rest is left out, print fewer`]);
  });

  it('refuses a label that is too long', () => {
    const label = 'x'.repeat(maximumLabelCharacters);
    expect(parsePluginOutput(`OK | ${label}=1`).metrics).toHaveLength(1);
    expect(parsePluginOutput(`OK | ${label}y=1`)).toMatchObject({
      metrics: [],
      problems: [expect.stringContaining('is no metric')],
    });
  });

  it.each(["'", "''", "' ", "'a ''b ", "'''b ", '=', 'a=', 'a=1 ', '|', '\n'])('reads much %j in a moment', (piece) => {
    const started = performance.now();
    parsePluginOutput(`OK |${piece.repeat(100_000 / piece.length)}`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('any output', () => {
  const garbage = fc.array(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('|', "'", '=', ';', ' ', '\n', 'a=1', 'U', '1e999')),
    { maxLength: 30 },
  );

  it('is read without an error, into finite numbers with distinct labels', () => {
    fc.assert(
      fc.property(garbage, (pieces) => {
        const { metrics } = parsePluginOutput(pieces.join(''));
        for (const { value, min, max } of metrics) {
          for (const number of [value, min ?? 0, max ?? 0]) expect(Number.isFinite(number)).toBe(true);
        }
        expect(new Set(metrics.map(({ label }) => label)).size).toBe(metrics.length);
      }),
    );
  });

  it('gives back every metric that was written by the rules', () => {
    // What looks like a secret comes back redacted.
    const label = fc
      .string({ minLength: 1, maxLength: 40 })
      .filter((text) => !/[|\n]/.test(text) && redact(text) === text);
    const value = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(label, value), { selector: ([name]) => name, maxLength: 20 }), (entries) => {
        const written = entries.map(([name, number]) => `'${name.replaceAll("'", "''")}'=${number}`).join(' ');
        const { metrics, problems } = parsePluginOutput(`OK | ${written}`);
        expect(metrics.map((each) => [each.label, each.value + 0])).toEqual(
          entries.map(([name, number]) => [name, number + 0]),
        );
        expect(problems).toEqual([]);
      }),
    );
  });
});
