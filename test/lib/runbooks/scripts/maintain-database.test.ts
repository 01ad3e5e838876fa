import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type HostDifference, type Outcome, runScript, temporaryFolder } from '../run-script.ts';

const script = fileURLToPath(new URL('../../../../lib/runbooks/scripts/maintain-database.py', import.meta.url));
const isRoot = process.getuid?.() === 0;
const canMount = isRoot && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

/** Ten thousand rows of which nine in ten were deleted, so that VACUUM has something to free. */
const sparse = `CREATE TABLE work_orders (id INTEGER PRIMARY KEY, note TEXT);
  CREATE INDEX notes ON work_orders (note);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
  INSERT INTO work_orders SELECT i, 'note of a work order ' || i FROM n;
  DELETE FROM work_orders WHERE id % 10;`;

function sqlite(database: string, sql: string): string {
  const program = `import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2].split(';'): rows = connection.execute(statement).fetchall()
print(*rows[0] if rows else '')`;
  return execFileSync('python3', ['-c', program, database, sql.replace(/;\s*$/, '')], { encoding: 'utf8' }).trim();
}

/** What a host has: a database, and a systemd of one service that keeps its state in a file and its calls in another. */
interface Host {
  readonly folder: string;
  readonly database: string;
  readonly tools: string;
  readonly calls: () => Promise<readonly string[]>;
  readonly state: () => Promise<string>;
}

/** A stand-in for `systemctl`, with the words of systemd 252; a line can be put before what it does. */
async function hostWith(sql: string, before = '', state = 'active'): Promise<Host> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds host '));
  await chmod(folder, 0o755);
  // The process that starts the service at the very end may still write here.
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const database = join(folder, 'fossa?work#50%.db');
  sqlite(database, sql);
  await writeFile(join(folder, 'state'), state);
  const tools = join(folder, 'tools');
  await mkdir(tools);
  const lines = [
    '#!/bin/sh',
    `folder='${folder}' database='${database}'`,
    `[ "$1" = show ] || echo "$*" >>"$folder/calls"`,
    before,
    'case $1 in',
    '  show) printf "LoadState=loaded\\nActiveState=%s\\n" "$(cat "$folder/state")" ;;',
    '  stop) printf inactive >"$folder/state" ;;',
    '  start) printf active >"$folder/state" ;;',
    '  *) exit 64 ;;',
    'esac',
    '',
  ];
  await writeFile(join(tools, 'systemctl'), lines.join('\n'), { mode: 0o755 });
  return {
    folder,
    database,
    tools,
    calls: async () => (await readFile(join(folder, 'calls'), 'utf8').catch(() => '')).split('\n').slice(0, -1),
    state: async () => await readFile(join(folder, 'state'), 'utf8'),
  };
}

const limits = { timeoutSeconds: 20, stopSeconds: 5, startSeconds: 2 };

async function maintain(host: Host, settings: Record<string, string | number> = {}, difference: HostDifference = {}) {
  const all = { database: host.database, service: 'backend', ...limits, ...settings };
  return await runScript('maintain-database.py', all, { tools: host.tools, ...difference });
}

const stopAndStart = ['stop -- backend', 'start --no-block -- backend'];

/** A Python in which these lines run first. */
async function pythonAfter(...lines: readonly string[]): Promise<{ environment: Record<string, string> }> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'sitecustomize.py'), lines.join('\n'));
  return { environment: { PYTHONPATH: folder } };
}

/** Lines for a Python in which SQLite, before it executes a command, says so in a file and waits. */
function waitingBefore(command: string, folder: string): string[] {
  return [
    'import sqlite3, time',
    'class Slow(sqlite3.Connection):',
    '    def execute(self, command, *more):',
    `        if command == '${command}':`,
    `            open('${folder}/reached', 'w').write('x')`,
    '            time.sleep(30)',
    '        return super().execute(command, *more)',
    'connect = sqlite3.connect',
    'sqlite3.connect = lambda *a, **k: connect(*a, factory=Slow, **k)',
  ];
}

