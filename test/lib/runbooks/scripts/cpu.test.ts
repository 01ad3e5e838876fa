import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type HostDifference, type Outcome, runScript, temporaryFolder, toolFolder } from '../run-script.ts';

/** user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice. */
const start = 'cpu  1000 100 500 90000 400 10 20 5 300 0';

/** Runs the check on a procfs whose counters a stand-in for `sleep` moves on, so that no time passes. */
async function sample(before: string, after: string, difference: HostDifference = {}): Promise<Outcome> {
  const procPath = await temporaryFolder();
  const stat = join(procPath, 'stat');
  await writeFile(stat, `${before}\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 5\n`);
  const tools = await toolFolder('sleep', '[ "$1" = 7 ] || exit 64', `printf '%s\\n' '${after}' >'${stat}'`);
  return await runScript('cpu.sh', { procPath, sampleSeconds: 7 }, { tools, ...difference });
}

describe('cpu.sh', () => {
  test('measures what the processors did between two samples, not since the start of the host', async () => {
    // 200 ticks: 6 user, 4 nice, 5 system, 170 idle, 10 iowait, 1 irq, 2 softirq, 2 steal; the guest is part of user.
    const outcome = await sample(start, 'cpu  1006 104 505 90170 410 11 22 7 304 0');
    expect(outcome).toEqual({
      exitCode: 0,
      text: 'CPU 10.0% used over 7 s: user 5.0%, system 4.0%, stolen by the hypervisor 1.0%, waiting for disks 5.0%',
      metrics: { cpu_used: '10.0%' },
    });
  });

  test('measures a host whose processors are all busy', async () => {
    const outcome = await sample(start, 'cpu  1190 100 510 90000 400 10 20 5 300 0');
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toMatch(/^CPU 100\.0% used/);
    expect(outcome.metrics).toEqual({ cpu_used: '100.0%' });
  });

  test('counts an iowait that runs backwards as no change', async () => {
    const outcome = await sample(start, 'cpu  1050 100 500 90050 390 10 20 5 300 0');
    expect(outcome.metrics).toEqual({ cpu_used: '50.0%' });
  });

  test.each([
    ['stand still', start],
    ['are cut', 'cpu  1006 104'],
    ['are gone', ''],
    ['are words', 'cpu a b c d e f g h i j'],
  ])('is UNKNOWN when the counters %s', async (_what, after) => {
    const outcome = await sample(start, after);
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toMatch(
      /^cannot judge CPU use: the first line of .*\/stat holds no counters, or they stand still/,
    );
    expect(outcome.metrics).toEqual({});
  });

  test('is UNKNOWN and names the file when procfs cannot be read', async () => {
    const procPath = await temporaryFolder();
    const gone = await runScript('cpu.sh', { procPath, sampleSeconds: 1 });
    expect(gone.exitCode).toBe(3);
    expect(gone.text).toContain(`${procPath}/stat`);
    expect(gone.text).toContain('No such file');
    await mkdir(join(procPath, 'stat'));
    const folder = await runScript('cpu.sh', { procPath, sampleSeconds: 1 });
    expect(folder.exitCode).toBe(3);
    expect(folder.text).toContain(`error reading '${procPath}/stat': Is a directory`);
  });

  test('is UNKNOWN and names what is wrong with its settings', async () => {
    const procPath = await temporaryFolder();
    await writeFile(join(procPath, 'stat'), start);
    const missing = await runScript('cpu.sh', { procPath });
    expect(missing).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('setting ROUNDS_SAMPLE_SECONDS is missing'),
    });
    const wrong = await runScript('cpu.sh', { procPath, sampleSeconds: 'long' });
    expect(wrong).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining("SAMPLE_SECONDS is 'long', expected seconds"),
    });
  });

  test('is UNKNOWN and names the tool that is not installed', async () => {
    const outcome = await runScript(
      'cpu.sh',
      { procPath: '/proc', sampleSeconds: 1 },
      { onlyTools: await temporaryFolder() },
    );
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('awk is not installed') });
  });

  test.runIf(existsSync('/proc/stat'))('measures this machine with the real sleep', async () => {
    const outcome = await runScript('cpu.sh', { procPath: '/proc', sampleSeconds: 0.2 });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.metrics.cpu_used).toMatch(/^(\d{1,2}\.\d|100\.0)%$/);
  });
});
