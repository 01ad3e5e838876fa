import { existsSync } from 'node:fs';
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pythonAt, type ShownProcess, statLine, writeFiles } from '../procfs.ts';
import { type Outcome, runScript, temporaryFolder } from '../run-script.ts';

const meminfo = 'MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    400 kB\n';
const pagesPerMebibyte = 256;
const hour = 3600;
/** 2 March 2026, 14:00 UTC. */
const now = 1_772_460_000;
const limits = { windowHours: 24, growthPercent: 50, growthBytes: 100 * 2 ** 20 };

const program = (name: string, mebibytes: number): ShownProcess => ({
  name,
  residentPages: mebibytes * pagesPerMebibyte,
});

interface Host {
  /** Runs the check so many hours before the end, with these processes. */
  readonly at: (hoursBefore: number, ...processes: readonly ShownProcess[]) => Promise<Outcome>;
  readonly state: string;
}

async function host(): Promise<Host> {
  const procPath = await temporaryFolder();
  const state = join(await temporaryFolder(), 'made by the check');
  const at = async (hoursBefore: number, ...processes: readonly ShownProcess[]) => {
    await rm(procPath, { recursive: true });
    const files = processes.map((shown, index) => [`${index + 1}/stat`, statLine(index + 1, shown)]);
    await writeFiles(procPath, { meminfo, ...Object.fromEntries(files) });
    const environment = await pythonAt(now - hoursBefore * hour);
    return await runScript('memory-growth.py', { procPath, state, ...limits }, { environment });
  };
  return { at, state };
}

/** The sizes of one program, in MiB, over the last hours, the check run at equal distances; the last outcome. */
async function history(hours: number, ...mebibytes: readonly number[]): Promise<Outcome> {
  const { at } = await host();
  const outcomes: Outcome[] = [];
  for (const [index, size] of mebibytes.entries()) {
    outcomes.push(await at(hours * (1 - index / (mebibytes.length - 1)), program('app', size)));
  }
  return outcomes.at(-1) ?? Promise.reject(new Error('a history of nothing'));
}

