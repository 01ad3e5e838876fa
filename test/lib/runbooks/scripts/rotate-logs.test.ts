import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, link, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type HostDifference, type Outcome, runScript, temporaryFolder, toolFolder } from '../run-script.ts';

const isRoot = process.getuid?.() === 0;
const canMount = isRoot && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
const rotatedName = /^app_\d{8}_\d{6}\.jsonl$/;

async function rotate(logs: string, settings: Record<string, string | number> = {}, host: HostDifference = {}) {
  return await runScript('rotate-logs.py', { logs, pattern: '*.jsonl', maximumBytes: 1000, ...settings }, host);
}

/** A log folder whose app.jsonl holds that many numbered lines of a hundred bytes. */
async function logsWith(lines: number): Promise<string> {
  const logs = await temporaryFolder();
  await writeFile(
    join(logs, 'app.jsonl'),
    Array.from({ length: lines }, (_, n) => String(n).padEnd(99).concat('\n')).join(''),
  );
  return logs;
}

/** All lines of all logs of a folder, sorted, so that a line that is missing or there twice is seen. */
async function linesOf(logs: string): Promise<readonly string[]> {
  const names = (await readdir(logs)).filter((name) => name.endsWith('.jsonl'));
  const texts = await Promise.all(names.map((name) => readFile(join(logs, name), 'utf8')));
  return texts.flatMap((text) => text.split('\n').slice(0, -1)).sort();
}

/**
 * Writes numbered lines to a log until its stdin ends, then tells how many. The way to open the log: once, for every
 * line, or for every line without the right to create it, which fails where there is no log for a moment.
 */
const writerProgram = `import os, select, sys, time
log, writer, way = sys.argv[1:]
flags = os.O_WRONLY | os.O_APPEND | (0 if way == 'existing' else os.O_CREAT)
number = 0
if way == 'once': kept = os.open(log, flags)
print('writing', flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    file = kept if way == 'once' else os.open(log, flags, 0o644)
    os.write(file, f'{{"writer": {writer}, "line": {number}}}\\n'.encode())
    if way != 'once': os.close(file)
    number += 1
    if number % 20 == 0: time.sleep(0.001)
print(number, flush=True)`;

type Way = 'once' | 'every line' | 'existing';

