import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarioNames } from '../../../lib/local/sandbox/scenario.ts';
import { type Sandboxes, startSandboxes } from '../../../lib/local/sandbox.ts';
import { type CheckOutcome, runChecks } from './sandbox-checks.ts';

const folder = mkdtempSync(join(tmpdir(), 'rounds-sandbox-test-'));
let sandboxes: Sandboxes;

beforeAll(async () => {
  sandboxes = await startSandboxes(folder, 'healthy');
}, 30_000);

afterAll(async () => {
  await sandboxes.close();
  rmSync(folder, { recursive: true, force: true });
});

const troubles = (outcomes: readonly CheckOutcome[]): string[] =>
  outcomes.filter(({ exitCode }) => exitCode !== 0).map(({ check, exitCode }) => `${check} ${exitCode}`);

describe('healthy hosts', () => {
  it('pass every check of FossaWork, with calm values', async () => {
    const hosts = await runChecks(sandboxes);
    expect([...hosts.keys()]).toEqual(sandboxes.hosts().map(({ id }) => id));
    for (const outcomes of hosts.values()) {
      expect(outcomes.map(({ check }) => check)).toHaveLength(7);
      expect(troubles(outcomes)).toEqual([]);
      const text = outcomes.map(({ output }) => output).join('\n');
      const value = (metric: string): number => Number(new RegExp(`'${metric}'=([0-9.]+)`).exec(text)?.[1]);
      expect(value('cpu_used')).toBeGreaterThan(2);
      expect(value('cpu_used')).toBeLessThan(20);
      expect(value('memory_used')).toBeCloseTo(37.9, 0);
      expect(value('disk_used')).toBe(41);
      expect(value('rows')).toBe(128);
      expect(value('logs_total')).toBeGreaterThan(0);
    }
  }, 30_000);

  it('have ids like those of EC2, the same every time, and the tags of the fleet', () => {
    expect(sandboxes.hosts().map(({ id }) => id)).toEqual(['i-0b2c76aedf5a94ea9', 'i-0419061c46b1165f9']);
    for (const { id, tags } of sandboxes.hosts()) {
      expect(id).toMatch(/^i-0[0-9a-f]{16}$/);
      expect(tags).toEqual({ Platform: 'fossawork', Role: 'app' });
    }
  });

  it("hold a backup of the database and today's logs as JSON lines", () => {
    const day = new Date().toISOString().slice(0, 10);
    for (const { root } of sandboxes.hosts()) {
      const backup = join(root, 'backups/daily', day.replaceAll('-', ''), 'fossawork_v2.db');
      expect(readFileSync(backup)).toEqual(readFileSync(join(root, 'backend/fossawork_v2.db')));
      expect(readdirSync(join(root, 'logs'))).toEqual(expect.arrayContaining(['backend', 'errors', 'performance']));
      const lines = readFileSync(join(root, `logs/backend/backend-${day}.jsonl`), 'utf8')
        .trim()
        .split('\n');
      expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 'INFO' }, {}, { status: 200 }]);
    }
  });
});

describe('a scenario breaks what it should and nothing else:', () => {
  it.each([
    { scenario: 'backend-down', expected: ['services 2', 'api 2'] },
    { scenario: 'api-error', expected: ['api 2'] },
    { scenario: 'database-locked', expected: ['database 2'] },
  ])(
    '$scenario, on every host',
    async ({ scenario, expected }) => {
      await sandboxes.apply(scenario);
      const hosts = await runChecks(sandboxes);
      expect([...hosts.values()].map(troubles)).toEqual([expected, expected]);
    },
    30_000,
  );

  it('disk-full, which the script measures and the runbook judges', async () => {
    await sandboxes.apply('disk-full');
    for (const outcomes of (await runChecks(sandboxes)).values()) {
      expect(troubles(outcomes)).toEqual([]);
      expect(outcomes.find(({ check }) => check === 'disk')?.output).toContain("'disk_used'=97%");
    }
  }, 30_000);

  it('host-lost: one of the hosts is not reached and is listed as lost', async () => {
    await sandboxes.apply('host-lost');
    const [reached, lost] = sandboxes.hosts();
    expect(lost?.connection).toBe('lost');
    const hosts = await runChecks(sandboxes);
    expect([...hosts.keys()]).toEqual([reached?.id]);
    expect([...hosts.values()].map(troubles)).toEqual([[]]);
  }, 30_000);

  it('no-hosts: the inventory is empty', async () => {
    await sandboxes.apply('no-hosts');
    expect(sandboxes.hosts()).toEqual([]);
    expect(await runChecks(sandboxes)).toEqual(new Map());
  });

  it('healthy mends all of it', async () => {
    for (const scenario of scenarioNames) await sandboxes.apply(scenario);
    await sandboxes.apply('healthy');
    expect(sandboxes.scenario).toBe('healthy');
    const hosts = await runChecks(sandboxes);
    expect([...hosts.values()].map(troubles)).toEqual([[], []]);
  }, 30_000);
});

it('refuses an unknown scenario and lists those there are', async () => {
  await expect(startSandboxes(undefined, 'earthquake')).rejects.toThrow(
    'no scenario "earthquake", expected one of: healthy, backend-down, disk-full, database-locked, api-error, host-lost, no-hosts',
  );
  await expect(sandboxes.apply('toString')).rejects.toThrow('no scenario "toString"');
});

it('removes its folder when it was a temporary one, and answers nothing any more', async () => {
  const temporary = await startSandboxes(undefined, 'database-locked', 1);
  const [host] = temporary.hosts();
  const [url = ''] = host?.environment.ROUNDS_URLS?.split(' ') ?? [];
  expect(await (await fetch(url)).json()).toMatchObject({ status: 'healthy' });
  await temporary.close();
  expect(existsSync(dirname(host?.root ?? '/'))).toBe(false);
  await expect(fetch(url)).rejects.toThrow();
}, 30_000);
