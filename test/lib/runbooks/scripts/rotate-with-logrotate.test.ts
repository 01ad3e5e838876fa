import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type HostDifference, runScript, temporaryFolder, toolFolder } from '../run-script.ts';

const isRoot = process.getuid?.() === 0;
const canMount = isRoot && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

/** A missing tool skips a test aloud, except where nobody reads the warning. */
function isSkipped(tool: string): boolean {
  if (spawnSync(tool, ['--version']).error === undefined) return false;
  console.warn(`${tool} is not installed: its smoke tests are skipped; install it to run them`);
  return process.env.CI === undefined;
}

/** A stand-in for logrotate that rotates nothing and keeps its state; lines come before that. */
async function logrotateThat(folder: string, ...lines: readonly string[]): Promise<HostDifference> {
  const tools = await toolFolder(
    'logrotate',
    `[ "$1" != --version ] || { printf 'logrotate 3.21.0\\n\\n    Default state file path:     ${folder}/default\\n' >&2; exit; }`,
    `echo "$@" >>'${folder}/calls'`,
    'state=$3',
    ...lines,
    ': >"$state"',
  );
  return { tools };
}

/** A log folder with rotated logs of these ages in days, and what its state and calls are kept in beside it. */
async function logsOfAges(ages: Readonly<Record<string, number>>): Promise<{ folder: string; logs: string }> {
  const folder = await temporaryFolder();
  const logs = join(folder, 'app');
  await mkdir(logs);
  for (const [name, days] of Object.entries(ages)) await writeAged(join(logs, name), days);
  return { folder, logs };
}

async function writeAged(path: string, days: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'x'.repeat(1000));
  const moment = new Date(Date.now() - days * 86_400_000);
  await utimes(path, moment, moment);
}

async function rotate(place: { folder: string; logs: string }, host: HostDifference, settings: object = {}) {
  const all = { config: '/etc/logrotate.d/app', logs: place.logs, keepDays: 7, stateFile: join(place.folder, 'state') };
  return await runScript('rotate-with-logrotate.sh', { ...all, ...settings }, host);
}

const script = fileURLToPath(new URL('../../../../lib/runbooks/scripts/rotate-with-logrotate.sh', import.meta.url));

