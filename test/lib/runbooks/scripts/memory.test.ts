import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Outcome, runScript, temporaryFolder } from '../run-script.ts';

async function measure(...meminfo: readonly string[]): Promise<Outcome> {
  const procPath = await temporaryFolder();
  await writeFile(join(procPath, 'meminfo'), `${meminfo.join('\n')}\n`);
  return await runScript('memory.sh', { procPath });
}

describe('memory.sh', () => {
  test('measures by MemAvailable, not by MemFree', async () => {
    const outcome = await measure(
      'MemTotal:       16777216 kB',
      'MemFree:          524288 kB',
      'MemAvailable:   12582912 kB',
    );
    expect(outcome).toEqual({
      exitCode: 0,
      text: 'memory 25.0% used: 12GiB of 16GiB available',
      metrics: { memory_used: '25.0%' },
    });
  });

  test.each([
    [970_001, '97.0%'],
    [4_000, '0.4%'],
    [1_000_000, '100.0%'],
    [0, '0.0%'],
  ])('measures %i of 1,000,000 kB used as %s', async (used, percentage) => {
    const outcome = await measure('MemTotal: 1000000 kB', `MemAvailable: ${1_000_000 - used} kB`);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.metrics).toEqual({ memory_used: percentage });
  });

  test.each([
    ['MemAvailable is not told', ['MemTotal: 1000 kB', 'MemFree: 900 kB']],
    ['MemTotal is not told', ['MemAvailable: 1000 kB']],
    ['MemTotal is nothing', ['MemTotal: 0 kB', 'MemAvailable: 0 kB']],
    ['more is available than there is', ['MemTotal: 1000 kB', 'MemAvailable: 1001 kB']],
    ['a number is none', ['MemTotal: 1000 kB', 'MemAvailable: many kB']],
    ['a number has another unit', ['MemTotal: 1000 kB', 'MemAvailable: 1 MB']],
    ['a number is out of range', ['MemTotal: 99999999999999999999 kB', 'MemAvailable: 1 kB']],
    ['the file is empty', []],
  ])('is UNKNOWN when %s', async (_what, meminfo) => {
    const outcome = await measure(...meminfo);
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toMatch(/^cannot judge memory use: .*\/meminfo tells MemTotal '.*' and MemAvailable '.*'/);
    expect(outcome.metrics).toEqual({});
  });

  test('is UNKNOWN and names the file when it is missing or no file', async () => {
    const procPath = await temporaryFolder();
    const gone = await runScript('memory.sh', { procPath });
    expect(gone).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining(`cat: '${procPath}/meminfo': No such file`),
    });
    await mkdir(join(procPath, 'meminfo'));
    const folder = await runScript('memory.sh', { procPath });
    expect(folder).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining(`cat: '${procPath}/meminfo': Is a directory`),
    });
  });

  test('is UNKNOWN and names the setting that is missing', async () => {
    const outcome = await runScript('memory.sh', {});
    expect(outcome).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('setting ROUNDS_PROC_PATH is missing'),
    });
  });

  test('is UNKNOWN and names the tool that is not installed', async () => {
    const outcome = await runScript('memory.sh', { procPath: '/proc' }, { onlyTools: await temporaryFolder() });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('cat is not installed') });
  });

  test.runIf(existsSync('/proc/meminfo'))('measures this machine', async () => {
    const outcome = await runScript('memory.sh', { procPath: '/proc' });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.metrics.memory_used).toMatch(/^\d{1,2}\.\d%$/);
  });
});
