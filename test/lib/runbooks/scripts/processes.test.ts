import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { procfsInTwoStates, type ShownProcess, statLine, writeFiles } from '../procfs.ts';
import { type Outcome, runScript, temporaryFolder } from '../run-script.ts';

type Processes = Readonly<Record<number, ShownProcess>>;

/** The host has been up for a day. */
const uptime = '86400.00 100000.00\n';

function shown(processes: Processes): Record<string, string> {
  const files = Object.entries(processes).map(([pid, shape]) => [`${pid}/stat`, statLine(Number(pid), shape)]);
  return { uptime, ...Object.fromEntries(files) };
}

/** Runs the check over two seconds that lead from one state to another. */
async function sample(before: Processes, after: Processes, state?: string): Promise<Outcome> {
  const { procPath, environment } = await procfsInTwoStates(shown(before), shown(after));
  const settings = { procPath, sampleSeconds: 2, runawayPercent: 90, state: state ?? (await temporaryFolder()) };
  return await runScript('processes.py', settings, { environment });
}

/** Started an hour ago, in ticks after the start of the host. */
const hourAgo = 8_640_000 - 360_000;

describe('processes.py', () => {
  test('names the busiest processes of the sample, not those of all time', async () => {
    const outcome = await sample(
      {
        1: { name: 'systemd', userTicks: 90_000 },
        20: { name: 'web (old)', started: hourAgo },
        30: { name: 'idle' },
      },
      {
        1: { name: 'systemd', userTicks: 90_001 },
        20: { name: 'web (old)', started: hourAgo, userTicks: 30, systemTicks: 20 },
        30: { name: 'idle' },
      },
    );
    expect(outcome).toEqual({
      exitCode: 0,
      text: '3 processes; busiest over 2 s: web (old) (20) 25.0%, systemd (1) 0.5%',
      metrics: { top_cpu: '25%', processes: '3', runaway: '0' },
    });
  });

  test('names ten of many processes', async () => {
    const many = (ticks: number) =>
      Object.fromEntries(
        Array.from({ length: 50 }, (_, at) => [at + 1, { name: `p${at + 1}`, userTicks: at * ticks }]),
      );
    const { text, metrics } = await sample(many(1), many(2));
    expect(text).toMatch(/^50 processes; busiest over 2 s: p50 \(50\) 24\.5%, .*, p41 \(41\) 20\.0%$/);
    expect(text.match(/%/g)).toHaveLength(10);
    expect(metrics.processes).toBe('50');
  });

  test('does not take one busy moment for a runaway, but two runs in a row', async () => {
    const state = join(await temporaryFolder(), 'made by the check');
    const [calm, busy] = [
      { 20: { name: 'job', started: hourAgo } },
      { 20: { name: 'job', started: hourAgo, userTicks: 198 } },
    ];
    expect(await sample(calm, busy, state)).toMatchObject({ exitCode: 0, metrics: { top_cpu: '99%', runaway: '0' } });
    const outcome = await sample(calm, busy, state);
    expect(outcome).toMatchObject({ exitCode: 1, metrics: { top_cpu: '99%', runaway: '1' } });
    expect(outcome.text).toMatch(/^1 ran away: job \(20\) 99% of a core, as in the run before -- 1 processes; busiest/);
    await sample(busy, busy, state);
    expect(await sample(calm, busy, state)).toMatchObject({ exitCode: 0 });
  });

  test('does not take another process with the same pid for the one remembered', async () => {
    const state = await temporaryFolder();
    await sample({ 20: { name: 'job' } }, { 20: { name: 'job', userTicks: 198 } }, state);
    const again = { name: 'job', started: 500_000 };
    expect(await sample({ 20: again }, { 20: { ...again, userTicks: 198 } }, state)).toMatchObject({ exitCode: 0 });
  });

  test('is WARNING at once about a process that was busy all its life', async () => {
    const loop = { name: 'loop', started: hourAgo };
    const outcome = await sample({ 20: { ...loop, userTicks: 350_000 } }, { 20: { ...loop, userTicks: 350_200 } });
    expect(outcome.exitCode).toBe(1);
    expect(outcome.text).toMatch(/^1 ran away: loop \(20\) 100% of a core, 97% over its life of 60 min -- /);
  });

  test.each([
    ['has just started', { name: 'new', started: 8_640_000 - 30_000, userTicks: 29_000 }, 200],
    ['is idle now', { name: 'done', started: hourAgo, userTicks: 350_000 }, 0],
  ])('does not call a process a runaway that %s', async (_what, process, ticks) => {
    const outcome = await sample({ 20: process }, { 20: { ...process, userTicks: process.userTicks + ticks } });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { runaway: '0' } });
  });

  test('counts a process that started in the sample, and none that ended in it', async () => {
    const outcome = await sample({ 20: { name: 'gone', userTicks: 500 } }, { 21: { name: 'born', userTicks: 50 } });
    expect(outcome.text).toBe('1 processes; busiest over 2 s: born (21) 25.0%');
  });

  test('cleans the name of a process', async () => {
    const outcome = await sample({ 20: { name: "a|b\n'x'=1" } }, { 20: { name: "a) | 'x'=1", userTicks: 20 } });
    expect(outcome.text).toContain("a) ? 'x'=1 (20) 10.0%");
  });

  test('goes on when what it remembered is broken', async () => {
    const state = await temporaryFolder();
    await writeFile(join(state, 'busy.json'), '[[20, 1');
    expect(await sample({ 20: { name: 'a' } }, { 20: { name: 'a' } }, state)).toEqual({
      exitCode: 0,
      text: '1 processes; busiest over 2 s: none used a processor',
      metrics: { top_cpu: '0%', processes: '1', runaway: '0' },
    });
  });

  test('is UNKNOWN when procfs cannot be judged', async () => {
    const procPath = await temporaryFolder();
    const settings = { procPath, sampleSeconds: 0.1, runawayPercent: 90, state: await temporaryFolder() };
    const run = async () => (await runScript('processes.py', settings)).text;
    expect(await run()).toBe(`cannot judge processes: ${procPath} shows none; is procfs mounted there?`);
    await writeFiles(procPath, { '7/stat': '7 (cut) S 1' });
    expect(await run()).toBe(`cannot judge processes: ${procPath}/7/stat has an unknown form`);
    await writeFiles(procPath, { '7/stat': statLine(7, { name: 'good' }) });
    expect(await run()).toBe(`cannot read ${procPath}/uptime: No such file or directory`);
    await writeFiles(procPath, { uptime: 'long\n' });
    expect(await run()).toContain('expected seconds');
    await chmod(join(procPath, '7/stat'), 0o000);
    const denied = await runScript('processes.py', settings, { unprivileged: true });
    expect(denied).toMatchObject({ exitCode: 3, text: `cannot read ${procPath}/7/stat: Permission denied` });
  });

  test.each([
    [{ sampleSeconds: 1, runawayPercent: 90, state: '/x' }, 'setting ROUNDS_PROC_PATH is missing'],
    [
      { procPath: '/proc', sampleSeconds: 99, runawayPercent: 90, state: '/x' },
      "ROUNDS_SAMPLE_SECONDS is '99', expected",
    ],
    [{ procPath: '/proc', sampleSeconds: 1, state: '/x' }, 'setting ROUNDS_RUNAWAY_PERCENT is missing'],
    [{ procPath: '/proc', sampleSeconds: 0.1, runawayPercent: 90 }, 'setting ROUNDS_STATE is missing'],
  ])('is UNKNOWN and names the wrong setting of %j', async (settings, words) => {
    const outcome = await runScript('processes.py', settings as Record<string, string | number>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });

  test.runIf(existsSync('/proc/uptime'))('measures this machine', async () => {
    const settings = { procPath: '/proc', sampleSeconds: 0.3, runawayPercent: 100_000, state: await temporaryFolder() };
    const outcome = await runScript('processes.py', settings);
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { runaway: '0' } });
    expect(Number(outcome.metrics.processes)).toBeGreaterThan(1);
  });
});
