import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  copyFile,
  open,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { accessTime, ago, entry, type LogFolder, logFolder } from '../log-folder.ts';
import type { HostDifference } from '../run-script.ts';

/** The one question of these tests: how many lines there are, and how many of them say ERROR. */
const question = { events: 'errors: level=ERROR' };

const error = (minutes: number, message = 'x') => entry(minutes, { level: 'ERROR', message });
const healthy = (minutes: number) => entry(minutes, { level: 'INFO', message: 'all is well' });

/** Different lines that were written so many minutes ago. */
const errors = (minutes: number, count: number, what: string) =>
  Array.from({ length: count }, (_, index) => error(minutes, `${what} ${index}`));

/** Writes all the time, and rotates in turns by copying and by renaming, each file when it was seen by two whole runs. */
const rotatingProgram = `import json, os, select, shutil, sys, time
from datetime import datetime, timezone
path, total, reads, rotations = sys.argv[1], 0, 0, 0
file = open(path, 'a')
while True:
    stamp = datetime.now(timezone.utc).isoformat()
    for _ in range(25):
        total += 1
        file.write(json.dumps({'timestamp': stamp, 'level': 'ERROR', 'n': total}) + '\\n')
    file.flush()
    if total == 25:
        print('writes', file=sys.stderr, flush=True)
    time.sleep(0.002)
    if select.select([sys.stdin], [], [], 0)[0]:
        if not sys.stdin.readline():
            break
        reads += 1
    if reads == 2:
        reads, rotations, old = 0, rotations + 1, '%s.%d' % (path, total)
        if rotations % 2:
            shutil.copyfile(path, old)
            os.truncate(path, 0)
        else:
            os.rename(path, old)
            file.write(json.dumps({'timestamp': stamp, 'level': 'ERROR', 'n': 'late'}) + '\\n')
            total += 1
            file = open(path, 'a')
print(total)`;

async function counted(
  logs: LogFolder,
  settings: Readonly<Record<string, string | number>> = {},
  host: HostDifference = {},
) {
  const { exitCode, text, metrics } = await logs.run('log-events.py', { ...question, ...settings }, host);
  if (exitCode !== 0) throw new Error(text);
  return { lines: Number(metrics.lines), errors: Number(metrics.errors), broken: Number(metrics.broken), text };
}

/** Puts into the folder what makes Python believe that it is two hours later. */
async function passTime(logs: LogFolder): Promise<void> {
  const later = 'import time\nnow = time.time\ntime.time = lambda: now() + 7200\n';
  await writeFile(join(logs.path, 'sitecustomize.py'), later);
}

const afterwards = (logs: LogFolder): HostDifference => ({ environment: { PYTHONPATH: logs.path } });