describe('rotate-with-logrotate.sh', () => {
  test('runs logrotate and removes the rotated logs that are too old, and no other file', async () => {
    const place = await logsOfAges({
      'a.log.1': 6.9,
      'a.log.8.gz': 7.1,
      'deep/b.log.2': 30,
      'a.log': 99,
      'notes.txt': 99,
      'catalog.1': 99,
    });
    const logrotate = await logrotateThat(place.folder, 'echo "rotating log /x/a.log, log->rotateCount is 3" >&2');
    const outcome = await rotate(place, logrotate);
    expect(outcome).toEqual({
      exitCode: 0,
      text: expect.stringMatching(
        /^rotated 1 logs by \/etc\/logrotate\.d\/app; removed 2 rotated logs older than 7 days, 2\.0[kK]B$/,
      ),
      metrics: { rotated: '1', removed: '2', freed: '2000B' },
    });
    expect((await readdir(place.logs)).sort()).toEqual(['a.log', 'a.log.1', 'catalog.1', 'deep', 'notes.txt']);
    expect(await readFile(join(place.folder, 'calls'), 'utf8')).toBe(
      `--verbose --state ${place.folder}/state -- /etc/logrotate.d/app\n`,
    );
    expect(await rotate(place, logrotate)).toMatchObject({ exitCode: 0, metrics: { removed: '0', freed: '0B' } });
  });

  test("asks logrotate where its state is when the setting doesn't tell", async () => {
    const place = await logsOfAges({});
    const outcome = await rotate(place, await logrotateThat(place.folder), { stateFile: '' });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { rotated: '0', removed: '0' } });
    expect(await readdir(place.folder)).toContain('default');
  });

  describe('is CRITICAL and removes nothing', () => {
    test.each([
      [
        'fails',
        'echo "error: stat of /x failed: No such file or directory" >&2; exit 1',
        'exit code 1, no old log was removed: stat of /x failed',
      ],
      ['fails without a word', 'exit 3', 'exit code 3, no old log was removed'],
      [
        'ignores its configuration and ends with 0',
        'echo "error: Ignoring x because it is writable by group or others." >&2',
        'exit code 0, no old log was removed: Ignoring x because',
      ],
      ['does not write its state', 'exit 0', 'ended well but has not written its state'],
    ])('when logrotate %s', async (_what, line, words) => {
      const place = await logsOfAges({ 'a.log.8': 30 });
      const old = new Date(Date.now() - 86_400_000);
      await writeFile(join(place.folder, 'state'), '');
      await utimes(join(place.folder, 'state'), old, old);
      const outcome = await rotate(place, await logrotateThat(place.folder, line));
      expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringContaining(words) });
      expect(await readdir(place.logs)).toEqual(['a.log.8']);
    });
  });

  test('follows no link, neither to a folder nor to a log', async () => {
    const [place, outside] = [await logsOfAges({}), await logsOfAges({ 'b.log.8': 30 })];
    await symlink(outside.logs, join(place.logs, 'linked'));
    await symlink(join(outside.logs, 'b.log.8'), join(place.logs, 'a.log.8'));
    expect(await rotate(place, await logrotateThat(place.folder))).toMatchObject({
      exitCode: 0,
      metrics: { removed: '0' },
    });
    expect(await readdir(outside.logs)).toEqual(['b.log.8']);
    expect(await readdir(place.logs)).toEqual(['a.log.8', 'linked']);
  });

  test('takes odd names as they are', async () => {
    const odd = ['-rf.log.1', 'two\nlines.log.1', '$(id).log.1', "it's | x=1.log.1"];
    const place = await logsOfAges(Object.fromEntries(odd.map((name) => [name, 30])));
    expect(await rotate(place, await logrotateThat(place.folder))).toMatchObject({
      exitCode: 0,
      metrics: { removed: '4' },
    });
    expect(await readdir(place.logs)).toEqual([]);
  });

  test.runIf(canMount).each([
    ['of another device', 'mount -t tmpfs none "$in" && cp -p "$out"/* "$in"'],
    ['of the same device', 'mount --bind "$out" "$in"'],
  ])('is WARNING and removes nothing when something %s is mounted inside the folder', async (_what, mount) => {
    const [place, outside] = [await logsOfAges({}), await logsOfAges({ 'b.log.8': 30 })];
    const inside = join(place.logs, 'mounted here');
    await mkdir(inside);
    const { tools = '' } = await logrotateThat(place.folder);
    const enter = `in='${inside}' out='${outside.logs}'; ${mount} && exec "$0"`;
    const done = spawnSync('unshare', ['-m', 'sh', '-c', enter, script], {
      encoding: 'utf8',
      env: {
        PATH: `${tools}:${process.env.PATH}`,
        ROUNDS_CONFIG: '/etc/logrotate.d/app',
        ROUNDS_LOGS: place.logs,
        ROUNDS_KEEP_DAYS: '7',
        ROUNDS_STATE_FILE: join(place.folder, 'state'),
      },
    });
    expect(done.status).toBe(1);
    expect(done.stdout).toContain(`no old log was removed since ${inside} is mounted inside ${place.logs} |`);
    expect(await readdir(outside.logs)).toEqual(['b.log.8']);
  });

  test('is CRITICAL when an old log cannot be removed', async () => {
    const place = await logsOfAges({ 'a.log.8': 30 });
    const { tools = '' } = await logrotateThat(place.folder);
    await chmod(place.folder, 0o777);
    await chmod(place.logs, 0o555);
    // The stand-ins stay to be found by the user who has given up root.
    const outcome = await rotate(place, { onlyTools: `${tools}:/usr/bin:/bin`, unprivileged: true });
    await chmod(place.logs, 0o755);
    expect(outcome).toMatchObject({
      exitCode: 2,
      text: expect.stringMatching(
        /^1 old logs could not be removed: .*a\.log\.8.*: Permission denied; rotated 0 logs by/,
      ),
    });
    expect(await readdir(place.logs)).toEqual(['a.log.8']);
  });

  test.each([
    [{ config: '' }, 'setting ROUNDS_CONFIG is missing'],
    [{ config: 'escrow-app' }, "setting ROUNDS_CONFIG is 'escrow-app', expected a path"],
    [{ logs: '' }, 'setting ROUNDS_LOGS is missing'],
    [{ logs: '/' }, "setting ROUNDS_LOGS is '/', which holds more than logs"],
    [{ logs: '/etc/logrotate.d' }, "is '/etc/logrotate.d', which holds more than logs"],
    [{ logs: '/var' }, "is '/var', which holds more than logs"],
    [{ logs: '/no/such/logs' }, '/no/such/logs is missing or no folder'],
    [{ logs: '/var/../var/log' }, "is '/var/../var/log', expected a plain path without links: /var/log"],
    [{ keepDays: '' }, 'setting ROUNDS_KEEP_DAYS is missing'],
    [{ keepDays: '-1' }, "setting ROUNDS_KEEP_DAYS is '-1', expected a number of days"],
    [{ keepDays: 'x[$(id)]' }, 'expected a number of days'],
  ])('is UNKNOWN and begins nothing with the wrong setting of %j', async (settings, words) => {
    const place = await logsOfAges({ 'a.log.8': 30 });
    const outcome = await rotate(place, await logrotateThat(place.folder), settings);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
    expect(await readdir(place.logs)).toEqual(['a.log.8']);
    expect(await readdir(place.folder)).toEqual(['app']);
  });

  test('is UNKNOWN when the folder is a link, or logrotate is not installed', async () => {
    const place = await logsOfAges({ 'a.log.8': 30 });
    const linked = join(place.folder, 'linked');
    await symlink(place.logs, linked);
    const logrotate = await logrotateThat(place.folder);
    expect(await rotate(place, logrotate, { logs: linked })).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('expected a plain path without links'),
    });
    await rm(linked);
    expect(await rotate(place, { onlyTools: await temporaryFolder() })).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('logrotate is not installed'),
    });
    expect(await readdir(place.logs)).toEqual(['a.log.8']);
  });

  describe.skipIf(isSkipped('logrotate') || !isRoot)('with the real logrotate', () => {
    async function place(mode: number) {
      const made = await logsOfAges({ 'a.log': 1, 'a.log.8': 30 });
      const config = join(made.folder, 'config');
      await writeFile(config, `"${made.logs}/*.log" {\n  rotate 3\n  size 1\n}\n`);
      await chmod(config, mode);
      return { ...made, config };
    }

    test('rotates a log', async () => {
      const made = await place(0o644);
      const outcome = await rotate(made, {}, { config: made.config });
      expect(outcome).toMatchObject({ exitCode: 0, metrics: { rotated: '1', removed: '1' } });
      expect(await readdir(made.logs)).toEqual(['a.log.1']);
      expect((await stat(join(made.folder, 'state'))).size).toBeGreaterThan(0);
    });

    test('is CRITICAL when it ignores a configuration that anybody may write, or finds none', async () => {
      const made = await place(0o666);
      const outcome = await rotate(made, {}, { config: made.config });
      expect(outcome).toMatchObject({
        exitCode: 2,
        text: expect.stringContaining('exit code 0, no old log was removed: Ignoring'),
      });
      const gone = await rotate(made, {}, { config: join(made.folder, 'gone') });
      expect(gone).toMatchObject({ exitCode: 2, text: expect.stringContaining('No such file or directory') });
      expect(await readdir(made.logs)).toEqual(['a.log', 'a.log.8']);
    });
  });
});
