import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { isPostgresSkipped, type PostgresServer, startPostgres } from '../postgres-server.ts';
import { type Outcome, runScript, toolFolder } from '../run-script.ts';

const folder = fileURLToPath(new URL('../../../../lib/runbooks/scripts/', import.meta.url));

/** What the script makes of queries, without its run. */
function redact(...queries: readonly string[]): readonly string[] {
  const program = `import json, os, sys
sys.path.insert(0, sys.argv[1])
source = open(sys.argv[1] + 'slow-queries.py').read().replace('\\nrun(check)', '')
exec(compile(source, 'slow-queries.py', 'exec'))
print(json.dumps([redact(query, 200) for query in json.loads(sys.argv[2])]))`;
  const output = execFileSync('python3', ['-B', '-c', program, folder, JSON.stringify(queries)], { encoding: 'utf8' });
  return JSON.parse(output);
}

describe('slow-queries.py', () => {
  test('names the shape of a query and nothing that may be secret', () => {
    expect(
      redact(
        "SELECT * FROM users WHERE name = 'secret''s' AND id = 4711 AND x = $1",
        "ALTER ROLE app PASSWORD 'secret",
        "UPDATE t2 SET a = E'\\'secret', b = 'secret' WHERE c1 = -1.5e3",
        "SELECT U&'secret', x'5ec', $$secret 'x$$, $tag$secret $$ secret$tag$, $x$secret",
        'SELECT 1 -- secret\n FROM "Users" /* secret */ AS u, "it\'s secret" WHERE a = \'secret\'',
        "/* a /* b */ ' */ SELECT 'secret'",
        "SELECT '' , secretless FROM a.b_1",
        "SELECT e'a' || name'secret'",
        'SELECT \'ä\u2028secret\', "ä"',
        '',
      ),
    ).toEqual([
      'SELECT * FROM users WHERE name = ? AND id = ? AND x = $1',
      'ALTER ROLE app PASSWORD ?',
      'UPDATE t2 SET a = ?',
      'SELECT ?, ?, ?, ?, ?',
      'SELECT ? FROM "Users" AS u, ? WHERE a = ?',
      '',
      'SELECT ? , secretless FROM a.b_1',
      'SELECT ? || name?',
      'SELECT ?, "ä"',
      '',
    ]);
  });

  test('is not slowed down by a query made to be slow to read', () => {
    const started = performance.now();
    redact("'".repeat(1001), `${'/*'.repeat(500)}`, '$a$'.repeat(333), `"${'""'.repeat(500)}`, 'a'.repeat(1000));
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe.skipIf(isPostgresSkipped())('slow-queries.py with PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());
  afterEach(async () => {
    await server.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()",
    );
  });

  async function check(settings: Readonly<Record<string, string | number>> = {}, tools?: string): Promise<Outcome> {
    const host = { environment: server.environment, ...(tools === undefined ? {} : { tools }) };
    return await runScript('slow-queries.py', { service: 'live', ...settings }, host);
  }

  /** Starts a query that runs for a minute and has run for a second. */
  async function runForLong(query: string): Promise<string> {
    const session = server.session();
    const pid = await session.run('SELECT pg_backend_pid()');
    session.run(query).catch(() => undefined);
    const running = `SELECT count(*) FROM pg_stat_activity WHERE pid = ${pid} AND now() - query_start > '1.2 s' AND state = 'active'`;
    await expect.poll(() => server.sql(running), { timeout: 10_000 }).toBe('1');
    return pid;
  }

  test('is OK when nothing runs for long', async () => {
    const idle = server.session();
    await idle.run('BEGIN; SELECT 1');
    expect(await check({ statements: 0 })).toEqual({
      exitCode: 0,
      text: '0 queries run over 5 s, 0 over 300 s',
      metrics: { running_slow: '0', running_long: '0', longest: '0s' },
    });
  });

  test('names the queries that run for long, the oldest first', async () => {
    const pid = await runForLong("SELECT pg_sleep(60), 'my secret'");
    const outcome = await check({ statements: 0, slowSeconds: 0.5, longSeconds: 1 });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toMatch(
      new RegExp(`^1 queries run over 0.5 s, 1 over 1 s: pid ${pid} postgres \\d s SELECT pg_sleep\\(\\?\\), \\?$`),
    );
    expect(outcome.metrics).toMatchObject({ running_slow: '1', running_long: '1' });
    expect(Number.parseFloat(outcome.metrics.longest ?? '')).toBeGreaterThan(1);
    expect((await check({ statements: 0, slowSeconds: 1, longSeconds: 30 })).metrics.running_long).toBe('0');
  });

  test('counts more queries than it names', async () => {
    await Promise.all(Array.from({ length: 5 }, () => runForLong(`SELECT pg_sleep(60) AS ${'long_'.repeat(10)}`)));
    const outcome = await check({ statements: 0, slowSeconds: 0.5 });
    expect(outcome.metrics.running_slow).toBe('5');
    expect(outcome.text.match(/pid/g)).toHaveLength(3);
  });

  test('is UNKNOWN when it may not see the queries of others', async () => {
    await server.sql('CREATE ROLE modest LOGIN');
    await server.addService('modest', { user: 'modest' });
    expect(await check({ service: 'modest', statements: 0 })).toEqual({
      exitCode: 3,
      text: 'the queries of others are hidden: GRANT pg_monitor TO modest',
      metrics: {},
    });
    await server.sql('GRANT pg_monitor TO modest');
    expect(await check({ service: 'modest', statements: 0 })).toMatchObject({ exitCode: 0 });
  });

  test('is UNKNOWN when sessions hide what they do', async () => {
    const hidden = server.session();
    await hidden.run('SET track_activities = off');
    const outcome = await check({ statements: 0 });
    expect(outcome).toMatchObject({ exitCode: 3, text: '1 sessions hide what they do: set track_activities = on' });
    await hidden.run('SET track_activities = on');
  });

  test('asks pg_stat_statements, wherever it is installed, and says how when it is not', async () => {
    const missing = await check();
    expect(missing).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('CREATE EXTENSION pg_stat_statements'),
      metrics: {},
    });
    await server.sql('CREATE SCHEMA "odd; place"; CREATE EXTENSION pg_stat_statements SCHEMA "odd; place"');
    await server.sql('SELECT "odd; place".pg_stat_statements_reset()');
    await server.sql("CREATE ROLE other PASSWORD 'my secret'");
    const often = server.session();
    for (let call = 0; call < 4; call++) await often.run('SELECT pg_sleep(0.1)');
    await server.sql("SELECT pg_sleep(0.7), 'once'");
    const outcome = await check({ calls: 4 });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toMatch(
      /^0 queries run over 5 s, 0 over 300 s; slowest mean 0\.1\d\d s; most time: \d\d% SELECT/,
    );
    expect(outcome.text).toMatch(/SELECT pg_sleep\(\$1\) \(4 x 0\.1\d\d s\)/);
    expect(outcome.text).toMatch(/SELECT pg_sleep\(\$1\), \$2 \(1 x 0\.7\d\d s\)/);
    expect(outcome.text).not.toContain('secret');
    expect(outcome.metrics.slowest_mean).toMatch(/^0\.1\d+s$/);
    expect((await check({ calls: 1 })).metrics.slowest_mean).toMatch(/^0\.7\d+s$/);
    expect((await check({ calls: 100 })).metrics.slowest_mean).toBe('0s');
    await server.sql('DROP EXTENSION pg_stat_statements');
  });

  test('asks for the columns that they had until PostgreSQL 12', async () => {
    // Only the view can be had here: its columns were called so until version 1.7 of the extension.
    await server.sql('CREATE EXTENSION pg_stat_statements; CREATE SCHEMA old');
    await server.sql(`CREATE VIEW old.pg_stat_statements AS SELECT oid AS dbid, 'SELECT old'::text AS query,
      20::bigint AS calls, 3000::float AS total_time, 1500::float AS mean_time FROM pg_database WHERE datname = 'live'`);
    await server.sql("UPDATE pg_extension SET extnamespace = 'old'::regnamespace WHERE extname = 'pg_stat_statements'");
    const outcome = await check();
    expect(outcome).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining('slowest mean 1.500 s; most time: 100% SELECT old (20 x 1.500 s)'),
      metrics: { slowest_mean: '1.5s' },
    });
  });

  test('is UNKNOWN when pg_stat_statements is not loaded', async () => {
    const unloaded = await startPostgres({ shared_preload_libraries: '' });
    onTestFinished(unloaded.stop);
    await unloaded.sql('CREATE EXTENSION pg_stat_statements');
    const outcome = await runScript('slow-queries.py', { service: 'live' }, { environment: unloaded.environment });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('pg_stat_statements is not loaded') });
  });

  test('is UNKNOWN when the database cannot be asked', async () => {
    await server.addService('refused', { host: '127.0.0.1', port: 1 });
    expect(await check({ service: 'refused' })).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('database unreachable: '),
    });
    expect(await check({ slowSeconds: 'x' })).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining("SLOW_SECONDS is 'x'"),
    });
    const tools = await toolFolder('psql', 'exit 7');
    expect(await check({}, tools)).toMatchObject({ exitCode: 3, text: expect.stringMatching(/^psql failed/) });
  });
});
