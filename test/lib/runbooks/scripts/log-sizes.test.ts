import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runScript, temporaryFolder, toolFolder } from '../run-script.ts';

const mebibyte = 1024 * 1024;

/** A log folder that holds a folder of each name, with one log of so many mebibytes. */
async function logsOf(sizes: Readonly<Record<string, number>>): Promise<string> {
  const logs = await temporaryFolder();
  for (const [name, mebibytes] of Object.entries(sizes)) {
    await mkdir(join(logs, name));
    await writeFile(join(logs, name, 'x.jsonl'), 'x'.repeat(mebibytes * mebibyte));
  }
  return logs;
}

/** Lets nobody read a folder until the test ends; it could not be removed otherwise. */
async function deny(folder: string): Promise<void> {
  await chmod(folder, 0o000);
  onTestFinished(() => chmod(folder, 0o755));
}

/** Bytes of a metric; folders take a little more than what is in them. */
function mebibytes(value: string | undefined): number {
  return Math.round((Number.parseInt(value ?? '', 10) / mebibyte) * 10) / 10;
}

describe('log-sizes.sh', () => {
  test('tells the whole size and names the five largest folders', async () => {
    const logs = await logsOf({ backend: 3, errors: 6, sync: 1, performance: 5, frontend: 2, audit: 4 });
    const outcome = await runScript('log-sizes.sh', { logs });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toMatch(
      /^logs take 22MB in .*; largest: errors 6\.\dMB, performance 5\.\dMB, audit 4\.\dMB, backend 3\.\dMB, frontend 2\.\dMB$/,
    );
    expect(mebibytes(outcome.metrics.logs_total)).toBe(21);
    expect(outcome.metrics.logs_total).toMatch(/B$/);
  });

  test('counts hidden folders, files, and folders that a link leads to', async () => {
    const logs = await logsOf({ '.hidden': 1 });
    await writeFile(join(logs, 'plain.log'), 'x'.repeat(2 * mebibyte));
    await symlink(await logsOf({ moved: 3 }), join(logs, 'linked'));
    await symlink(join(logs, 'nowhere'), join(logs, 'dangling'));
    const outcome = await runScript('log-sizes.sh', { logs });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toMatch(/largest: linked \S+, plain\.log \S+, \.hidden \S+$/);
    expect(mebibytes(outcome.metrics.logs_total)).toBe(6);
  });

  test('keeps its line and its metrics whole whatever a folder is called', async () => {
    const names = [
      "a\n | 'logs_total'=0B",
      '-rf',
      '* ?',
      'sp  ace "quoted"',
      'complete',
      'refused\tby nobody',
      'ä'.repeat(60),
    ];
    const logs = await logsOf(Object.fromEntries(names.map((name, index) => [name, index === 0 ? 2 : 1])));
    const outcome = await runScript('log-sizes.sh', { logs });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toContain("largest: a  ? 'logs_total'=0B 2.1MB, ");
    expect(mebibytes(outcome.metrics.logs_total)).toBe(8);
  });

  test('stays short with the longest names', async () => {
    const logs = await logsOf(Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name.repeat(250), 0])));
    const outcome = await runScript('log-sizes.sh', { logs });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text.length).toBeLessThanOrEqual(300);
    expect(outcome.metrics.logs_total).toBeDefined();
  });

  test('is OK for an empty folder and says that it is empty', async () => {
    const logs = await temporaryFolder();
    const outcome = await runScript('log-sizes.sh', { logs });
    expect(outcome).toEqual({ exitCode: 0, text: `${logs} is empty`, metrics: { logs_total: '0B' } });
  });

  test('is UNKNOWN without metrics when part of the logs cannot be read', async () => {
    const logs = await logsOf({ backend: 1, secret: 1 });
    await deny(join(logs, 'secret'));
    const outcome = await runScript('log-sizes.sh', { logs }, { unprivileged: true });
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toMatch(
      /^could not measure all of .*: du: cannot .*\/secret'?: Permission denied; let user \d+ read it/,
    );
    expect(outcome.metrics).toEqual({});
  });

  test('is UNKNOWN when the folder itself cannot be listed', async () => {
    const logs = join(await logsOf({ backend: 1 }), 'backend');
    await deny(logs);
    const outcome = await runScript('log-sizes.sh', { logs }, { unprivileged: true });
    expect(outcome).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining(`${logs} cannot be listed`),
      metrics: {},
    });
  });

  test('is UNKNOWN when there is no such folder, or a file in its place', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    for (const logs of [join(folder, 'gone'), join(folder, 'file')]) {
      const outcome = await runScript('log-sizes.sh', { logs });
      expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(`${logs} is missing or no folder`) });
    }
  });

  test('is UNKNOWN when du fails after it measured some folders', async () => {
    const tools = await toolFolder(
      'du',
      "printf '5\\t/logs/a\\0'",
      "echo 'du: /logs/b: Input/output error' >&2",
      'exit 1',
    );
    const outcome = await runScript('log-sizes.sh', { logs: await logsOf({ a: 0, b: 0 }) }, { tools });
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toContain('du: /logs/b: Input/output error');
    expect(outcome.metrics).toEqual({});
  });

  test('is UNKNOWN when the sizes are lost on their way', async () => {
    const tools = await toolFolder('sort', 'exit 2');
    const outcome = await runScript('log-sizes.sh', { logs: await logsOf({ a: 1 }) }, { tools });
    expect(outcome).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('du or sort ended early'),
      metrics: {},
    });
  });

  test('is UNKNOWN and names the setting that is missing', async () => {
    const outcome = await runScript('log-sizes.sh', {});
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('setting ROUNDS_LOGS is missing') });
  });

  test('is UNKNOWN and names the tool that is not installed', async () => {
    const outcome = await runScript('log-sizes.sh', { logs: '/' }, { onlyTools: await temporaryFolder() });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('du is not installed') });
  });
});
