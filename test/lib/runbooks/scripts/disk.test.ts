import { describe, expect, test } from 'vitest';
import { type Outcome, runScript, temporaryFolder, toolFolder } from '../run-script.ts';

const header = 'Filesystem 1024-blocks Used Available Capacity Mounted on';

/** Runs the check with a stand-in for `df` that answers with one file system. */
async function measure(fileSystem: string, diskPath = '/'): Promise<Outcome> {
  const answer = `printf '%s\\n' '${header}' '${fileSystem}'`;
  const tools = await toolFolder('df', `[ "$*" = '-P -k -- ${diskPath}' ] || exit 64`, answer);
  return await runScript('disk.sh', { diskPath }, { tools });
}

describe('disk.sh', () => {
  test('measures a disk with room as df shows it', async () => {
    expect(await measure('/dev/nvme0n1p1 20971520 8388608 12582912 40% /')).toEqual({
      exitCode: 0,
      text: 'disk of / 40% used: 12GiB of 20GiB free',
      metrics: { disk_used: '40%' },
    });
  });

  test.each([
    ['full disk', '/dev/xvda1 20971520 20971520 0 100% /', '100%'],
    ['disk with less than nothing free, for the reserved blocks', '/dev/xvda1 1048576 1048577 -1 101% /', '101%'],
    ['device with spaces in its name', '//server/My Share 1048576 1 943718 10% /mnt/10 20 30 99% x', '10%'],
  ])('measures a %s', async (_what, fileSystem, used) => {
    const outcome = await measure(fileSystem);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.metrics).toEqual({ disk_used: used });
  });

  test('is UNKNOWN for a file system without a size', async () => {
    const outcome = await measure('proc 0 0 0 - /proc', '/proc');
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toContain('cannot judge the disk of /proc: df told no capacity');
    expect(outcome.metrics).toEqual({});
  });

  test('is UNKNOWN and quotes df when the real df finds no such path', async () => {
    const diskPath = `${await temporaryFolder()}/gone`;
    const outcome = await runScript('disk.sh', { diskPath });
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toContain(`cannot measure the disk of ${diskPath}: df: `);
    expect(outcome.text).toContain('No such file or directory');
    expect(outcome.metrics).toEqual({});
  });

  test('measures this machine with the real df, whatever block size its user prefers', async () => {
    const diskPath = await temporaryFolder();
    const environment = { BLOCK_SIZE: 'human-readable', POSIXLY_CORRECT: '1' };
    const outcome = await runScript('disk.sh', { diskPath }, { environment });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toMatch(/ \d+% used: [\d.]+[KMGTP]?i?B of [\d.]+[KMGTP]?i?B free$/);
    expect(outcome.metrics.disk_used).toMatch(/^\d{1,3}%$/);
  });

  test('is UNKNOWN and names the setting that is missing', async () => {
    const outcome = await runScript('disk.sh', {});
    expect(outcome).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('setting ROUNDS_DISK_PATH is missing'),
    });
  });

  test('is UNKNOWN and names the tool that is not installed', async () => {
    const outcome = await runScript('disk.sh', { diskPath: '/' }, { onlyTools: await temporaryFolder() });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('df is not installed') });
  });
});
