import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { hostileText, mutated, oddCharacters, type Secret, secret, shows } from './hostile.ts';
import { type Property, property } from './property.ts';

/** Lines as logs have them, and worse. */
const logLine = fc.oneof(
  mutated(
    fc
      .record({
        timestamp: fc.constantFrom(
          '2026-11-23T07:00:00Z',
          '2026-11-23 07:00:00,123 +0530',
          '٢٠٢٦-11-23T07:00:00',
          '0000-00-00T00:00:00',
        ),
        level: fc.constantFrom('ERROR', 'error', 'INFO'),
        status: fc.constantFrom<unknown>(500, '500', 5e2, -0, 1e308, true, null, [500]),
        message: hostileText,
      })
      .map((entry) => JSON.stringify(entry)),
  ),
  fc
    .tuple(
      fc.constantFrom('"status"', '"ts"', '"a.b"'),
      fc.constantFrom('9'.repeat(5_000), '1e999', 'NaN', '-Infinity', '0x10', '['.repeat(3_000)),
    )
    .map(([name, value]) => `{${name}:${value}}`),
  hostileText,
  fc.tuple(hostileText, fc.constantFrom(...oddCharacters)).map((pieces) => pieces.join('')),
);

const scripts = fileURLToPath(new URL('../../lib/runbooks/scripts/', import.meta.url));

/** Asks of each line what the log-reading scripts ask. Nothing may be thrown. */
const reader = `import json, math, sys
sys.path.insert(0, sys.argv[1])
from conditions import Condition, Line, Lines
from entries import field_of, number_of, parse, path_pattern, quotable, time_of, value_of, without_time
conditions = [Condition(text, True) for text in ('status>=500', 'level=error and status!=200', 'message~x', '"err"', 'ts<5')]
def read(text):
    raw = text.encode('utf-8', 'surrogatepass').replace(b'\\n', b' ').replace(b'\\r', b' ')
    entry, moments = parse(raw), [time_of(raw, True), time_of(raw, False)]
    for moment in moments:
        assert moment is None or isinstance(moment, float) and math.isfinite(moment), f'a time is {moment}'
    line, lines = Line(raw, raw.lower()), Lines(raw + b'\\n')
    for condition in conditions:
        if raw and condition.holds(line):
            assert 0 in lines.starts(condition), 'a line is not found for which a condition holds'
    values = [] if entry is None else [value_of(entry, name) for name in ('status', 'message|level', 'a.b.c', '__class__')]
    assert all(value is None or isinstance(value, str) for value in values), 'a value is no text'
    assert all(number is None or math.isfinite(number) for number in map(number_of, values)), 'a number is none'
    decoded = raw.decode('utf-8', 'replace')
    quoted = [quotable(decoded), quotable(decoded, True), path_pattern(decoded), without_time(decoded)[:60]]
    assert all(len(each) <= 60 for each in quoted), 'a quotation is too long'
    return quoted[0]
def answer(text):
    try:
        return {'quoted': read(text)}
    except Exception as error:
        return {'error': f'{type(error).__name__}: {error}'}
print(json.dumps([answer(text) for text in json.load(sys.stdin)]))`;

const linesAtOnce = 500;

function expectLinesAreRead(lines: readonly { readonly text: string; readonly secret?: Secret }[]): void {
  const input = JSON.stringify(lines.map(({ text }) => text));
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const printed = execFileSync('python3', ['-c', reader, scripts], {
    input,
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 28,
  });
  const answers = JSON.parse(printed) as readonly { readonly quoted?: string; readonly error?: string }[];
  assert.equal(answers.length, lines.length);
  for (const [index, { quoted = '', error }] of answers.entries()) {
    const { text = '', secret: said } = lines[index] ?? {};
    assert.equal(error, undefined, `${error} for ${JSON.stringify(text)}`);
    if (said) assert.ok(!shows(quoted, said), `${said.hidden} shows in ${JSON.stringify(quoted)}`);
  }
}

const logLines = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: logLine.map((text) => ({ text })) },
    { weight: 1, arbitrary: secret.map((each) => ({ text: each.text.replaceAll('\n', ' '), secret: each })) },
  ),
  { minLength: linesAtOnce, maxLength: linesAtOnce, size: 'max' },
);

export const logProperties: readonly Property[] = [
  property(
    `${linesAtOnce} lines of a log are read without an error`,
    { share: 1, most: 60, isWhole: true },
    logLines,
    expectLinesAreRead,
  ),
];