/** Starts a writer; the function that is returned ends it and tells the lines that it has written. */
async function startWriter(log: string, writer: number, way: Way): Promise<() => Promise<readonly string[]>> {
  const child = spawn('python3', ['-c', writerProgram, log, String(writer), way], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  await once(child.stdout, 'data');
  return async () => {
    const counted = once(child.stdout, 'data');
    child.stdin.end();
    const count = Number(String((await counted)[0]));
    return Array.from({ length: count }, (_, line) => `{"writer": ${writer}, "line": ${line}}`);
  };
}

/** Environment of a Python that is killed before it executes the nth line of the functions that change something. */
async function killedAtLine(line: number): Promise<HostDifference> {
  const folder = await temporaryFolder();
  const program = `import os, signal, sys
left = ${line}
def at_line(frame, event, argument):
    global left
    left -= event == 'line'
    if left == 0: os.kill(os.getpid(), signal.SIGKILL)
    return at_line
sys.settrace(lambda frame, *_: at_line if frame.f_code.co_name in ('rotate', 'create_beside', 'copy_access') else None)`;
  await writeFile(join(folder, 'sitecustomize.py'), program);
  return { environment: { PYTHONPATH: folder } };
}

describe('rotate-logs.py', () => {
  test('renames a log that is too large as the procedure does, and creates it anew', async () => {
    const logs = await logsWith(20);
    await mkdir(join(logs, 'api'));
    await writeFile(join(logs, 'api', 'small.jsonl'), 'x'.repeat(1000));
    const before = await stat(join(logs, 'app.jsonl'));
    const outcome = await rotate(logs);
    expect(outcome).toEqual({
      exitCode: 0,
      text: 'rotated 1 of 2 logs: app.jsonl (2 kB); largest: app.jsonl 2 kB, api/small.jsonl 1 kB',
      metrics: { logs: '2', logs_total: '3000B', logs_largest: '2000B', rotated: '1' },
    });
    const names = await readdir(logs);
    expect(names).toEqual(['api', 'app.jsonl', expect.stringMatching(rotatedName)]);
    expect(await stat(join(logs, names[2] ?? ''))).toMatchObject({ ino: before.ino, size: 2000 });
    expect(await readFile(join(logs, 'app.jsonl'), 'utf8')).toBe('');
    expect(await readdir(join(logs, 'api'))).toEqual(['small.jsonl']);
  });

  test('leaves logs alone that are not too large, are no logs, or are rotated already', async () => {
    const logs = await temporaryFolder();
    for (const name of ['a.log', 'b.jsonl.gz', 'app_20260131_180000.jsonl']) {
      await writeFile(join(logs, name), 'x'.repeat(5000));
    }
    const before = await readdir(logs);
    const outcome = await rotate(logs);
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { logs: '1', rotated: '0' } });
    expect(outcome.text).toBe('rotated 0 of 1 logs; largest: app_20260131_180000.jsonl 5 kB');
    expect(await readdir(logs)).toEqual(before);
    expect(await rotate(await temporaryFolder())).toMatchObject({
      exitCode: 0,
      text: 'rotated 0 of 0 logs; largest: none',
    });
  });

  test('names the ten largest of many', async () => {
    const logs = await temporaryFolder();
    for (let n = 1; n <= 12; n++) await writeFile(join(logs, `${n}.jsonl`), 'x'.repeat(n * 10));
    const { text } = await rotate(logs);
    const largest = [12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((n) => `${n}.jsonl ${n}0 B`);
    expect(text).toBe(`rotated 0 of 12 logs; largest: ${largest.join(', ')}`);
  });

  describe('loses no line, and doubles none', () => {
    test.each<{ what: string; ways: readonly Way[]; exitCode: number }>([
      { what: 'of a writer that keeps the log open', ways: ['once'], exitCode: 1 },
      { what: 'of a writer that opens the log for every line', ways: ['every line'], exitCode: 0 },
      { what: 'of a writer that may not create the log', ways: ['existing'], exitCode: 0 },
      {
        what: 'of many writers',
        ways: ['once', 'once', 'every line', 'every line', 'existing', 'existing'],
        exitCode: 1,
      },
    ])('$what during five rotations', { timeout: 30_000 }, async ({ ways, exitCode }) => {
      const logs = await logsWith(20);
      const log = join(logs, 'app.jsonl');
      const before = await linesOf(logs);
      const writers = await Promise.all(ways.map((way, n) => startWriter(log, n, way)));
      for (let n = 0; n < 5; n++) {
        const text = expect.stringMatching(/rotated [01] of /);
        expect(await rotate(logs, { maximumBytes: 0 })).toMatchObject({ exitCode, text });
      }
      const written = await Promise.all(writers.map((end) => end()));
      for (const lines of written) expect(lines.length).toBeGreaterThan(50);
      expect(await linesOf(logs)).toEqual([...before, ...written.flat()].sort());
    });

    test('when it is killed at any step and run again', { timeout: 60_000 }, async () => {
      let killed = 0;
      for (let line = 1; ; line++) {
        const logs = await logsWith(20);
        const before = await linesOf(logs);
        const ended = await rotate(logs, {}, await killedAtLine(line)).catch((error: Error) => error.message);
        expect(await linesOf(logs)).toEqual(before);
        expect((await stat(join(logs, 'app.jsonl'))).isFile()).toBe(true);
        if (typeof ended !== 'string') break;
        expect(ended).toContain('ended with null');
        killed += 1;
        expect(await rotate(logs)).toMatchObject({ exitCode: 0 });
        expect(await linesOf(logs)).toEqual(before);
        expect((await stat(join(logs, 'app.jsonl'))).size).toBe(0);
      }
      expect(killed).toBeGreaterThan(15);
    });

    test('when somebody else renames the log at the same moment', async () => {
      const logs = await logsWith(20);
      const before = await linesOf(logs);
      const folder = await temporaryFolder();
      // The other one renames between the look at the log and the exchange, and its next log has a line already.
      const program = `import os
chown = os.fchown
def fchown(*arguments):
    chown(*arguments)
    os.rename('${logs}/app.jsonl', '${logs}/app.1.jsonl')
    with open('${logs}/app.jsonl', 'w') as file: file.write('next\\n')
os.fchown = fchown`;
      await writeFile(join(folder, 'sitecustomize.py'), program);
      const outcome = await rotate(logs, {}, { environment: { PYTHONPATH: folder } });
      expect(outcome).toMatchObject({
        exitCode: 2,
        text: expect.stringContaining('app.jsonl (2 kB): another process renamed it at the same time'),
      });
      expect(await linesOf(logs)).toEqual([...before, 'next'].sort());
    });
  });

  test('never takes a name that exists', async () => {
    const logs = await temporaryFolder();
    await writeFile(join(logs, 'app.jsonl'), 'x'.repeat(2000));
    const taken = [];
    for (let second = -2; second < 5; second++) {
      const moment = new Date(Date.now() + second * 1000);
      const local = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'UTC' });
      const name = `app_${local.format(moment).replace(/[-:]/g, '').replace(' ', '_')}.jsonl`;
      await writeFile(join(logs, name), `kept ${second}`);
      taken.push(name);
    }
    expect(await rotate(logs, {}, { environment: { TZ: 'UTC' } })).toMatchObject({
      exitCode: 0,
      metrics: { rotated: '1' },
    });
    for (const [n, name] of taken.entries()) expect(await readFile(join(logs, name), 'utf8')).toBe(`kept ${n - 2}`);
    expect(await readdir(logs)).toHaveLength(taken.length + 2);
  });

  test.runIf(isRoot)('gives the new log the owner, the mode and the access list of the old one', async () => {
    const logs = await logsWith(20);
    const log = join(logs, 'app.jsonl');
    await chown(log, 1234, 5678);
    await chmod(log, 0o620);
    // The list `user::rw-,user:4321:rw-,group::---,mask::rw-,other::---` as the kernel keeps it.
    const list = [
      '02000000',
      '01000600ffffffff',
      '02000600e1100000',
      '04000000ffffffff',
      '10000600ffffffff',
      '20000000ffffffff',
    ];
    const access = "'system.posix_acl_access'";
    execFileSync('python3', [
      '-c',
      `import os; os.setxattr(${JSON.stringify(log)}, ${access}, bytes.fromhex('${list.join('')}'))`,
    ]);
    expect(await rotate(logs)).toMatchObject({ exitCode: 0, metrics: { rotated: '1' } });
    expect(await stat(log)).toMatchObject({ size: 0, uid: 1234, gid: 5678 });
    const program = `import os; print(os.getxattr(${JSON.stringify(log)}, ${access}).hex())`;
    expect(execFileSync('python3', ['-c', program], { encoding: 'utf8' }).trim()).toBe(list.join(''));
  });

  describe('beside a writer that keeps the log open', () => {
    test('is WARNING and names it, also on the next day', async () => {
      const logs = await logsWith(20);
      const end = await startWriter(join(logs, 'app.jsonl'), 1, 'once');
      const words = /^python3?[^ ]* \(\d+\) goes on writing to app_\d{8}_\d{6}\.jsonl: restart it, or name a service/;
      expect(await rotate(logs)).toMatchObject({
        exitCode: 1,
        text: expect.stringMatching(words),
        metrics: { rotated: '1' },
      });
      expect(await rotate(logs)).toMatchObject({
        exitCode: 1,
        text: expect.stringMatching(words),
        metrics: { rotated: '0' },
      });
      await end();
      expect(await rotate(logs)).toMatchObject({ exitCode: 0 });
    });

    test('tells the service to reload, and is OK when the writer has let go', async () => {
      const logs = await logsWith(20);
      const holder = spawn('sh', ['-c', 'exec >>"$0"; echo ready >&2; exec sleep 60', join(logs, 'app.jsonl')]);
      onTestFinished(() => void holder.kill());
      await once(holder.stderr, 'data');
      const tools = await toolFolder('systemctl', `echo "$@" >>'${logs}/calls'`, `kill ${holder.pid}`);
      expect(await rotate(logs, { reload: 'fossawork-backend' }, { tools })).toMatchObject({ exitCode: 0 });
      expect(await readFile(join(logs, 'calls'), 'utf8')).toBe('reload -- fossawork-backend\n');
      expect(await rotate(logs, { reload: 'fossawork-backend', maximumBytes: 0 }, { tools })).toMatchObject({
        exitCode: 0,
      });
      expect(await readFile(join(logs, 'calls'), 'utf8')).toBe('reload -- fossawork-backend\n');
    });

    test('is WARNING when the service cannot be reloaded', async () => {
      const logs = await logsWith(20);
      const end = await startWriter(join(logs, 'app.jsonl'), 1, 'once');
      const words = 'Failed to reload app.service: Job type reload is not applicable for unit app.service.';
      const tools = await toolFolder('systemctl', `echo '${words}' >&2`, 'exit 1');
      expect(await rotate(logs, { reload: 'app' }, { tools })).toMatchObject({
        exitCode: 1,
        text: expect.stringContaining(`app could not be reloaded: ${words}; python`),
      });
      await end();
    });

    test('finds it behind a process whose open folder has a path longer than the kernel tells', async () => {
      const logs = await logsWith(20);
      const program = `import os, sys
os.chdir(sys.argv[1])
for n in range(1000): os.mkdir('deep'); os.chdir('deep')
deep, log = os.open('.', os.O_RDONLY), open(sys.argv[2], 'a')
print('held', flush=True)
sys.stdin.read()`;
      const folder = await temporaryFolder();
      onTestFinished(() => void execFileSync('rm', ['-rf', join(folder, 'deep')]));
      const holder = spawn('python3', ['-c', program, folder, join(logs, 'app.jsonl')]);
      onTestFinished(() => void holder.kill());
      await once(holder.stdout, 'data');
      expect(await rotate(logs)).toMatchObject({
        exitCode: 1,
        text: expect.stringMatching(/^python3?[^ ]* \(\d+\) goes on/),
      });
    });

    test('takes no offence at a reader', async () => {
      const logs = await logsWith(20);
      const reader = spawn('tail', ['-f', join(logs, 'app.jsonl')]);
      onTestFinished(() => void reader.kill());
      await once(reader.stdout, 'data');
      expect(await rotate(logs)).toMatchObject({ exitCode: 0, metrics: { rotated: '1' } });
    });
  });

  test('follows no link, neither to a log nor to a folder', async () => {
    const [logs, outside] = [await temporaryFolder(), await logsWith(20)];
    await symlink(join(outside, 'app.jsonl'), join(logs, 'app.jsonl'));
    await symlink(outside, join(logs, 'api'));
    expect(await rotate(logs)).toMatchObject({ exitCode: 0, metrics: { logs: '0', rotated: '0' } });
    expect(await readdir(outside)).toEqual(['app.jsonl']);
  });

  test('rotates a log with two names under the one that it finds', async () => {
    const [logs, outside] = [await logsWith(20), await temporaryFolder()];
    await link(join(logs, 'app.jsonl'), join(outside, 'other.jsonl'));
    expect(await rotate(logs)).toMatchObject({ exitCode: 0, metrics: { rotated: '1' } });
    expect((await stat(join(outside, 'other.jsonl'))).size).toBe(2000);
  });

  test.runIf(canMount)('leaves what is mounted below alone, were it of the same device', async () => {
    const [logs, outside] = [await temporaryFolder(), await logsWith(20)];
    await mkdir(join(logs, 'mounted'));
    const python = execFileSync('which', ['python3'], { encoding: 'utf8' }).trim();
    const inside = `mount --bind '${outside}' '${logs}/mounted' && exec '${python}' "$@"`;
    const tools = await toolFolder('python3', `exec unshare -m sh -c '${inside.replaceAll("'", `'"'"'`)}' sh "$@"`);
    expect(await rotate(logs, {}, { tools })).toMatchObject({ exitCode: 0, metrics: { logs: '0', rotated: '0' } });
    expect(await readdir(outside)).toEqual(['app.jsonl']);
  });

  test('takes odd names as they are and prints nothing that could pass for data', async () => {
    const logs = await temporaryFolder();
    const odd = ["-rf 'x' | y=1.jsonl", 'two\nlines.jsonl', '$(id).jsonl', Buffer.from('b\xffad.jsonl', 'latin1')];
    for (const name of odd)
      await writeFile(Buffer.concat([Buffer.from(`${logs}/`), Buffer.from(name)]), 'x'.repeat(2000));
    const outcome: Outcome = await rotate(logs);
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { rotated: '4', logs: '4' } });
    expect((await readdir(logs, { encoding: 'buffer' })).length).toBe(8);
  });

  test('is CRITICAL and changes nothing when the folder may not be written', async () => {
    const logs = await logsWith(20);
    await chmod(join(logs, 'app.jsonl'), 0o644);
    const outcome = await rotate(logs, {}, { unprivileged: true });
    if (isRoot) {
      expect(outcome).toMatchObject({
        exitCode: 2,
        text: expect.stringContaining('1 could not be rotated: app.jsonl (2 kB): Permission denied'),
        metrics: { rotated: '0' },
      });
      expect(await readdir(logs)).toEqual(['app.jsonl']);
    }
  });

  test.runIf(canMount)('is CRITICAL and changes nothing when the file system is full', async () => {
    const logs = await temporaryFolder();
    const python = execFileSync('which', ['python3'], { encoding: 'utf8' }).trim();
    const log = `${logs}/app.jsonl`;
    // Two inodes: the folder and the log.
    const inside = `mount -t tmpfs -o nr_inodes=2 none "${logs}" && seq 1000 >"${log}" && "${python}" "$@" && exit 1; code=$?; [ "$(ls "${logs}")" = app.jsonl ] && [ "$(seq 1000)" = "$(cat "${log}")" ] && exit $code`;
    const tools = await toolFolder('python3', `exec unshare -m sh -c '${inside}' sh "$@"`);
    expect(await rotate(logs, {}, { tools })).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('app.jsonl (3.893 kB): No space left on device'),
    });
  });

  test('rotates the others when one log cannot be rotated', async () => {
    const logs = await logsWith(20);
    const long = `${'x'.repeat(245)}.jsonl`;
    await writeFile(join(logs, long), 'x'.repeat(3000));
    const outcome = await rotate(logs);
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { rotated: '1' } });
    expect(outcome.text).toMatch(
      /1 could not be rotated: x+\.jsonl \(3 kB\): File name too long; rotated 1 of 2 logs: app/,
    );
    expect(await readdir(logs)).toHaveLength(3);
  });

  test('is UNKNOWN when a part of the folder cannot be read', async () => {
    const logs = await temporaryFolder();
    await mkdir(join(logs, 'closed'));
    await chmod(join(logs, 'closed'), 0o000);
    expect(await rotate(logs, {}, { unprivileged: true })).toMatchObject({
      exitCode: 3,
      text: expect.stringMatching(
        /^1 folders could not be read: Permission denied; let the user \d+ read them; rotated 0/,
      ),
    });
  });

  test('is UNKNOWN when the folder is gone', async () => {
    const logs = join(await temporaryFolder(), 'gone');
    expect(await rotate(logs)).toMatchObject({
      exitCode: 3,
      text: `cannot read ${logs}: No such file or directory; correct the setting, or mount the logs`,
    });
  });

  test.each([
    [{ pattern: '*.jsonl', maximumBytes: 1 }, 'setting ROUNDS_LOGS is missing'],
    [{ logs: 'logs', pattern: '*.jsonl', maximumBytes: 1 }, "setting ROUNDS_LOGS is 'logs', expected a path"],
    [{ logs: '/logs', maximumBytes: 1 }, 'setting ROUNDS_PATTERN is missing'],
    [{ logs: '/logs', pattern: '*.jsonl' }, 'setting ROUNDS_MAXIMUM_BYTES is missing'],
    [{ logs: '/logs', pattern: '*.jsonl', maximumBytes: '100M' }, "setting ROUNDS_MAXIMUM_BYTES is '100M', expected"],
  ])('is UNKNOWN and names the wrong setting of %j', async (settings, words) => {
    const outcome = await runScript('rotate-logs.py', settings as Record<string, string | number>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });
});
