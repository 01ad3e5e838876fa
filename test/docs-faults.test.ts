import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { documentAt, root } from './markdown.ts';

/** A test that the document names: a file, and titles of the file, each inside of the one before it. */
interface NamedTest {
  readonly row: string;
  readonly file: string;
  readonly titles: readonly string[];
}

/** Rows of the tables that end with the tests, as cells. */
const rows = documentAt('docs/faults.md')
  .text.split('\n')
  .filter((line) => /^\| .*`test\//.test(line))
  .map((line) => line.replaceAll(/^\| | \|$/g, '').split(' | '));

const named: readonly NamedTest[] = rows.flatMap(([row = '', ...cells]) =>
  (cells.at(-1) ?? '').split('<br>').map((cell) => {
    const [, file = '', titles = ''] = /^`(test\/[\w./-]+\.test\.ts)`: (.+)$/.exec(cell) ?? [];
    return { row, file, titles: titles.split(' > ') };
  }),
);

const quoted = String.raw`(['"\`])((?:\\.|(?!\1)[^\\])+)\1`;
const calls = [
  // it('title', describe('title', test(`title`
  String.raw`\b(?:describe|it|test)\(\s*${quoted}`,
  // it.each(...)('title', it.skipIf(...)(`title`
  String.raw`\)\(\s*${quoted},`,
];

/** What is not run, to the end of its statement; and comments. A call ends where its indentation has a semicolon again. */
const notRun = [
  /^( *)(?:describe|it|test)(?:\.\w+)*\.(?:skip|todo|fails)\b(?:.*;|[\s\S]*?\n\1\S.*;)$/gm,
  /^ *(?:\/\/|\/\*|\*).*$/gm,
];

/** A call with a title: what the title may be, of which a part is only known when the test runs, and what is inside. */
interface Title {
  readonly pattern: RegExp;
  /** Where the words stand that are filled in: the test's own file, and the files beside it that it imports. */
  readonly source: string;
  readonly from: number;
  readonly to: number;
}

function titlesOf(file: string): readonly Title[] {
  const text = textOf(file);
  const beside = [...text.matchAll(/from '\.\/([\w-]+\.ts)'/g)].map(([, name = '']) =>
    textOf(join(dirname(file), name)),
  );
  return titlesIn(text, beside.join('\n'));
}

function titlesIn(text: string, beside = ''): readonly Title[] {
  const run = notRun.reduce((rest, pattern) => rest.replaceAll(pattern, ''), text);
  return calls.flatMap((call) =>
    [...run.matchAll(new RegExp(call, 'g'))].map(({ 2: title = '', index }) => {
      const [indentation = ''] = /^ */.exec(run.slice(run.lastIndexOf('\n', index) + 1)) ?? [];
      const rest = run.slice(index);
      const end = new RegExp(`^.*;(?=\n)|\n${indentation}\\S.*;(?=\n)`).exec(rest);
      const to = index + (end ? end.index + end[0].length : rest.length);
      return { pattern: patternOf(title), source: `${run}\n${beside}`, from: index, to };
    }),
  );
}

function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function patternOf(title: string): RegExp {
  const parts = title.replaceAll(/\\(.)/g, '$1').split(/\$\{[^}]*\}|\$\w+|%[sdifjo]/);
  return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`)).join('(.+)')}$`);
}

function isOf(title: string, { pattern, source }: Title): boolean {
  const found = pattern.exec(title);
  return found?.slice(1).every((word) => source.includes(word.replaceAll(/^"|"$/g, ''))) ?? false;
}

/** Whether there are calls with these titles, each inside of the one before it. */
function has(known: readonly Title[], [title, ...inside]: readonly string[]): boolean {
  if (title === undefined) return true;
  const isInside = (outer: Title) => (each: Title) => each.from > outer.from && each.to < outer.to;
  return known.some((each) => isOf(title, each) && has(known.filter(isInside(each)), inside));
}

test('docs/faults.md has each rule and each fault once, in their order', () => {
  const numbers = Array.from({ length: 36 }, (_, index) => `${index + 1}`);
  const rules = Array.from({ length: 6 }, (_, index) => `I${index + 1}`);
  const ids = rows.map(([id = '']) => id).filter((id) => /^I?\d+$/.test(id));
  expect(ids).toEqual([...rules, ...numbers]);
});

test.each(named)('docs/faults.md, row $row: $file has the test that it names', ({ file, titles }) => {
  expect(file, 'expected `test/....test.ts`: title > title').not.toBe('');
  expect(existsSync(join(root, file)), `${file} does not exist`).toBe(true);
  expect(has(titlesOf(file), titles), `${titles.join(' > ')}: no such test that is run`).toBe(true);
});

test.each([
  ['of no test', 'test/functions/flow/round.test.ts', 'is sent twice, and nobody minds'],
  ['only a beginning', 'test/functions/flow/round.test.ts', 'is one round although its slot fires'],
  ['of a row that is not there', 'test/functions/flow/odd-hosts.test.ts', 'not-a-check is UNKNOWN, P3'],
  ['of a sentence that is not there', 'test/lib/local/agent-semantics.test.ts', '195 reboots the host'],
])('a title that is %s is not found', (_what, file, title) => {
  const known = titlesOf(file);
  expect(known.length).toBeGreaterThan(1);
  expect(has(known, [title])).toBe(false);
});

test('a title counts only where it is run, inside of the one that is named before it', () => {
  const known = titlesIn(`
describe('a round', () => {
  it('reads its hosts', async () => {
    await read();
  });
  it.skip('is skipped', () => {
    read();
  });
  it.todo.each([1, 2])('is to come');
  test.fails('is wrong', () => read());
  // it('is a comment', () => read());
});
describe.skip('a routine', () => {
  it('is elsewhere', () => read());
});
describe('a tick', () => {
  it.each([
    ['late'],
  ])('is %s', (when) => read(when));
});
`);
  expect(has(known, ['a round', 'reads its hosts'])).toBe(true);
  expect(has(known, ['a tick', 'is late'])).toBe(true);
  const others = ['is skipped', 'is to come', 'is wrong', 'is a comment', 'is elsewhere', 'a routine'];
  expect(others.filter((title) => has(known, [title]))).toEqual([]);
  expect(has(known, ['a tick', 'reads its hosts'])).toBe(false);
});
