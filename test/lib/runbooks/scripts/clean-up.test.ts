import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type HostDifference, type Outcome, runScript, temporaryFolder, toolFolder } from '../run-script.ts';

const isRoot = process.getuid?.() === 0;
const canMount = isRoot && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
const canLoop = isRoot && spawnSync('losetup', ['--find']).status === 0;

/** A host with a folder for temporary files, without a space in its path, a folder for logs, and much around them. */
async function host(): Promise<{ root: string; temporary: string; logs: string }> {
  const root = await mkdtemp(join(await realpath(tmpdir()), 'rounds-clean-up-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const [temporary, logs] = [join(root, 'tmp'), join(root, 'logs')];
  for (const folder of [temporary, logs]) await mkdir(folder);
  await chmod(root, 0o755);
  await chmod(temporary, 0o1777);
  return { root, temporary, logs };
}

async function write(path: string | Buffer): Promise<void> {
  if (typeof path === 'string') await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'x'.repeat(5000));
}

const day = 86_400;

/** Writes a file that will be that many days old when the host's clock is 40 days ahead. */
async function writeAged(path: string, days: number): Promise<void> {
  await write(path);
  const moment = Date.now() / 1000 + (40 - days) * day;
  await utimes(path, moment, moment);
}

/** A Python in which these lines run first. */
async function pythonAfter(lines: readonly string[]): Promise<Record<string, string>> {
  const folder = await temporaryFolder();
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'sitecustomize.py'), lines.join('\n'));
  return { PYTHONPATH: folder };
}

/** No clock can be turned back under a file, but Python's can be turned ahead: everything that was made is 40 days old. */
const clockAhead = ['import time', 'real_time = time.time', `time.time = lambda: real_time() + 40 * ${day}`];

async function cleanUp(
  place: { temporary: string; logs: string },
  settings: Record<string, string | number> = {},
  difference: HostDifference & { readonly before?: readonly string[] } = {},
): Promise<Outcome> {
  const all = {
    temporary: place.temporary,
    temporaryDays: 1,
    folders: 'playwright*',
    logs: place.logs,
    pattern: '*.jsonl',
    logDays: 30,
    timeoutSeconds: 15,
    ...settings,
  };
  const environment = await pythonAfter([...clockAhead, ...(difference.before ?? [])]);
  return await runScript('clean-up.py', all, { ...difference, environment });
}

async function treeOf(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true })).sort();
}

