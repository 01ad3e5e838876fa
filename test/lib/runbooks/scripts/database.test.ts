import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Outcome, runScript, temporaryFolder } from '../run-script.ts';

const threeOrders = `CREATE TABLE work_orders (id INTEGER PRIMARY KEY, note TEXT);
  INSERT INTO work_orders (note) VALUES ('a'), ('b'), ('c');`;

/** The path of a real database that the SQL made. */
async function databaseWith(sql: string): Promise<string> {
  const database = join(await temporaryFolder(), 'fossa?work#50%.db');
  const program = 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2]).close()';
  execFileSync('python3', ['-c', program, database, sql]);
  return database;
}

/** Dies in a transaction that has already reached the disk: too many pages for its cache. */
const crashProgram = `import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.executescript('PRAGMA cache_size = 1; PRAGMA synchronous = OFF')
connection.execute('BEGIN')
connection.executemany('INSERT INTO work_orders (note) VALUES (?)', [('x' * 4000,)] * 100)
os._exit(0)`;

/** Holds the database in a process of its own, exclusively, until the test ends. */
async function lock(database: string): Promise<void> {
  const program = [
    'import sqlite3, sys',
    'connection = sqlite3.connect(sys.argv[1], isolation_level=None)',
    'connection.execute("BEGIN EXCLUSIVE")',
    'print("held", flush=True)',
    'sys.stdin.read()',
  ].join('\n');
  const holder = spawn('python3', ['-c', program, database], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void holder.kill());
  await once(holder.stdout, 'data');
}

async function check(database: string, timeoutSeconds: number | string = 5): Promise<Outcome> {
  return await runScript('database.py', { database, table: 'work_orders', timeoutSeconds });
}

