import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { pluginCheck } from '../../../lib/runbook/builders.ts';
import { loadContacts } from '../../../lib/runbook/contacts.ts';
import { coverageTable, coveredRows } from '../../../lib/runbook/coverage.ts';
import { platforms } from '../../../lib/runbooks/platforms.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const runbooks = Object.entries(platforms).map(([id, runbookOf]) => {
  return runbookOf(loadContacts(id, { allowUnconfigured: true }).contacts);
});
const [fossawork] = runbooks;

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

test.each(runbooks.flatMap((runbook) => coveredRows(runbook, root)))(
  'row $id names a script and a test that exist',
  ({ script, test }) => {
    expect([script ?? test, test].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  },
);

test('names the plugin of a row that a plugin covers, and as its test that of the runbook', () => {
  if (!fossawork) throw new Error('platforms is empty; expected FossaWork in it');
  const command = ['/usr/lib/nagios/plugins/check_disk', '-w', '20%'];
  const disk = pluginCheck('disk', { title: 'Disk', covers: ['F4'], command, look: 'df' });
  const routines = fossawork.routines.slice(0, 1).map((routine) => ({ ...routine, checks: [disk] }));
  expect(coveredRows({ ...fossawork, routines }, root)).toEqual([
    {
      id: 'F4',
      kind: 'plugin check_disk',
      runs: ['morning/disk'],
      test: 'test/lib/runbooks/fossawork/rounds.test.ts',
    },
  ]);
});

test('lists rows in the order of the procedure, each once, with all that runs it', () => {
  if (!fossawork) throw new Error('platforms is empty; expected FossaWork in it');
  const rows = coveredRows(fossawork, root);
  expect(rows.map(({ id }) => id)).toEqual(['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F17', 'F38']);
  expect(rows.find(({ id }) => id === 'F4')).toEqual({
    id: 'F4',
    kind: 'check',
    runs: ['morning/disk', 'health/disk'],
    script: 'lib/runbooks/fossawork/checks/disk.sh',
    test: 'test/lib/runbooks/fossawork/checks/disk.test.ts',
  });
});
