import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeFiles } from '../procfs.ts';
import { type HostDifference, type Outcome, runScript, temporaryFolder, toolFolder } from '../run-script.ts';

/** A folder without spaces in its path, with these files. */
async function application(files: Readonly<Record<string, string>> = { 'package-lock.json': '{}' }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-application-'));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFiles(folder, files);
  return folder;
}

/** The report of npm 7 to 11, as far as the check reads it. */
function report(packages: Readonly<Record<string, string>>): string {
  const counts: Record<string, number> = { info: 0, low: 0, moderate: 0, high: 0, critical: 0, total: 0 };
  const vulnerabilities: Record<string, object> = {};
  for (const [name, severity] of Object.entries(packages)) {
    counts[severity] = (counts[severity] ?? 0) + 1;
    vulnerabilities[name] = { name, severity, isDirect: true, via: [], effects: [], range: '*', nodes: [] };
  }
  return JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata: { vulnerabilities: counts } });
}

/** An npm that prints the file report.json of the folder it is called in. */
const standIn = ['[ "$*" = "audit --json --omit=dev" ] || exit 64', 'cat report.json', 'exit 1'];

async function check(folders: string, difference: HostDifference = {}, timeoutSeconds = 15): Promise<Outcome> {
  const tools = await toolFolder('npm', ...standIn);
  return await runScript(
    'npm-audit.py',
    { folders, timeoutSeconds, state: await temporaryFolder() },
    { tools, ...difference },
  );
}

const audited = (packages: Readonly<Record<string, string>>) =>
  application({ 'package-lock.json': '{}', 'report.json': report(packages) });

describe('npm-audit.py', () => {
  test('is OK where nothing is vulnerable', async () => {
    expect(await check(await audited({}))).toEqual({
      exitCode: 0,
      text: '0 critical, 0 high, 0 moderate vulnerable packages in 1 of 1 folders',
      metrics: { critical: '0', high: '0', moderate: '0' },
    });
  });

  test('counts over all folders, names the worst, and leaves the verdict to the runbook', async () => {
    const one = await audited({ lodash: 'high', ms: 'low', qs: 'moderate' });
    const two = await audited({ minimist: 'critical', ws: 'high' });
    expect(await check(`${one} ${two}`)).toEqual({
      exitCode: 0,
      text: expect.stringContaining(
        '1 critical, 2 high, 1 moderate vulnerable packages in 2 of 2 folders: ' +
          `minimist (critical, ${two}), lodash (high, ${one}), ws (high`,
      ),
      metrics: { critical: '1', high: '2', moderate: '1' },
    });
  });

  test('stays short with many and odd packages', async () => {
    const names = Array.from({ length: 500 }, (_, index) => [`@scope/|${'x'.repeat(200)}${index}`, 'high']);
    const outcome = await check(await audited(Object.fromEntries(names)));
    expect(outcome.metrics.high).toBe('500');
    expect(outcome.text).toContain('@scope/?xxx');
  });

  test('is UNKNOWN about a folder that is gone or without a lock file, and tells what the others have', async () => {
    const [good, bare] = [await audited({ ws: 'high' }), await application({ 'yarn.lock': '' })];
    const outcome = await check(`/nonexistent ${bare} ${good}`);
    expect(outcome).toMatchObject({ exitCode: 3, metrics: {} });
    expect(outcome.text).toContain(`/nonexistent: there is no such folder; ${bare}: there is no package-lock.json or`);
    expect((await check(`${bare} ${good}`)).text).toContain('0 critical, 1 high, 0 moderate vulnerable packages in 1');
  });

  test.each([
    ['npm 11', '{"message":"request to https://r.test/x failed, reason: connect ECONNREFUSED","error":{"summary":""}}'],
    ['npm 8', '{"error":{"code":"ENOLOCK","summary":"ECONNREFUSED: This command requires an existing lockfile."}}'],
  ])('is UNKNOWN in the words of %s when it could not ask the registry', async (_version, text) => {
    const outcome = await check(await application({ 'package-lock.json': '{}', 'report.json': text }));
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('ECONNREFUSED'), metrics: {} });
  });

  test.each(['null', '[]', '7', '{"metadata":{"vulnerabilities":{"high":1}}}'])(
    'is UNKNOWN when npm counts nothing: %s',
    async (text) => {
      const outcome = await check(await application({ 'package-lock.json': '{}', 'report.json': text }));
      expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('npm audit counted nothing') });
    },
  );

  test('is UNKNOWN when npm prints no report, and shows no password', async () => {
    const tools = await toolFolder('npm', 'echo "npm ERR! code EJSONPARSE" >&2; exit 1');
    const outcome = await check(await application(), { tools });
    expect(outcome.text).toContain('npm audit ended with exit code 1 and said: npm ERR! code EJSONPARSE');
    const text = '{"message":"request to https://user:hunter2@r.test/x failed"}';
    const failed = await check(await application({ 'package-lock.json': '{}', 'report.json': text }));
    expect(failed.text).toContain('request to https://r.test/x failed');
  });

  test('ends npm and what npm started when time is up', async () => {
    const tools = await toolFolder('npm', 'sleep 17 & wait');
    const started = performance.now();
    const outcome = await check(`${await application()} ${await application()}`, { tools }, 1);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(outcome).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('did not end in the 1 s that were left'),
    });
    expect(outcome.text).toContain('no time was left for it');
  });

  test('is UNKNOWN where npm is not installed', async () => {
    const onlyTools = await temporaryFolder();
    const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
      encoding: 'utf8',
    }).stdout.trim();
    await symlink(python, join(onlyTools, 'python3'));
    const outcome = await check(await application(), { onlyTools });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('npm is not installed') });
  });

  test.each([
    [{ timeoutSeconds: 5, state: '/x' }, 'setting ROUNDS_FOLDERS is missing'],
    [{ folders: '  ', timeoutSeconds: 5, state: '/x' }, 'setting ROUNDS_FOLDERS is missing'],
    [{ folders: '/x', state: '/x' }, 'setting ROUNDS_TIMEOUT_SECONDS is missing'],
    [{ folders: '/x '.repeat(21), timeoutSeconds: 5, state: '/x' }, 'names 21 folders, expected at most 20'],
  ])('is UNKNOWN and names the wrong setting of %j', async (settings, words) => {
    const outcome = await runScript('npm-audit.py', settings as Record<string, string | number>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });
});