/** Starts the job as the wrapper does: leader of a process group of its own. */
async function startJob(host: Host, environment: Record<string, string> = {}) {
  const child = spawn(script, {
    detached: true,
    env: {
      ...environment,
      PATH: `${host.tools}:${process.env.PATH}`,
      PYTHONDONTWRITEBYTECODE: '1',
      ROUNDS_DATABASE: host.database,
      ROUNDS_SERVICE: 'backend',
      ROUNDS_TIMEOUT_SECONDS: '20',
      ROUNDS_STOP_SECONDS: '20',
      ROUNDS_START_SECONDS: '20',
    },
  });
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const signalGroup = (signal: NodeJS.Signals) => process.kill(-(child.pid ?? 0), signal);
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) signalGroup('SIGKILL');
  });
  await expect.poll(() => existsSync(join(host.folder, 'reached')), { timeout: 10_000 }).toBe(true);
  return {
    pid: child.pid ?? 0,
    signalGroup,
    end: async () => {
      const [code] =
        child.exitCode === null && child.signalCode === null ? await once(child, 'close') : [child.exitCode];
      return { code, stdout };
    },
  };
}

describe('maintain-database.py', () => {
  test.each(['DELETE', 'WAL'])(
    'checks, vacuums and analyzes a database in %s mode, and starts the service again',
    async (mode) => {
      const host = await hostWith(`PRAGMA journal_mode = ${mode}; ${sparse}`);
      const outcome = await maintain(host);
      expect(outcome).toEqual({
        exitCode: 0,
        text: expect.stringMatching(
          /^database .*\.db is whole; VACUUM and ANALYZE done, \S+ kB before, \S+ kB now; backend is active again after \d\.\d s$/,
        ),
        metrics: {
          database_size: expect.stringMatching(/^\d+B$/),
          freed: expect.stringMatching(/^[1-9]\d{4,}B$/),
          stopped_for: expect.stringMatching(/^\d\.\d+s$/),
        },
      });
      expect(await host.calls()).toEqual(stopAndStart);
      expect(outcome.metrics.database_size).toBe(`${(await stat(host.database)).size}B`);
      expect(sqlite(host.database, 'PRAGMA freelist_count')).toBe('0');
      expect(sqlite(host.database, 'SELECT COUNT(*) FROM sqlite_stat1')).toBe('1');
      expect(sqlite(host.database, 'SELECT COUNT(*), SUM(id) FROM work_orders')).toBe('1000 5005000');
      expect(sqlite(host.database, 'PRAGMA journal_mode')).toBe(mode.toLowerCase());
      expect(await maintain(host)).toMatchObject({
        exitCode: 0,
        metrics: { freed: expect.stringMatching(/^-?\d{1,5}B$/) },
      });
    },
  );

  test('starts a service that was not active, as the procedure does, and remarks it', async () => {
    const host = await hostWith(sparse, '', 'failed');
    expect(await maintain(host)).toMatchObject({
      exitCode: 1,
      text: expect.stringMatching(/; backend was failed before$/),
    });
    expect(await host.state()).toBe('active');
  });

  describe('does not vacuum, and starts the service again', () => {
    async function expectNotVacuumed(
      host: Host,
      words: string | RegExp,
      difference: HostDifference = {},
    ): Promise<Outcome> {
      const before = await readFile(host.database);
      const outcome = await maintain(host, {}, difference);
      expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringMatching(words) });
      expect(outcome.text).toContain('it was NOT vacuumed; ');
      expect((await readFile(host.database)).equals(before)).toBe(true);
      expect(await host.calls()).toEqual(stopAndStart);
      expect(await host.state()).toBe('active');
      return outcome;
    }

    test('when a table and its index differ', async () => {
      const host = await hostWith(sparse);
      const writable = `PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = 'notes'`;
      const rootpage = sqlite(host.database, "SELECT rootpage FROM sqlite_master WHERE name = 'notes'");
      sqlite(host.database, writable);
      sqlite(host.database, 'DELETE FROM work_orders WHERE id = 500');
      const row = `'index', 'notes', 'work_orders', ${rootpage}, 'CREATE INDEX notes ON work_orders (note)'`;
      sqlite(host.database, `PRAGMA writable_schema = ON; INSERT INTO sqlite_master VALUES (${row})`);
      const outcome = await expectNotVacuumed(host, /integrity check failed: \d faults?s?, the first: .*index notes/);
      expect(outcome.text).toMatch(/look for a backup; it was NOT vacuumed; backend is active again after \d\.\d s$/);
    });

    test('when its pages are overwritten', async () => {
      const host = await hostWith(sparse);
      const bytes = await readFile(host.database);
      await writeFile(host.database, bytes.fill('x', 8192, 65_536));
      await expectNotVacuumed(host, /integrity check failed: .*(malformed|faults)/);
    });

    test('when it is no database', async () => {
      const host = await hostWith(sparse);
      await writeFile(host.database, 'no database '.repeat(1000));
      const outcome = await maintain(host);
      expect(outcome.exitCode).toBe(2);
      expect(outcome.text).toContain('taking it exclusively failed: file is not a database; it was NOT vacuumed; ');
      expect(outcome.text).toContain(
        `database ${host.database} does not answer: file is not a database; backend is active`,
      );
    });

    test('when the integrity check cannot be run', async () => {
      const difference = await pythonAfter(
        'import sqlite3',
        'class Failing(sqlite3.Connection):',
        '    def execute(self, command, *more):',
        "        if 'integrity' in command: raise sqlite3.OperationalError('disk I/O error')",
        '        return super().execute(command, *more)',
        'connect = sqlite3.connect',
        'sqlite3.connect = lambda *a, **k: connect(*a, factory=Failing, **k)',
      );
      await expectNotVacuumed(await hostWith(sparse), 'integrity check failed: disk I/O error; it was NOT', difference);
    });

    test.each(['DELETE', 'WAL'])('when another process holds it in %s mode', { timeout: 30_000 }, async (mode) => {
      const host = await hostWith(`PRAGMA journal_mode = ${mode}; ${sparse}`);
      const program = `import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute('BEGIN')
connection.execute('SELECT COUNT(*) FROM work_orders').fetchall()
print('held', flush=True)
sys.stdin.read()`;
      const holder = spawn('python3', ['-c', program, host.database], { stdio: ['pipe', 'pipe', 'inherit'] });
      onTestFinished(() => void holder.kill());
      await once(holder.stdout, 'data');
      await expectNotVacuumed(host, 'taking it exclusively failed: database is locked; another process holds it');
    });

    test('when the service cannot be stopped', async () => {
      const words = 'Failed to stop backend.service: Connection timed out';
      const host = await hostWith(sparse, `[ "$1" != stop ] || { echo '${words}' >&2; exit 1; }`);
      await expectNotVacuumed(host, `stopping backend failed: systemctl stop failed: ${words}`);
    });

    test('when the service is not stopped although systemctl says so', async () => {
      await expectNotVacuumed(
        await hostWith(sparse, '[ "$1" != stop ] || exit 0'),
        'backend is active after systemctl stop',
      );
    });

    test('when the service takes too long to stop', async () => {
      const host = await hostWith(sparse, '[ "$1" != stop ] || exec sleep 20');
      const outcome = await maintain(host, { stopSeconds: 0.5 });
      expect(outcome).toMatchObject({
        exitCode: 2,
        text: expect.stringContaining(
          'systemctl stop did not end within 0.5 s; it was NOT vacuumed; backend is active',
        ),
      });
      expect(await host.calls()).toEqual(stopAndStart);
    });

    test('when the check takes too long', async () => {
      const host = await hostWith(sparse);
      const slow = await pythonAfter(...waitingBefore('PRAGMA integrity_check', host.folder));
      expect(await maintain(host, { timeoutSeconds: 0.5 }, slow)).toMatchObject({
        exitCode: 2,
        text: expect.stringContaining(
          'integrity check failed: no end within 0.5 s; it was NOT vacuumed; backend is active',
        ),
      });
      expect(await host.calls()).toEqual(stopAndStart);
    });
  });

  test.runIf(canMount)('starts the service again when VACUUM finds no space, and the database is whole', async () => {
    const host = await hostWith(sparse.replace('DELETE', 'SELECT 1; --'));
    const small = `${host.folder}/small`;
    await mkdir(small);
    // The room that VACUUM needs is looked for before; here it is gone when VACUUM runs.
    const { environment } = await pythonAfter(
      'import os, types',
      'os.statvfs = lambda path: types.SimpleNamespace(f_bavail=10**9, f_frsize=4096)',
    );
    const python = execFileSync('which', ['python3'], { encoding: 'utf8' }).trim();
    const size = Math.ceil((await stat(host.database)).size / 4096) + 20;
    const inside = [
      `mount -t tmpfs -o size=${size * 4096} none "${small}" && cp "${host.database}" "${small}/x.db" && "${python}" "$@"`,
      'code=$?',
      `"${python}" -c "import sqlite3; print(sqlite3.connect(\\"${small}/x.db\\").execute(\\"PRAGMA integrity_check\\").fetchone()[0])" >"${host.folder}/after"`,
      'exit $code',
    ].join('; ');
    await writeFile(join(host.tools, 'python3'), `#!/bin/sh\nexec unshare -m sh -c '${inside}' sh "$@"\n`, {
      mode: 0o755,
    });
    const outcome = await maintain(host, { database: `${small}/x.db` }, { environment });
    expect(outcome).toMatchObject({
      exitCode: 2,
      text: expect.stringMatching(/x\.db: VACUUM failed: database or disk is full; backend is active again after/),
    });
    expect(await readFile(join(host.folder, 'after'), 'utf8')).toBe('ok\n');
    expect(await host.calls()).toEqual(stopAndStart);
  });

  describe('when the service does not come back', () => {
    test('is CRITICAL and says so first', async () => {
      const host = await hostWith(sparse, '[ "$1" != start ] || { printf failed >"$folder/state"; exit 0; }');
      expect(await maintain(host, { startSeconds: 0.5 })).toEqual({
        exitCode: 2,
        text: expect.stringMatching(/^backend is NOT ACTIVE: it was started, and is failed after \d s$/),
        metrics: { stopped_for: 'U' },
      });
    });

    test('is CRITICAL when it dies at once', async () => {
      const dying = '[ "$1" != show ] || [ ! -e "$folder/seen" ] || printf failed >"$folder/state"';
      const host = await hostWith(
        sparse,
        `${dying}\n[ "$1 $(cat "$folder/state")" != "show active" ] || [ ! -e "$folder/calls" ] || : >"$folder/seen"`,
      );
      expect(await maintain(host)).toMatchObject({
        exitCode: 2,
        text: expect.stringMatching(/^backend is NOT ACTIVE: /),
      });
    });

    test('tries once more at the very end when it could not even be asked', async () => {
      const words = 'Failed to start backend.service: Connection timed out';
      const host = await hostWith(sparse, `case "$*" in *no-block*) echo '${words}' >&2; exit 1 ;; esac`);
      expect(await maintain(host)).toMatchObject({
        exitCode: 2,
        text: `backend is NOT ACTIVE: systemctl start failed: ${words}`,
      });
      await expect.poll(host.calls).toEqual([...stopAndStart, 'start -- backend']);
      await expect.poll(host.state).toBe('active');
    });

    test('is CRITICAL when the database is gone afterwards', async () => {
      const host = await hostWith(sparse, '[ "$1" != start ] || rm "$database"');
      expect(await maintain(host)).toMatchObject({
        exitCode: 2,
        text: expect.stringMatching(/ does not answer: unable to open database file; backend is active again after/),
      });
    });
  });

  describe.each([
    'PRAGMA locking_mode = EXCLUSIVE',
    'PRAGMA integrity_check',
    'VACUUM',
    'ANALYZE',
    'PRAGMA quick_check',
  ])('in the middle of %s', (command) => {
    test.each<NodeJS.Signals>(['SIGTERM', 'SIGHUP'])(
      'is ended by %s and starts the service at once',
      async (signal) => {
        const host = await hostWith(sparse);
        const { environment } = await pythonAfter(...waitingBefore(command, host.folder));
        const job = await startJob(host, environment);
        expect(await host.state()).toBe('inactive');
        const told = performance.now();
        job.signalGroup(signal);
        const { code, stdout } = await job.end();
        expect(performance.now() - told).toBeLessThan(2000);
        expect(code).toBe(2);
        expect(stdout).toMatch(new RegExp(`failed: told to end by ${signal}.*; backend is active again after`));
        expect(await host.calls()).toEqual(stopAndStart);
        expect(sqlite(host.database, 'PRAGMA integrity_check')).toBe('ok');
      },
    );

    test.each<['group' | 'process']>([['group'], ['process']])(
      'is killed outright, the %s, and the service starts',
      async (what) => {
        const host = await hostWith(sparse);
        const slow = waitingBefore(command, host.folder).map((line) => line.replace('sleep(30)', 'sleep(0.5)'));
        const { environment } = await pythonAfter(...slow);
        const job = await startJob(host, environment);
        if (what === 'group') job.signalGroup('SIGKILL');
        else process.kill(job.pid, 'SIGKILL');
        await job.end();
        await expect.poll(host.calls, { timeout: 5000 }).toEqual(['stop -- backend', 'start -- backend']);
        await expect.poll(host.state).toBe('active');
        expect(sqlite(host.database, 'PRAGMA integrity_check')).toBe('ok');
        expect(sqlite(host.database, 'SELECT COUNT(*) FROM work_orders')).toBe('1000');
      },
    );
  });

  test('is killed in the middle of a real VACUUM, and nothing is lost', { timeout: 30_000 }, async () => {
    const host = await hostWith(sparse.replace('< 10000', '< 200000'));
    const rows = sqlite(host.database, 'SELECT COUNT(*), SUM(id) FROM work_orders');
    const { environment } = await pythonAfter(
      'import os, sqlite3',
      'def kill():',
      `    open('${host.folder}/reached', 'w')`,
      '    os.killpg(0, 9)',
      'class Killed(sqlite3.Connection):',
      '    def execute(self, command, *more):',
      "        if command == 'VACUUM': self.set_progress_handler(kill, 20_000)",
      '        return super().execute(command, *more)',
      'connect = sqlite3.connect',
      'sqlite3.connect = lambda *a, **k: connect(*a, factory=Killed, **k)',
    );
    const job = await startJob(host, environment);
    expect((await job.end()).stdout).toBe('');
    await expect.poll(host.calls, { timeout: 5000 }).toEqual(['stop -- backend', 'start -- backend']);
    expect(sqlite(host.database, 'PRAGMA integrity_check')).toBe('ok');
    expect(sqlite(host.database, 'SELECT COUNT(*), SUM(id) FROM work_orders')).toBe(rows);
  });

  test('is told to end while the service stops, and starts it again', async () => {
    const host = await hostWith(sparse, '[ "$1" != stop ] || { : >"$folder/reached"; sleep 20; }');
    const job = await startJob(host);
    job.signalGroup('SIGTERM');
    const { code, stdout } = await job.end();
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /: stopping backend failed: told to end by SIGTERM; it was NOT vacuumed; backend is active again/,
    );
    expect(await host.calls()).toEqual(stopAndStart);
  });

  test('is told to end while the service starts, twice, and says so in time', async () => {
    const host = await hostWith(
      sparse,
      '[ "$1" != start ] || { : >"$folder/reached"; printf activating >"$folder/state"; exit 0; }',
    );
    const job = await startJob(host);
    const told = performance.now();
    job.signalGroup('SIGTERM');
    job.signalGroup('SIGTERM');
    const { code, stdout } = await job.end();
    expect(performance.now() - told).toBeLessThan(2000);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^backend is NOT ACTIVE: it was started, and is activating after \d s/);
  });

  describe('begins nothing', () => {
    async function expectNothing(
      host: Host,
      exitCode: number,
      words: string,
      difference: HostDifference = {},
    ): Promise<void> {
      const outcome = await maintain(host, {}, difference);
      expect(outcome).toEqual({ exitCode, text: expect.stringContaining(words), metrics: {} });
      expect(await host.calls()).toEqual([]);
    }

    test('and is CRITICAL when the database is gone or empty', async () => {
      const host = await hostWith(sparse);
      await rm(host.database);
      await expectNothing(host, 2, `database ${host.database} is gone: no such file; nothing was begun`);
      expect(existsSync(host.database)).toBe(false);
      await writeFile(host.database, '');
      await expectNothing(host, 2, 'is empty: 0 bytes; nothing was begun');
    });

    test('and is UNKNOWN without twice its room', async () => {
      const difference = await pythonAfter(
        'import os, types',
        'os.statvfs = lambda path: types.SimpleNamespace(f_bavail=100, f_frsize=4096)',
      );
      await expectNothing(await hostWith(sparse), 3, 'nothing was begun: VACUUM needs twice the ', difference);
    });

    test('and is UNKNOWN when permission is denied', async () => {
      const host = await hostWith(sparse);
      await chmod(host.database, 0o000);
      await chmod(host.tools, 0o755);
      await expectNothing(host, 3, 'Permission denied; run this as root', { unprivileged: true });
    });

    test('and is UNKNOWN when systemd does not know the service, has masked it, or does not answer', async () => {
      const unknown = await hostWith(sparse, 'echo LoadState=not-found; exit 0');
      await expectNothing(unknown, 3, 'to systemd the service backend is not-found, expected loaded');
      const masked = await hostWith(sparse, 'echo LoadState=masked; exit 0');
      await expectNothing(masked, 3, 'to systemd the service backend is masked, expected loaded');
      const words = "System has not been booted with systemd as init system (PID 1). Can't operate.";
      const none = await hostWith(sparse, `echo "${words}" >&2; exit 1`);
      await expectNothing(none, 3, `nothing was begun: systemctl show failed: ${words}`);
    });

    test('and is UNKNOWN when a tool is missing', async () => {
      const host = await hostWith(sparse);
      const tools = await temporaryFolder();
      const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
      await writeFile(join(tools, 'python3'), `#!/bin/sh\nexec '${python}' "$@"\n`, { mode: 0o755 });
      await expectNothing(host, 3, 'systemctl is not installed', { onlyTools: tools });
      const difference = await pythonAfter('import sys', "sys.modules['sqlite3'] = None");
      await expectNothing(host, 3, 'python3 has no sqlite3', difference);
    });
  });

  test.each([
    [{ database: '' }, 'setting ROUNDS_DATABASE is missing'],
    [{ database: 'x.db' }, "setting ROUNDS_DATABASE is 'x.db', expected a path"],
    [{ service: '' }, 'setting ROUNDS_SERVICE is missing'],
    [{ service: 'a b' }, "setting ROUNDS_SERVICE is 'a b', expected the name of one service"],
    [{ timeoutSeconds: '' }, 'setting ROUNDS_TIMEOUT_SECONDS is missing'],
    [{ stopSeconds: 'x' }, "setting ROUNDS_STOP_SECONDS is 'x', expected seconds"],
    [{ startSeconds: '' }, 'setting ROUNDS_START_SECONDS is missing'],
  ])('is UNKNOWN and names the wrong setting of %j', async (settings, words) => {
    const all = { database: '/x.db', service: 'backend', ...limits, ...settings };
    const outcome = await runScript('maintain-database.py', all);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });
});
