import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { pluginCheck } from '../../../lib/runbook/builders.ts';
import { compile } from '../../../lib/runbook/compile.ts';
import { loadContacts } from '../../../lib/runbook/contacts.ts';
import { coverageTable, coveredRows } from '../../../lib/runbook/coverage.ts';
import type { Runbook } from '../../../lib/runbook/types.ts';
import { platforms } from '../../../lib/runbooks/platforms.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const runbooks = Object.entries(platforms).map(([id, runbookOf]) => {
  return runbookOf(loadContacts(id, { allowUnconfigured: true }).contacts);
});

test('docs/coverage.md is what the runbooks say', () => {
  const file = join(root, 'docs/coverage.md');
  const table = coverageTable(runbooks, root);
  if (process.env.UPDATE_DOCS) writeFileSync(file, table);
  const committed = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const message = 'docs/coverage.md is stale; run: UPDATE_DOCS=1 npx vitest run test/lib/runbook/coverage.test.ts';
  expect(committed, message).toBe(table);
});

test('every platform is found by the id of its runbook', () => {
  expect(runbooks.map(({ id }) => id)).toEqual(Object.keys(platforms));
});

const rows = runbooks.filter(({ procedure }) => procedure).flatMap((runbook) => coveredRows(runbook, root));

test.each(rows)('row $id has a place, whose script and test exist', ({ places }) => {
  expect(places).not.toEqual([]);
  const paths = places.flatMap(({ kind, script, test }) => (kind === 'plugin' ? [] : [script, test]));
  expect(paths.filter((path) => path !== undefined && !existsSync(join(root, path)))).toEqual([]);
});

test.each([
  ['fossawork', 'F', 51],
  ['gold-escrow', 'G', 39],
] as const)('the procedure of %s is there from its first row to its last, in its order', (id, letter, count) => {
  const rows = coveredRows(runbookOf(id), root).map((row) => row.id);
  expect(rows).toEqual(Array.from({ length: count }, (_, index) => `${letter}${index + 1}`));
});

test('a row that nothing covers any more is refused at synthesis, by its name and its words', () => {
  const runbook = runbookOf('fossawork');
  const routines = runbook.routines.filter(({ id }) => id !== 'system-cleanup');
  expect(() => compile({ ...runbook, routines })).toThrow(
    /procedure\.F42: got "on demand: System cleanup.*expected a check, job, sign-off or report that covers it/,
  );
});

test('a row that the procedure does not have is refused', () => {
  const runbook = runbookOf('fossawork');
  const covers = { ...runbook.covers, F99: { rule: 'priorities.P1' } };
  expect(() => compile({ ...runbook, covers })).toThrow('covers: got "F99", expected only rows of `procedure`');
});

test.each<[what: string, covers: Runbook['covers'], problem: string]>([
  [
    'a rule that is nowhere',
    { F43: { rule: 'priorities.P9' } },
    'covers.F43.rule: got "priorities.P9", expected the path',
  ],
  ['no row', { first: { rule: 'priorities.P1' } }, 'covers.first: got "first", expected a row of the procedure'],
])('%s is refused as a place', (_what, covers, problem) => {
  const { procedure: _rows, ...runbook } = runbookOf('fossawork');
  expect(() => compile({ ...runbook, covers: covers ?? {} })).toThrow(problem);
});

test('a plugin is named as it is on the hosts', () => {
  const command = ['/usr/lib/nagios/plugins/check_disk', '-w', '20%'];
  const disk = pluginCheck('disk', { title: 'Disk', covers: ['F4'], command, look: 'df' });
  const { procedure: _rows, covers: _places, reports: _reports, ...runbook } = runbookOf('fossawork');
  const routines = runbook.routines.slice(0, 1).map((routine) => ({ ...routine, checks: [disk] }));
  expect(coveredRows({ ...runbook, routines }, root)).toEqual([
    { id: 'F4', text: '', places: [{ kind: 'plugin', script: 'check_disk', runs: ['morning/disk'] }] },
  ]);
});

test('a row names all that covers it: every routine of a check, a job and its check, a rule, a report', () => {
  const rows = coveredRows(runbookOf('fossawork'), root);
  const placesOf = (id: string) => rows.find((row) => row.id === id)?.places.map(({ kind, runs }) => [kind, runs]);
  expect(placesOf('F4')).toEqual([['check', ['morning/disk', 'health/disk', 'performance/disk']]]);
  expect(placesOf('F25')).toEqual([
    ['check', ['evening-backup/backup-folder']],
    ['job', ['evening-backup/backup', 'backup/backup']],
  ]);
  expect(placesOf('F41')).toEqual([['job on demand', ['database-maintenance/database-maintenance']]]);
  expect(placesOf('F45')).toEqual([['rule', ['priorities.P3']]]);
  expect(placesOf('F49')).toEqual([
    ['report', ['reports.log']],
    ['rule', ['incidentFormat']],
  ]);
});

function runbookOf(id: string): Runbook {
  const runbook = runbooks.find((each) => each.id === id);
  if (!runbook) throw new Error(`platforms holds no ${id}`);
  return runbook;
}
