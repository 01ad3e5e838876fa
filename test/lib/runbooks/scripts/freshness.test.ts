import { existsSync } from 'node:fs';
import { chmod, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { logFolder } from '../log-folder.ts';
import { runScript, temporaryFolder } from '../run-script.ts';

/** A folder of files that were written so many minutes ago. */
async function filesOf(ages: Readonly<Record<string, number>>): Promise<string> {
  const { path } = await logFolder();
  for (const [name, minutes] of Object.entries(ages)) {
    const then = new Date(Date.now() - minutes * 60_000);
    await writeFile(join(path, name), 'x');
    await utimes(join(path, name), then, then);
  }
  return path;
}

const check = (files: string, maxAgeMinutes: number | string = 60) =>
  runScript('freshness.sh', { files, maxAgeMinutes });

describe('freshness.sh', () => {
  test('is OK when the newest file is young, whatever the others are', async () => {
    const folder = await filesOf({ 'security-1.jsonl': 5000, 'security-2.jsonl': 10, 'other.txt': 1 });
    const outcome = await check(`${folder}/security-*.jsonl ${folder}/none*`);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toContain('is security-2.jsonl, written 10 min ago');
    expect(outcome.metrics.age).toMatch(/^60\ds$/);
  });

  test('is CRITICAL when the newest is old', async () => {
    const folder = await filesOf({ 'a b.jsonl': 61, 'c.jsonl': 70 });
    const outcome = await check(`${folder}/*.jsonl`);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.text).toMatch(
      /^nothing is written any more: newest of .* is a b\.jsonl, written 61 min ago, expected at most 60 min/,
    );
    expect(outcome.metrics.age).toMatch(/^366\ds$/);
  });

  test('is CRITICAL when nothing was ever written', async () => {
    const folder = await filesOf({ 'other.txt': 1 });
    const outcome = await check(`${folder}/*.jsonl`);
    expect(outcome).toEqual({
      exitCode: 2,
      text: `nothing is written: no file matches ${folder}/*.jsonl`,
      metrics: {},
    });
    expect(await check(`${folder}/plain.jsonl`)).toMatchObject({ exitCode: 2 });
  });

  test('takes the age of the file that a link leads to', async () => {
    const folder = await filesOf({ 'old.txt': 600 });
    await symlink(join(folder, 'old.txt'), join(folder, 'latest.jsonl'));
    await symlink(join(folder, 'nowhere'), join(folder, 'dangling.jsonl'));
    expect(await check(`${folder}/*.jsonl`)).toMatchObject({
      exitCode: 2,
      metrics: { age: expect.stringMatching(/^360/) },
    });
  });

  test('runs nothing that its settings or the names of files hold', async () => {
    const folder = await filesOf({ '$(touch pwned).jsonl': 1, '-rf.jsonl': 5, "x | 'age'=0s\n.jsonl": 7 });
    const outcome = await check(`${folder}/*.jsonl`);
    expect(outcome).toMatchObject({ exitCode: 0, text: expect.stringContaining('is $(touch pwned).jsonl') });
    await check(`${folder}/$(touch\t${folder}/pwned)*.jsonl`);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  test('finds the files in the folder that its settings name, whatever it is called', async () => {
    const logs = join(await filesOf({}), 'the [logs] *');
    await mkdir(logs);
    await writeFile(join(logs, 'a.jsonl'), 'x');
    const outcome = await runScript('freshness.sh', { logs, files: 'none* a.*', maxAgeMinutes: 5 });
    expect(outcome).toMatchObject({ exitCode: 0, text: expect.stringContaining('is a.jsonl, written 0 min ago') });
  });

  test('is UNKNOWN when a file was written in the future', async () => {
    const folder = await filesOf({ 'a.jsonl': -60 });
    expect(await check(`${folder}/*`)).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('correct the clock'),
    });
  });

  test('is UNKNOWN when a folder is missing or cannot be listed', async () => {
    expect(await check('/nowhere/logs/*.jsonl')).toEqual({
      exitCode: 3,
      text: 'folder /nowhere/logs is missing: correct the setting ROUNDS_FILES, or mount it',
      metrics: {},
    });
    const folder = await filesOf({ 'a.jsonl': 1 });
    await chmod(folder, 0o000);
    onTestFinished(() => chmod(folder, 0o755));
    const settings = { files: `${folder}/*.jsonl`, maxAgeMinutes: 60 };
    const denied = await runScript('freshness.sh', settings, { unprivileged: true });
    expect(denied.exitCode).toBe(3);
    expect(denied.text).toMatch(/^folder .* cannot be listed, permission denied: let the user \d+ read it$/);
  });

  test.each([
    ['', 60, 'setting ROUNDS_FILES is missing'],
    ['logs/*.jsonl', 60, "setting ROUNDS_FILES holds 'logs/*.jsonl', expected a path that begins with /"],
    ['/tmp/*', '', 'setting ROUNDS_MAX_AGE_MINUTES is missing'],
    ['/tmp/*', '1; rm', "setting ROUNDS_MAX_AGE_MINUTES is '1; rm', expected whole minutes above 0"],
  ])('is UNKNOWN with the settings %j and %j', async (files, maxAgeMinutes, words) => {
    expect(await check(files, maxAgeMinutes)).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });

  test('is UNKNOWN and names the tool that is not installed', async () => {
    const settings = { files: '/tmp/*', maxAgeMinutes: 60 };
    const outcome = await runScript('freshness.sh', settings, { onlyTools: await temporaryFolder() });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('date is not installed') });
  });
});
