import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type HostDifference, type Outcome, runScript, temporaryFolder } from '../run-script.ts';

const script = fileURLToPath(new URL('../../../../lib/runbooks/scripts/backup-database.py', import.meta.url));
const day = '20250114';
const threeOrders = `CREATE TABLE work_orders (id INTEGER PRIMARY KEY, note TEXT);
  INSERT INTO work_orders (note) VALUES ('a'), ('b'), ('c');`;
const manyRows =
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT NULL, i FROM n';
const manyOrders = `${threeOrders} INSERT INTO work_orders ${manyRows}; CREATE INDEX notes ON work_orders (note);`;

interface Backups {
  readonly backups: string;
  readonly folder: string;
  /** The host's folder for the check, which does not exist yet. */
  readonly state: string;
}

async function emptyBackups(): Promise<Backups> {
  const root = await temporaryFolder();
  const backups = join(root, 'daily');
  await mkdir(join(backups, day), { recursive: true });
  await chmod(root, 0o777);
  return { backups, folder: join(backups, day), state: join(root, 'state') };
}

function python(program: string, ...words: readonly string[]): void {
  execFileSync('python3', ['-c', program, ...words]);
}

/** Backups with one of a database that the SQL made. */
async function backupsWith(sql: string, name = 'fossa_0200.db'): Promise<Backups & { readonly backup: string }> {
  const backups = await emptyBackups();
  const backup = join(backups.folder, name);
  python('import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2]).close()', backup, sql);
  return { ...backups, backup };
}

async function check({ backups, state }: Backups, more = {}, host: HostDifference = {}): Promise<Outcome> {
  const settings = { backups, state, day, pattern: 'fossa_*.db', table: 'work_orders', ...more };
  return await runScript('backup-database.py', settings, host);
}

/** Nothing of the copy is left, and beside the backup lies what lay there before. */
async function expectTidy({ state, folder }: Backups, files: readonly string[] = ['fossa_0200.db']): Promise<void> {
  expect(await readdir(state)).toEqual(['lock']);
  expect((await readdir(folder)).sort()).toEqual(files);
}

