import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type HostDifference, type Outcome, runScript, temporaryFolder } from '../run-script.ts';

/** A time zone in which it is noon on the day that it is in UTC, so that no test runs over midnight. */
const noon: HostDifference = { environment: { TZ: `NOON${new Date().getUTCHours() - 12}` } };

function dayBefore(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
}

/** Backups of so many bytes, by how many days ago they were made. */
async function backupsOf(sizes: Readonly<Record<number, number>>): Promise<string> {
  const backups = await temporaryFolder();
  for (const [days, size] of Object.entries(sizes)) {
    const folder = join(backups, dayBefore(Number(days)));
    await mkdir(folder);
    await writeFile(join(folder, 'fossa.db'), 'x'.repeat(size));
  }
  return backups;
}

async function check(backups: string, days = 7, host: HostDifference = {}): Promise<Outcome> {
  return await runScript('backup-sizes.py', { backups, days }, { ...noon, ...host });
}

describe('backup-sizes.py', () => {
  test('compares the backup of the day with the median of the days before', async () => {
    const backups = await backupsOf({ 0: 1500, 1: 1000, 2: 1100, 3: 900, 4: 50_000 });
    expect(await check(backups)).toEqual({
      exitCode: 0,
      text:
        `backup of the day ${backups}/${dayBefore(0)} takes 1.5kB, 42.9% more than the median 1.05kB of earlier days; ` +
        'compared with 4',
      metrics: { size: '1500B', change: '42.857143%', earlier: '4' },
    });
  });

  test('tells a backup that shrank by as much, and one that is empty', async () => {
    const shrunk = await check(await backupsOf({ 0: 250, 1: 1000, 2: 1000, 3: 1000 }));
    expect(shrunk).toMatchObject({ exitCode: 0, text: expect.stringContaining('75.0% less than the median 1kB') });
    expect(shrunk.metrics.change).toBe('75%');
    const empty = await check(await backupsOf({ 0: 0, 1: 1000, 2: 1000, 3: 1000 }));
    expect(empty.metrics).toEqual({ size: '0B', change: '100%', earlier: '3' });
  });

  test('looks no further back than it should, and leaves out the days without a backup', async () => {
    const backups = await backupsOf({ 0: 1000, 1: 0, 3: 1000, 5: 1000, 7: 1000, 8: 9000, 9: 9000 });
    expect((await check(backups)).metrics).toEqual({ size: '1000B', change: '0%', earlier: '3' });
    expect((await check(backups, 8)).metrics.earlier).toBe('4');
  });

  test('says that one or two days tell little', async () => {
    const outcome = await check(await backupsOf({ 0: 1000, 1: 500 }));
    expect(outcome.text).toMatch(/100\.0% more than the median 500B of earlier days; compared with 1, too few to tell/);
    expect(outcome.metrics).toEqual({ size: '1000B', change: '100%', earlier: '1' });
  });

  test('has nothing to differ from on the first day of a host, and says so', async () => {
    const outcome = await check(await backupsOf({ 0: 1000, 8: 500 }));
    expect(outcome).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining('there is nothing to compare it with'),
    });
    expect(outcome.metrics).toEqual({ size: '1000B', change: '0%', earlier: '0' });
  });

  test('adds up folders of folders whatever they are called, and follows no link', async () => {
    const backups = await backupsOf({ 0: 1000 });
    const today = join(backups, dayBefore(0));
    await mkdir(join(today, '-rf', 'a\nb'), { recursive: true });
    await writeFile(join(today, '-rf', 'a\nb', '* $(id)'), 'x'.repeat(500));
    await symlink('/usr', join(today, 'usr'));
    await symlink(join(today, 'fossa.db'), join(today, 'again.db'));
    expect((await check(backups)).metrics.size).toBe('1500B');
  });

  test('finds days by another format of their names', async () => {
    const backups = await temporaryFolder();
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    await mkdir(join(backups, day), { recursive: true });
    await writeFile(join(backups, day, 'a'), 'x');
    const outcome = await runScript('backup-sizes.py', { backups, day: '%Y/%m/%d' }, noon);
    expect(outcome.metrics).toEqual({ size: '1B', change: '0%', earlier: '0' });
  });

  test('is CRITICAL when there is no backup of the day', async () => {
    const backups = await backupsOf({ 1: 1000 });
    const gone = await check(backups);
    expect(gone.exitCode).toBe(2);
    expect(gone.text).toContain(`no backup of the day: ${backups}/${dayBefore(0)} is no folder; run the backup now`);
    await writeFile(join(backups, dayBefore(0)), 'x');
    expect(await check(backups)).toMatchObject({ exitCode: 2, metrics: {} });
  });

  test.each([
    ['today', 0],
    ['an earlier day', 1],
  ])('is UNKNOWN when part of %s cannot be read', async (_when, days) => {
    const backups = await backupsOf({ 0: 1000, 1: 1000 });
    const secret = join(backups, dayBefore(days), 'secret');
    await mkdir(secret);
    await chmod(secret, 0o000);
    onTestFinished(() => chmod(secret, 0o755));
    const outcome = await check(backups, 7, { unprivileged: true });
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toMatch(/^cannot read .*secret: Permission denied; let the user \d+ read it$/);
    expect(outcome.metrics).toEqual({});
  });

  test('is UNKNOWN when there was no time to measure', async () => {
    const settings = { backups: await backupsOf({ 0: 1000 }), timeoutSeconds: 0 };
    const outcome = await runScript('backup-sizes.py', settings, noon);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('in time: raise ROUNDS_TIMEOUT') });
  });

  test.each([
    [{}, 'setting ROUNDS_BACKUPS is missing'],
    [{ backups: '/', days: 0 }, "setting ROUNDS_DAYS is '0', expected whole days"],
    [{ backups: '/', timeoutSeconds: 'soon' }, "setting ROUNDS_TIMEOUT_SECONDS is 'soon', expected seconds"],
  ])('is UNKNOWN and names the wrong setting of %j', async (settings, words) => {
    const outcome = await runScript('backup-sizes.py', settings as Record<string, string | number>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });
});