describe('logs.py follows files', () => {
  test('reads what is new, once', async () => {
    const logs = await logFolder();
    await logs.append('a.jsonl', error(9), healthy(8));
    expect(await counted(logs)).toMatchObject({ lines: 2, errors: 1 });
    expect(await counted(logs)).toMatchObject({ lines: 2, errors: 1 });
    await logs.append('a.jsonl', error(7));
    await logs.append('b.jsonl', error(7), error(6));
    expect(await counted(logs)).toMatchObject({ lines: 5, errors: 4 });
  });

  test('never looks at old lines again', async () => {
    const logs = await logFolder();
    const lines = Array.from({ length: 100 }, (_, index) => healthy(30 - index / 10));
    await logs.append('a.jsonl', ...lines);
    expect(await counted(logs)).toMatchObject({ lines: 100, errors: 0 });
    const file = await open(join(logs.path, 'a.jsonl'), 'r+');
    const middle = lines.slice(0, 40).join('\n').length + 1;
    await file.write(lines.slice(40, 60).join('\n').replaceAll('"INFO"', '"ERROR"').slice(0, 900), middle);
    await file.close();
    await logs.append('a.jsonl', error(1));
    expect(await counted(logs)).toMatchObject({ lines: 101, errors: 1 });
  });

  test('leaves a half written last line until it ends', async () => {
    const logs = await logFolder();
    const late = error(1);
    await writeFile(join(logs.path, 'a.jsonl'), `${error(2)}\n${late.slice(0, 30)}`);
    expect(await counted(logs)).toMatchObject({ lines: 1, errors: 1, broken: 0 });
    await logs.append('a.jsonl', late.slice(30));
    expect(await counted(logs)).toMatchObject({ lines: 2, errors: 2, broken: 0 });
  });

  test.each(['a_20261122_030000.jsonl', 'a.jsonl.1'])(
    'reads the rest of a file that is now called %s',
    async (name) => {
      const logs = await logFolder();
      await logs.append('a.jsonl', ...errors(9, 5, 'first'));
      expect(await counted(logs)).toMatchObject({ errors: 5 });
      await logs.append('a.jsonl', ...errors(8, 3, 'second'));
      await rename(join(logs.path, 'a.jsonl'), join(logs.path, name));
      await logs.append('a.jsonl', ...errors(7, 2, 'third'));
      expect(await counted(logs)).toMatchObject({ errors: 10 });
      // The writer has not noticed yet; and a second rotation follows.
      await logs.append(name, ...errors(6, 1, 'fourth'));
      await rename(join(logs.path, name), join(logs.path, 'a.jsonl.2'));
      const { errors: found, text: said } = await counted(logs);
      expect(found).toBe(11);
      expect(said).not.toContain('gone');
    },
  );

  test.each(['b.jsonl', 'a.jsonl.1'])('reads the rest from the copy %s of a file that was cut', async (name) => {
    const logs = await logFolder();
    const path = join(logs.path, 'a.jsonl');
    await logs.append('a.jsonl', ...errors(9, 5, 'first'));
    expect(await counted(logs)).toMatchObject({ errors: 5 });
    await logs.append('a.jsonl', ...errors(8, 3, 'second'));
    await copyFile(path, join(logs.path, name));
    await truncate(path);
    await logs.append('a.jsonl', ...errors(7, 2, 'third'));
    const { errors: found, text: said } = await counted(logs);
    expect(found).toBe(10);
    expect(said).not.toContain('gone');
    expect(await counted(logs)).toMatchObject({ errors: 10 });
  });

  test('does not count a copy while the file itself is still there', async () => {
    const logs = await logFolder();
    await logs.append('a.jsonl', ...errors(9, 5, 'first'));
    await counted(logs);
    await copyFile(join(logs.path, 'a.jsonl'), join(logs.path, 'copy.jsonl'));
    expect(await counted(logs)).toMatchObject({ errors: 5 });
    await truncate(join(logs.path, 'a.jsonl'));
    await logs.append('a.jsonl', ...errors(7, 9, 'after'));
    expect(await counted(logs)).toMatchObject({ errors: 14, text: expect.not.stringContaining('gone') });
  });

  test('begins again in a file that was cut, also when it has grown past where reading had ended', async () => {
    const logs = await logFolder();
    const path = join(logs.path, 'a.jsonl');
    await logs.append('a.jsonl', ...errors(9, 2, 'first'));
    await counted(logs);
    await truncate(path);
    await logs.append('a.jsonl', ...errors(8, 7, 'second'));
    const { errors: found, text: said } = await counted(logs);
    expect(found).toBe(9);
    expect(said).toContain('1 file(s) gone or cut before they were surely read');
  });

  test('says how many files are gone, and forgets those that are older than the window', async () => {
    const logs = await logFolder();
    await logs.append('a.jsonl', error(5));
    await logs.append('b.jsonl', error(5));
    await logs.append('c.jsonl', healthy(5));
    await counted(logs);
    await rm(join(logs.path, 'a.jsonl'));
    const path = join(logs.path, 'b.jsonl');
    execFileSync('gzip', [path]);
    const { errors: found, text: said } = await counted(logs);
    expect(found).toBe(2);
    expect(said).toContain('2 file(s) gone');
  });

  test('reads a file once that a link leads to', async () => {
    const logs = await logFolder();
    await logs.append('backend-1.jsonl', error(5));
    await symlink('backend-1.jsonl', join(logs.path, 'latest.jsonl'));
    expect(await counted(logs)).toMatchObject({ errors: 1 });
  });

  test('loses and doubles no line of a process that writes and rotates all the time', async () => {
    const logs = await logFolder();
    const writer = spawn('python3', ['-c', rotatingProgram, join(logs.path, 'a.jsonl')]);
    onTestFinished(() => void writer.kill());
    const written = text(writer.stdout);
    await once(writer.stderr, 'data');
    for (let runs = 0; runs < 9; runs++) {
      await counted(logs);
      writer.stdin.write('read\n');
    }
    writer.stdin.end();
    const total = Number(await written);
    const last = await counted(logs);
    expect(last.text).not.toContain('gone');
    expect(total).toBeGreaterThan(1000);
    expect(last).toMatchObject({ lines: total, errors: total });
    expect((await readdir(logs.path)).length).toBeGreaterThan(2);
  }, 20_000);
});

