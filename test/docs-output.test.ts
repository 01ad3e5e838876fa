import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentAt, documents, onlyBlock, root, shownCommands } from './markdown.ts';

/** Stands in a document for lines that it leaves out, or for the rest of a line. */
const leftOut = '…';

const shown = documents.flatMap((document) => shownCommands(document).map((entry) => ({ ...entry, document })));
const checks = shown.filter(({ command, output }) => command.includes('rounds check') && output.length > 0);
const starts = shown.filter(({ command, output }) => /^npm start\b/.test(command) && output.length > 0);
const preparations = shown.filter(({ command }) => command.startsWith('mkdir /tmp/'));

/** `npx rounds` without npm, which would write into its own cache. */
const npx = `npx() { shift; '${root}/node_modules/.bin/tsx' '${root}/bin/rounds.ts' "$@"; }`;

/** Stands for /tmp, so that no file of this machine is in the way. */
const temporary = mkdtempSync(join(tmpdir(), 'rounds-docs-'));

beforeAll(() => {
  const folder = join(temporary, 'lib/runbooks/orders/checks');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'inbox.sh'), onlyBlock(documentAt('docs/write-a-runbook.md'), 'sh'), { mode: 0o755 });
  for (const { command } of preparations) run(command);
});

afterAll(() => rmSync(temporary, { recursive: true }));

test('commands with output are found, and all of them are run here', () => {
  expect(checks.length).toBeGreaterThan(4);
  expect(starts.length).toBe(2);
  const known = [...checks, ...starts];
  expect(shown.filter((entry) => entry.output.length > 0 && !known.includes(entry))).toEqual([]);
});

test.each(checks)('$command prints what $document.path shows', ({ command, output }) => {
  expect(run(command)).toBe(`${output.join('\n')}\n`);
});

describe('a round in the local cloud', () => {
  test.each(starts)('$command prints what $document.path shows', { timeout: 120_000 }, ({ command, output }) => {
    expect(firstMissing(output, printedBy(command))).toBeUndefined();
  });

  test('of backend-down sends the email that docs/operate.md explains', { timeout: 120_000 }, () => {
    const email = onlyBlock(documentAt('docs/operate.md'), 'text').trimEnd().split('\n');
    const printed = printedBy('npm start -- --once --scenario backend-down').replaceAll(/^│ /gm, '');
    expect(firstMissing([leftOut, ...email, leftOut], printed)).toBeUndefined();
  });
});

/** What a start printed, by its command: each round is run once. */
const rounds = new Map<string, string>();

function printedBy(command: string): string {
  const printed =
    rounds.get(command) ?? execFileSync('bash', ['-c', command], { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  rounds.set(command, printed);
  return printed.replace(/^\n(> .*\n)+\s*/, '');
}

/** What a command of the documents prints, whatever its exit code. */
function run(command: string): string {
  const script = `${npx}\n${command.replaceAll('/tmp/', `${temporary}/`)}`;
  const { stdout, stderr, error } = spawnSync('bash', ['-c', script], { cwd: temporary, encoding: 'utf8' });
  if (error) throw error;
  return (stdout + stderr).replaceAll(`${temporary}/`, '/tmp/');
}

/** The first shown line that was not printed where it should have been; numbers, zones and folders differ each time. */
function firstMissing(output: readonly string[], printed: string): string | undefined {
  const lines = masked(printed).trimEnd().split('\n');
  let next = 0;
  let maySkip = false;
  for (const line of output) {
    if (line === leftOut) {
      maySkip = true;
      continue;
    }
    const wanted = masked(line);
    const matches = (candidate: string) =>
      wanted.endsWith(leftOut) ? candidate.startsWith(wanted.slice(0, -leftOut.length)) : candidate === wanted;
    const found = lines.findIndex((candidate, index) => index >= next && matches(candidate));
    if (found === -1 || (found > next && !maySkip)) return `${line}\nmasked: ${wanted}\nprinted: ${lines[next]}`;
    next = found + 1;
    maySkip = false;
  }
  return maySkip || next === lines.length ? undefined : `nothing below; printed: ${lines[next]}`;
}

function masked(text: string): string {
  return text.replaceAll(/\d+(\.\d+)?/g, '#').replaceAll(/\bE[SD]T\b/g, 'ET');
}
