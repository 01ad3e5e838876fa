import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

interface Case {
  readonly condition: string;
  readonly lines: readonly string[];
}

interface Search {
  /** Lines for which the condition holds, asked of each of them. */
  readonly holding: readonly string[];
  /** Lines that are found for it. */
  readonly found: readonly string[];
  /** Nothing more is asked of what is found. */
  readonly certain: boolean;
}

const scripts = fileURLToPath(new URL('../../../../lib/runbooks/scripts/', import.meta.url));
const program = `import json, sys
sys.path.insert(0, sys.argv[1])
from conditions import Condition, Line, Lines
def search(case):
    condition, lines = Condition(case['condition'], True), [line.encode('utf-8', 'replace') for line in case['lines'] if line]
    holding = [line for line in lines if condition.holds(Line(line, line.lower()))]
    found = [line.raw for line in Lines(b''.join(line + b'\\n' for line in lines)).of(condition)]
    text = lambda some: [line.decode('utf-8', 'replace') for line in some]
    return {'holding': text(holding), 'found': text(found), 'certain': condition.is_certain}
print(json.dumps([search(case) for case in json.load(sys.stdin)]))`;

function search(cases: readonly Case[]): Search[] {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const maxBuffer = 64 * 1024 * 1024;
  return JSON.parse(
    execFileSync('python3', ['-c', program, scripts], {
      input: JSON.stringify(cases),
      encoding: 'utf8',
      env,
      maxBuffer,
    }),
  );
}

const oneOf = (...texts: readonly string[]) => fc.constantFrom(...texts);
const key = oneOf('status', 'status', 'Status', 'st\\u0061tus', 'level', 'user', 'request', 'request.user', 'a\\"user');
const digits = fc.oneof(
  fc.integer({ min: -30, max: 30 }).map(String),
  fc.integer({ min: 480, max: 520 }).map(String),
  fc.double({ min: -1e4, max: 1e16, noNaN: true }).map((value) => JSON.stringify(value)),
  oneOf(...'500 500.0 5e2 50E+1 499.99999999999999999 -500 -0 0.5 -0.5 5.0e-1'.split(' '), '9'.repeat(30), 'NaN'),
);
const word = fc.oneof(
  oneOf(...'500|0500|+500|-500| 500|500 |.5|-.5|5e2|5_00|500ms|\u0665\u0660\u0660|'.split('|')),
  oneOf(...'ERROR|error|err|Error: 500|amy|AMY s|/api/login?a=1|true|inf|\u00e4|\u00c4|\u212aim|{'.split('|')),
  oneOf('say "hi"', '"status": 500', '\\', 'a\tb', 'x\0y'),
);

/** A string of JSON in which any character may stand as its number. */
const text = fc.tuple(word, fc.array(fc.boolean(), { maxLength: 12 })).map(([word, escaped]) => {
  const characters = [...word].map((character, index) =>
    escaped[index]
      ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
      : JSON.stringify(character).slice(1, -1),
  );
  return `"${characters.join('')}"`;
});
const scalar = fc.oneof(digits, text, oneOf('true', 'false', 'null', '[500, "error"]'));
const space = oneOf('', '', ' ', '\t', '  ');

/** Its keys may come twice, and one object may hold another. */
const object = (value: fc.Arbitrary<string>) =>
  fc
    .array(fc.tuple(space, key, space, space, value, space), { maxLength: 4 })
    .map((fields) => `{${fields.map(([a, name, b, c, value, d]) => `${a}"${name}"${b}:${c}${value}${d}`).join(',')}}`);
const line = fc.oneof(
  {
    weight: 8,
    arbitrary: object(fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 1, arbitrary: object(scalar) })),
  },
  { weight: 1, arbitrary: object(scalar).map((whole) => whole.slice(0, -2)) },
  { weight: 1, arbitrary: object(scalar).map((whole) => `\0${whole}}\r`) },
  { weight: 1, arbitrary: oneOf('') },
);

const quoted = word.filter((word) => !/["\0]/.test(word));
const part = fc.oneof(
  fc.tuple(fc.constantFrom('', '!'), quoted.filter(Boolean)).map(([negated, words]) => `${negated}"${words}"`),
  fc
    .tuple(
      fc.constantFrom('>', '>=', '<', '<=', '=', '!=', '~'),
      digits.filter((digits) => Number.isFinite(Number(digits))),
    )
    .map(([comparison, number]) => `status${comparison}${number}`),
  fc
    .tuple(
      fc.constantFrom('status', 'level', 'user', 'request.user', 'level|user|status'),
      fc.constantFrom('=', '!=', '~', '!~'),
      quoted,
    )
    .map(([names, comparison, value]) => `${names}${comparison}"${value}"`),
);
const condition = fc
  .tuple(part, fc.array(fc.tuple(fc.constantFrom('and', 'or'), part), { maxLength: 2 }))
  .map(([first, further]) => [first, ...further.flat()].join(' '));

/** Which chance brings together too seldom. */
const seldom: readonly Case[] = [
  { condition: 'status>=500', lines: ['{"status": "\\u002b500"}'] },
  { condition: 'status<0.9', lines: ['{"status": ".5"}'] },
];

describe('conditions.py', () => {
  test('finds every line for which a condition holds, however it is written', () => {
    const sample = fc.sample(fc.record({ condition, lines: fc.array(line, { maxLength: 20 }) }), 3_000);
    const cases = [...seldom, ...sample];
    const searches = search(cases);
    const wrong = searches.flatMap(({ holding, found, certain }, index) => {
      const lost = holding.filter((line) => !found.includes(line));
      const surplus = certain ? found.filter((line) => !holding.includes(line)) : [];
      return lost.length + surplus.length > 0 ? [{ condition: cases[index]?.condition, lost, surplus }] : [];
    });
    expect(wrong).toEqual([]);
    expect(searches.flatMap(({ holding }) => holding).length).toBeGreaterThan(1_000);
  });

  test.each([
    ['status>=500', '{"status": 499}', '{"status":"50"}', '{"status": null}', '{"status": "none"}', '{"status": -600}'],
    ['status>500', '{"status": 99.5}', '{"statuses": 600}'],
    ['duration_ms>2000', '{"duration_ms": 1999.99}', '{"duration_ms":0.001}', '{"duration_ms": "fast"}'],
    ['duration_ms>250', '{"duration_ms": 249.9}', '{"duration_ms": 99}', '{"duration_ms": "fast"}'],
    ['status<300', '{"status": 301}', '{"status":"1200"}', '{"status": "none"}'],
    ['free<=5', '{"free": 6}', '{"free": 10}'],
    ['balance<0', '{"balance": 12}', '{"balance": "none"}'],
    ['status=503', '{"status": 5030}', '{"status": 50}', '{"status": "error"}'],
    ['level=ERROR', '{"level": "INFO"}', '{"message": "error"}'],
    ['user~amy and status>=100', '{"user": "bob", "status": 200}'],
    ['level=ERROR or status=500', '{"level": "INFO", "status": 200, "url": "/?a=1\\u0026b=2"}'],
  ])('looks for %s at no line that cannot be it', (condition, ...lines) => {
    expect(search([{ condition, lines }])).toEqual([{ holding: [], found: [], certain: false }]);
  });
});
