import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeFiles } from '../procfs.ts';
import { type Outcome, runScript, temporaryFolder, toolFolder } from '../run-script.ts';

const fourCores = 'cpu  1 1 1 1\ncpu0 1 1\ncpu1 1 1\ncpu2 1 1\ncpu3 1 1\nintr 5\nctxt 9\n';

/** Runs the check on a host with this load and these lines of `who`. */
async function check(loadavg: string, logins: readonly string[] = [], stat = fourCores): Promise<Outcome> {
  const procPath = await temporaryFolder();
  await writeFiles(procPath, { loadavg, stat, logins: logins.map((line) => `${line}\n`).join('') });
  const tools = await toolFolder('who', `cat '${procPath}/logins'`);
  return await runScript('load.sh', { procPath }, { tools });
}

const login = (name: string, terminal: string) => `${name.padEnd(8)} ${terminal}        2026-03-02 08:11 (10.0.0.7)`;

describe('load.sh', () => {
  test('divides the load by the cores and counts each person once', async () => {
    const logins = [login('alice', 'pts/0'), login('bob', 'pts/1'), login('alice', 'pts/2')];
    expect(await check('3.00 1.00 0.50 2/345 6789\n', logins)).toEqual({
      exitCode: 0,
      text: 'load per core 0.75 (1 min), 0.25 (5 min), 0.12 (15 min) on 4 cores; 2 users logged in: alice, bob',
      metrics: { load1_per_core: '0.75', load5_per_core: '0.25', load15_per_core: '0.12', users: '2' },
    });
  });

  test('measures a host that is overloaded, which the runbook judges', async () => {
    const outcome = await check('98.00 44.00 12.00 91/345 6789\n');
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { load1_per_core: '24.50', users: '0' } });
    expect(outcome.text).toContain('nobody is logged in');
  });

  test('names at most eight of many people', async () => {
    const logins = Array.from({ length: 300 }, (_, index) => login(`user${index}`, `pts/${index}`));
    const outcome = await check('0.00 0.00 0.00 1/2 3\n', logins);
    expect(outcome.metrics.users).toBe('300');
    expect(outcome.text).toMatch(/300 users logged in: user0, .*, user7 and 292 more$/);
  });

  test('is not misled by the name of a user', async () => {
    const outcome = await check('0.00 0.00 0.00 1/2 3\n', [login("x|'users'=0;$(id)", 'pts/0')]);
    expect(outcome.text).toMatch(/1 user logged in: x\?'users'=0;\$\(id\)$/);
    expect(outcome.metrics.users).toBe('1');
  });

  test.each([
    ['is cut', '3.00 1.00'],
    ['is empty', ''],
    ['is words', 'a b c 1/2 3'],
  ])('is UNKNOWN when the load %s', async (_what, loadavg) => {
    const outcome = await check(loadavg);
    expect(outcome).toMatchObject({ exitCode: 3, metrics: {} });
    expect(outcome.text).toContain('cannot judge the load');
  });

  test('is UNKNOWN when procfs shows no core', async () => {
    const outcome = await check('0.00 0.00 0.00 1/2 3\n', [], 'intr 5\n');
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('stat has no line of one') });
  });

  test('is UNKNOWN, and still tells the load, when logins cannot be listed', async () => {
    const procPath = await temporaryFolder();
    await writeFiles(procPath, { loadavg: '4.00 0.00 0.00 1/2 3\n', stat: fourCores });
    const tools = await toolFolder('who', 'echo "who: /run/utmp: Permission denied" >&2; exit 1');
    const outcome = await runScript('load.sh', { procPath }, { tools });
    expect(outcome).toMatchObject({ exitCode: 3, metrics: { load1_per_core: '1.00', users: 'U' } });
    expect(outcome.text).toContain('cannot list who is logged in: who: /run/utmp: Permission denied');
  });

  test('is UNKNOWN and names what is missing or denied', async () => {
    const procPath = await temporaryFolder();
    expect(await runScript('load.sh', {})).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('setting ROUNDS_PROC_PATH is missing'),
    });
    expect(await runScript('load.sh', { procPath })).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('No such file'),
    });
    await writeFiles(procPath, { loadavg: '0.00 0.00 0.00 1/2 3\n', stat: fourCores });
    await chmod(join(procPath, 'loadavg'), 0o000);
    expect(await runScript('load.sh', { procPath }, { unprivileged: true })).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('Permission denied'),
    });
    expect(await runScript('load.sh', { procPath }, { onlyTools: await temporaryFolder() })).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('awk is not installed'),
    });
  });

  test.runIf(existsSync('/proc/loadavg'))('measures this machine', async () => {
    const outcome = await runScript('load.sh', { procPath: '/proc' });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.metrics.load1_per_core).toMatch(/^\d+\.\d\d$/);
  });
});
