import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { isPostgresSkipped, type PostgresServer, startPostgres } from '../postgres-server.ts';
import { type HostDifference, type Outcome, runScript, temporaryFolder } from '../run-script.ts';
import { signalScript } from '../signalled-script.ts';

const hour = 3600;
const tables = `CREATE TABLE users (id int PRIMARY KEY, note text);
  INSERT INTO users SELECT i, E'tab\\t, line\\nDROP DATABASE live; \\\\! \\\\.' FROM generate_series(1, 1000) AS i;
  CREATE SCHEMA app; CREATE TABLE app.orders (id int REFERENCES users);
  INSERT INTO app.orders SELECT i FROM generate_series(1, 100) AS i;
  CREATE ROLE clerk; GRANT SELECT ON users TO clerk; ALTER TABLE app.orders OWNER TO clerk;
  CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;`;

describe.skipIf(isPostgresSkipped())('restore-backup.py', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
    await server.sql(tables);
    await server.sql(
      'CREATE ROLE restorer LOGIN CREATEDB; GRANT pg_read_all_data TO restorer; GRANT CREATE ON SCHEMA public TO restorer',
    );
    await server.addService('restorer', { user: 'restorer' });
  });
  afterAll(() => server?.stop());
  afterEach(async () => {
    expect(await databases()).toEqual(['live', 'postgres']);
    expect(await server.sql('SELECT count(*) FROM users')).toBe('1000');
  });

  const databases = async () =>
    (await server.sql('SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1')).split('\n');

  /** What pg_dump writes of the live database. */
  function dump(...options: readonly string[]): Buffer {
    const connection = ['-h', server.folder, '-p', String(server.port), '-U', 'postgres', '-d', 'live'];
    return execFileSync('pg_dump', [...connection, ...options], { maxBuffer: 1 << 26 });
  }

  /** A file of the folder that was written some hours ago. */
  async function writeBackup(folder: string, name: string, content: Buffer | string, hoursAgo = 1): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    const time = Date.now() / 1000 - hoursAgo * hour;
    await utimes(path, time, time);
    return path;
  }

  async function restore(
    backups: string,
    settings: Readonly<Record<string, string | number>> = {},
    host: HostDifference = {},
  ): Promise<Outcome> {
    const all = { service: 'live', backups, tables: 'users app.orders', leastFreePercent: 0, ...settings };
    return await runScript('restore-backup.py', all, { environment: server.environment, ...host });
  }

  test.each([
    ['custom', ['-Fc'], false],
    ['plain', [], false],
    ['plain, packed by gzip', [], true],
    ['custom, packed by gzip', ['-Fc'], true],
  ])('restores a backup in the format %s', async (_format, options, isPacked) => {
    const folder = await temporaryFolder();
    const content = dump(...options);
    const path = await writeBackup(folder, 'a b;$(c).sql', isPacked ? gzipSync(content) : content);
    const outcome = await restore(`${folder}/*.sql`);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toMatch(/ restored in \d+\.\d s: 2 tables hold at least 100\.0% of the live rows$/);
    expect(outcome.text).toContain(path);
    expect(outcome.metrics).toEqual({
      age: expect.stringMatching(/^36\d\d(\.\d+)?s$/),
      size: `${(await readFile(path)).length}B`,
      rows_share: '100%',
      missing: '0',
    });
  });

  test('restores as a role that may do no more than make databases', async () => {
    for (const options of [['-Fc'], []]) {
      const folder = await temporaryFolder();
      await writeBackup(folder, 'x.dump', dump(...options));
      expect(await restore(`${folder}/*`, { service: 'restorer' })).toMatchObject({ exitCode: 0 });
    }
  });

  test.runIf(process.getuid?.() === 0)('restores as another user of the host, who cannot read the backup', async () => {
    const folder = await temporaryFolder();
    await chmod(await writeBackup(folder, 'x.dump', dump('-Fc')), 0o600);
    expect(await restore(`${folder}/*`, { pgUser: 'nobody' })).toMatchObject({ exitCode: 0 });
  });

  test('takes the newest backup that is not being written any more', async () => {
    const folder = await temporaryFolder();
    await writeBackup(folder, 'c.dump', 'half', 0);
    await writeBackup(folder, 'b.dump', dump('-Fc'), 2);
    await writeBackup(folder, 'a.dump', 'old', 3);
    await mkdir(join(folder, 'd.dump'));
    const outcome = await restore(`${folder}/*.dump`);
    expect(outcome).toMatchObject({ exitCode: 0, text: expect.stringContaining('b.dump restored in') });
    await writeBackup(folder, 'e.dmp', 'half', 0);
    const writing = await restore(`${folder}/*.dmp`);
    expect(writing).toMatchObject({ exitCode: 3, text: expect.stringContaining('written within the last 60 s') });
  });

  test('is CRITICAL when rows are missing', async () => {
    const folder = await temporaryFolder();
    await writeBackup(folder, 'x.dump', dump('-Fc'));
    await server.sql('INSERT INTO app.orders SELECT 1 FROM generate_series(1, 15)');
    const outcome = await restore(`${folder}/*`);
    expect(outcome).toMatchObject({
      exitCode: 2,
      text: expect.stringMatching(/but rows are missing: app\.orders has 100 rows of 115$/),
      metrics: { rows_share: expect.stringMatching(/^86\.9\d+%$/) },
    });
    expect(await restore(`${folder}/*`, { leastPercent: 80 })).toMatchObject({ exitCode: 0 });
    await server.sql('DELETE FROM app.orders WHERE ctid NOT IN (SELECT min(ctid) FROM app.orders GROUP BY id)');
  });

  test('is CRITICAL when a table that is counted is missing, WARNING when another one is', async () => {
    const folder = await temporaryFolder();
    await writeBackup(folder, 'x.dump', dump('-Fc', '-T', 'app.orders'));
    const counted = await restore(`${folder}/*`);
    expect(counted).toMatchObject({ exitCode: 2, metrics: { rows_share: '0%', missing: '1' } });
    expect(counted.text).toMatch(/but rows are missing: app\.orders is missing$/);
    const other = await restore(`${folder}/*`, { tables: 'users' });
    expect(other).toMatchObject({ exitCode: 1, metrics: { rows_share: '100%', missing: '1' } });
    expect(other.text).toMatch(/but it does not hold 1 tables of the live database: app\.orders$/);
  });

  test('is CRITICAL when there is no backup, or only an old one', async () => {
    const folder = await temporaryFolder();
    expect(await restore(`${folder}/*.dump`)).toEqual({
      exitCode: 2,
      text: `no backup: nothing matches ${folder}/*.dump`,
      metrics: {},
    });
    const gone = await restore(`${folder}/gone/*.dump`);
    expect(gone).toMatchObject({ exitCode: 2, text: `no backup: there is no folder ${folder}/gone` });
    await writeBackup(folder, 'x.dump', dump('-Fc'), 27);
    const old = await restore(`${folder}/*.dump`);
    expect(old).toMatchObject({ exitCode: 2, text: expect.stringMatching(/is 27\.0 hours old, expected at most 26$/) });
    expect(old.metrics).toEqual({ age: expect.stringMatching(/^972\d\d/), size: expect.stringMatching(/^\d+B$/) });
    expect(await restore(`${folder}/*.dump`, { maxAgeHours: 28 })).toMatchObject({ exitCode: 0 });
  });

  test('is CRITICAL when the backup is damaged', async () => {
    for (const [name, content, words] of [
      ['cut', dump('-Fc').subarray(0, 3000), 'cannot be restored'],
      ['cut and packed', gzipSync(dump()).subarray(0, 2000), 'cannot be read to its end'],
      ['cut in its data', dump().subarray(0, 20_000), 'rows are missing'],
      ['broken', Buffer.concat([dump(), Buffer.from('SELECT broken;\n')]), 'column "broken" does not exist'],
      ['empty', '', 'is no backup of one database by pg_dump'],
      ['odd', 'PGDMP and no more', 'cannot be restored'],
    ] as const) {
      const folder = await temporaryFolder();
      await writeBackup(folder, name, content);
      const outcome = await restore(`${folder}/*`);
      expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringContaining(words) });
    }
  });

  test('refuses a plain backup that would leave the scratch database', async () => {
    const folder = await temporaryFolder();
    const before = await server.sql("SELECT oid FROM pg_database WHERE datname = 'live'");
    const start = '--\n-- PostgreSQL database dump\n--\n\n';
    const mark = join(folder, 'mark');
    for (const content of [
      dump('--create', '--clean'),
      `${start}\\connect live\nDROP TABLE users;\n`,
      `${start}\\c live\n`,
      `${start}\\! touch ${mark}\n`,
      `${start}drop  database live;\n`,
      `${start}COPY pg_class (a) FROM stdin;\nx\n\\.\n\\! touch ${mark}\n`,
    ]) {
      await writeBackup(folder, 'x.sql', content);
      const outcome = await restore(`${folder}/x.sql`);
      expect(outcome.exitCode === 3 || outcome.text.includes('cannot be restored')).toBe(true);
      expect(outcome.text).toMatch(/would leave the scratch database|cannot be restored/);
    }
    const all = execFileSync('pg_dumpall', ['-h', server.folder, '-p', String(server.port), '-U', 'postgres']);
    await writeBackup(folder, 'x.sql', all);
    expect(await restore(`${folder}/x.sql`)).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('is no backup of one database by pg_dump'),
    });
    expect(await server.sql("SELECT oid FROM pg_database WHERE datname = 'live'")).toBe(before);
    await expect(readFile(mark)).rejects.toThrow('ENOENT');
  });

  test('never touches a database that it did not make', async () => {
    const folder = await temporaryFolder();
    await writeBackup(folder, 'x.dump', dump('-Fc'));
    const live = await restore(`${folder}/*`, { scratch: 'live' });
    expect(live).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('database live is there and not made by us'),
    });
    await server.sql('CREATE DATABASE rounds_restore_test');
    const other = await restore(`${folder}/*`);
    expect(other).toMatchObject({ exitCode: 3, text: expect.stringContaining('is there and not made by us') });
    expect(await databases()).toContain('rounds_restore_test');
    await server.sql("COMMENT ON DATABASE rounds_restore_test IS 'made by Rounds'");
    expect(await restore(`${folder}/*`)).toMatchObject({ exitCode: 0 });
    await server.sql("COMMENT ON DATABASE live IS 'made by Rounds'");
    expect(await restore(`${folder}/*`, { scratch: 'live' })).toMatchObject({ exitCode: 3 });
    const odd = await restore(`${folder}/*`, { scratch: 'x dbname=live' });
    expect(odd).toMatchObject({ exitCode: 3, text: expect.stringContaining('setting ROUNDS_SCRATCH is') });
  });

  /** A backup whose restore takes a minute. */
  async function slowBackup(): Promise<string> {
    const folder = await temporaryFolder();
    await writeBackup(folder, 'x.sql', `${dump()}\nSELECT pg_sleep(60);\n`);
    return join(folder, '*');
  }

  const isSleeping = async () =>
    (await server.sql(
      "SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND datname = 'rounds_restore_test'",
    )) !== '';

  test('drops the scratch database when it is told to stop', async () => {
    const settings = {
      ROUNDS_SERVICE: 'live',
      ROUNDS_TABLES: 'users',
      ROUNDS_BACKUPS: await slowBackup(),
      ROUNDS_LEAST_FREE_PERCENT: '0',
    };
    const { exitCode, stdout } = await signalScript(
      'restore-backup.py',
      { ...server.environment, ...settings },
      'SIGTERM',
      async () => {
        await expect.poll(isSleeping, { timeout: 15_000, interval: 50 }).toBe(true);
      },
    );
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^stopped before the backup was restored and compared; the scratch database is dropped \|/);
  });

  test('drops it when it is told to stop at the very beginning', async () => {
    const settings = {
      ROUNDS_SERVICE: 'live',
      ROUNDS_TABLES: 'users',
      ROUNDS_BACKUPS: await slowBackup(),
      ROUNDS_LEAST_FREE_PERCENT: '0',
    };
    const { exitCode } = await signalScript(
      'restore-backup.py',
      { ...server.environment, ...settings },
      'SIGTERM',
      async () => {
        await expect.poll(databases, { timeout: 15_000, interval: 10 }).toContain('rounds_restore_test');
      },
    );
    expect(exitCode).toBe(3);
  });

  describe('where the role may not create an extension', () => {
    beforeAll(async () => {
      await server.sql(`CREATE EXTENSION pg_stat_statements; CREATE EXTENSION "uuid-ossp"; CREATE EXTENSION citext;
        COMMENT ON EXTENSION pg_stat_statements IS E'two\\n--lines;'; COMMENT ON EXTENSION citext IS NULL;
        COMMENT ON EXTENSION plpgsql IS 'of the system';
        CREATE TABLE letters (a citext PRIMARY KEY, b uuid DEFAULT uuid_generate_v4()); INSERT INTO letters VALUES ('A')`);
    });
    afterAll(async () => {
      await server.sql(`DROP TABLE letters; DROP EXTENSION pg_stat_statements, "uuid-ossp", citext CASCADE`);
    });

    test.each([
      ['custom', ['-Fc']],
      ['plain', []],
    ])('restores the rest of a backup in the format %s, and says so', async (_format, options) => {
      const folder = await temporaryFolder();
      await writeBackup(folder, 'x.dump', dump(...options));
      const outcome = await restore(`${folder}/*`, { service: 'restorer', tables: 'letters' });
      expect(outcome).toMatchObject({
        exitCode: 0,
        text: expect.stringMatching(
          /: 1 tables hold at least 100\.0% .* rows; left out, as this role may not create it: extension pg_stat_statements$/,
        ),
      });
      const everything = await restore(`${folder}/*`, { tables: 'letters' });
      expect(everything).toMatchObject({ exitCode: 0, text: expect.stringMatching(/100\.0% of the live rows$/) });
    });

    test.each([
      ['custom', ['-Fc']],
      ['plain', []],
    ])('is UNKNOWN when more of a backup in the format %s needs it', async (_format, options) => {
      await server.sql('CREATE VIEW slow AS SELECT query FROM pg_stat_statements');
      onTestFinished(async () => void (await server.sql('DROP VIEW slow')));
      const folder = await temporaryFolder();
      await writeBackup(folder, 'x.dump', dump(...options));
      expect(await restore(`${folder}/*`, { service: 'restorer' })).toMatchObject({
        exitCode: 3,
        text: expect.stringMatching(
          /without extension pg_stat_statements, which this role may not create .*ERROR: {2}relation .* does not exist$/,
        ),
      });
    });
  });

  test('counts for no longer than its time', async () => {
    await server.sql(`CREATE TABLE slow (id int); INSERT INTO slow VALUES (1); ALTER TABLE slow ENABLE ROW LEVEL SECURITY;
      GRANT SELECT ON slow TO restorer;
      CREATE POLICY slowly ON slow TO restorer USING ((SELECT pg_sleep(60)) IS NOT NULL)`);
    onTestFinished(async () => void (await server.sql('DROP TABLE slow')));
    const folder = await temporaryFolder();
    await writeBackup(folder, 'x.dump', dump('-Fc'));
    expect(
      await restore(`${folder}/*`, { service: 'restorer', tables: 'users slow', maximumSeconds: 5 }),
    ).toMatchObject({
      exitCode: 3,
      text: expect.stringMatching(
        / restored in .* s, but public\.slow was not counted in time: .* ROUNDS_MAXIMUM_SECONDS/,
      ),
      metrics: { age: expect.any(String), size: expect.any(String) },
    });
  });

  test('leaves the database of another restore test alone, whichever database that one compares with', async () => {
    const settings = {
      ROUNDS_SERVICE: 'live',
      ROUNDS_TABLES: 'users',
      ROUNDS_BACKUPS: await slowBackup(),
      ROUNDS_LEAST_FREE_PERCENT: '0',
    };
    await server.addService('elsewhere', { dbname: 'postgres' });
    const folder = await temporaryFolder();
    await writeBackup(folder, 'x.dump', dump('-Fc'));
    const { exitCode, stdout } = await signalScript(
      'restore-backup.py',
      { ...server.environment, ...settings },
      'SIGTERM',
      async () => {
        await expect.poll(isSleeping, { timeout: 15_000, interval: 50 }).toBe(true);
        for (const service of ['live', 'elsewhere']) {
          expect(await restore(`${folder}/*`, { service })).toMatchObject({
            exitCode: 3,
            text: expect.stringContaining('another restore test is running'),
          });
        }
        expect(await restore(`${folder}/*`, { scratch: 'another' })).toMatchObject({ exitCode: 0 });
        expect(await isSleeping()).toBe(true);
      },
    );
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^stopped before/);
    expect(await restore(`${folder}/*`)).toMatchObject({ exitCode: 0 });
  });

  test('is CRITICAL when the restore takes too long', async () => {
    const outcome = await restore(await slowBackup(), { maximumSeconds: 3 });
    expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringContaining('was not restored in time') });
  });

  test('is UNKNOWN when it cannot be tried', async () => {
    const folder = await temporaryFolder();
    await writeBackup(folder, 'x.dump', dump('-Fc'));
    await server.addService('refused', { host: '127.0.0.1', port: 1 });
    await server.sql('CREATE ROLE modest LOGIN');
    await server.addService('modest', { user: 'modest' });
    for (const [settings, words] of [
      [{ service: 'refused' }, 'database unreachable'],
      [{ service: 'modest' }, 'permission denied to create database'],
      [{ tables: 'users missing' }, 'the live database has no table missing'],
      [{ tables: '' }, 'setting ROUNDS_TABLES is missing'],
      [{ leastFreePercent: 100 }, 'no space to restore'],
      [{ backups: 'relative/*' }, 'setting ROUNDS_BACKUPS is'],
    ] as const) {
      expect(await restore(`${folder}/*`, settings)).toMatchObject({
        exitCode: 3,
        text: expect.stringContaining(words),
      });
    }
  });

  test('is UNKNOWN when it may not read the backups', async () => {
    const folder = await temporaryFolder();
    const path = await writeBackup(folder, 'x.dump', dump('-Fc'));
    await chmod(path, 0o000);
    expect(await restore(`${folder}/*`, {}, { unprivileged: true })).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('Permission denied'),
    });
  });
});
