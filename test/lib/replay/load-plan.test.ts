import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../../lib/replay/load-plan.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { sampleRunbook } from '../runbook/sample-runbook.ts';

const folder = scratchFolder();

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const runbook = JSON.stringify(sampleRunbook());
const ofContacts = `(contacts) => ({ ...${runbook}, contacts })`;

describe('a runbook is loaded', () => {
  it.each([
    ['by the id of a platform', 'fossawork', 'fossawork'],
    ['from JSON', fileOf('runbook.json', runbook), 'sample'],
    [
      'from the export named runbook',
      fileOf('named.mjs', `export const a = () => 1; export const runbook = ${runbook};`),
      'sample',
    ],
    ['from the default export', fileOf('default.mjs', `export default ${runbook};`), 'sample'],
    [
      'from the only export that can be one',
      fileOf('only.ts', `export const size: number = 1; export const a = ${runbook};`),
      'sample',
    ],
    ['from a function of the contacts', fileOf('function.mjs', `export const a = ${ofContacts};`), 'sample'],
  ])('%s', async (_name, name, id) => {
    expect((await loadPlan(name)).platform.id).toBe(id);
  });

  it.each([
    ['no platform', 'nowhere', 'got "nowhere", expected one of fossawork, gold-escrow, or a file that ends with .ts'],
    ['no file', join(folder, 'nothing.json'), 'expected a file that can be read'],
    ['no JSON', fileOf('broken.json', '{'), 'expected a file that can be read'],
    [
      'two candidates',
      fileOf('two.mjs', `export const a = () => 1; export const b = () => 2;`),
      'got the exports a, b',
    ],
    ['no candidate', fileOf('none.mjs', 'export const a = 1;'), 'got the exports a'],
    [
      'a function that fails',
      fileOf('fails.mjs', 'export const a = (contacts) => contacts.ann.name;'),
      'for any contacts',
    ],
    ['what is no runbook', fileOf('wrong.json', '{"routines": []}'), 'The runbook undefined has'],
  ])('but not from %s', async (_name, name, message) => {
    await expect(loadPlan(name)).rejects.toThrow(message);
  });
});
