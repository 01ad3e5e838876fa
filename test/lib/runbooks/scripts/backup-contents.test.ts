import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type HostDifference, type Outcome, runScript, temporaryFolder } from '../run-script.ts';

const day = '20250114';

/** Backups with one folder of a day, which holds these files, and a folder for each name that ends in a slash. */
async function backupsWith(...paths: readonly string[]): Promise<string> {
  const backups = await temporaryFolder();
  await mkdir(join(backups, day));
  for (const path of paths) {
    const target = join(backups, day, path);
    await mkdir(path.endsWith('/') ? target : dirname(target), { recursive: true });
    if (!path.endsWith('/')) await writeFile(target, path.endsWith('.empty') ? '' : 'x');
  }
  return backups;
}

async function check(backups: string, expected: string, host: HostDifference = {}): Promise<Outcome> {
  return await runScript('backup-contents.sh', { backups, day, expected }, host);
}

describe('backup-contents.sh', () => {
  test('is OK when each pattern has a file or a folder with something in it', async () => {
    const backups = await backupsWith('user_data_1.tgz', 'config/deep/er/app.json', 'more/database/x.db');
    expect(await check(backups, 'user_data* config*\nmore/*/*.db')).toEqual({
      exitCode: 0,
      text: `all 3 parts are in the backup of the day, ${backups}/${day}`,
      metrics: { found: '3', missing: '0' },
    });
  });

  test('is CRITICAL and says of each part why it counts as missing', async () => {
    const backups = await backupsWith('user_data.empty', 'config/deep/', 'logs/all.empty', 'keys/a');
    expect(await check(backups, 'user_data* config* logs* keys* secrets* certificates')).toEqual({
      exitCode: 2,
      text:
        `5 of 6 parts missing in the backup of the day, ${backups}/${day}: user_data*: user_data.empty is empty; ` +
        'config*: config is empty; logs*: logs is empty; secrets*: nothing of that name; certificates: nothing of that name',
      metrics: { found: '1', missing: '5' },
    });
  });

  test('is content with one that is not empty among several', async () => {
    const backups = await backupsWith('user_data_1.empty', 'user_data_2/', 'user_data_3');
    expect(await check(backups, 'user_data*')).toMatchObject({ exitCode: 0, metrics: { found: '1', missing: '0' } });
  });

  test('takes names for names, whatever they hold', async () => {
    const backups = await backupsWith('config a\nb', '-rf', 'user_data $(touch x)/y', '*');
    expect(await check(backups, 'config* -rf user_data* [*]')).toMatchObject({ exitCode: 0, metrics: { found: '4' } });
    const broken = await backupsWith("config | 'missing'=0\n.empty");
    const outcome = await check(broken, 'config*');
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { found: '0', missing: '1' } });
    expect(outcome.text).toContain("config*: config ? 'missing'=0 .empty is empty");
  });

  test('does not run what a pattern holds', async () => {
    const backups = await backupsWith('a');
    const outcome = await check(backups, '$(id) `id` ;id');
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { missing: '3' } });
  });

  test('counts a link by what it leads to', async () => {
    const backups = await backupsWith('real/file');
    await symlink(join(backups, day, 'real'), join(backups, day, 'config'));
    await symlink(join(backups, 'nowhere'), join(backups, day, 'user_data'));
    const outcome = await check(backups, 'config user_data');
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { found: '1', missing: '1' } });
    expect(outcome.text).toMatch(/: user_data: nothing of that name$/);
  });

  test('is CRITICAL when there is no folder of the day', async () => {
    const backups = await temporaryFolder();
    const outcome = await check(backups, 'config*');
    expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringContaining(`${backups}/${day} does not exist`) });
    await writeFile(join(backups, day), 'x');
    expect(await check(backups, 'config*')).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('is no folder but a regular file'),
    });
  });

  test.each([
    ['the folder of the day', '', 'config*'],
    ['a folder on the way', 'more', 'more/config*'],
    ['the part itself', 'config', 'config*'],
  ])('is UNKNOWN and does not say missing when %s cannot be read', async (_what, denied, pattern) => {
    const backups = await backupsWith('config/a', 'more/config/a');
    const folder = join(backups, day, denied);
    await chmod(folder, 0o000);
    onTestFinished(() => chmod(folder, 0o755));
    const outcome = await check(backups, pattern, { unprivileged: true });
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toContain(`cannot look for ${pattern} in the backup of the day: `);
    expect(outcome.text).toMatch(/Permission denied; let user \d+ read it$/);
    expect(outcome.metrics).toEqual({});
  });

  test('stays short with many patterns', async () => {
    const patterns = Array.from({ length: 100 }, (_, index) => `part-${index}*`).join(' ');
    const outcome = await check(await backupsWith('a'), patterns);
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { found: '0', missing: '100' } });
  });

  test('is UNKNOWN and names what is missing or wrong', async () => {
    const missing = await runScript('backup-contents.sh', { backups: '/', day });
    expect(missing).toMatchObject({ exitCode: 3, text: expect.stringContaining('ROUNDS_EXPECTED is missing') });
    const relative = await check('backups', 'config*');
    expect(relative).toMatchObject({ exitCode: 3, text: expect.stringContaining('expected an absolute path') });
    const bare = await check('/', 'config*', { onlyTools: await temporaryFolder() });
    expect(bare).toMatchObject({ exitCode: 3, text: expect.stringContaining('date is not installed') });
  });
});
