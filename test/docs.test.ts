import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { roundsProgram } from '../lib/cli/program.ts';
import { scenarioNames } from '../lib/local/sandbox/scenario.ts';
import { anchorsOf, codeOf, documentAt, documents, linksOf, onlyBlock, root, shownCommands } from './markdown.ts';
import { roundsFault } from './rounds-command.ts';

const { scripts, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Files that the documents tell their reader to write. */
const toBeWritten = /^(lib\/runbooks\/orders|(test\/)?lib\/runbooks\/shop)(\/|$)|\/uptime\.(sh|test\.ts)$/;

const commands = documents.flatMap((document) =>
  [...shownCommands(document).map(({ command }) => command), ...codeOf(document)]
    .flatMap((command) => command.split(' && '))
    .map((command) => command.replace(/^([A-Z_]+=\S* )+/, ''))
    .filter((command) => /^(npm|npx|rounds) \S/.test(command))
    .map((command) => ({ document: document.path, command })),
);

const paths = documents.flatMap((document) =>
  codeOf(document)
    .filter((code) => /^(\.ci|bin|lib|functions|test|docs)\/[\w./-]+$/.test(code) && !toBeWritten.test(code))
    .map((path) => ({ document: document.path, path })),
);

const links = documents.flatMap((document) =>
  linksOf(document)
    .filter((link) => !/^https:/.test(link))
    .map((link) => ({ document: document.path, link })),
);

test('every document that is needed is there', () => {
  const guides = [
    'alerts',
    'chat',
    'compare',
    'cost',
    'deploy',
    'faults',
    'grants',
    'licences',
    'operate',
    'scale',
    'security',
    'supply-chain',
    'write-a-check',
    'write-a-runbook',
  ];
  const needed = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...guides.map((name) => `docs/${name}.md`)];
  expect(documents.map(({ path }) => path)).toEqual(expect.arrayContaining(needed));
});

test.each(links)('$document links to $link, which exists', ({ document, link }) => {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? document : normalize(join(dirname(document), file));
  expect(existsSync(join(root, target)), target).toBe(true);
  if (anchor !== undefined) expect(anchorsOf(documentAt(target))).toContain(anchor);
});

test.each(paths)('$document names $path, which exists', ({ path }) => {
  expect(existsSync(join(root, path))).toBe(true);
});

test.each(commands)('$document shows $command, which exists', ({ command }) => {
  expect(faultOf(command)).toBeUndefined();
});

test('README shows every scenario and every command', () => {
  const code = codeOf(documentAt('README.md')).join('\n');
  const shown = shownCommands(documentAt('README.md')).map(({ command }) => command);
  const all = [code, ...shown].join('\n');
  for (const scenario of scenarioNames.filter((name) => name !== 'healthy')) expect(all).toContain(scenario);
  for (const command of roundsProgram().commands) expect(all).toContain(`npx rounds ${command.name()}`);
});

test('CONTRIBUTING lists the folders of lib and functions', () => {
  const listed: Record<string, string[]> = { lib: [], functions: [] };
  let parent = '';
  for (const line of onlyBlock(documentAt('CONTRIBUTING.md'), 'text').split('\n')) {
    const folders = [...line.matchAll(/([\w-]+)\//g)].map(([, folder = '']) => folder);
    if (!line.startsWith(' ')) parent = folders.shift() ?? '';
    listed[parent]?.push(...folders);
  }
  for (const [folder, children] of Object.entries(listed)) expect(children.sort()).toEqual(foldersIn(folder));
});

function foldersIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Why a command cannot be run as it stands; `undefined` when it can. */
function faultOf(command: string): string | undefined {
  const [program, first = '', ...others] = command.split(' ');
  if (program === 'rounds') return roundsFault([first, ...others]);
  if (program === 'npm') {
    if (first === 'ci') return undefined;
    const script = first === 'run' ? (others[0] ?? '') : first;
    if (scripts[script] === undefined) return `package.json has no script ${script}`;
    return script === 'start' && others[0] === '--' ? roundsFault(['start', ...others.slice(1)]) : undefined;
  }
  if (first === 'rounds') {
    return existsSync(join(root, bin.rounds)) ? roundsFault(others) : `package.json names no bin rounds`;
  }
  if (!existsSync(join(root, 'node_modules/.bin', first))) return `no dependency has the program ${first}`;
  const gone = others.find(
    (word) => word.startsWith('test/') && !toBeWritten.test(word) && !existsSync(join(root, word)),
  );
  return gone && `${gone} does not exist`;
}