describe('logs.py reads lines', () => {
  test('counts broken ones and goes on', async () => {
    const logs = await logFolder();
    const good = error(5);
    const lines = [
      `\ufeff${good}`,
      '{"timestamp": "2026',
      'no JSON at all',
      `${good}\r`,
      '',
      '   ',
      `\0\0\0${good}`,
      '{"level": "ERROR", }',
      '["level", "ERROR"]',
      '{"level": "ERROR", "n": 1e999999, "timestamp": 1e999}',
      `{"level": "ERROR", "n": ${'9'.repeat(200_000)}}`,
      `{"level": "ERROR", "n": ${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
      `{"level": "ERROR", "text": "${'x'.repeat(2_500_000)}"}`,
      good,
    ];
    await logs.append('a.jsonl', ...lines);
    await writeFile(join(logs.path, 'b.jsonl'), Buffer.from([0xff, 0xfe, 0x80, 0x0a]));
    // Broken: cut, prose, a comma too many, a list, nested too deep, too long, no text at all.
    const expected = { lines: 13, errors: 6, broken: 7 };
    const first = await counted(logs);
    expect(first).toMatchObject(expected);
    expect(first.text).toContain('7 of 13 lines broken');
    expect(await counted(logs)).toMatchObject(expected);
  });

  test('survives a line that never ends, and reads what comes after it', async () => {
    const logs = await logFolder();
    await writeFile(join(logs.path, 'a.jsonl'), `${error(5)}\n${'x'.repeat(3_000_000)}`);
    expect(await counted(logs)).toMatchObject({ lines: 1, errors: 1, broken: 0 });
    await logs.append('a.jsonl', 'the end', error(4));
    expect(await counted(logs)).toMatchObject({ lines: 3, errors: 2, broken: 1 });
  });

  test.each([
    ['ISO 8601 in UTC', { timestamp: ago(30) }],
    ['ISO 8601 with an offset', { time: ago(30 - 330).replace('Z', '+05:30') }],
    ['the host time without a zone', { ts: ago(30).replace('Z', '000') }],
    ['a time with a space', { '@timestamp': ago(30).replace('T', ' ') }],
    ['seconds', { ts: Date.now() / 1000 - 30 * 60 }],
    ['milliseconds', { timestamp: Date.now() - 30 * 60_000 }],
    ['nanoseconds as text', { time: `${Date.now() - 30 * 60_000}000000` }],
  ])('takes a time as %s', async (_what, fields) => {
    const logs = await logFolder();
    await logs.append('a.jsonl', JSON.stringify({ ...fields, level: 'ERROR' }));
    expect(await counted(logs, { windowMinutes: 35 })).toMatchObject({ errors: 1 });
    expect(await counted(logs, { windowMinutes: 25 })).toMatchObject({ errors: 0 });
  });

  test.each([
    ['ISO 8601', `${ago(30)} ERROR x`],
    ['Python', `${ago(30).replace('T', ' ').replace('.', ',').replace('Z', '')} ERROR x`],
    ['nginx', `${ago(30).slice(0, 19).replaceAll('-', '/').replace('T', ' ')} [error] 7#7: ERROR`],
    ['brackets', `[${ago(30)}] ERROR x`],
    ['an access log', `::1 - - [${accessTime(30)}] "GET / HTTP/1.1" 500 5 "ERROR"`],
  ])('takes the time at the start of a line of text, as in %s', async (_what, line) => {
    const logs = await logFolder();
    await logs.append('a.jsonl', line, 'Traceback (most recent call last):', 'ERROR again');
    const settings = { format: 'text', events: 'errors: "error"' };
    expect(await counted(logs, { ...settings, windowMinutes: 35 })).toMatchObject({ lines: 3, errors: 2, broken: 0 });
    expect(await counted(logs, { ...settings, windowMinutes: 25 })).toMatchObject({ lines: 0, errors: 0 });
  });

  test('takes the time of the file for lines without any', async () => {
    const logs = await logFolder();
    await logs.append('a.jsonl', '{"level": "ERROR"}', '{"level": "ERROR", "timestamp": "soon"}');
    const path = join(logs.path, 'a.jsonl');
    const then = new Date(Date.now() - 30 * 60_000);
    await utimes(path, then, then);
    expect(await counted(logs, { windowMinutes: 40 })).toMatchObject({ errors: 2 });
    expect(await counted(logs, { windowMinutes: 20 })).toMatchObject({ errors: 0 });
  });

  test('does not count lines without any time again when the file is written to after a long while', async () => {
    const logs = await logFolder();
    const path = join(logs.path, 'a.jsonl');
    await logs.append('a.jsonl', '{"level": "ERROR"}');
    expect(await counted(logs)).toMatchObject({ errors: 1 });
    await passTime(logs);
    expect(await counted(logs, {}, afterwards(logs))).toMatchObject({ errors: 0 });
    const later = new Date(Date.now() + 7_200_000);
    await logs.append('a.jsonl', '{"level": "ERROR", "n": 2}');
    await utimes(path, later, later);
    expect(await counted(logs, {}, afterwards(logs))).toMatchObject({ errors: 1 });
  });

  test('is not misled by a line from the future', async () => {
    const logs = await logFolder();
    await logs.append('a.jsonl', error(30), error(-60 * 24 * 365), error(29), error(-600));
    expect(await counted(logs, { windowMinutes: 35 })).toMatchObject({ errors: 4 });
    expect(await counted(logs, { windowMinutes: 20 })).toMatchObject({ errors: 0 });
  });
});

describe('logs.py keeps a window', () => {
  test('counts what is in it and drops what has left it', async () => {
    const logs = await logFolder();
    const lines = Array.from({ length: 2000 }, (_, index) => error(2000 - index - 0.5));
    await logs.append('a.jsonl', ...lines);
    for (const [windowMinutes, slack] of [
      [60, 1],
      [240, 5],
      [1440, 15],
    ] as const) {
      const { lines: found } = await counted(logs, { windowMinutes });
      expect(found).toBeGreaterThanOrEqual(windowMinutes);
      expect(found).toBeLessThanOrEqual(windowMinutes + slack);
    }
  });

  test('forgets after its time what it has counted', async () => {
    const logs = await logFolder();
    await logs.append('a.jsonl', error(1));
    expect(await counted(logs)).toMatchObject({ errors: 1 });
    await passTime(logs);
    const outcome = await logs.run('log-events.py', question, afterwards(logs));
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { errors: '0', lines: '0' } });
    expect(outcome.text).toMatch(/no line is of this time, the newest log was written at \d{4}-\d\d-\d\d \d\d:\d\d$/);
    expect(await readFile(logs.stateFile, 'ascii')).toContain('"buckets": {}');
  });

  test('does not look into files that are older', async () => {
    const logs = await logFolder();
    await logs.append('a.jsonl', '{"level": "ERROR"}');
    const then = new Date(Date.now() - 90 * 60_000);
    await utimes(join(logs.path, 'a.jsonl'), then, then);
    await chmod(join(logs.path, 'a.jsonl'), 0o000);
    const outcome = await logs.run('log-events.py', question, { unprivileged: true });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { errors: '0', lines: '0' } });
    expect(outcome.text).toContain('no line is of this time');
  });

  test('reads 200 MB in little memory, and hardly anything of what is older', async () => {
    const logs = await logFolder();
    const path = join(logs.path, 'a.jsonl');
    execFileSync('python3', ['-c', bigProgram, path]);
    const script = fileURLToPath(new URL('../../../../lib/runbooks/scripts/log-events.py', import.meta.url));
    const measure = `import resource, subprocess, sys
answer = subprocess.run(sys.argv[1:], capture_output=True, text=True).stdout
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, answer)`;
    const run = (windowMinutes: number) => {
      const env = {
        ROUNDS_FILES: path,
        ROUNDS_WINDOW_MINUTES: `${windowMinutes}`,
        ROUNDS_STATE: join(logs.path, 'state'),
      };
      const more = { PATH: process.env.PATH, ROUNDS_EVENTS: 'rare: "disk on fire"', PYTHONDONTWRITEBYTECODE: '1' };
      const answer = execFileSync('python3', ['-c', measure, script], { env: { ...env, ...more }, encoding: 'utf8' });
      return { kilobytes: Number.parseInt(answer, 10), answer };
    };
    const whole = run(1440);
    expect(whole.answer).toMatch(/ 80 rare in 800000 lines of the last 24 h/);
    expect(whole.kilobytes).toBeLessThan(40_000);
    // An hour is 3 % of it; within 10 ms no 200 MB are read.
    const hour = run(60);
    expect(hour.answer).toMatch(/ [34] rare in 4\d{4} lines of the last 1 h/);
    expect(hour.kilobytes).toBeLessThan(40_000);
  }, 20_000);
});

