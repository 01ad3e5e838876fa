import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type HostDifference, type Outcome, runScript, temporaryFolder, toolFolder } from '../run-script.ts';

async function backupsOf(...days: readonly string[]): Promise<string> {
  const backups = await temporaryFolder();
  for (const day of days) await mkdir(join(backups, day));
  return backups;
}

/** Checks as on a day, with the real `date` for everything but the question what day it is. */
async function checkOn(today: string, backups: string, retentionDays: number | string = 30): Promise<Outcome> {
  const tools = await toolFolder('date', `[ "$*" = +%Y%m%d ] && echo ${today} && exit`, 'exec /bin/date "$@"');
  return await runScript('backup-retention.sh', { backups, retentionDays }, { tools });
}

describe('backup-retention.sh', () => {
  test('is OK when the oldest backup is as old as it may be', async () => {
    const backups = await backupsOf('20250114', '20250113', '20241215');
    expect(await checkOn('20250114', backups)).toEqual({
      exitCode: 0,
      text: `no backup older than 30 days in ${backups}; 3 kept`,
      metrics: { past_retention: '0', kept: '3' },
    });
  });

  test('is WARNING and names the oldest of those past retention', async () => {
    const backups = await backupsOf('20250114', '20241214', '20240229', '20241130');
    expect(await checkOn('20250114', backups)).toEqual({
      exitCode: 1,
      text: `3 backups older than 30 days in ${backups}, the oldest of 20240229: remove them, or mend what should`,
      metrics: { past_retention: '3', kept: '1' },
    });
  });

  test.each([
    ['spring', '20250331', '20250301', '20250228'],
    ['autumn', '20251103', '20251004', '20251003'],
    ['a leap year', '20240310', '20240209', '20240208'],
  ])('counts whole days over the change of clocks in %s', async (_when, today, kept, past) => {
    const environment = { TZ: 'America/New_York' };
    const tools = await toolFolder('date', `[ "$*" = +%Y%m%d ] && echo ${today} && exit`, 'exec /bin/date "$@"');
    const settings = { backups: await backupsOf(kept, past), retentionDays: 30 };
    const outcome = await runScript('backup-retention.sh', settings, { tools, environment });
    expect(outcome).toMatchObject({ exitCode: 1, metrics: { past_retention: '1', kept: '1' } });
    expect(outcome.text).toContain(`the oldest of ${past}`);
  });

  test('is WARNING and names a backup dated in the future', async () => {
    const backups = await backupsOf('20250114', '20250115', '20520114');
    expect(await checkOn('20250114', backups)).toEqual({
      exitCode: 1,
      text: '2 backups dated in the future, the last 20520114: look at the clock',
      metrics: { past_retention: '0', kept: '1' },
    });
  });

  test('counts but does not judge what is not named for a day', async () => {
    const backups = await backupsOf('latest', '20241399', '20240101.old', '-rf', 'a\n20240101', '2024010', '.20240101');
    await writeFile(join(backups, '20240102'), 'a file');
    const outcome = await checkOn('20250114', backups);
    expect(outcome).toEqual({
      exitCode: 0,
      text: `no backup older than 30 days in ${backups}; 8 others there are not named for a day; 0 kept`,
      metrics: { past_retention: '0', kept: '0' },
    });
  });

  test('is OK for an empty folder', async () => {
    expect(await checkOn('20250114', await backupsOf())).toMatchObject({
      exitCode: 0,
      metrics: { past_retention: '0', kept: '0' },
    });
  });

  test('is UNKNOWN when the backups are missing, no folder, or cannot be listed', async () => {
    const backups = await backupsOf('20200101');
    await writeFile(join(backups, 'file'), '');
    for (const path of [join(backups, 'gone'), join(backups, 'file')]) {
      const outcome = await checkOn('20250114', path);
      expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('is missing or no folder') });
    }
    await chmod(backups, 0o000);
    onTestFinished(() => chmod(backups, 0o755));
    const denied: HostDifference = { unprivileged: true };
    const outcome = await runScript('backup-retention.sh', { backups, retentionDays: 30 }, denied);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('permission denied'), metrics: {} });
  });

  test.each(['0', '030', '-1', '30 days', '1.5', '999999'])('is UNKNOWN for %s days', async (retentionDays) => {
    const outcome = await checkOn('20250114', '/', retentionDays);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('expected whole days') });
  });

  test('is UNKNOWN and names what is missing', async () => {
    const missing = await runScript('backup-retention.sh', { backups: '/' });
    expect(missing).toMatchObject({ exitCode: 3, text: expect.stringContaining('RETENTION_DAYS is missing') });
    const settings = { backups: '/', retentionDays: 30 };
    const bare = await runScript('backup-retention.sh', settings, { onlyTools: await temporaryFolder() });
    expect(bare).toMatchObject({ exitCode: 3, text: expect.stringContaining('date is not installed') });
  });

  test('judges by the real date of this machine', async () => {
    const outcome = await runScript('backup-retention.sh', { backups: await backupsOf('20200101'), retentionDays: 30 });
    expect(outcome).toMatchObject({ exitCode: 1, metrics: { past_retention: '1', kept: '0' } });
  });
});
