import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, symlink, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isPostgresSkipped, type PostgresServer, startPostgres } from '../postgres-server.ts';
import { type Outcome, runScript, temporaryFolder } from '../run-script.ts';

const tickets = `CREATE TABLE tickets (id int, priority text, age_hours numeric, subject text);
  INSERT INTO tickets VALUES (1, 'high', 1, 'login'), (2, 'high', 3.5, 'wallet'), (3, 'low', 50, 'colour'), (4, 'low', 9, NULL)`;
const overdue = `SELECT priority, count(*) FILTER (WHERE age_hours > CASE priority WHEN 'high' THEN 2 ELSE 48 END) AS overdue
  FROM tickets GROUP BY priority ORDER BY priority`;

describe.skipIf(isPostgresSkipped())('sql.py', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
    await server.sql(tickets);
  });
  afterAll(() => server?.stop());

  async function ask(
    query: string,
    settings: Readonly<Record<string, string | number>> = {},
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    const host = { environment: { ...server.environment, ...environment } };
    return await runScript('sql.py', { service: 'live', query, ...settings }, host);
  }

  test('measures each number of the row by the name of its column', async () => {
    const outcome = await ask(
      'SELECT count(*) AS total, avg(age_hours) AS mean, NULL AS worst, true AS open FROM tickets',
    );
    expect(outcome).toEqual({
      exitCode: 0,
      text: 'total 4, mean 15.8750000000000000, worst nothing, open yes',
      metrics: { total: '4', mean: '15.875', worst: 'U', open: '1' },
    });
  });

  test('writes the summary of the runbook, with columns of words, and measures in the units of the runbook', async () => {
    const query = `SELECT 1234567.5 AS value, 0.25 AS response, 'NaN'::float AS share,
      string_agg(subject, '; ' ORDER BY id) AS subjects FROM tickets`;
    const outcome = await ask(query, {
      summary: 'USD {value} in {response} s: {subjects} {}',
      units: 'response=s share=%  value=B',
    });
    expect(outcome).toEqual({
      exitCode: 0,
      text: 'USD 1,234,567.5 in 0.25 s: login; wallet; colour {}',
      metrics: { value: '1234567.5B', response: '0.25s', share: 'U' },
    });
  });

  test('measures the rows that a query answers by their labels', async () => {
    const outcome = await ask(`${overdue};`, { shape: 'rows' });
    expect(outcome).toEqual({
      exitCode: 0,
      text: 'high 1, low 1, rows 2',
      metrics: { high: '1', low: '1', rows: '2' },
    });
    const summary = await ask(overdue, { shape: 'rows', summary: '{high} urgent of {rows}', units: 'overdue=s' });
    expect(summary).toMatchObject({ text: '1 urgent of 2', metrics: { high: '1s', low: '1s', rows: '2' } });
    const nothing = await ask(`SELECT * FROM (${overdue}) AS o WHERE overdue > 9`, { shape: 'rows' });
    expect(nothing).toEqual({ exitCode: 0, text: 'rows 0', metrics: { rows: '0' } });
  });

  test.each([
    ['SELECT 1 AS a WHERE false', {}, 'the query answers no row, expected exactly one'],
    ['SELECT generate_series(1, 1000000) AS a', {}, 'the query answers several rows, expected exactly one'],
    ['SELECT i::text AS l, i FROM generate_series(1, 21) AS i', { shape: 'rows' }, 'the query answers over 20 rows'],
    ["SELECT 'a', 1, 2", { shape: 'rows' }, 'the query answers two columns of one name'],
    ["SELECT 'a' AS l, 1 AS b, 2 AS c", { shape: 'rows' }, 'the query answers 3 columns, expected two'],
    ["SELECT 'a' AS l, 'x' AS v", { shape: 'rows' }, "the query answers 'x' as a, expected a number"],
    ["SELECT 'a' AS l, 1 AS v UNION ALL SELECT 'a', 2", { shape: 'rows' }, 'the query answers one label twice'],
    ["SELECT 'a b' AS l, 1 AS v UNION ALL SELECT 'a?b', 2", { shape: 'rows' }, "answers two metrics 'a_b'"],
    ["SELECT 'rows' AS l, 1 AS v", { shape: 'rows' }, "answers two metrics 'rows'"],
    [
      "SELECT repeat('l', 60) || i AS l, 10 ^ 15 AS v FROM generate_series(1, 20) AS i",
      { shape: 'rows' },
      'more than fits',
    ],
    ["SELECT repeat('x', 100000000) AS a", {}, 'answers a row of over 20000 characters'],
    ['SELECT 1e300::float AS a', {}, 'the query answers a as 1e+300, expected less than 1e+18'],
    [
      'SELECT 1 AS a',
      { summary: '{b} of them' },
      'ROUNDS_SUMMARY names b, which the query does not answer: it answers a',
    ],
    ['SELECT 1 AS a', { units: 'b=s' }, 'ROUNDS_UNITS names b, expected one of a'],
    ['SELECT 1 AS a', { units: 'a=USD' }, "ROUNDS_UNITS is 'a=USD', expected column=unit with units s, B or %"],
    ['SELECT 1 AS a', { shape: 'cube' }, "ROUNDS_SHAPE is 'cube', expected row or rows"],
    ['SELECT 1 AS a', { service: '' }, 'setting ROUNDS_SERVICE is missing'],
    ['', {}, 'setting ROUNDS_QUERY is missing'],
    ['SELECT 1 AS a; SELECT 2 AS a', {}, 'ROUNDS_QUERY holds a semicolon'],
    ["SELECT E'\\'; DELETE FROM tickets --' AS a", {}, "ROUNDS_QUERY holds a semicolon or \\'"],
    ['SELECT nothing FROM tickets', {}, 'PostgreSQL (live) refused: column "nothing" does not exist'],
    ['SELECT 1 AS a', { pgUser: 'no such user' }, "ROUNDS_PG_USER is 'no such user', expected a user of the host"],
  ])('is UNKNOWN for %s with %j', async (query, settings, words) => {
    const outcome = await ask(query, settings as Record<string, string>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words), metrics: {} });
  });

  test('names two columns of one name', async () => {
    const outcome = await ask('SELECT count(id), count(priority) FROM tickets');
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('two columns of one name') });
  });

  test('changes nothing, even where the service says that it may', async () => {
    await server.addService('writing', { options: '-c default_transaction_read_only=off -c statement_timeout=0' });
    await server.sql('CREATE FUNCTION delete_all() RETURNS int LANGUAGE sql AS $$ DELETE FROM tickets RETURNING 1 $$');
    const called = await ask('SELECT delete_all() AS a', { service: 'writing' });
    expect(called).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('cannot execute DELETE in a read-only'),
    });
    const deleting = await ask('WITH gone AS (DELETE FROM tickets RETURNING 1) SELECT count(*) FROM gone');
    expect(deleting).toMatchObject({ exitCode: 3, text: expect.stringContaining('data-modifying statement') });
    const unlocked = await ask("SELECT delete_all(), set_config('transaction_read_only', 'off', true)");
    expect(unlocked.exitCode).toBe(3);
    expect(await server.sql('SELECT count(*) FROM tickets')).toBe('4');
    const slow = await ask('SELECT pg_sleep(8)', { service: 'writing', timeoutSeconds: 0.3 });
    expect(slow).toMatchObject({ exitCode: 3, text: expect.stringContaining('did not end within 0.3 s') });
  });

  test('takes nothing in the query for a command or a variable of psql', async () => {
    const mark = join(await temporaryFolder(), 'mark');
    const command = await ask(`SELECT 1 AS a \\! touch '${mark}'`);
    expect(command).toMatchObject({ exitCode: 3, text: expect.stringContaining('syntax error') });
    const lines = await ask(`SELECT 1 AS a\n\\! touch '${mark}'\n`);
    expect(lines.exitCode).toBe(3);
    expect(existsSync(mark)).toBe(false);
    const words = await ask("SELECT ':HOST :''HOST'' \\d E''\\n' AS a, 1 AS b -- the end");
    expect(words).toMatchObject({ exitCode: 0, text: "a :HOST :'HOST' \\d E''\\n, b 1".replace("E''", "E'") });
  });

  test('cleans and cuts what the database answers', async () => {
    const outcome = await ask(
      `SELECT E'x | ''a''=1;\\n\\u001b[31m\\u00e4' || repeat('y', 900) AS a, 1 AS "odd | name" `,
    );
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toMatch(/^a x \? 'a'=1; \?\[31m\?y{180,}, odd \? name 1$/);
    expect(outcome.metrics).toEqual({ odd___name: '1' });
  });

  test('does not wait for the locks of others', async () => {
    const other = server.session();
    await other.run('BEGIN; LOCK TABLE tickets');
    const outcome = await ask('SELECT count(*) FROM tickets', { timeoutSeconds: 9 });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('lock timeout') });
  });

  test('is UNKNOWN and says what to do when it cannot log in', async () => {
    await server.addService('locked', { user: 'locked_out' });
    await server.addService('nowhere', { host: '127.0.0.1', port: 1 });
    await server.addService('stranger', { user: 'stranger' });
    await server.addService('gone', { dbname: 'gone' });
    const pgpass = join(await temporaryFolder(), 'pgpass');
    const withPassword = async (password: string, mode = 0o600): Promise<Outcome> => {
      await writeFile(pgpass, `*:*:*:locked_out:${password}\n`);
      await chmod(pgpass, mode);
      return await ask('SELECT 1 AS a', { service: 'locked' }, { PGPASSFILE: pgpass });
    };
    const texts = [];
    for (const service of ['missing', 'locked', 'nowhere', 'stranger', 'gone']) {
      const outcome = await ask('SELECT 1 AS a', { service });
      expect(outcome.exitCode).toBe(3);
      texts.push(outcome.text.replaceAll(/ on socket "[^"]*"/g, '').replace(` of ${userInfo().username}`, ' of USER'));
    }
    expect(texts).toEqual([
      'cannot log in to missing: definition of service "missing" not found; describe it in the ~/.pg_service.conf of USER',
      'cannot log in to locked: connection to server failed: fe_sendauth: no password supplied; add its line to the ~/.pgpass of USER, mode 600',
      'database unreachable: connection to server at "127.0.0.1", port 1 failed: Connection refused',
      'cannot log in to stranger: role "stranger" does not exist; let this role of USER connect',
      'database unreachable: connection to server failed: FATAL:  database "gone" does not exist',
    ]);
    const wrong = await withPassword('wrong horse');
    expect(wrong.exitCode).toBe(3);
    expect(wrong.text).toMatch(
      /password authentication failed for user "locked_out"; correct its line in the ~\/\.pgpass of/,
    );
    expect(wrong.text).not.toContain('wrong horse');
    const readable = await withPassword('correct horse', 0o644);
    expect(readable).toMatchObject({
      exitCode: 3,
      text: expect.stringMatching(/has group or world access.*chmod 600$/),
    });
    expect(await withPassword('correct horse')).toMatchObject({ exitCode: 0, metrics: { a: '1' } });
  });

  test.runIf(process.getuid?.() === 0)('logs in as the user of the host that the runbook names', async () => {
    await server.addService('peer', { user: 'nobody' });
    const query = 'SELECT current_user::text AS name';
    const root = await ask(query, { service: 'peer' });
    expect(root).toMatchObject({ exitCode: 3, text: expect.stringContaining('Peer authentication failed') });
    expect(await ask(query, { service: 'peer', pgUser: 'nobody' })).toMatchObject({ exitCode: 0, text: 'name nobody' });
  });

  test('is UNKNOWN and names psql when it is not installed', async () => {
    const onlyTools = await temporaryFolder();
    const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
    await symlink(python, join(onlyTools, 'python3'));
    const outcome = await runScript('sql.py', { service: 'live', query: 'SELECT 1' }, { onlyTools });
    expect(outcome).toMatchObject({
      exitCode: 3,
      text: expect.stringMatching(/^psql is not installed: .*postgresql-client/),
    });
  });
});
