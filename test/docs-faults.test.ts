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
  // it('title', describe('title', test.skip(`title`
  String.raw`\b(?:describe|it|test)(?:\.\w+)*\(\s*${quoted}`,
  // it.each(...)('title', it.skipIf(...)(`title`
  String.raw`\)\(\s*${quoted},`,
];

/** What a title may be of which a part is only known when the test runs. */
interface Title {
  readonly pattern: RegExp;
  /** Where the words stand that are filled in: the test's own file, and the files beside it that it imports. */
  readonly source: string;
}

function titlesIn(file: string): readonly Title[] {
  const text = textOf(file);
  const beside = [...text.matchAll(/from '\.\/([\w-]+\.ts)'/g)].map(([, name = '']) =>
    textOf(join(dirname(file), name)),
  );
  const titles = calls.flatMap((call) => [...text.matchAll(new RegExp(call, 'g'))].map(([, , title = '']) => title));
  return titles.map((title) => ({ pattern: patternOf(title), source: [text, ...beside].join('\n') }));
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

test('docs/faults.md has each rule and each fault once, in their order', () => {
  const numbers = Array.from({ length: 36 }, (_, index) => `${index + 1}`);
  const rules = Array.from({ length: 6 }, (_, index) => `I${index + 1}`);
  const ids = rows.map(([id = '']) => id).filter((id) => /^I?\d+$/.test(id));
  expect(ids).toEqual([...rules, ...numbers]);
});

test.each(named)('docs/faults.md, row $row: $file has the test that it names', ({ file, titles }) => {
  expect(file, 'expected `test/....test.ts`: title > title').not.toBe('');
  expect(existsSync(join(root, file)), `${file} does not exist`).toBe(true);
  const known = titlesIn(file);
  expect(titles.filter((title) => !known.some((each) => isOf(title, each)))).toEqual([]);
});

test.each([
  ['of no test', 'test/functions/flow/round.test.ts', 'is sent twice, and nobody minds'],
  ['only a beginning', 'test/functions/flow/round.test.ts', 'is one round although its slot fires'],
  ['of a row that is not there', 'test/functions/flow/odd-hosts.test.ts', 'not-a-check is UNKNOWN, P3'],
  ['of a sentence that is not there', 'test/lib/local/agent-semantics.test.ts', '195 reboots the host'],
])('a title that is %s is not found', (_what, file, title) => {
  const known = titlesIn(file);
  expect(known.length).toBeGreaterThan(1);
  expect(known.some((each) => isOf(title, each))).toBe(false);
});
