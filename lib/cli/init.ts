import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Problems, refusal } from '../runbook/problems.ts';
import { timeZone as timeZoneName } from '../runbook/validation/platform.ts';
import { id as idOf, line } from '../runbook/validation/values.ts';
import { checkFile, type NewRunbook, placeholderContacts, runbookFile, testFile } from './init-files.ts';
import type { Outcome } from './outcome.ts';
import { functionName, withPlatform } from './platforms-file.ts';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** It stands in every subject. */
const nameCharacters = 60;

/** Paths are relative to the project's root; where there is something else already, `before` is it. */
interface Change {
  readonly path: string;
  readonly before?: string;
  readonly after: string | { readonly linkTo: string };
  readonly isExecutable?: true;
}

/**
 * Makes a new runbook that runs, and passes its tests. All or nothing: what cannot be done is found before anything is
 * written, and what has been written when a write fails is taken back.
 * @throws {Error} that says what is in the way
 */
export async function init(runbook: NewRunbook, root: string = projectRoot): Promise<Outcome> {
  checkNames(runbook);
  const changes = [...newFiles(runbook, root), ...(await editedFiles(runbook, root))];
  await write(changes, root);
  const created = changes.filter(({ before }) => before === undefined).map(({ path }) => path);
  const changed = changes.filter(({ before }) => before !== undefined).map(({ path }) => path);
  const next = nextSteps(runbook, changed.includes('contacts.json'));
  const lines = [
    `${runbook.name} has a runbook: lib/runbooks/${runbook.id}/runbook.ts`,
    '',
    'New',
    ...created.map((path) => `  ${path}`),
    'Changed',
    ...changed.map((path) => `  ${path}`),
    '',
    'What comes next',
    ...next.flatMap(({ what, command }) => [`  ${what}`, `    ${command}`]),
    '',
    'docs/write-a-check.md says what a check may do; the comments in the runbook say what is yours to change.',
  ];
  return { isDone: true, lines, data: { platform: runbook.id, created, changed, next } };
}

function checkNames({ id, name, timeZone }: NewRunbook): void {
  const problems = new Problems();
  problems.parse(['ID'], idOf(20), id);
  const error = refusal(`at most ${nameCharacters} characters`, 'choose a shorter name');
  problems.parse(['--name'], line('the name of the platform').pipe(z.string().max(nameCharacters, { error })), name);
  problems.parse(['--time-zone'], timeZoneName, timeZone);
  problems.throwIfAny('The new runbook');
}

function newFiles(runbook: NewRunbook, root: string): Change[] {
  const { id } = runbook;
  const folder = `lib/runbooks/${id}`;
  const test = `test/lib/runbooks/${id}`;
  for (const path of [folder, test]) {
    if (existsSync(join(root, path))) throw new Error(`There is a folder ${path} already. Choose another id.`);
  }
  return [
    { path: `${folder}/runbook.ts`, after: runbookFile(runbook) },
    { path: `${folder}/checks/files-waiting.sh`, after: checkFile, isExecutable: true },
    // A library is found beside the script that uses it.
    { path: `${folder}/checks/plugin.sh`, after: { linkTo: '../../scripts/plugin.sh' } },
    { path: `${test}/runbook.test.ts`, after: testFile(runbook) },
  ];
}

async function editedFiles({ id }: NewRunbook, root: string): Promise<Change[]> {
  const path = 'lib/runbooks/platforms.ts';
  const before = await readFile(join(root, path), 'utf8');
  const after = withPlatform(before, id);
  if (after === undefined) {
    throw new Error(
      `${path} is not written as it was delivered; expected one import a platform, and 'export const platforms' that ` +
        `ends with '};'. Write it so, or add ${functionName(id)} by hand.`,
    );
  }
  const contacts = ['contacts.example.json', 'contacts.json'].filter((name) => existsSync(join(root, name)));
  const withContacts = contacts.map(async (name) => contactsChange(name, await readFile(join(root, name), 'utf8'), id));
  return [{ path, before, after }, ...(await Promise.all(withContacts))];
}

function contactsChange(path: string, before: string, id: string): Change {
  const contacts = z.record(z.string(), z.unknown()).safeParse(parsed(path, before));
  if (!contacts.success) throw new Error(`${path} holds no object of platforms; see contacts.example.json.`);
  if (Object.hasOwn(contacts.data, id)) {
    throw new Error(`${path} has contacts of '${id}' already. Choose another id, or remove them.`);
  }
  return { path, before, after: `${JSON.stringify({ ...contacts.data, [id]: placeholderContacts }, null, 2)}\n` };
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} cannot be read: ${error instanceof Error ? error.message : error}. Mend it first.`);
  }
}

async function write(changes: readonly Change[], root: string): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { path, before, after, isExecutable } of changes) {
      const file = join(root, path);
      const made = await mkdir(dirname(file), { recursive: true });
      if (made !== undefined) undo.push(() => rm(made, { recursive: true, force: true }));
      undo.push(() => (before === undefined ? rm(file, { force: true }) : writeFile(file, before)));
      if (typeof after !== 'string') await symlink(after.linkTo, file);
      else await writeFile(file, after, { flag: before === undefined ? 'wx' : 'w' });
      if (isExecutable) await chmod(file, 0o755);
    }
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

function nextSteps({ id }: NewRunbook, hasContacts: boolean): { readonly what: string; readonly command: string }[] {
  const script = `lib/runbooks/${id}/checks/files-waiting.sh`;
  return [
    { what: 'Run its morning on two demo hosts', command: `npm start -- --platform ${id} --once` },
    { what: 'Run its tests', command: `npx vitest run test/lib/runbooks/${id}` },
    { what: 'Run its check alone', command: `ROUNDS_FOLDER=/var/tmp npx rounds check -- ${script}` },
    { what: 'See what comes, and who is told', command: `npx rounds preview ${id}` },
    {
      what: 'Say who its people are, in place of each [CONFIGURE]',
      command: `${hasContacts ? '' : 'cp contacts.example.json contacts.json && '}$EDITOR contacts.json`,
    },
    { what: 'See that it can be deployed', command: `npx cdk synth --quiet -c platform=${id}` },
  ];
}
