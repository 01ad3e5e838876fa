import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { procfsInTwoStates, writeFiles } from '../procfs.ts';
import { type Outcome, runScript, temporaryFolder } from '../run-script.ts';

/** Name to sectors read, sectors written, milliseconds busy. */
type Disks = Readonly<Record<string, readonly [number, number, number]>>;

/** As Linux 4.18 and later write it: 17 numbers after the name. */
function diskstats(disks: Disks): string {
  return Object.entries(disks)
    .map(([name, [read, written, busy]]) => ` 8 0 ${name} 5 0 ${read} 9 5 0 ${written} 9 0 ${busy} 9 0 0 0 0 0 0\n`)
    .join('');
}

async function sample(before: Disks, after: Disks): Promise<Outcome> {
  const { procPath, environment } = await procfsInTwoStates(
    { diskstats: diskstats(before) },
    { diskstats: diskstats(after) },
  );
  return await runScript('disk-io.py', { procPath, sampleSeconds: 2 }, { environment });
}

describe('disk-io.py', () => {
  test('measures all disks together and names the busiest', async () => {
    const outcome = await sample(
      { sda: [1000, 1000, 5000], nvme0n1: [0, 0, 0] },
      { sda: [5096, 1000, 5100], nvme0n1: [0, 8192, 1500] },
    );
    expect(outcome).toEqual({
      exitCode: 0,
      text: 'disks read 1.0 MiB/s and wrote 2.0 MiB/s over 2 s; busiest: nvme0n1 75.0%',
      metrics: { disk_read: '1048576B', disk_written: '2097152B', disk_busy: '75%' },
    });
  });

  test('counts whole disks, and each once', async () => {
    const disks = ['sda', 'vdb', 'xvda1', 'nvme0n1', 'nvme12n1', 'mmcblk0', 'rbd0'];
    const others = ['sda1', 'vdb15', 'nvme0n1p1', 'mmcblk0p2', 'dm-0', 'md127', 'loop3', 'zram0', 'sr0', 'nvme0c0n1'];
    const all = (names: readonly string[], counters: readonly [number, number, number]) =>
      Object.fromEntries(names.map((name) => [name, counters]));
    const outcome = await sample(
      all([...others, ...disks], [0, 0, 0]),
      // A device counted by mistake shows in each of the three numbers.
      { ...all(others, [1000, 1000, 1000]), ...all(disks, [8, 4, 2]) },
    );
    expect(outcome.metrics).toEqual({ disk_read: `${7 * 2048}B`, disk_written: `${7 * 1024}B`, disk_busy: '0.1%' });
    expect(outcome.text).toContain('busiest: sda 0.1%');
  });

  test('shows at most 100 % of a disk whose time is counted coarsely', async () => {
    const outcome = await sample({ sda: [0, 0, 0] }, { sda: [0, 0, 2004] });
    expect(outcome.metrics.disk_busy).toBe('100%');
  });

  test('leaves out a disk that came, went or was changed for another meanwhile', async () => {
    const outcome = await sample(
      { sda: [0, 0, 0], sdb: [90, 90, 90], sdc: [0, 0, 0] },
      { sda: [8, 0, 0], sdb: [1, 0, 0] },
    );
    expect(outcome.metrics.disk_read).toBe('2048B');
    const changed = await sample({ sda: [90, 90, 90] }, { sda: [1, 1, 1] });
    expect(changed).toMatchObject({ exitCode: 3, text: expect.stringContaining('shows none, or none that stayed') });
  });

  test('is UNKNOWN when there is no disk, or nothing that could be read', async () => {
    expect(await sample({ loop0: [0, 0, 0] }, { loop0: [0, 0, 0] })).toMatchObject({ exitCode: 3, metrics: {} });
    const procPath = await temporaryFolder();
    const gone = await runScript('disk-io.py', { procPath, sampleSeconds: 0.1 });
    expect(gone).toMatchObject({ exitCode: 3, text: expect.stringContaining('diskstats: No such file or directory') });
    await writeFiles(procPath, { diskstats: '8 0 sda a b c d e f g h i j k l\n' });
    const words = await runScript('disk-io.py', { procPath, sampleSeconds: 0.1 });
    expect(words).toMatchObject({ exitCode: 3, text: expect.stringContaining('has an unknown form') });
    await chmod(join(procPath, 'diskstats'), 0o000);
    const denied = await runScript('disk-io.py', { procPath, sampleSeconds: 0.1 }, { unprivileged: true });
    expect(denied).toMatchObject({ exitCode: 3, text: expect.stringContaining('Permission denied') });
  });

  test.each([
    [{ sampleSeconds: 1 }, 'setting ROUNDS_PROC_PATH is missing'],
    [{ procPath: '/proc' }, 'setting ROUNDS_SAMPLE_SECONDS is missing'],
    [{ procPath: '/proc', sampleSeconds: 0 }, "setting ROUNDS_SAMPLE_SECONDS is '0', expected seconds above 0"],
  ])('is UNKNOWN and names the wrong setting of %j', async (settings, words) => {
    const outcome = await runScript('disk-io.py', settings as Record<string, string | number>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });

  test.runIf(existsSync('/proc/diskstats'))('reads the counters of this machine', async () => {
    const outcome = await runScript('disk-io.py', { procPath: '/proc', sampleSeconds: 0.2 });
    expect(outcome.text).toMatch(/^disks read|shows none/);
  });
});