describe('backup-database.py', () => {
  test('is OK, tells size and rows, and leaves nothing behind', async () => {
    const made = await backupsWith(threeOrders);
    const before = await readFile(made.backup);
    const outcome = await check(made);
    expect(outcome).toEqual({
      exitCode: 0,
      text: `database backup ${made.backup} (0.0 MB) is intact: 3 rows in work_orders`,
      metrics: { size: `${before.length}B`, rows: '3' },
    });
    expect(await readFile(made.backup)).toEqual(before);
    await expectTidy(made);
    expect((await stat(made.state)).mode & 0o777).toBe(0o700);
  });

  test('checks the newest of several, and neither folders nor links to nowhere', async () => {
    const made = await backupsWith(threeOrders);
    await writeFile(join(made.folder, 'fossa_0100.db'), 'broken');
    await utimes(join(made.folder, 'fossa_0100.db'), 1_700_000_000, 1_700_000_000);
    await mkdir(join(made.folder, 'fossa_0300.db'));
    await symlink(join(made.folder, 'nowhere'), join(made.folder, 'fossa_0400.db'));
    expect(await check(made)).toMatchObject({ exitCode: 0, text: expect.stringContaining('fossa_0200.db') });
    await writeFile(join(made.folder, 'fossa_0000.db'), 'broken');
    expect(await check(made)).toMatchObject({ exitCode: 2, text: expect.stringContaining('fossa_0000.db') });
  });

  test("looks for the host's own date", async () => {
    const made = await backupsWith(threeOrders);
    const settings = { backups: made.backups, state: made.state, pattern: '*', table: 'work_orders' };
    const days = ['Etc/GMT-14', 'Etc/GMT+12'].map(async (zone) => {
      const { text } = await runScript('backup-database.py', settings, { environment: { TZ: zone } });
      return /daily\/(\d{8}) is no folder/.exec(text)?.[1];
    });
    const [east, west] = await Promise.all(days);
    expect(east).toMatch(/^\d{8}$/);
    expect(west).toMatch(/^\d{8}$/);
    expect(east).not.toBe(west);
  });

  test('counts what is in the -wal beside a backup, and leaves it there', async () => {
    const made = await backupsWith(`PRAGMA journal_mode = WAL; ${threeOrders}`, 'live.db');
    // The last row is only in the -wal of the files that are copied from a running application.
    const program = `import shutil, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("INSERT INTO work_orders (note) VALUES ('d')")
connection.commit()
for suffix in ('', '-wal'):
    shutil.copy(sys.argv[1] + suffix, sys.argv[2] + suffix)`;
    python(program, made.backup, join(made.folder, 'fossa_1.db'));
    const files = (await readdir(made.folder)).sort();
    expect(files).toEqual(['fossa_1.db', 'fossa_1.db-wal', 'live.db']);
    expect(await check(made)).toMatchObject({ exitCode: 0, metrics: { rows: '4' } });
    await expectTidy(made, files);
  });

  test('takes back on its copy what an interrupted transaction left in the -journal', async () => {
    const made = await backupsWith(threeOrders);
    const program = `import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.executescript('PRAGMA cache_size = 1; PRAGMA synchronous = OFF')
connection.execute('BEGIN')
connection.executemany('INSERT INTO work_orders (note) VALUES (?)', [('x' * 4000,)] * 100)
os._exit(0)`;
    python(program, made.backup);
    expect(existsSync(`${made.backup}-journal`)).toBe(true);
    expect(await check(made)).toMatchObject({ exitCode: 0, metrics: { rows: '3' } });
    await expectTidy(made, ['fossa_0200.db', 'fossa_0200.db-journal']);
  });

  test('is CRITICAL when the folder of the day, or the backup in it, is missing', async () => {
    const made = await emptyBackups();
    const missing = await check(made);
    expect(missing).toEqual({
      exitCode: 2,
      text:
        `no database backup of the day: no file fossa_*.db in ${made.folder}; ` +
        'run the backup now, then find out why it did not run',
      metrics: {},
    });
    const gone = await check(made, { day: '20250115' });
    expect(gone).toMatchObject({ exitCode: 2, text: expect.stringContaining('20250115 is no folder; run the backup') });
  });

  test('is CRITICAL when the backup is an empty file', async () => {
    const made = await emptyBackups();
    await writeFile(join(made.folder, 'fossa_1.db'), '');
    const outcome = await check(made);
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { size: '0B' } });
    expect(outcome.text).toContain('fossa_1.db is empty: 0 bytes; run the backup now');
  });

  test('is CRITICAL when the backup is no database', async () => {
    const made = await emptyBackups();
    await writeFile(join(made.folder, 'fossa_1.db'), 'not what | it should\nbe '.repeat(100));
    const outcome = await check(made);
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { size: '2400B' } });
    expect(outcome.text).toContain('is corrupt: file is not a database; run the backup now');
    await expectTidy(made, ['fossa_1.db']);
  });

  test.each([
    ['lost its end between two pages', 40_960],
    ['lost its end within a page', 50_000],
  ])('is CRITICAL when the backup %s', async (_how, length) => {
    const made = await backupsWith(manyOrders);
    await truncate(made.backup, length);
    const outcome = await check(made);
    expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringContaining('is corrupt: ') });
    expect(outcome.metrics).toEqual({ size: `${length}B` });
    await expectTidy(made);
  });

  test('is CRITICAL when pages were damaged that counting the rows would not notice', async () => {
    const made = await backupsWith(manyOrders);
    const bytes = await readFile(made.backup);
    const index = bytes.length - 4096 * 3;
    await writeFile(
      made.backup,
      Buffer.concat([bytes.subarray(0, index), Buffer.alloc(64, 7), bytes.subarray(index + 64)]),
    );
    const outcome = await check(made);
    expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringContaining('is corrupt: ') });
  });

  test('is CRITICAL when the backup lacks the table', async () => {
    const made = await backupsWith('CREATE TABLE other (id INTEGER)');
    const outcome = await check(made);
    expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringContaining('has no table work_orders') });
  });

  test('takes the name of the table for a name, whatever it holds', async () => {
    const table = 'odd "table"; DROP TABLE x --';
    const made = await backupsWith(`CREATE TABLE "${table.replaceAll('"', '""')}" (id INTEGER)`);
    expect(await check(made, { table })).toMatchObject({ exitCode: 0, metrics: { rows: '0' } });
  });

  test('takes a name for a name, whatever it holds', async () => {
    const made = await backupsWith(threeOrders, "fossa_\n | 'rows'=9 ?mode=rw#.db");
    const outcome = await check(made);
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { rows: '3' } });
    expect(outcome.text).toContain("fossa_  ? 'rows'=9 ?mode=rw#.db (");
  });

  test('removes what a killed check left, and copies anew', async () => {
    const made = await backupsWith(threeOrders);
    await mkdir(join(made.state, 'copy'), { recursive: true });
    await writeFile(join(made.state, 'copy', 'copy.db'), 'half a copy');
    await writeFile(join(made.state, 'copy', 'copy.db-wal'), 'of another');
    expect(await check(made)).toMatchObject({ exitCode: 0, metrics: { rows: '3' } });
    await expectTidy(made);
  });

  test('removes its copy when it is ended from outside', async () => {
    const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n';
    const made = await backupsWith(`CREATE VIEW work_orders AS ${endless}`);
    const running = spawn(script, {
      env: {
        PATH: process.env.PATH ?? '',
        PYTHONDONTWRITEBYTECODE: '1',
        ROUNDS_BACKUPS: made.backups,
        ROUNDS_STATE: made.state,
        ROUNDS_DAY: day,
        ROUNDS_PATTERN: 'fossa_*.db',
        ROUNDS_TABLE: 'work_orders',
      },
    });
    const output = Promise.all([text(running.stdout), text(running.stderr), once(running, 'close')]);
    await vi.waitUntil(() => existsSync(join(made.state, 'copy', 'copy.db')), { timeout: 4000 });
    running.kill('SIGTERM');
    expect(await output).toEqual([
      'the check was ended from outside before the backup was checked: give it more time\n',
      '',
      [3, null],
    ]);
    await expectTidy(made);
  });

  test('is UNKNOWN and leaves no copy when its time is over', async () => {
    const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n';
    const made = await backupsWith(`CREATE VIEW work_orders AS ${endless}`);
    const outcome = await check(made, { timeoutSeconds: 0.5 });
    expect(outcome).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('was not checked in time: raise ROUNDS_'),
    });
    await expectTidy(made);
  });

  test('is UNKNOWN and copies nothing when there is no space for the copy', async () => {
    const made = await backupsWith(threeOrders);
    await truncate(made.backup, 2 ** 43);
    const outcome = await check(made);
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toMatch(
      /^no space to check a copy of .*: \d+ MB free in .*\/state\/copy, 8796\d{3} MB needed/,
    );
    await expectTidy(made);
  });

  test('is UNKNOWN when the backup changes while it is copied', async () => {
    const made = await backupsWith(threeOrders);
    const environment = { PYTHONPATH: await temporaryFolder() };
    const writer = [
      'import os, shutil',
      'measure = shutil.disk_usage',
      'def write_and_measure(folder):',
      `    with open(os.environ['ROUNDS_BACKUPS'] + '/${day}/fossa_0200.db', 'ab') as file: file.write(b'more')`,
      '    return measure(folder)',
      'shutil.disk_usage = write_and_measure',
    ];
    await writeFile(join(environment.PYTHONPATH, 'sitecustomize.py'), writer.join('\n'));
    const outcome = await check(made, {}, { environment });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('is still being written') });
    await expectTidy(made);
  });

  test('is UNKNOWN while another check of the backup runs, and leaves its copy alone', async () => {
    const made = await backupsWith(threeOrders);
    await mkdir(join(made.state, 'copy'), { recursive: true });
    const program = `import fcntl, sys
lock = open(sys.argv[1], 'w')
fcntl.flock(lock, fcntl.LOCK_EX)
print('held', flush=True)
sys.stdin.read()`;
    const holder = spawn('python3', ['-c', program, join(made.state, 'lock')], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void holder.kill());
    await once(holder.stdout, 'data');
    const outcome = await check(made);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('another check of') });
    expect((await readdir(made.state)).sort()).toEqual(['copy', 'lock']);
  });

  test('is UNKNOWN when the backup, or its folder, may not be read', async () => {
    const made = await backupsWith(threeOrders);
    await chmod(made.backup, 0o000);
    const file = await check(made, {}, { unprivileged: true });
    expect(file.exitCode).toBe(3);
    expect(file.text).toMatch(/^cannot copy .*: Permission denied: .*fossa_0200\.db; the user \d+ has to read it$/);
    await chmod(made.folder, 0o000);
    onTestFinished(() => chmod(made.folder, 0o755));
    const folder = await check(made, {}, { unprivileged: true });
    expect(folder).toMatchObject({ exitCode: 3, text: expect.stringContaining('Permission denied; let the user') });
  });

  test('is UNKNOWN when it has nowhere to copy to', async () => {
    const made = await backupsWith(threeOrders);
    const state = join(made.backup, 'state');
    expect(await check({ ...made, state })).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('cannot remember anything in'),
    });
  });

  test('is UNKNOWN when Python has no SQLite', async () => {
    const environment = { PYTHONPATH: await temporaryFolder() };
    await writeFile(join(environment.PYTHONPATH, 'sqlite3.py'), 'raise ImportError("no sqlite3 here")');
    const made = await backupsWith(threeOrders);
    const outcome = await check(made, {}, { environment });
    expect(outcome).toMatchObject({ exitCode: 3, text: 'the check itself failed: ImportError: no sqlite3 here' });
    await expectTidy(made);
  });

  test.each(['backups', 'pattern', 'table', 'state'])('is UNKNOWN and names the missing setting %s', async (name) => {
    const made = await backupsWith(threeOrders);
    await copyFile(made.backup, join(made.folder, 'fossa_1.db'));
    const settings = { backups: made.backups, state: made.state, day, pattern: 'fossa_*.db', table: 'work_orders' };
    const outcome = await runScript('backup-database.py', { ...settings, [name]: '' });
    const words = `setting ROUNDS_${name.toUpperCase()} is missing`;
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });
});
