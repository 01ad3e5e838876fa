import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { isPostgresSkipped, type PostgresServer, startPostgres } from '../postgres-server.ts';
import { type Outcome, runScript } from '../run-script.ts';
import { signalScript } from '../signalled-script.ts';

/** 20,000 rows over 90 days old, 300 younger ones. */
const auditLogs = `DROP TABLE IF EXISTS audit_logs CASCADE;
  CREATE TABLE audit_logs (id serial PRIMARY KEY, created_at timestamptz NOT NULL, note text);
  INSERT INTO audit_logs (created_at, note)
    SELECT now() - make_interval(days => CASE WHEN i <= 20000 THEN 91 + i % 300 ELSE (i - 20000) % 90 END), repeat('x', 50)
    FROM generate_series(1, 20300) AS i;`;

describe.skipIf(isPostgresSkipped())('maintain-postgres.py', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ autovacuum: 'off' });
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    await server.sql(auditLogs);
  });

  async function maintain(settings: Readonly<Record<string, string | number>> = {}): Promise<Outcome> {
    const host = { environment: server.environment };
    return await runScript(
      'maintain-postgres.py',
      { service: 'live', table: 'audit_logs', pauseSeconds: 0, ...settings },
      host,
    );
  }

  const old = async () =>
    Number(await server.sql("SELECT count(*) FROM audit_logs WHERE created_at < now() - interval '90 days'"));
  const young = async () =>
    Number(await server.sql("SELECT count(*) FROM audit_logs WHERE created_at >= now() - interval '90 days'"));

  /** Runs it until the first rows are gone, does something else, then signals it. */
  async function interrupt(signal: 'SIGTERM' | 'SIGKILL', meanwhile = async () => {}): ReturnType<typeof signalScript> {
    const settings = { ROUNDS_SERVICE: 'live', ROUNDS_TABLE: 'audit_logs', ROUNDS_BATCH_ROWS: '100' };
    const begun = async () => {
      await expect.poll(old, { timeout: 15_000, interval: 20 }).toBeLessThan(20_000);
      await meanwhile();
    };
    return await signalScript('maintain-postgres.py', { ...server.environment, ...settings }, signal, begun);
  }

  test('deletes what is too old, and nothing else, then vacuums and analyzes all tables', async () => {
    await server.sql('CREATE TABLE other AS SELECT 1 AS a');
    onTestFinished(async () => void (await server.sql('DROP TABLE other')));
    const outcome = await maintain();
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toMatch(
      /^20000 rows older than 90 days deleted from public\.audit_logs in \d+\.\d s, 0 left; vacuumed and analyzed 2 tables and \d\d of the system's own$/,
    );
    expect(outcome.metrics).toMatchObject({
      deleted: '20000',
      left: '0',
      seconds: expect.stringMatching(/^\d+\.\d+s$/),
    });
    expect(await young()).toBe(300);
    expect(await old()).toBe(0);
    const state = await server.sql(`SELECT relname, last_analyze IS NOT NULL, last_vacuum IS NOT NULL
      FROM pg_stat_user_tables ORDER BY relname`);
    expect(state).toBe('audit_logs|t|t\nother|t|t');
    expect((await maintain()).metrics).toMatchObject({ deleted: '0', left: '0' });
  });

  test('deletes in batches, each a transaction of its own', async () => {
    await server.sql(`CREATE TABLE batches (rows int, transaction bigint);
      CREATE OR REPLACE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO batches SELECT count(*), txid_current() FROM gone; RETURN NULL; END $$;
      CREATE TRIGGER note AFTER DELETE ON audit_logs REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note()`);
    onTestFinished(async () => void (await server.sql('DROP TABLE batches; DROP FUNCTION note CASCADE')));
    await maintain({ batchRows: 6000 });
    expect(await server.sql('SELECT rows FROM batches ORDER BY transaction')).toBe('6000\n6000\n6000\n2000');
    expect(await server.sql('SELECT count(DISTINCT transaction) FROM batches')).toBe('4');
  });

  test('ends after the batch when it is told to stop, and the next run goes on', async () => {
    const { exitCode, stdout } = await interrupt('SIGTERM');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/ left: it was told to stop; the rest follows with the next run \| /);
    const left = await old();
    expect(left).toBeGreaterThan(0);
    expect(left % 100).toBe(0);
    expect(stdout).toContain(`'deleted'=${20_000 - left};;;0 'left'=${left};;;0`);
    expect(await young()).toBe(300);
    expect(await maintain()).toMatchObject({ exitCode: 0, metrics: { deleted: String(left), left: '0' } });
  });

  test('leaves whole batches and no open transaction when it is killed', async () => {
    await interrupt('SIGKILL');
    await expect
      .poll(() => server.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rounds'"))
      .toBe('0');
    const left = await old();
    expect(left % 100).toBe(0);
    expect(await maintain()).toMatchObject({ exitCode: 0, metrics: { deleted: String(left), left: '0' } });
  });

  test('ends when its time is over, and says how much is left', async () => {
    const outcome = await maintain({ batchRows: 10, maximumSeconds: 1 });
    expect(outcome.exitCode).toBe(1);
    expect(outcome.text).toContain('left: its time is over; the rest follows with the next run');
    expect(Number(outcome.metrics.left)).toBe(await old());
    expect(Number(outcome.metrics.deleted) + Number(outcome.metrics.left)).toBe(20_000);
  });

  test('leaves rows that another session has locked, without waiting for it', async () => {
    const other = server.session();
    await other.run('BEGIN; UPDATE audit_logs SET note = note WHERE id <= 7');
    const outcome = await maintain();
    expect(outcome).toMatchObject({ exitCode: 1, metrics: { deleted: '19993', left: '7' } });
    expect(outcome.text).toContain('7 left: other sessions lock these rows; the rest follows with the next run');
    await other.run('COMMIT');
    expect(await maintain()).toMatchObject({ exitCode: 0, metrics: { deleted: '7', left: '0' } });
  });

  test('does not wait for long when another session has locked the table', async () => {
    const other = server.session();
    await server.sql('ANALYZE');
    await other.run('BEGIN; LOCK TABLE audit_logs IN SHARE MODE');
    const outcome = await maintain({ maximumSeconds: 5 });
    expect(outcome).toMatchObject({ exitCode: 1, metrics: { deleted: '0', left: '20000' } });
    expect(outcome.text).toContain('another session locks the table');
  });

  test('keeps what others insert, and make young, while it deletes', async () => {
    const writer = server.session();
    await writer.run('CREATE TABLE marks (i int)');
    const writing = writer.run(`DO $$ BEGIN FOR i IN 1..300 LOOP
      INSERT INTO audit_logs (created_at, note) VALUES (now(), 'inserted');
      UPDATE audit_logs SET created_at = now(), note = 'made young' WHERE id = 20001 - i;
      COMMIT; PERFORM pg_sleep(0.005); END LOOP; END $$`);
    const outcome = await maintain({ batchRows: 500 });
    await writing;
    await writer.run('DROP TABLE marks');
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { left: '0' } });
    const made = Number(await server.sql("SELECT count(*) FROM audit_logs WHERE note = 'made young'"));
    expect(Number(outcome.metrics.deleted)).toBe(20_000 - made);
    expect(await young()).toBe(600 + made);
  });

  test('names the tables that its role may not vacuum', async () => {
    await server.sql(`CREATE ROLE keeper LOGIN; GRANT CREATE ON SCHEMA public TO keeper;
      ALTER TABLE audit_logs OWNER TO keeper; CREATE TABLE "the other" (a int);
      CREATE MATERIALIZED VIEW seen_by_keeper AS SELECT 1 AS a; ALTER MATERIALIZED VIEW seen_by_keeper OWNER TO keeper`);
    onTestFinished(
      async () => void (await server.sql('DROP TABLE "the other"; DROP OWNED BY keeper; DROP ROLE keeper')),
    );
    await server.addService('keeper', { user: 'keeper' });
    const outcome = await maintain({ service: 'keeper' });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { left: '0' } });
    expect(outcome.text).toMatch(
      / 0 left; vacuumed and analyzed 2 tables, but not those that keeper may not: public\."the other" and \d\d of the system's own$/,
    );
    const vacuumed = await server.sql(
      'SELECT relname FROM pg_stat_all_tables WHERE last_vacuum IS NOT NULL ORDER BY 1',
    );
    expect(vacuumed).toContain('audit_logs\n');
    expect(vacuumed).toContain('seen_by_keeper');
    expect(vacuumed).not.toContain('the other');
  });

  test('vacuums the others when another session has locked a table', async () => {
    await server.sql('CREATE TABLE busy (a int); CREATE TABLE idle (a int)');
    const other = server.session();
    await other.run('BEGIN; LOCK TABLE busy IN SHARE UPDATE EXCLUSIVE MODE');
    const outcome = await maintain();
    await other.run('ROLLBACK; DROP TABLE busy');
    const idle = await server.sql("SELECT last_vacuum IS NOT NULL FROM pg_stat_user_tables WHERE relname = 'idle'");
    await server.sql('DROP TABLE idle');
    expect(outcome).toMatchObject({ exitCode: 1, metrics: { deleted: '20000', left: '0' } });
    expect(outcome.text).toMatch(
      / 0 left: other sessions lock public\.busy; the rest follows with the next run; vacuumed and analyzed 2 tables and /,
    );
    expect(idle).toBe('t');
  });

  test('says that a trigger keeps rows, and deletes the others', async () => {
    await server.sql(`CREATE OR REPLACE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RETURN CASE WHEN OLD.note = 'held' THEN NULL ELSE OLD END; END $$;
      UPDATE audit_logs SET note = 'held' WHERE id <= 5;
      CREATE TRIGGER "on hold" BEFORE DELETE ON audit_logs FOR EACH ROW EXECUTE FUNCTION hold()`);
    const outcome = await maintain({ batchRows: 4000 });
    expect(outcome).toMatchObject({ exitCode: 1, metrics: { deleted: '19995', left: '5' } });
    expect(outcome.text).toContain(
      ' 5 left: trigger "on hold" keeps 5 rows that should go: change it, or ROUNDS_DAYS; ',
    );
    expect(outcome.text).not.toMatch(/lock|next run/);
    await server.sql("UPDATE audit_logs SET note = 'held'");
    await server.sql(
      `INSERT INTO audit_logs (created_at, note) SELECT '2020-01-01', 'held' FROM generate_series(1, 50)`,
    );
    const all = await maintain({ batchRows: 10 });
    expect(all).toMatchObject({ exitCode: 1, metrics: { deleted: '0', left: '55' } });
    expect(all.text).toContain(' 55 left: trigger "on hold" keeps 10 rows that should go');
  });

  test('changes nothing when rows of other tables would go or change with the old ones', async () => {
    for (const action of ['CASCADE', 'SET NULL', 'SET DEFAULT']) {
      await server.sql(`CREATE TABLE reviews (log int REFERENCES audit_logs ON DELETE ${action});
        INSERT INTO reviews VALUES (5)`);
      const outcome = await maintain();
      await server.sql('DROP TABLE reviews');
      expect(outcome).toEqual({
        exitCode: 3,
        text: expect.stringMatching(/^rows of reviews would go or change with those of audit_logs: .* ON DELETE /),
        metrics: {},
      });
    }
    expect(await old()).toBe(20_000);
  });

  test('leaves a table to the other run that maintains it', async () => {
    await server.sql("CREATE TABLE more AS SELECT '2020-01-01'::date AS created_at");
    onTestFinished(async () => void (await server.sql('DROP TABLE more')));
    const { exitCode } = await interrupt('SIGTERM', async () => {
      expect(await maintain()).toEqual({
        exitCode: 3,
        text: expect.stringContaining('another maintenance of public.audit_logs is running'),
        metrics: {},
      });
      expect(await maintain({ table: 'more' })).toMatchObject({ exitCode: 0, metrics: { deleted: '1' } });
    });
    expect(exitCode).toBe(1);
    expect(await maintain()).toMatchObject({ exitCode: 0, metrics: { left: '0' } });
  });

  test('takes odd names for names, and the table of another schema', async () => {
    const name = 'odd "; DROP TABLE audit_logs; --\\\' {days}';
    const quoted = `"${name.replaceAll('"', '""')}"`;
    await server.sql(`CREATE TABLE ${quoted} (${quoted} date); INSERT INTO ${quoted} VALUES ('2020-01-01'), (now())`);
    expect(await maintain({ table: name, column: name })).toMatchObject({
      exitCode: 0,
      metrics: { deleted: '1', left: '0' },
    });
    await server.sql(
      `CREATE SCHEMA app; CREATE TABLE app.logs (created_at timestamp); INSERT INTO app.logs VALUES ('2020-01-01')`,
    );
    expect(await maintain({ table: 'app.logs' })).toMatchObject({ exitCode: 0, metrics: { deleted: '1' } });
    expect(await maintain({ table: 'logs' })).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining("no table is called 'logs'"),
    });
    expect(await old()).toBe(20_000);
  });

  test('is CRITICAL when PostgreSQL refuses to delete', async () => {
    await server.sql('CREATE TABLE reviews (log int REFERENCES audit_logs); INSERT INTO reviews VALUES (5)');
    const outcome = await maintain();
    expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringContaining('violates foreign key constraint') });
    await server.sql('DROP TABLE reviews');
    expect(await young()).toBe(300);
  });

  test('changes nothing where it cannot be sure what it would delete', async () => {
    await server.sql(`CREATE OR REPLACE VIEW seen AS SELECT * FROM audit_logs;
      CREATE TABLE parts (created_at date) PARTITION BY RANGE (created_at);
      CREATE TABLE words (created_at text);
      CREATE ROLE guest LOGIN; GRANT ALL ON audit_logs TO guest`);
    await server.addService('guest', { user: 'guest' });
    await server.addService('refused', { host: '127.0.0.1', port: 1 });
    const refusals = [
      [{ table: 'missing' }, "no table is called 'missing'"],
      [{ column: 'missing' }, 'column missing of audit_logs is missing, expected a date or timestamp'],
      [{ table: 'words' }, 'column created_at of words is text, expected a date or timestamp'],
      [{ table: 'seen' }, 'seen is a view or has partitions'],
      [{ table: 'parts' }, 'parts is a view or has partitions'],
      [{ service: 'guest' }, 'guest does not own audit_logs'],
      [{ service: 'refused' }, 'database unreachable'],
      [{ days: 0 }, "setting ROUNDS_DAYS is '0', expected whole days above 0"],
      [{ days: '90; DROP' }, 'setting ROUNDS_DAYS is'],
      [{ batchRows: 0 }, "setting ROUNDS_BATCH_ROWS is '0'"],
      [{ table: '' }, 'setting ROUNDS_TABLE is missing'],
    ] as const;
    for (const [settings, words] of refusals) {
      expect(await maintain(settings)).toEqual({ exitCode: 3, text: expect.stringContaining(words), metrics: {} });
    }
    expect(await old()).toBe(20_000);
  });
});