/** 800,000 lines of 250 bytes over 19 hours, one of 10,000 of them rare. */
const bigProgram = `import sys, time
from datetime import datetime, timezone
begun = time.time() - 19 * 3600
with open(sys.argv[1], 'w') as file:
    for block in range(8000):
        stamp = datetime.fromtimestamp(begun + block * 19 * 3600 / 8000, timezone.utc).isoformat()
        line = '{"timestamp": "%s", "level": "INFO", "message": "%s"}\\n' % (stamp, 'request completed ' * 10)
        file.write(line * 99 + (line.replace('request', 'disk on fire') if block % 100 == 0 else line))`;

describe('logs.py cannot judge', () => {
  test('when no log matches', async () => {
    const logs = await logFolder();
    await logs.append('a.log', error(1));
    const outcome = await logs.run('log-events.py', question);
    expect(outcome).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining(`no log matches ${logs.path}/*.jsonl`),
    });
  });

  test('when one of the logs, or their folder, may not be read', async () => {
    const logs = await logFolder();
    await logs.append('a.jsonl', error(1));
    await logs.append('b.jsonl', error(1));
    await chmod(join(logs.path, 'b.jsonl'), 0o000);
    const denied = await logs.run('log-events.py', question, { unprivileged: true });
    expect(denied.exitCode).toBe(3);
    expect(denied.text).toMatch(/^cannot read .*b\.jsonl: Permission denied; let the user \d+ read it$/);
    await chmod(join(logs.path, 'b.jsonl'), 0o644);
    await chmod(logs.path, 0o000);
    onTestFinished(() => chmod(logs.path, 0o755));
    const hidden = await logs.run('log-events.py', question, { unprivileged: true });
    expect(hidden).toMatchObject({ exitCode: 3, text: expect.stringContaining('permission denied; let the user') });
  });

  test('when there is more to read than time, and goes on from there', async () => {
    const logs = await logFolder();
    await logs.append('a.jsonl', ...errors(9, 40_000, 'x'));
    const hurried = { ...question, timeoutSeconds: 0.02 };
    const outcome = await logs.run('log-events.py', hurried);
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toMatch(
      /^read \d+ MB of the logs in 0\.02 s, \d+ MB are left: they follow in the next round$/,
    );
    expect(outcome.metrics).toEqual({});
    const { lines } = await counted(logs);
    expect(lines).toBe(40_000);
  });

  test.each([
    [{ files: '' }, 'setting ROUNDS_FILES is missing'],
    [{ windowMinutes: 0 }, "setting ROUNDS_WINDOW_MINUTES is '0', expected minutes above 0"],
    [{ format: 'xml' }, "setting ROUNDS_FORMAT is 'xml', expected jsonl or text"],
    [{ state: '' }, 'setting ROUNDS_STATE is missing'],
    [{ state: '/proc/nowhere' }, 'cannot remember anything in /proc/nowhere'],
  ])('with the settings %j', async (settings, words) => {
    const logs = await logFolder();
    await logs.append('a.jsonl', error(1));
    const outcome = await logs.run('log-events.py', { ...question, ...settings });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });
});

