import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Outcome, runScript, temporaryFolder } from '../run-script.ts';

const threeOrders = `CREATE TABLE work_orders (id INTEGER PRIMARY KEY, note TEXT);
  INSERT INTO work_orders (note) VALUES ('a'), ('b'), ('c');`;
const countTo = (last: number) =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${last}) SELECT COUNT(*) FROM n`;

async function databaseWith(sql: string): Promise<string> {
  const database = join(await temporaryFolder(), 'fossa?work#50%.db');
  const program = 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2]).close()';
  execFileSync('python3', ['-c', program, database, sql]);
  return database;
}

async function check(database: string, query: string, timeoutSeconds = 5, repeats = 3): Promise<Outcome> {
  return await runScript('database-benchmark.py', { database, query, repeats, timeoutSeconds });
}

const seconds = expect.stringMatching(/^\d+(\.\d{1,6})?s$/);

describe('database-benchmark.py', () => {
  test('is OK and tells the median and the worst of its runs', async () => {
    const outcome = await check(await databaseWith(threeOrders), 'SELECT COUNT(*) FROM work_orders');
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toMatch(/^database .*\.db answered 3 times: median \d+\.\d\d ms, worst \d+\.\d\d ms$/);
    expect(outcome.metrics).toEqual({ query_median: seconds, query_worst: seconds });
    const { query_median: median = '', query_worst: worst = '' } = outcome.metrics;
    expect(Number.parseFloat(worst)).toBeGreaterThanOrEqual(Number.parseFloat(median));
  });

  test('runs several queries, and names the slowest', async () => {
    const asked = `\nselect * from work_orders\n  ${countTo(50_000)}  \nEXPLAIN SELECT 1\n`;
    const outcome = await check(await databaseWith(threeOrders), asked);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toMatch(/; slowest, \d+\.\d\d ms: WITH RECURSIVE n\(i\) AS .{1,50}\.\.\.$/);
  });

  test('reads a database in WAL mode while another process writes it', async () => {
    const database = await databaseWith(`PRAGMA journal_mode = WAL; ${threeOrders}`);
    await lock(database);
    expect(await check(database, 'SELECT * FROM work_orders')).toMatchObject({ exitCode: 0 });
  });

  test('is CRITICAL when another process holds the database', async () => {
    const database = await databaseWith(threeOrders);
    await lock(database);
    const outcome = await check(database, 'SELECT * FROM work_orders', 0.2);
    expect(outcome).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('is locked: not readable within 0.2 s'),
    });
  });

  test('is CRITICAL when all runs together take longer than their time', async () => {
    const database = await databaseWith(threeOrders);
    const endless = await check(database, countTo(1e12), 0.2);
    expect(endless).toMatchObject({ exitCode: 2, text: expect.stringContaining('was not done within 0.2 s') });
    expect(endless.metrics).toEqual({});
    const many = await check(database, countTo(20_000), 0.3, 999);
    expect(many).toMatchObject({ exitCode: 2, text: expect.stringContaining('is too slow') });
  });

  test('is CRITICAL when the database is gone, empty, no database or cut', async () => {
    const folder = await temporaryFolder();
    const database = join(folder, 'fossawork.db');
    const query = 'SELECT COUNT(*), MAX(note) FROM work_orders';
    expect(await check(database, query)).toMatchObject({ exitCode: 2, text: expect.stringContaining('is gone') });
    expect(await readdir(folder)).toEqual([]);
    await writeFile(database, '');
    expect(await check(database, query)).toMatchObject({ exitCode: 2, text: expect.stringContaining('is empty') });
    await writeFile(database, 'no database '.repeat(1000));
    expect(await check(database, query)).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('not a database'),
    });
    const cut = await databaseWith(`${threeOrders} INSERT INTO work_orders (note) SELECT hex(randomblob(50000));`);
    await truncate(cut, 8192);
    expect(await check(cut, query)).toMatchObject({ exitCode: 2, text: expect.stringContaining('malformed') });
  });

  test.each([
    ['DELETE FROM work_orders', 'expected a SELECT, WITH or EXPLAIN'],
    ["ATTACH '/tmp/other.db' AS other", 'expected a SELECT, WITH or EXPLAIN'],
    ['PRAGMA journal_mode = DELETE', 'expected a SELECT, WITH or EXPLAIN'],
    ['SELECTED', 'expected a SELECT, WITH or EXPLAIN'],
    ['SELECT 1; DELETE FROM work_orders', 'holds a query that is wrong: You can only execute one statement'],
    ['WITH x AS (SELECT 1) DELETE FROM work_orders', 'holds a query that does more than read'],
    ['WITH x AS (SELECT 1) INSERT INTO work_orders (note) SELECT * FROM x', 'holds a query that does more than read'],
    ['EXPLAIN DELETE FROM work_orders', 'holds a query that does more than read'],
    ['EXPLAIN PRAGMA user_version = 1', 'holds a query that does more than read'],
    ["SELECT * FROM pragma_table_info('work_orders')", 'holds a query that does more than read'],
    ['SELECT notes FROM work_orders', 'holds a query that is wrong: no such column: notes'],
    ['SELECT * FROM workorders', 'holds a query that is wrong: no such table: workorders'],
    ['SELECT FROM', 'holds a query that is wrong: near "FROM": syntax error'],
    ["SELECT load_extension('x')", 'holds a query that does more than read'],
    ['', 'setting ROUNDS_QUERY is missing'],
    [Array(21).fill('SELECT 1').join('\n'), 'holds 21 queries, expected at most 20'],
  ])('is UNKNOWN for the query %j and leaves the database as it was', async (query, words) => {
    const database = await databaseWith(threeOrders);
    const before = await readFile(database);
    const outcome = await check(database, query);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words), metrics: {} });
    expect(await readFile(database)).toEqual(before);
  });

  test('is UNKNOWN when the database may not be read, or is a folder', async () => {
    const database = await databaseWith(threeOrders);
    await chmod(database, 0o000);
    const settings = { database, query: 'SELECT 1', timeoutSeconds: 5 };
    const denied = await runScript('database-benchmark.py', settings, { unprivileged: true });
    expect(denied).toMatchObject({
      exitCode: 3,
      text: expect.stringMatching(/Permission denied; let the user \d+ read/),
    });
    const folder = join(await temporaryFolder(), 'fossawork.db');
    await mkdir(folder);
    expect(await check(folder, 'SELECT 1')).toMatchObject({ exitCode: 3, text: expect.stringContaining('directory') });
  });

  test.each([
    [{ query: 'SELECT 1', timeoutSeconds: 5 }, 'setting ROUNDS_DATABASE is missing'],
    [{ database: '/x.db', timeoutSeconds: 5 }, 'setting ROUNDS_QUERY is missing'],
    [{ database: '/x.db', query: 'SELECT 1' }, 'setting ROUNDS_TIMEOUT_SECONDS is missing'],
    [
      { database: '/x.db', query: 'SELECT 1', timeoutSeconds: 5, repeats: 0 },
      "setting ROUNDS_REPEATS is '0', expected",
    ],
  ])('is UNKNOWN and names the wrong setting of %j', async (settings, words) => {
    const outcome = await runScript('database-benchmark.py', settings as Record<string, string | number>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });
});

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