describe('memory-growth.py', () => {
  test('measures memory, and says that growth is not known at first', async () => {
    const { at } = await host();
    expect(await at(0, program('app', 100))).toEqual({
      exitCode: 0,
      text: 'memory 60.0% used; growth is not known yet: 0.0 h in 1 samples remembered, 12 h in 3 needed',
      metrics: { memory_used: '60%', growth: 'U' },
    });
  });

  test('is WARNING and names a program that grows all day', async () => {
    const outcome = await history(20, 100, 150, 200, 250, 300, 350);
    expect(outcome).toEqual({
      exitCode: 1,
      text: 'memory 60.0% used; grows like a leak: app from 125 MiB to 325 MiB (+160%) in 20.0 h',
      metrics: { memory_used: '60%', growth: `${200 * 2 ** 20}B` },
    });
  });

  test.each([
    ['stays as it is', [300, 300, 300, 300, 300, 300], '0B'],
    ['shrinks', [600, 500, 400, 300, 200, 100], '0B'],
    ['grows little', [100, 110, 120, 130, 140, 150], '41943040B'],
    ['grows much, but little for its size', [1000, 1050, 1100, 1150, 1200, 1250], '209715200B'],
    ['jumps once, as by a bigger cache', [100, 100, 100, 100, 500, 500], '419430400B'],
    ['settles after its start', [100, 100, 490, 495, 500, 500], '419430400B'],
    ['rises and falls with the day', [100, 300, 600, 600, 300, 100], '0B'],
  ])('does not call it a leak when a program %s', async (_what, sizes, growth) => {
    expect(await history(20, ...sizes)).toMatchObject({ exitCode: 0, metrics: { growth } });
  });

  test('sees a leak through workers that share the work in other ways, but none that a restart ended', async () => {
    const { at } = await host();
    await at(20, program('pool', 50), program('pool', 50), program('other', 900));
    await at(16, program('pool', 180), program('other', 900));
    await at(12, program('pool', 100), program('pool', 100), program('other', 900));
    await at(8, program('pool', 10), program('other', 900));
    await at(4, program('pool', 300), program('other', 900));
    const outcome = await at(0, program('pool', 200), program('pool', 200), program('other', 900));
    expect(outcome).toMatchObject({ exitCode: 0, text: expect.stringContaining('no leak, grew most: pool from 140') });
    const steady = await host();
    for (const [index, size] of [100, 180, 200, 260, 300, 400].entries()) {
      const half = program('pool', size / 2);
      const last = await steady.at(20 - 4 * index, ...(index % 2 ? [program('pool', size)] : [half, half]));
      expect(last.exitCode).toBe(index === 5 || index === 4 || index === 3 ? 1 : 0);
    }
  });

  test('judges nothing before half the window is known, nor by samples older than the window', async () => {
    expect(await history(11, 100, 300, 500, 700)).toMatchObject({ exitCode: 0, metrics: { growth: 'U' } });
    expect(await history(12, 100, 300, 500, 700)).toMatchObject({ exitCode: 1 });
    expect(await history(72, 100, 300, 500, 700)).toMatchObject({ exitCode: 0, metrics: { growth: 'U' } });
  });

  test('says nothing more of a program that is gone', async () => {
    const { at } = await host();
    for (const hours of [20, 15, 10, 5]) await at(hours, program('app', 1000 - 40 * hours), program('web', 10));
    const outcome = await at(0, program('web', 10));
    expect(outcome).toMatchObject({ exitCode: 0, text: 'memory 60.0% used; no program grew' });
  });

  test('remembers a bounded number of programs and samples, however often it runs', async () => {
    const { at, state } = await host();
    const many = Array.from({ length: 300 }, (_, index) => program(`a-long-name-${index}`, index + 1));
    await at(1, ...many);
    const path = join(state, 'sizes.json');
    const { size } = await stat(path);
    expect(size).toBeLessThan(3_000);
    await at(0.9, ...many);
    expect((await stat(path)).size).toBe(size);
    await at(0, ...many);
    expect((await stat(path)).size).toBeGreaterThan(size);
    const old = Array.from({ length: 5000 }, (_, index) => [now - 5000 + index, { app: 1 }]);
    await writeFile(path, JSON.stringify(old));
    await at(-1, program('app', 1));
    expect(JSON.parse(await readFile(path, 'utf8'))).toHaveLength(192);
  });

  test.each(['[[1772', '{"a": 1}', '[[1, 2]]', 'null'])(
    'begins anew when what it remembered is broken: %s',
    async (text) => {
      const { at, state } = await host();
      await at(1, program('app', 100));
      await writeFile(join(state, 'sizes.json'), text);
      const outcome = await at(0, program('app', 100));
      expect(outcome).toMatchObject({ exitCode: 0, text: expect.stringContaining('0.0 h in 1 samples remembered') });
    },
  );

  test('is UNKNOWN when procfs cannot be judged', async () => {
    const procPath = await temporaryFolder();
    const settings = { procPath, state: await temporaryFolder(), ...limits };
    const run = async () => await runScript('memory-growth.py', settings);
    expect(await run()).toMatchObject({
      exitCode: 3,
      text: `cannot read ${procPath}/meminfo: No such file or directory`,
    });
    await writeFiles(procPath, { meminfo: 'MemTotal: 5 kB\n' });
    expect(await run()).toMatchObject({ exitCode: 3, text: expect.stringContaining('does not tell MemTotal and') });
    await writeFiles(procPath, { meminfo });
    expect(await run()).toMatchObject({ exitCode: 3, text: expect.stringContaining('is procfs mounted there?') });
    await writeFiles(procPath, { '7/stat': '7 (cut) S' });
    expect(await run()).toMatchObject({ exitCode: 3, text: expect.stringContaining('has an unknown form') });
    await chmod(join(procPath, 'meminfo'), 0o000);
    const denied = await runScript('memory-growth.py', settings, { unprivileged: true });
    expect(denied).toMatchObject({ exitCode: 3, text: expect.stringContaining('Permission denied') });
  });

  test('is UNKNOWN when it can remember nothing', async () => {
    const procPath = await temporaryFolder();
    await writeFiles(procPath, { meminfo, '7/stat': statLine(7, program('app', 1)) });
    const state = await temporaryFolder();
    const outcome = await runScript('memory-growth.py', { procPath, state, ...limits }, { unprivileged: true });
    expect(outcome).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('cannot remember the sizes of programs'),
    });
  });

  test.each([
    ['procPath', 'setting ROUNDS_PROC_PATH is missing'],
    ['windowHours', 'setting ROUNDS_WINDOW_HOURS is missing'],
    ['growthPercent', 'setting ROUNDS_GROWTH_PERCENT is missing'],
    ['growthBytes', 'setting ROUNDS_GROWTH_BYTES is missing'],
  ])('is UNKNOWN without the setting %s', async (name, words) => {
    const { [name]: _without, ...settings } = { procPath: '/proc', ...limits } as Record<string, string | number>;
    const outcome = await runScript('memory-growth.py', settings);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });

  test.runIf(existsSync('/proc/meminfo'))('measures this machine', async () => {
    const outcome = await runScript('memory-growth.py', {
      procPath: '/proc',
      state: await temporaryFolder(),
      ...limits,
    });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { growth: 'U' } });
  });
});