describe('logs.py remembers', () => {
  test.each([
    ['is cut', (text: string) => text.slice(0, text.length / 2)],
    ['is empty', () => ''],
    ['was changed', (text: string) => text.replace('"errors": 1', '"errors": 9')],
    ['is no text', () => '\0\xff\xfe'],
    ['is other JSON', () => '[]'],
  ])('nothing when its file %s, and reads the window anew', async (_what, damage) => {
    const logs = await logFolder();
    await logs.append('a.jsonl', error(5), error(4));
    await counted(logs);
    const before = await readFile(logs.stateFile, 'latin1');
    await writeFile(logs.stateFile, damage(before), 'latin1');
    expect(await readFile(logs.stateFile, 'latin1')).not.toBe(before);
    await logs.append('a.jsonl', error(3));
    expect(await counted(logs)).toMatchObject({ errors: 3, lines: 3 });
  });

  test('nothing of other questions', async () => {
    const logs = await logFolder();
    await logs.append('a.jsonl', error(5), healthy(4), healthy(3));
    expect(await counted(logs)).toMatchObject({ errors: 1 });
    expect(await counted(logs, { events: 'errors: level=INFO' })).toMatchObject({ errors: 2 });
    expect(await counted(logs, { windowMinutes: 240 })).toMatchObject({ errors: 1, lines: 3 });
    expect(await counted(logs, { files: `${logs.path}/a.*` })).toMatchObject({ errors: 1, lines: 3 });
  });

  test('everything when several run at once', async () => {
    const logs = await logFolder();
    await logs.append('a.jsonl', ...errors(9, 2000, 'x'));
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => counted(logs)));
    expect(outcomes.map(({ lines }) => lines)).toEqual([2000, 2000, 2000, 2000, 2000]);
    await logs.append('a.jsonl', error(1));
    expect(await counted(logs)).toMatchObject({ lines: 2001 });
  });

  test('and is UNKNOWN when another run does not end', async () => {
    const logs = await logFolder();
    await logs.append('a.jsonl', error(1));
    await counted(logs);
    const program =
      'import fcntl, sys; f = open(sys.argv[1], "w"); fcntl.flock(f, 2); print("held", flush=True); sys.stdin.read()';
    const holder = spawn('python3', ['-c', program, join(dirname(logs.stateFile), 'lock')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => void holder.kill());
    await once(holder.stdout, 'data');
    const outcome = await logs.run('log-events.py', question);
    expect(outcome).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('another run of this check still reads'),
    });
  });

  test('little, whatever the logs hold', async () => {
    const logs = await logFolder();
    const lines = Array.from({ length: 20_000 }, (_, index) => entry(50 - index / 400, { user: `user-${index}` }));
    await logs.append('a.jsonl', ...lines, ...Array.from({ length: 300 }, () => entry(0.1, { user: 'busy' })));
    const asked = { events: 'seen: user~user or user=busy', by: 'seen: user', distinct: 'users' };
    const { text: said } = await counted(logs, asked);
    expect(said).toMatch(/most frequent: busy \(300\)/);
    expect((await readFile(logs.stateFile)).length).toBeLessThan(2_000_000);
  });
});