describe('clean-up.py', () => {
  test('removes temporary files older than a day and logs older than thirty, and nothing else', async () => {
    const place = await host();
    for (const name of ['old', 'deep/er/old', '.hidden']) await writeAged(join(place.temporary, name), 40);
    await writeAged(join(place.temporary, 'yesterday'), 1.01);
    await writeAged(join(place.temporary, 'young'), 0.99);
    await writeAged(join(place.logs, 'api/old.jsonl'), 30.01);
    for (const name of ['young.jsonl', 'api/young.jsonl']) await writeAged(join(place.logs, name), 29.99);
    await writeAged(join(place.logs, 'old.log'), 40);
    await writeAged(join(place.root, 'beside'), 40);
    const outcome = await cleanUp(place);
    expect(outcome).toEqual({
      exitCode: 0,
      text: expect.stringMatching(/^removed 5 files \(\S+ kB\): 4 in .*\/tmp, 1 logs, and 0 folders$/),
      metrics: { removed: '5', freed: expect.stringMatching(/^[1-9]\d{4}B$/) },
    });
    expect(await treeOf(place.root)).toEqual(
      ['beside', 'logs', 'logs/api', 'logs/api/young.jsonl', 'logs/old.log', 'logs/young.jsonl'].concat([
        'tmp',
        'tmp/deep',
        'tmp/deep/er',
        'tmp/young',
      ]),
    );
    expect(await cleanUp(place)).toMatchObject({ exitCode: 0, metrics: { removed: '0', freed: '0B' } });
  });

  test('keeps a file that was unpacked today, whatever date it bears', async () => {
    const place = await host();
    await writeAged(join(place.temporary, 'unpacked'), 400);
    const outcome = await cleanUp(place, {}, { before: ['time.time = real_time'] });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { removed: '0' } });
    expect(await treeOf(place.temporary)).toEqual(['unpacked']);
  });

  test('removes an old browser folder as a whole, its links too but not what they lead to', async () => {
    const place = await host();
    const [browser, used] = [
      join(place.temporary, 'a/playwright_chromiumdev_profile-X'),
      join(place.temporary, 'playwright-2'),
    ];
    await write(join(browser, 'Default/Cache/data'));
    await write(join(place.root, 'outside/file'));
    await symlink(join(place.root, 'outside'), join(browser, 'SingletonLock'));
    await writeAged(join(used, 'young'), 0.5);
    await write(join(used, 'empty/old'));
    const outcome = await cleanUp(place);
    expect(outcome).toMatchObject({
      exitCode: 0,
      text: expect.stringMatching(/, and 4 folders$/),
      metrics: { removed: '3' },
    });
    expect(await treeOf(place.root)).toEqual([
      'logs',
      'outside',
      'outside/file',
      'tmp',
      'tmp/a',
      'tmp/playwright-2',
      'tmp/playwright-2/young',
    ]);
  });

  test('says what it would remove in a dry run, and removes nothing', async () => {
    const place = await host();
    for (const name of ['a', 'playwright-1/b']) await write(join(place.temporary, name));
    await write(join(place.logs, 'c.jsonl'));
    const before = await treeOf(place.root);
    const tools = await toolFolder('npm', `touch '${place.root}/npm was called'`);
    const outcome = await cleanUp(place, { dryRun: 1, caches: 'npm' }, { tools });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { removed: '0', freed: '0B' } });
    expect(outcome.text).toMatch(/^dry run: would remove 3 files \(\S+ kB\): 2 in .*\/tmp, 1 logs, such as .*\/tmp/);
    expect(outcome.text).toContain(`${place.logs}/c.jsonl`);
    expect(await treeOf(place.root)).toEqual(before);
  });

  describe('removes nothing outside its folders', () => {
    test('through links to files and folders', async () => {
      const place = await host();
      await write(join(place.root, 'outside/file.jsonl'));
      for (const inside of [place.temporary, place.logs]) {
        await symlink(join(place.root, 'outside'), join(inside, 'folder'));
        await symlink('../outside/file.jsonl', join(inside, 'file.jsonl'));
        await symlink('/', join(inside, 'root'));
      }
      expect(await cleanUp(place)).toMatchObject({ exitCode: 0, metrics: { removed: '0' } });
      expect(await treeOf(join(place.root, 'outside'))).toEqual(['file.jsonl']);
      expect((await readdir(place.temporary)).sort()).toEqual(['file.jsonl', 'folder', 'root']);
    });

    test.each([
      ['before it is entered', 'open', "arguments[0] == 'victim'", 'before'],
      ['after it is entered', 'open', "arguments[0] == 'victim'", 'after'],
      ['before a file in it is removed', 'unlink', "arguments[0] == 'file'", 'before'],
    ])('when a folder is exchanged for a link %s', async (_what, call, when, order) => {
      const place = await host();
      await write(join(place.temporary, 'victim/file'));
      await write(join(place.root, 'outside/file'));
      const before = [
        'import os',
        `real_call, swapped = os.${call}, []`,
        'def swap():',
        '    if swapped: return',
        '    swapped.append(1)',
        `    os.rename('${place.temporary}/victim', '${place.temporary}/moved')`,
        `    os.symlink('${place.root}/outside', '${place.temporary}/victim')`,
        'def call(*arguments, **named):',
        `    if ${when} and '${order}' == 'before': swap()`,
        '    result = real_call(*arguments, **named)',
        `    if ${when} and '${order}' == 'after': swap()`,
        '    return result',
        `os.${call} = call`,
      ];
      expect(await cleanUp(place, {}, { before })).toMatchObject({ exitCode: 0 });
      expect((await readdir(place.temporary)).sort()).toEqual(['moved', 'victim']);
      expect(await treeOf(join(place.root, 'outside'))).toEqual(['file']);
    });

    test.runIf(canMount).each([
      ['another device', 'mount -t tmpfs none "$in" && cp -r "$out"/* "$in"'],
      ['the same device', 'mount --bind "$out" "$in"'],
    ])('through a mount of %s', async (_what, mount) => {
      const place = await host();
      const [inside, outside] = [join(place.temporary, 'playwright-mounted'), join(place.root, 'outside')];
      await mkdir(inside);
      await write(join(outside, 'file'));
      await write(join(place.temporary, 'file'));
      const python = execFileSync('which', ['python3'], { encoding: 'utf8' }).trim();
      const enter = `in=${inside} out=${outside}; ${mount} && ${python} "$@"; code=$?; [ -e "$in/file" ] || code=9; exit $code`;
      const tools = await toolFolder('python3', `exec unshare -m sh -c '${enter}' sh "$@"`);
      expect(await cleanUp(place, {}, { tools })).toMatchObject({ exitCode: 0, metrics: { removed: '1' } });
      expect(await readdir(outside)).toEqual(['file']);
      expect(existsSync(inside)).toBe(true);
    });

    test('with odd names', async () => {
      const place = await host();
      const odd = [
        '-rf',
        '--',
        '..x',
        ' ',
        '*',
        'two\nlines',
        "it's",
        '"q" | x=1',
        '$(id)',
        Buffer.from('b\xffd', 'latin1'),
      ];
      for (const name of odd) await write(Buffer.concat([Buffer.from(`${place.temporary}/`), Buffer.from(name)]));
      await write(join(place.temporary, 'in\n/etc/passwd'));
      await write(join(place.root, 'beside'));
      expect(await cleanUp(place)).toMatchObject({ exitCode: 0, metrics: { removed: String(odd.length + 1) } });
      expect(await treeOf(place.root)).toEqual(['beside', 'logs', 'tmp', 'tmp/in\n', 'tmp/in\n/etc']);
    });
  });

  describe('keeps', () => {
    test('what is open or mapped by a process', async () => {
      const place = await host();
      for (const name of ['open', 'mapped', 'idle']) await write(join(place.temporary, name));
      // The kernel does not tell the path of the folder that the process opens first: it is too long.
      const program = `import mmap, os, sys
os.chdir(sys.argv[2])
for n in range(1000): os.mkdir('deep'); os.chdir('deep')
deep = os.open('.', os.O_RDONLY)
kept = open(sys.argv[1] + '/open')
with open(sys.argv[1] + '/mapped', 'r+b') as file: memory = mmap.mmap(file.fileno(), 0)
os.closerange(kept.fileno() + 1, 100)
print('held', flush=True)
sys.stdin.read()`;
      const outside = await temporaryFolder();
      onTestFinished(() => void execFileSync('rm', ['-rf', join(outside, 'deep')]));
      const holder = spawn('python3', ['-c', program, place.temporary, outside], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      onTestFinished(() => void holder.kill());
      await once(holder.stdout, 'data');
      expect(await cleanUp(place)).toMatchObject({ exitCode: 0, metrics: { removed: '1' } });
      expect((await readdir(place.temporary)).sort()).toEqual(['mapped', 'open']);
    });

    /** The job sees this instead of /sys/block. */
    function loopDevices(folder: string): readonly string[] {
      return [
        'import glob',
        'real_glob = glob.glob',
        `glob.glob = lambda path: real_glob(path.replace('/sys/block', '${folder}'))`,
      ];
    }

    test('what a loop device is made of', async () => {
      const place = await host();
      for (const name of ['a disk.img', 'other']) await write(join(place.temporary, name));
      for (const [device, file] of Object.entries({ loop0: 'a disk.img', loop1: 'gone' })) {
        await mkdir(join(place.root, 'sys', device, 'loop'), { recursive: true });
        await writeFile(join(place.root, 'sys', device, 'loop/backing_file'), `${join(place.temporary, file)}\n`);
      }
      await mkdir(join(place.root, 'sys', 'loop2'));
      const outcome = await cleanUp(place, {}, { before: loopDevices(join(place.root, 'sys')) });
      expect(outcome).toMatchObject({ exitCode: 0, metrics: { removed: '1' } });
      expect(await readdir(place.temporary)).toEqual(['a disk.img']);
    });

    test.runIf(canLoop)('what a real loop device is made of', async () => {
      const place = await host();
      for (const name of ['disk.img', 'other']) await write(join(place.temporary, name));
      const attached = execFileSync('losetup', ['--find', '--show', join(place.temporary, 'disk.img')], {
        encoding: 'utf8',
      });
      onTestFinished(() => void execFileSync('losetup', ['--detach', attached.trim()]));
      expect(await cleanUp(place)).toMatchObject({ exitCode: 0, metrics: { removed: '1' } });
      expect(await readdir(place.temporary)).toEqual(['disk.img']);
    });

    test.runIf(canMount)('a file onto which another one is mounted', async () => {
      const place = await host();
      for (const name of ['tmp/mounted', 'tmp/idle', 'outside']) await write(join(place.root, name));
      const python = execFileSync('which', ['python3'], { encoding: 'utf8' }).trim();
      const enter = `mount --bind ${place.root}/outside ${place.temporary}/mounted && exec ${python} "$@"`;
      const tools = await toolFolder('python3', `exec unshare -m sh -c '${enter}' sh "$@"`);
      const outcome = await cleanUp(place, {}, { tools });
      expect(outcome).toMatchObject({ exitCode: 0, metrics: { removed: '1' } });
      expect(await readdir(place.temporary)).toEqual(['mounted']);
    });

    test('sockets, pipes and links, and what belongs to systemd and X', async () => {
      const place = await host();
      const kept = [
        'systemd-private-4f1-ntp.service-x/tmp/f',
        '.X11-unix/X0',
        '.ICE-unix/1',
        '.X0-lock',
        'snap-private-tmp/f',
      ];
      for (const name of kept) await write(join(place.temporary, name));
      execFileSync('mkfifo', [join(place.temporary, 'pipe')]);
      await symlink('nowhere', join(place.temporary, 'link'));
      const server = createServer().listen(join(place.temporary, 'socket'));
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      const before = await treeOf(place.temporary);
      expect(await cleanUp(place)).toMatchObject({ exitCode: 0, metrics: { removed: '0' } });
      expect(await treeOf(place.temporary)).toEqual(before);
    });
  });

  test('is killed before any removal and run again, and ends where one run ends', { timeout: 60_000 }, async () => {
    for (let nth = 1; nth <= 4; nth++) {
      const place = await host();
      for (const name of ['a', 'b/c', 'playwright-1/d']) await write(join(place.temporary, name));
      await write(join(place.logs, 'e.jsonl'));
      const before = [
        'import os, signal',
        `real_unlink, left = os.unlink, [${nth}]`,
        'def unlink(*arguments, **named):',
        '    left[0] -= 1',
        '    if not left[0]: os.kill(os.getpid(), signal.SIGKILL)',
        '    real_unlink(*arguments, **named)',
        'os.unlink = unlink',
      ];
      await expect(cleanUp(place, {}, { before })).rejects.toThrow('ended with null');
      expect(await cleanUp(place)).toMatchObject({ exitCode: 0, metrics: { removed: String(5 - nth) } });
    }
  });

  test('survives a folder deeper than any path', { timeout: 30_000 }, async () => {
    const place = await host();
    const program = `import os, sys
os.chdir(sys.argv[1])
for n in range(1500):
    os.mkdir('deep'); os.chdir('deep')`;
    execFileSync('python3', ['-c', program, place.temporary]);
    onTestFinished(() => void execFileSync('rm', ['-rf', join(place.temporary, 'deep')]));
    expect(await cleanUp(place)).toMatchObject({
      exitCode: 1,
      text: expect.stringMatching(/^1 folders could not be read: .*: more than 200 folders deep; removed 0 files/),
    });
  });

  test('stops when its time is over, and says so', async () => {
    const place = await host();
    await write(join(place.temporary, 'old'));
    expect(await cleanUp(place, { timeoutSeconds: 0 })).toMatchObject({
      exitCode: 1,
      text: expect.stringMatching(/^the time was over before all was looked at: run it again; removed 0 files/),
    });
    expect(await readdir(place.temporary)).toEqual(['old']);
  });

  test('is CRITICAL when a file cannot be removed, and removes the others', async () => {
    const place = await host();
    for (const name of ['a', 'stubborn', 'z']) await write(join(place.temporary, name));
    const before = [
      'import os',
      'real_unlink = os.unlink',
      'def unlink(name, **named):',
      "    if name == 'stubborn': raise PermissionError(1, 'Operation not permitted')",
      '    real_unlink(name, **named)',
      'os.unlink = unlink',
    ];
    expect(await cleanUp(place, {}, { before })).toMatchObject({
      exitCode: 2,
      text: expect.stringMatching(
        /^1 files could not be removed: .*\/stubborn: Operation not permitted; removed 2 files/,
      ),
      metrics: { removed: '2' },
    });
  });

  test('is WARNING when a folder cannot be read', async () => {
    const place = await host();
    await mkdir(join(place.temporary, 'closed'), { mode: 0o000 });
    expect(await cleanUp(place, {}, { unprivileged: true })).toMatchObject({
      exitCode: 1,
      text: expect.stringMatching(/^1 folders could not be read: .*\/closed: Permission denied; removed 0 files/),
    });
  });

  describe('caches', () => {
    /** A host with just these tools, whose calls are kept. */
    async function toolsOf(tools: Readonly<Record<string, string>>) {
      const folder = await temporaryFolder();
      const calls = join(await temporaryFolder(), 'calls');
      const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
      await writeFile(join(folder, 'python3'), `#!/bin/sh\nexec '${python}' "$@"\n`, { mode: 0o755 });
      for (const [name, line] of Object.entries(tools)) {
        await writeFile(join(folder, name), `#!/bin/sh\necho "${name} $*" >>'${calls}'\n${line}\n`, { mode: 0o755 });
      }
      return { onlyTools: folder, calls: () => readFile(calls, 'utf8').catch(() => '') };
    }

    test('are cleaned and package lists renewed as the procedure does', async () => {
      const tools = await toolsOf({ npm: 'echo "npm warn using --force" >&2', pip: '', 'apt-get': '', dnf: '' });
      const outcome = await cleanUp(await host(), { caches: 'npm pip packages' }, tools);
      expect(outcome).toMatchObject({
        exitCode: 0,
        text: expect.stringContaining('; npm cache done; pip cache done; apt-get -qq done'),
      });
      expect(await tools.calls()).toBe('npm cache clean --force\npip cache purge\napt-get -qq update\n');
    });

    test('are left alone where the runbook does not name them or the tool is not installed', async () => {
      const all = await toolsOf({ npm: '', pip: '', 'apt-get': '' });
      expect(await cleanUp(await host(), {}, all)).toMatchObject({ exitCode: 0 });
      expect(await all.calls()).toBe('');
      const none = await toolsOf({ pip3: '', dnf: '' });
      const outcome = await cleanUp(await host(), { caches: 'npm pip packages' }, none);
      expect(outcome).toMatchObject({
        exitCode: 0,
        text: expect.stringContaining('; npm is not installed; pip3 cache done; dnf -q done'),
      });
      expect(await none.calls()).toBe('pip3 cache purge\ndnf -q makecache\n');
    });

    test('that cannot be cleaned are a WARNING; an empty one is not', async () => {
      const words = 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1234 (apt-get)';
      const tools = await toolsOf({
        'apt-get': `echo '${words}' >&2; exit 100`,
        pip: 'echo "ERROR: No matching packages" >&2; exit 1',
      });
      const outcome = await cleanUp(await host(), { caches: 'pip packages' }, tools);
      expect(outcome).toMatchObject({
        exitCode: 1,
        text: expect.stringMatching(
          /^apt-get -qq update failed: E: Could not get lock .*; removed 0 files .*; pip cache done$/,
        ),
      });
    });

    test('do not hold the job for longer than its time', async () => {
      const tools = await toolsOf({ npm: 'exec /bin/sleep 20' });
      expect(await cleanUp(await host(), { caches: 'npm', timeoutSeconds: 1 }, tools)).toMatchObject({
        exitCode: 1,
        text: expect.stringMatching(/^npm cache clean --force did not end within 1 s; removed 0 files/),
      });
    });
  });

  describe('is UNKNOWN and removes nothing when', () => {
    /** In a dry run, lest a fault of the job be the end of the machine that tests it. */
    async function expectRefused(settings: Record<string, string>, words: string): Promise<void> {
      const outcome = await cleanUp(await host(), { ...settings, dryRun: 1 });
      expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words), metrics: {} });
    }

    test('one of several folders is wrong', async () => {
      const place = await host();
      await write(join(place.temporary, 'old'));
      const temporary = `${place.temporary} ${place.root}/gone`;
      expect(await cleanUp(place, { temporary })).toMatchObject({ exitCode: 3, metrics: {} });
      expect(await readdir(place.temporary)).toEqual(['old']);
    });

    const wide = [
      '/',
      '/etc',
      '/usr/lib',
      '/dev/shm',
      '/home',
      '/home/ada',
      '/root',
      '/var',
      '/var/lib',
      '/proc',
      '/lib64',
      '/sys',
    ];
    test.each(wide)('%s is to be emptied, which holds more than that', async (folder) => {
      await expectRefused(
        { temporary: folder },
        `setting ROUNDS_TEMPORARY is '${folder}', which holds more than this job may`,
      );
      await expectRefused({ logs: folder }, `setting ROUNDS_LOGS is '${folder}', which holds more than this job may`);
    });

    test.each(['tmp', './tmp', '/tmp/', '/tmp/..', '//tmp', '/tmp/../etc', '/tmp/./x'])(
      '%s is no plain path',
      async (folder) => {
        await expectRefused({ temporary: folder }, `is '${folder}', expected a plain path that begins with /`);
        await expectRefused({ logs: folder }, `is '${folder}', expected a plain path that begins with /`);
      },
    );

    test('a folder is reached by a link, is missing, or is not one for temporary files', async () => {
      const place = await host();
      await rename(place.temporary, join(place.root, 'real'));
      await symlink('real', place.temporary);
      await expectRefused(
        { temporary: place.temporary },
        `which is reached by a link: name ${place.root}/real instead`,
      );
      await expectRefused(
        { temporary: `${place.root}/gone` },
        `cannot read ${place.root}/gone: No such file or directory`,
      );
      await expectRefused(
        { temporary: place.logs },
        `${place.logs} is no folder for temporary files: its mode is not 1777`,
      );
    });

    test.each([
      [{ temporary: '' }, 'setting ROUNDS_TEMPORARY is missing'],
      [{ temporaryDays: '' }, 'setting ROUNDS_TEMPORARY_DAYS is missing'],
      [{ temporaryDays: '-1' }, "setting ROUNDS_TEMPORARY_DAYS is '-1', expected a number of days"],
      [{ folders: '*' }, "setting ROUNDS_FOLDERS is '*', expected a pattern with a beginning"],
      [{ logs: '' }, 'setting ROUNDS_LOGS is missing'],
      [{ pattern: '*' }, "setting ROUNDS_PATTERN is '*', expected a pattern with an ending"],
      [{ logDays: 'x' }, "setting ROUNDS_LOG_DAYS is 'x', expected a number of days"],
      [{ caches: 'npm; reboot' }, "setting ROUNDS_CACHES is 'npm; reboot', expected some of npm, pip and packages"],
      [{ dryRun: 'yes' }, "setting ROUNDS_DRY_RUN is 'yes', expected 0 or 1"],
      [{ timeoutSeconds: '' }, 'setting ROUNDS_TIMEOUT_SECONDS is missing'],
    ])('a setting is wrong: %j', async (settings, words) => {
      const place = await host();
      await write(join(place.temporary, 'old'));
      const outcome = await cleanUp(place, settings as unknown as Record<string, string>);
      expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
      expect(await readdir(place.temporary)).toEqual(['old']);
    });
  });
});