describe('database.py', () => {
  test('is OK and tells the number of rows and the time', async () => {
    const database = await databaseWith(threeOrders);
    const outcome = await check(database);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toMatch(/^database .*\.db answered in \d\.\d{3} s: 3 rows in work_orders$/);
    expect(outcome.metrics).toEqual({ rows: '3', query_time: expect.stringMatching(/^\d\.\d{1,6}s$/) });
  });

  test('reads a database in WAL mode while another process writes it', async () => {
    const database = await databaseWith(`PRAGMA journal_mode = WAL; ${threeOrders}`);
    await lock(database);
    expect(await check(database)).toMatchObject({ exitCode: 0, metrics: { rows: '3' } });
  });

  test('is CRITICAL after its time-out when another process holds the database', async () => {
    const database = await databaseWith(threeOrders);
    await lock(database);
    const outcome = await check(database, 0.2);
    expect(outcome).toEqual({
      exitCode: 2,
      text: `database ${database} is locked: not readable within 0.2 s, another process holds it`,
      metrics: {},
    });
  });

  test('is CRITICAL when counting takes longer than its time-out', async () => {
    const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n';
    const outcome = await check(await databaseWith(`CREATE VIEW work_orders AS ${endless}`), 0.2);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.text).toContain('is too slow: the rows of work_orders were not counted within 0.2 s');
  });

  test('is CRITICAL when the file is no database', async () => {
    const database = join(await temporaryFolder(), 'fossawork.db');
    await writeFile(database, 'no database '.repeat(1000));
    const outcome = await check(database);
    expect(outcome).toMatchObject({ exitCode: 2, text: `database ${database} is corrupt: file is not a database` });
  });

  test('is CRITICAL when the database lost its end', async () => {
    const rows = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i, i FROM n';
    const database = await databaseWith(`${threeOrders} DELETE FROM work_orders; INSERT INTO work_orders ${rows};`);
    await truncate(database, 16_384);
    const outcome = await check(database);
    expect(outcome).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('is corrupt: database disk image is malformed'),
    });
  });

  test('is UNKNOWN after a crash in a transaction, and leaves the recovery to the application', async () => {
    const database = await databaseWith(threeOrders);
    execFileSync('python3', ['-c', crashProgram, database]);
    const before = await readFile(database);
    const outcome = await check(database);
    expect(outcome).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('must be recovered by its application'),
    });
    expect(await readFile(database)).toEqual(before);
    expect(existsSync(`${database}-journal`)).toBe(true);
  });

  test('is CRITICAL when the database is gone, and does not create it', async () => {
    const folder = await temporaryFolder();
    const database = join(folder, 'fossawork.db');
    const outcome = await check(database);
    expect(outcome).toEqual({ exitCode: 2, text: `database ${database} is gone: no such file`, metrics: {} });
    expect(await readdir(folder)).toEqual([]);
    expect(await check(join(folder, 'no', 'folder.db'))).toMatchObject({ exitCode: 2 });
  });

  test('is CRITICAL when the database is an empty file', async () => {
    const database = join(await temporaryFolder(), 'fossawork.db');
    await writeFile(database, '');
    expect(await check(database)).toMatchObject({ exitCode: 2, text: `database ${database} is empty: 0 bytes` });
  });

  test('is UNKNOWN and names the table that is missing', async () => {
    const database = await databaseWith('CREATE TABLE other (id INTEGER)');
    const outcome = await check(database);
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toContain(`database ${database} has no table work_orders: correct the setting ROUNDS_TABLE`);
    expect(outcome.metrics).toEqual({});
  });

  test('takes the name of the table for a name, whatever it holds', async () => {
    const table = 'odd "table"; DROP TABLE x --';
    const database = await databaseWith(`CREATE TABLE "${table.replaceAll('"', '""')}" (id INTEGER)`);
    const outcome = await runScript('database.py', { database, table, timeoutSeconds: 5 });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { rows: '0' } });
  });

  test('is UNKNOWN when a folder has the name of the database', async () => {
    const database = join(await temporaryFolder(), 'fossawork.db');
    await mkdir(database);
    const outcome = await check(database);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(`${database}: Is a directory`) });
  });

  test('is UNKNOWN when permission is denied', async () => {
    const database = await databaseWith(threeOrders);
    await chmod(database, 0o000);
    const settings = { database, table: 'work_orders', timeoutSeconds: 5 };
    const outcome = await runScript('database.py', settings, { unprivileged: true });
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toMatch(/^cannot read database .*: Permission denied; let the user \d+ read the file$/);
  });

  test('is UNKNOWN and not WARNING when Python itself fails', async () => {
    const environment = { PYTHONPATH: await temporaryFolder() };
    await writeFile(join(environment.PYTHONPATH, 'sqlite3.py'), 'raise ImportError("no sqlite3 here")');
    const settings = { database: await databaseWith(threeOrders), table: 'work_orders', timeoutSeconds: 5 };
    const outcome = await runScript('database.py', settings, { environment });
    expect(outcome).toMatchObject({ exitCode: 3, text: 'the check itself failed: ImportError: no sqlite3 here' });
  });

  test.each([
    [{ table: 'work_orders', timeoutSeconds: 5 }, 'setting ROUNDS_DATABASE is missing'],
    [{ database: '/x.db', timeoutSeconds: 5 }, 'setting ROUNDS_TABLE is missing'],
    [{ database: '/x.db', table: 't' }, 'setting ROUNDS_TIMEOUT_SECONDS is missing'],
    [{ database: '/x.db', table: 't', timeoutSeconds: 'nan' }, "setting ROUNDS_TIMEOUT_SECONDS is 'nan', expected"],
    [{ database: '/x.db', table: 't', timeoutSeconds: 0 }, "setting ROUNDS_TIMEOUT_SECONDS is '0', expected"],
  ])('is UNKNOWN and names the wrong setting of %j', async (settings, words) => {
    expect(existsSync('/x.db')).toBe(false);
    const outcome = await runScript('database.py', settings as Record<string, string | number>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });
});
