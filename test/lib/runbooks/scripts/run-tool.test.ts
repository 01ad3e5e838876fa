import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type HostDifference, type Outcome, runScript, temporaryFolder, toolFolder } from '../run-script.ts';

const script = fileURLToPath(new URL('../../../../lib/runbooks/scripts/run-tool.sh', import.meta.url));

/** The path of a tool that does these lines. */
async function toolThat(...lines: readonly string[]): Promise<string> {
  return join(await toolFolder('daily-backup.sh', ...lines), 'daily-backup.sh');
}

async function run(
  tool: string,
  settings: Readonly<Record<string, string>> = {},
  host: HostDifference = {},
): Promise<Outcome> {
  return await runScript('run-tool.sh', { tool, ...settings }, host);
}

describe('run-tool.sh', () => {
  test('is OK, tells how long the tool ran and quotes the last line that it said', async () => {
    const outcome = await run(await toolThat('echo first', 'echo "3 tables saved"', 'echo'));
    expect(outcome).toEqual({
      exitCode: 0,
      text: expect.stringMatching(/^daily-backup\.sh ended well after \d\.\d{3} s: 3 tables saved$/),
      metrics: { seconds: expect.stringMatching(/^\d\.\d{3}s$/) },
    });
  });

  test('splits the arguments at spaces and expands nothing in them', async () => {
    const tool = await toolThat('printf "%s;" "$#" "$@"');
    const outcome = await run(tool, { arguments: '--daily  * $HOME $(id) "a b"' });
    expect(outcome.text).toMatch(/: 6;--daily;\*;\$HOME;\$\(id\);"a;b";$/);
  });

  test('starts the tool as cron does: in the home folder, without input, and not with temporary files in memory', async () => {
    const home = await temporaryFolder();
    const tool = await toolThat('cat', `echo "$PWD, TMPDIR is \${TMPDIR:-unset}"`);
    const outcome = await run(tool, {}, { environment: { HOME: home, TMPDIR: await temporaryFolder() } });
    expect(outcome.text).toContain(`: ${home}, TMPDIR is unset`);
  });

  test('is CRITICAL with the exit code and the last line of what the tool complained', async () => {
    const tool = await toolThat(
      'echo "reading"',
      'echo "warm-up" >&2',
      'echo "no space left" >&2',
      'echo "bye"',
      'exit 5',
    );
    const outcome = await run(tool);
    expect(outcome).toMatchObject({
      exitCode: 2,
      text: expect.stringMatching(/^daily-backup\.sh failed after \d\.\d{3} s with exit code 5: no space left$/),
      metrics: { seconds: expect.any(String) },
    });
    expect((await run(await toolThat('echo "only this"', 'exit 1'))).text).toMatch(/exit code 1: only this$/);
    expect((await run(await toolThat('exit 3'))).text).toMatch(/exit code 3: it said nothing$/);
    expect((await run(await toolThat('kill -KILL $$'))).text).toContain('exit code 137, which is signal 9: ');
  });

  test('is CRITICAL when the interpreter of the tool is missing', async () => {
    const tool = join(await temporaryFolder(), 'scan.py');
    await writeFile(tool, '#!/no/such/python\n', { mode: 0o755 });
    const outcome = await run(tool);
    expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringMatching(/scan\.py failed .*exit code 12[67]: /) });
  });

  test('keeps only the end of what a tool says, were it without end, and shows nothing that could pass for data', async () => {
    const tool = await toolThat(
      'head -c 50000000 /dev/zero',
      "printf '\\033[31mred | x=1\\n%s' \"$(printf 'y%.0s' $(seq 1000))\" >&2",
      'exit 1',
    );
    const outcome = await run(tool);
    expect(outcome.text).toMatch(/exit code 1: y{150}$/);
    expect((await run(await toolThat("printf '\\033[31mred | x=1' >&2", 'exit 1'))).text).toMatch(
      /: \?\[31mred \? x=1$/,
    );
  });

  test('does not wait for what the tool left running', async () => {
    const tool = await toolThat('sleep 15 &', 'exit 0');
    const started = performance.now();
    expect(await run(tool)).toMatchObject({ exitCode: 0 });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  describe('where something is expected afterwards', () => {
    test("is OK when the file of the host's date is there, and tells its size", async () => {
      const folder = await temporaryFolder();
      const kiritimati = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Pacific/Kiritimati' }).format(new Date());
      const tool = await toolThat(`date +%s | head -c 5 >"${folder}/$(date +%Y-%m-%d) 100%.tar"`);
      const settings = { expected: `${folder}/%Y-%m-%d 100%%.tar` };
      const outcome = await run(tool, settings, { environment: { TZ: 'Pacific/Kiritimati' } });
      expect(outcome).toMatchObject({
        exitCode: 0,
        text: expect.stringMatching(/^daily-backup\.sh ended well after \d\.\d{3} s: .* 100%\.tar is there, \d/),
      });
      expect(outcome.text).toContain(`${folder}/${kiritimati} 100%.tar is there`);
    });

    test('is OK when the tool took the date of its end, after midnight', async () => {
      const folder = await temporaryFolder();
      const tools = await toolFolder(
        'date',
        `case "$*" in *@*) exec /bin/date -d '2026-01-31' '+${folder}/%Y%m%d' ;;`,
        `'-d now '*) exec /bin/date -d '2026-02-01' '+${folder}/%Y%m%d' ;; *) exec /bin/date "$@" ;; esac`,
      );
      const settings = { expected: `${folder}/%Y%m%d` };
      const tool = await toolThat(`echo x >'${folder}/20260201'`);
      expect(await run(tool, settings, { tools })).toMatchObject({ exitCode: 0 });
    });

    test('is OK when a new file lies somewhere in the folder, which may be reached by a link', async () => {
      const folder = await temporaryFolder();
      await mkdir(join(folder, 'full'));
      await symlink('full', join(folder, 'latest'));
      const tool = await toolThat(`mkdir '${folder}/full/today'`, `echo x >'${folder}/full/today/dump'`);
      const outcome = await run(tool, { expected: join(folder, 'latest') });
      expect(outcome).toMatchObject({ exitCode: 0, text: expect.stringContaining(`${folder}/latest is there, `) });
    });

    test.each([
      ['nothing is there', 'true', 'is not there'],
      ['the file is empty', ': >"$expected"', 'is empty'],
      [
        'the file is older',
        'echo x >"$expected"; touch -d 2026-01-02T03:04:05 "$expected"',
        'is older than that: of 2026-01-02 03:04:05',
      ],
      ['the folder is empty', 'mkdir "$expected"', 'holds no file that is newer than that and not empty'],
      ['the folder has only an empty file', 'mkdir "$expected"; : >"$expected/x"', 'holds no file that is newer'],
    ])('is CRITICAL although the tool ended with 0 when %s', async (_what, line, words) => {
      const expected = join(await temporaryFolder(), 'backup');
      const outcome = await run(await toolThat(`expected='${expected}'`, line, 'echo "backup complete"'), { expected });
      expect(outcome.exitCode).toBe(2);
      expect(outcome.text).toContain(`claims to have ended well after`);
      expect(outcome.text).toContain(`but ${expected} ${words}`);
      expect(outcome.text).toContain('it said: backup complete');
      expect(outcome.metrics).toEqual({ seconds: expect.any(String) });
    });

    test("is CRITICAL when only yesterday's backup is there", async () => {
      const folder = await temporaryFolder();
      const expected = join(folder, 'backup.tar');
      await writeFile(expected, 'old');
      const yesterday = new Date(Date.now() - 86_400_000);
      await utimes(expected, yesterday, yesterday);
      expect(await run(await toolThat('true'), { expected })).toMatchObject({ exitCode: 2 });
      expect(await run(await toolThat('true'), { expected: folder })).toMatchObject({ exitCode: 2 });
    });
  });

  test('is UNKNOWN and names the tool that is missing, or may not be executed', async () => {
    const folder = await temporaryFolder();
    const tool = join(folder, 'daily-backup.sh');
    expect(await run(tool)).toMatchObject({ exitCode: 3, text: expect.stringContaining(`${tool} is not installed`) });
    expect(await run(folder)).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining(`${folder} is not installed`),
    });
    await writeFile(tool, '#!/bin/sh\n');
    expect(await run(tool)).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining(`${tool} may not be executed`),
    });
    await chmod(tool, 0o700);
    expect(await run(tool, {}, { unprivileged: true })).toMatchObject({ exitCode: process.getuid?.() === 0 ? 3 : 0 });
  });

  test.each([
    [{}, 'setting ROUNDS_TOOL is missing'],
    [{ tool: 'backup.sh' }, "is 'backup.sh', expected a path that begins with /"],
    [{ tool: '/bin/true', expected: 'backups' }, "is 'backups', expected a path that begins with /"],
  ])('is UNKNOWN and names the wrong setting of %j', async (settings, words) => {
    const outcome = await runScript('run-tool.sh', settings as Record<string, string>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });

  test('is UNKNOWN when there is no room to keep the output', async () => {
    const outcome = await run('/bin/true', {}, { environment: { TMPDIR: '/no/such/folder' } });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('cannot keep the output of true') });
  });

  test('told to end in the middle ends the tool, says so and leaves nothing behind', async () => {
    const [folder, work] = [await temporaryFolder(), await temporaryFolder()];
    const tool = await toolThat(
      `trap 'echo told >"${folder}/told"; exit 0' TERM`,
      `echo $$ >"${folder}/started"`,
      'while :; do sleep 0.05; done',
    );
    const child = spawn(script, { env: { PATH: process.env.PATH, TMPDIR: work, ROUNDS_TOOL: tool } });
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    await expect.poll(() => readFile(join(folder, 'started'), 'utf8').catch(() => '')).not.toBe('');
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    expect(code).toBe(2);
    expect(stdout).toMatch(/^daily-backup\.sh was told to end after \d s, before it was done\n$/);
    await expect.poll(() => readdir(folder)).toContain('told');
    expect(await readdir(work)).toEqual([]);
  });
});

test('finds a tool and what it leaves by their names, where their folders are given', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'backup'), '#!/bin/sh\necho data >"$(dirname "$0")/today"\n', { mode: 0o755 });
  const settings = { tools: folder, tool: 'backup', backups: folder };
  expect(await runScript('run-tool.sh', { ...settings, expected: 'today' })).toMatchObject({ exitCode: 0 });
  expect(await runScript('run-tool.sh', { ...settings, expected: 'tomorrow' })).toMatchObject({ exitCode: 2 });
  expect(await runScript('run-tool.sh', { tool: 'backup' })).toMatchObject({ exitCode: 3 });
});