/** A registry that knows of one vulnerability. */
async function registry(): Promise<string> {
  const advisory = {
    id: 1,
    url: 'https://advisories.test/1',
    title: 'Prototype pollution',
    severity: 'critical',
    vulnerable_versions: '<1.2.6',
  };
  const server = createServer((request, response) => {
    const known = request.url?.endsWith('/advisories/bulk') === true;
    response.statusCode = known ? 200 : 404;
    request.resume();
    response.end(JSON.stringify(known ? { minimist: [advisory] } : { error: 'not found' }));
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
}

describe.skipIf(spawnSync('npm', ['--version']).error !== undefined)('npm-audit.py with the real npm', () => {
  const lock = (dev: boolean) => {
    const [kind, from] = dev ? ['devDependencies', { dev: true }] : ['dependencies', {}];
    const manifest = { name: 'app', version: '1.0.0', [kind]: { minimist: '0.0.8' } };
    const locked = { version: '0.0.8', resolved: 'https://registry.test/minimist-0.0.8.tgz', ...from };
    const packages = { '': manifest, 'node_modules/minimist': locked };
    return {
      'package.json': JSON.stringify(manifest),
      'package-lock.json': JSON.stringify({ ...manifest, lockfileVersion: 3, requires: true, packages }),
    };
  };
  const settings = async (folders: string) => ({ folders, timeoutSeconds: 15, state: await temporaryFolder() });

  test('counts what production uses, and changes nothing in the folder', async () => {
    const environment = { npm_config_registry: await registry(), HOME: await temporaryFolder() };
    const [production, development] = [await application(lock(false)), await application(lock(true))];
    const outcome = await runScript('npm-audit.py', await settings(`${production} ${development}`), { environment });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { critical: '1', high: '0', moderate: '0' } });
    expect(outcome.text).toContain(`2 of 2 folders: minimist (critical, ${production})`);
    expect((await readdir(production)).sort()).toEqual(['package-lock.json', 'package.json']);
  });

  test('is UNKNOWN when the registry cannot be reached', async () => {
    const environment = { npm_config_registry: 'http://127.0.0.1:9/', HOME: await temporaryFolder() };
    const outcome = await runScript('npm-audit.py', await settings(await application(lock(false))), { environment });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('ECONNREFUSED'), metrics: {} });
  });
});
