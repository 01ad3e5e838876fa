import { chmod, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runScript, temporaryFolder, toolFolder } from '../run-script.ts';

const day = '20250114';
const modified = new Date('2025-01-14T02:00:07.900Z');

/** Backups with one folder of a day, which holds a file of each name with so many bytes. */
async function backupsWith(files: Readonly<Record<string, number>>, name = day): Promise<string> {
  const backups = await temporaryFolder();
  await mkdir(join(backups, name));
  for (const [file, bytes] of Object.entries(files)) {
    await writeFile(join(backups, name, file), 'x'.repeat(bytes));
    await utimes(join(backups, name, file), modified, modified);
  }
  return backups;
}

async function deny(folder: string): Promise<void> {
  await chmod(folder, 0o000);
  onTestFinished(() => chmod(folder, 0o755));
}

describe('backup-folder.sh', () => {
  test('is OK and tells how old the newest file is, wherever it lies', async () => {
    const backups = await backupsWith({ 'fossa 1.db': 3 });
    const file = join(backups, day, 'user_data', 'newest');
    await mkdir(join(backups, day, 'user_data'));
    await writeFile(file, 'x');
    const written = new Date(Date.now() - 3_600_000);
    await utimes(file, written, written);
    const outcome = await runScript('backup-folder.sh', { backups, day });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toContain(`backup of the day is there: 2 files in ${backups}/${day}, the newest of 20`);
    const age = Number.parseInt(outcome.metrics.age ?? '', 10);
    expect(age).toBeGreaterThanOrEqual(3600);
    expect(age).toBeLessThan(3660);
  });

  test('tells the time of the newest file in words', async () => {
    const backups = await backupsWith({ a: 1, b: 2 });
    const outcome = await runScript('backup-folder.sh', { backups, day }, { environment: { TZ: 'UTC' } });
    expect(outcome.text).toMatch(/the newest of 2025-01-14 02:00:07 UTC$/);
  });

  test('does not call a file from the future fresh', async () => {
    const backups = await backupsWith({ a: 1 });
    const tomorrow = new Date(Date.now() + 86_400_000);
    await utimes(join(backups, day, 'a'), tomorrow, tomorrow);
    const outcome = await runScript('backup-folder.sh', { backups, day });
    expect(Number.parseInt(outcome.metrics.age ?? '', 10)).toBeLessThan(-86_000);
  });

  test("looks for the host's own date", async () => {
    const backups = await temporaryFolder();
    const tools = await toolFolder('date', '[ "$*" = +%Y%m%d ] && echo 20250330');
    const outcome = await runScript('backup-folder.sh', { backups }, { tools });
    expect(outcome.text).toContain(`${backups}/20250330 does not exist`);
    // Never the same day in these two zones.
    const days = ['Etc/GMT-14', 'Etc/GMT+12'].map(async (zone) => {
      const { text } = await runScript('backup-folder.sh', { backups }, { environment: { TZ: zone } });
      return /(\d{8}) does not exist/.exec(text)?.[1];
    });
    const [east, west] = await Promise.all(days);
    expect(east).toMatch(/^\d{8}$/);
    expect(west).toMatch(/^\d{8}$/);
    expect(east).not.toBe(west);
  });

  test('is CRITICAL and says what to do when there is no folder of the day', async () => {
    const backups = await backupsWith({ a: 1 }, '20250113');
    expect(await runScript('backup-folder.sh', { backups, day })).toEqual({
      exitCode: 2,
      text: `no backup of the day: ${backups}/${day} does not exist; run the backup now, then find out why it did not run or where it went`,
      metrics: {},
    });
    const gone = await runScript('backup-folder.sh', { backups: `${backups}/gone`, day });
    expect(gone).toMatchObject({ exitCode: 2, text: expect.stringContaining(`${backups}/gone/${day} does not exist`) });
    const file = await runScript('backup-folder.sh', { backups: join(backups, '20250113', 'a'), day });
    expect(file).toMatchObject({ exitCode: 2, text: expect.stringContaining('does not exist') });
  });

  test('is CRITICAL when a file or a link to nowhere is in its place', async () => {
    const backups = await temporaryFolder();
    await writeFile(join(backups, day), 'x');
    await symlink(join(backups, 'nowhere'), join(backups, 'link'));
    const file = await runScript('backup-folder.sh', { backups, day });
    expect(file).toMatchObject({ exitCode: 2, text: expect.stringContaining('is no folder but a regular file') });
    const link = await runScript('backup-folder.sh', { backups, day: 'link' });
    expect(link).toMatchObject({ exitCode: 2, text: expect.stringContaining('does not exist') });
  });

  test.each([
    ['no file', {}, 'holds no file'],
    ['only empty files', { a: 0, b: 0 }, 'all 2 files in'],
  ])('is CRITICAL when the folder holds %s', async (_what, files, words) => {
    const backups = await backupsWith(files);
    await mkdir(join(backups, day, 'empty'));
    const outcome = await runScript('backup-folder.sh', { backups, day });
    expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringContaining(words), metrics: {} });
  });

  test('follows a folder of the day that is a link, and no other link', async () => {
    const backups = await temporaryFolder();
    await symlink(join(await backupsWith({ a: 1 }), day), join(backups, day));
    expect(await runScript('backup-folder.sh', { backups, day })).toMatchObject({ exitCode: 0 });
    await mkdir(join(backups, 'links'));
    await symlink('/usr', join(backups, 'links', 'usr'));
    const links = await runScript('backup-folder.sh', { backups, day: 'links' });
    expect(links).toMatchObject({ exitCode: 2, text: expect.stringContaining('holds no file') });
  });

  test('counts files whatever they are called', async () => {
    const backups = await backupsWith({ 'a\nb': 1, '-delete': 1, 'complete\n9999999999 5': 1 });
    const outcome = await runScript('backup-folder.sh', { backups, day });
    expect(outcome).toMatchObject({ exitCode: 0, text: expect.stringContaining('3 files in') });
  });

  test('is UNKNOWN when part of the backup, or all of it, cannot be read', async () => {
    const backups = await backupsWith({ a: 1 });
    await mkdir(join(backups, day, 'secret'));
    await deny(join(backups, day, 'secret'));
    const part = await runScript('backup-folder.sh', { backups, day }, { unprivileged: true });
    expect(part.exitCode).toBe(3);
    expect(part.text).toMatch(/^could not look at all of .*find: .*secret.*: Permission denied; let user \d+ read it$/);
    expect(part.metrics).toEqual({});
    await deny(backups);
    const all = await runScript('backup-folder.sh', { backups, day }, { unprivileged: true });
    expect(all).toMatchObject({ exitCode: 3, text: expect.stringContaining('Permission denied') });
  });

  test('is UNKNOWN when its list of files is lost on its way', async () => {
    const tools = await toolFolder('awk', 'exit 2');
    const outcome = await runScript('backup-folder.sh', { backups: await backupsWith({ a: 1 }), day }, { tools });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('find or awk ended early') });
  });

  test('is UNKNOWN and names what is missing or wrong', async () => {
    const missing = await runScript('backup-folder.sh', { day });
    expect(missing).toMatchObject({ exitCode: 3, text: expect.stringContaining('ROUNDS_BACKUPS is missing') });
    const relative = await runScript('backup-folder.sh', { backups: '-L', day });
    expect(relative).toMatchObject({ exitCode: 3, text: expect.stringContaining('expected an absolute path') });
    const bare = await runScript('backup-folder.sh', { backups: '/', day }, { onlyTools: await temporaryFolder() });
    expect(bare).toMatchObject({ exitCode: 3, text: expect.stringContaining('awk is not installed') });
  });
});
