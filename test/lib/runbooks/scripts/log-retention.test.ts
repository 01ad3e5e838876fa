import { chmod, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type HostDifference, type Outcome, runScript, temporaryFolder, toolFolder } from '../run-script.ts';

/** A log folder with a log of 1,000 bytes for each path, last written so many days ago. */
async function logsOf(ages: Readonly<Record<string, number>>): Promise<string> {
  const logs = await temporaryFolder();
  for (const [path, days] of Object.entries(ages)) {
    const written = new Date(Date.now() - days * 86_400_000);
    await mkdir(dirname(join(logs, path)), { recursive: true });
    await writeFile(join(logs, path), 'x'.repeat(1000));
    await utimes(join(logs, path), written, written);
  }
  return logs;
}

async function check(logs: string, host: HostDifference = {}): Promise<Outcome> {
  return await runScript('log-retention.sh', { logs, pattern: '*.jsonl', retentionDays: 30 }, host);
}

describe('log-retention.sh', () => {
  test('is OK when no log is past retention, whatever else is', async () => {
    const logs = await logsOf({ 'a.jsonl': 0, 'b/c.jsonl': 30.9, 'old.log': 400, 'x.jsonl/readme': 400 });
    expect(await check(logs)).toEqual({
      exitCode: 0,
      text: `none of 2 logs named *.jsonl is older than 30 days in ${logs}`,
      metrics: { past_retention: '0', past_retention_bytes: '0B' },
    });
  });

  test('is WARNING and tells the oldest, how many and how much', async () => {
    const logs = await logsOf({ 'a.jsonl': 1, 'b/old.jsonl': 31.1, 'b/.c d/oldest one.jsonl': 90, 'e.jsonl': 40 });
    const outcome = await check(logs);
    expect(outcome.exitCode).toBe(1);
    expect(outcome.text).toMatch(
      /^3 of 4 logs \(3\.0[kK]B\) older than 30 days in .*, the oldest b\/\.c d\/oldest one\.jsonl of 20\d\d-\d\d-\d\d: clean up, /,
    );
    expect(outcome.metrics).toEqual({ past_retention: '3', past_retention_bytes: '3000B' });
  });

  test('keeps its count and its line whole whatever a log is called', async () => {
    const logs = await logsOf({
      "-delete\n | 'past_retention'=0 .jsonl": 60,
      'complete\n1 5 x.jsonl': 50,
      'refused \t"$(id)".jsonl': 50,
      'a.jsonl': 1,
    });
    const outcome = await check(logs);
    expect(outcome).toMatchObject({ exitCode: 1, metrics: { past_retention: '3', past_retention_bytes: '3000B' } });
    expect(outcome.text).toContain("the oldest -delete? ? 'past_retention'=0 .jsonl of 20");
  });

  test('stays short with the longest names', async () => {
    const outcome = await check(await logsOf({ [`${'d'.repeat(250)}/${'n'.repeat(240)}.jsonl`]: 60 }));
    expect(outcome).toMatchObject({ exitCode: 1, metrics: { past_retention: '1' } });
    expect(outcome.text).toContain(`the oldest ${'d'.repeat(80)} of 20`);
  });

  test('follows the link that the log folder may be, and no other', async () => {
    const folder = await temporaryFolder();
    const logs = await logsOf({ 'a.jsonl': 60 });
    await symlink(await logsOf({ 'elsewhere.jsonl': 60 }), join(logs, 'linked'));
    await symlink(join(logs, 'a.jsonl'), join(logs, 'link.jsonl'));
    await symlink(logs, join(folder, 'logs'));
    expect(await check(join(folder, 'logs'))).toMatchObject({ exitCode: 1, metrics: { past_retention: '1' } });
  });

  test('is OK for an empty folder and says how many logs it saw', async () => {
    expect(await check(await temporaryFolder())).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining('none of 0 logs'),
    });
  });

  test('is UNKNOWN without metrics when part of the logs cannot be read', async () => {
    const logs = await logsOf({ 'a.jsonl': 60, 'secret/b.jsonl': 60 });
    await chmod(join(logs, 'secret'), 0o000);
    onTestFinished(() => chmod(join(logs, 'secret'), 0o755));
    const outcome = await check(logs, { unprivileged: true });
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toMatch(
      /^could not look at all of .*find: .*secret.*: Permission denied; let user \d+ read it$/,
    );
    expect(outcome.metrics).toEqual({});
  });

  test('is UNKNOWN when the log folder is missing, no folder, or cannot be listed', async () => {
    const logs = await logsOf({ 'a.jsonl': 60 });
    for (const path of [join(logs, 'gone'), join(logs, 'a.jsonl')]) {
      expect(await check(path)).toMatchObject({
        exitCode: 3,
        text: expect.stringContaining('is missing or no folder'),
      });
    }
    await chmod(logs, 0o000);
    onTestFinished(() => chmod(logs, 0o755));
    const outcome = await check(logs, { unprivileged: true });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('Permission denied'), metrics: {} });
  });

  test('is UNKNOWN when its list of logs is lost on its way', async () => {
    const logs = await logsOf({ 'a.jsonl': 60 });
    for (const tool of ['awk', 'tr', 'find']) {
      const outcome = await check(logs, { tools: await toolFolder(tool, 'exit 2') });
      expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('could not look at'), metrics: {} });
    }
  });

  test.each([
    [{ pattern: '*.jsonl', retentionDays: 30 }, 'setting ROUNDS_LOGS is missing'],
    [{ logs: '/', retentionDays: 30 }, 'setting ROUNDS_PATTERN is missing'],
    [{ logs: '/', pattern: '*.jsonl' }, 'setting ROUNDS_RETENTION_DAYS is missing'],
    [{ logs: '-L', pattern: '*.jsonl', retentionDays: 30 }, 'expected an absolute path'],
    [{ logs: '/', pattern: 'backend/*.jsonl', retentionDays: 30 }, 'expected names without a folder'],
    [{ logs: '/', pattern: '*.jsonl', retentionDays: 'a month' }, "is 'a month', expected whole days"],
  ])('is UNKNOWN and names the wrong setting of %j', async (settings, words) => {
    const outcome = await runScript('log-retention.sh', settings as Record<string, string | number>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });

  test('is UNKNOWN and names the tool that is not installed', async () => {
    const outcome = await check('/', { onlyTools: await temporaryFolder() });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('awk is not installed') });
  });
});
