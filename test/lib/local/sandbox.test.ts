import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoRunbook } from '../../../lib/cli/demo-runbook.ts';
import { scenariosOf } from '../../../lib/local/sandbox/scenario.ts';
import { installStandIns } from '../../../lib/local/sandbox/stand-ins.ts';
import { type Sandboxes, startSandboxes } from '../../../lib/local/sandbox.ts';
import { fleet } from '../../../lib/runbook/builders.ts';
import { type CheckOutcome, runChecks } from './sandbox-checks.ts';

const folder = mkdtempSync(join(tmpdir(), 'rounds-sandbox-test-'));
const runbook = demoRunbook('fossawork');
let sandboxes: Sandboxes;

beforeAll(async () => {
  sandboxes = await startSandboxes({ runbook, scenario: 'healthy', folder });
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

  it('hold the backups of eight days, all alike', () => {
    for (const { root } of sandboxes.hosts()) {
      const days = readdirSync(join(root, 'backups/daily')).sort();
      expect(days).toHaveLength(8);
      expect(days.at(-1)).toBe(new Date().toISOString().slice(0, 10).replaceAll('-', ''));
      for (const day of days) {
        const files = readdirSync(join(root, 'backups/daily', day)).sort();
        expect(files).toEqual(['config.tar.gz', `fossawork_v2_${day}.db`, 'user_data.tar.gz']);
      }
    }
  });

  it('hold the logs of the last 24 hours as JSON lines, the oldest first', () => {
    for (const { root } of sandboxes.hosts()) {
      const folder = join(root, 'logs/backend');
      const text = readdirSync(folder)
        .sort()
        .map((file) => readFileSync(join(folder, file), 'utf8'))
        .join('');
      const times = text
        .trim()
        .split('\n')
        .map((line) => Date.parse(JSON.parse(line).timestamp));
      expect(times).toEqual([...times].sort());
      expect(Date.now() - (times[0] ?? 0)).toBeGreaterThan(23.9 * 3_600_000);
      expect(Date.now() - (times[0] ?? 0)).toBeLessThan(24.1 * 3_600_000);
      expect(times.at(-1)).toBeLessThan(Date.now());
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
    for (const scenario of scenariosOf('fossawork')) await sandboxes.apply(scenario);
    await sandboxes.apply('healthy');
    expect(sandboxes.scenario).toBe('healthy');
    const hosts = await runChecks(sandboxes);
    expect([...hosts.values()].map(troubles)).toEqual([[], []]);
  }, 30_000);
});

it('refuses a scenario that the platform does not know, and lists those that it does', async () => {
  await expect(startSandboxes({ runbook, scenario: 'earthquake' })).rejects.toThrow(
    'The demo hosts of fossawork have no scenario "earthquake", expected one of: healthy, backend-down, disk-full, ' +
      'database-locked, api-error, backup-missing, break-in, errors, host-lost, no-hosts.',
  );
  await expect(startSandboxes({ runbook: demoRunbook('gold-escrow'), scenario: 'break-in' })).rejects.toThrow(
    'The demo hosts of gold-escrow have no scenario "break-in", expected one of: healthy, disk-full, errors, ' +
      'database-down, gas-high, transaction-failed, host-lost, no-hosts.',
  );
  await expect(sandboxes.apply('toString')).rejects.toThrow('no scenario "toString"');
});

it('gives a platform of its own two hosts for each fleet, with its tags and nothing that is not theirs', async () => {
  const fleets = {
    shop: fleet({ title: 'Shop', tags: { Platform: 'orders', Role: ['shop', 'spare'] } }),
    store: fleet({ title: 'Store', tags: { Platform: 'orders', Role: 'store' } }),
  };
  const orders = await startSandboxes({ runbook: { id: 'orders', fleets }, scenario: 'host-lost' });
  try {
    expect(orders.hosts().map(({ name, tags, connection }) => `${name} ${tags.Role} ${connection}`)).toEqual([
      'orders-shop-1 shop online',
      'orders-shop-2 shop online',
      'orders-store-1 store online',
      'orders-store-2 store lost',
    ]);
    const settings = orders.hosts().map(({ environment }) => Object.keys(environment).filter(isSetting));
    expect(settings).toEqual(Array(4).fill(['ROUNDS_STATE_FOLDER']));
    await expect(orders.apply('errors')).rejects.toThrow('expected one of: healthy, host-lost, no-hosts.');
  } finally {
    await orders.close();
  }
});

const isSetting = (name: string): boolean => name.startsWith('ROUNDS_');

describe('a stand-in', () => {
  const standIns = fileURLToPath(new URL('../../../lib/local/sandbox/stand-ins/bin', import.meta.url));

  it.each(readdirSync(standIns))('for %s refuses what no check asks, and says what it knows', async (name) => {
    const parent = mkdtempSync(join(folder, 'stand-in-'));
    installStandIns(join(parent, 'bin'), [`bin/${name}`]);
    mkdirSync(join(parent, 'state'));
    writeFileSync(join(parent, 'state/postgres.json'), '{}');
    const { status, stderr } = spawnSync(join(parent, 'bin', name), ['--help', 'me'], { encoding: 'utf8' });
    expect(status).not.toBe(0);
    expect(stderr).toMatch(new RegExp(`^the sandbox's ${name} (knows only: |takes no arguments)`));
  });
});

it('removes its folder when it was a temporary one, and answers nothing any more', async () => {
  const temporary = await startSandboxes({ runbook, scenario: 'database-locked' });
  const [host] = temporary.hosts();
  const [url = ''] = host?.environment.ROUNDS_URLS?.split(' ') ?? [];
  expect(await (await fetch(url)).json()).toMatchObject({ status: 'healthy' });
  await temporary.close();
  expect(existsSync(dirname(host?.root ?? '/'))).toBe(false);
  await expect(fetch(url)).rejects.toThrow();
}, 30_000);
