import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Outcome, runScript, temporaryFolder, toolFolder } from '../run-script.ts';

/** What Docker answers to the check's two questions, as the templates of Docker 28.2 print it. */
interface Answers {
  readonly inspect: readonly string[];
  readonly inspectCode?: number;
  readonly stats?: readonly string[];
  readonly statsCode?: number;
}

const stats = ['row|web|12.50%|40.10%', 'row|db|250.75%|3.02%', 'row|gone|--|--'];

async function check(answers: Answers, containers = 'web db'): Promise<Outcome> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'inspect'), answers.inspect.join('\n'));
  await writeFile(join(folder, 'stats'), (answers.stats ?? stats).join('\n'));
  const tools = await toolFolder(
    'docker',
    `cat '${folder}'/"$1"`,
    `case $1 in inspect) exit ${answers.inspectCode ?? 0} ;; *) exit ${answers.statsCode ?? 0} ;; esac`,
  );
  return await runScript('containers.sh', { containers, timeoutSeconds: 5 }, { tools });
}

const web = 'row|/web|running|healthy|false|0|0';
const database = 'row|/db|running|none|false|0|2';

describe('containers.sh', () => {
  test('is OK when all run, and measures the busiest and the largest', async () => {
    expect(await check({ inspect: [web, database] })).toEqual({
      exitCode: 0,
      text:
        '2 of 2 containers run: highest CPU 250.75% (db), highest memory 40.10% (web); ' +
        'web running, healthy; db running, restarted 2 times',
      metrics: { running: '2', highest_cpu: '250.75%', highest_memory: '40.10%' },
    });
  });

  test('does not call a container bad whose health is not known yet', async () => {
    expect(await check({ inspect: ['row|/web|running|starting|false|0|0'] }, 'web')).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ['stopped', 'row|/db|exited|none|false|1|0', 'db is exited, exit code 1'],
    ['killed for lack of memory', 'row|/db|exited|none|true|137|0', 'db is exited: killed for lack of memory'],
    ['restarting', 'row|/db|restarting|none|false|1|17', 'db is restarting, exit code 1, restarted 17 times'],
    ['paused', 'row|/db|paused|none|false|0|0', 'db is paused, exit code 0'],
    ['never started', 'row|/db|created|none|false|0|0', 'db is created, exit code 0'],
    ['unhealthy', 'row|/db|running|unhealthy|false|0|0', 'db is unhealthy'],
    ['short of memory', 'row|/db|running|healthy|true|0|0', 'db lost a process for lack of memory'],
  ])('is CRITICAL about a container that is %s', async (_what, row, words) => {
    const outcome = await check({ inspect: [web, row] });
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { running: '1', highest_cpu: '250.75%' } });
    expect(outcome.text).toContain(`1 of 2 containers not well: ${words}; highest CPU`);
  });

  test.each([
    'Error: No such container: db',
    'Error response from daemon: No such container: db',
    'error: no such object: db',
  ])('is CRITICAL about a container that is gone: %s', async (complaint) => {
    const outcome = await check({ inspect: [web, complaint], inspectCode: 1 });
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { running: '1' } });
    expect(outcome.text).toContain('db is gone: there is no such container');
  });

  test('takes no other container for the one that is named', async () => {
    const outcome = await check({ inspect: ['row|/dbase|running|none|false|0|0'] }, 'db');
    expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringContaining('db is gone') });
  });

  test('says how the containers are when they could not be measured', async () => {
    const failed = { stats: ['Error response from daemon: cgroups: not found'], statsCode: 1 };
    const outcome = await check({ inspect: [web, database], ...failed });
    expect(outcome).toMatchObject({ exitCode: 3, metrics: { running: '2', highest_cpu: 'U', highest_memory: 'U' } });
    expect(outcome.text).toMatch(/^CPU and memory could not be measured: Error response .*cgroups: not found; web run/);
    const stopped = await check({ inspect: ['row|/web|exited|none|false|0|0'], stats: [] }, 'web');
    expect(stopped).toMatchObject({ exitCode: 2, metrics: { highest_cpu: 'U' } });
    expect(stopped.text).toContain('docker stats showed no container');
  });

  test.each([
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
    'Error response from daemon: client version 1.50 is too new. Maximum supported API version is 1.41',
  ])('is UNKNOWN when Docker cannot be asked: %s', async (complaint) => {
    const outcome = await check({ inspect: ['WARNING: Error loading config file', '[]', complaint], inspectCode: 1 });
    expect(outcome).toMatchObject({ exitCode: 3, metrics: {} });
    expect(outcome.text).toBe(`Docker cannot be asked for its containers: ${complaint}`);
  });

  test('is UNKNOWN when Docker does not answer in time', async () => {
    const tools = await toolFolder('docker', 'sleep 15');
    const started = performance.now();
    const outcome = await runScript('containers.sh', { containers: 'web', timeoutSeconds: 1 }, { tools });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('no answer within 1 s') });
  });

  test.each([
    [{ timeoutSeconds: 5 }, 'setting ROUNDS_CONTAINERS is missing'],
    [{ containers: 'web' }, 'setting ROUNDS_TIMEOUT_SECONDS is missing'],
    [{ containers: 'web', timeoutSeconds: 0 }, "ROUNDS_TIMEOUT_SECONDS is '0', expected whole seconds"],
    [{ containers: 'web *', timeoutSeconds: 5 }, "ROUNDS_CONTAINERS holds '*', expected names"],
    [{ containers: '--help', timeoutSeconds: 5 }, "ROUNDS_CONTAINERS holds '--help', expected names"],
  ])('is UNKNOWN and names the wrong setting of %j', async (settings, words) => {
    const outcome = await runScript('containers.sh', settings as Record<string, string | number>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });

  test('is UNKNOWN where Docker is not installed', async () => {
    const onlyTools = await temporaryFolder();
    const outcome = await runScript('containers.sh', { containers: 'web', timeoutSeconds: 5 }, { onlyTools });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('docker is not installed') });
  });
});

/** A daemon as far as the check needs one: what the real tool makes of it is the point. */
async function daemon(): Promise<string> {
  const state = { Status: 'running', OOMKilled: false, ExitCode: 0 };
  const containers: Record<string, { readonly Id: string; readonly [field: string]: unknown }> = {
    web: { Id: 'a1'.repeat(32), Name: '/web', RestartCount: 0, State: { ...state, Health: { Status: 'unhealthy' } } },
    db: { Id: 'b2'.repeat(32), Name: '/db', RestartCount: 3, State: state },
  };
  const usage = (total: number, system: number) => ({
    cpu_usage: { total_usage: total, percpu_usage: [1] },
    system_cpu_usage: system,
    online_cpus: 2,
  });
  const measured = (name: string) => ({
    name: `/${name}`,
    cpu_stats: usage(2000, 20_000),
    precpu_stats: usage(1000, 10_000),
    memory_stats: { usage: name === 'db' ? 500 : 250, limit: 1000, stats: {} },
  });
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').replace(/^\/v[\d.]+/, '').split('?');
    const [, name = '', what] = /^\/containers\/(\w+)\/(json|stats)$/.exec(path) ?? [];
    response.setHeader('API-Version', '1.50');
    response.setHeader('OSType', 'linux');
    response.setHeader('Content-Type', 'application/json');
    // The tool asks by name, or by the first twelve characters of the id.
    const known = Object.entries(containers).find(([key, { Id }]) => key === name || Id.startsWith(name || '?'));
    if (path === '/_ping') response.end('OK');
    else if (path === '/containers/json') {
      const row = ([key, value]: [string, object]) => ({ ...value, Names: [`/${key}`], State: 'running' });
      response.end(JSON.stringify(Object.entries(containers).map(row)));
    } else if (path === '/events') response.flushHeaders();
    else if (known === undefined) {
      response.statusCode = 404;
      response.end(JSON.stringify({ message: `No such container: ${name}` }));
    } else response.end(JSON.stringify(what === 'json' ? known[1] : measured(known[0])));
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `tcp://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

describe.skipIf(spawnSync('docker', ['--version']).error !== undefined)('containers.sh with the real docker', () => {
  test('reads what docker prints by its templates', async () => {
    const environment = { DOCKER_HOST: await daemon(), HOME: await temporaryFolder() };
    const settings = { containers: 'web cache db', timeoutSeconds: 10 };
    expect(await runScript('containers.sh', settings, { environment })).toEqual({
      exitCode: 2,
      text:
        '2 of 3 containers not well: web is unhealthy; cache is gone: there is no such container; ' +
        'highest CPU 20.00% (web), highest memory 50.00% (db)',
      metrics: { running: '1', highest_cpu: '20.00%', highest_memory: '50.00%' },
    });
    expect(await runScript('containers.sh', { ...settings, containers: 'db' }, { environment })).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining('1 of 1 containers run: highest CPU 20.00% (web)'),
    });
  });

  test('is UNKNOWN without a daemon', async () => {
    const environment = { DOCKER_HOST: 'unix:///nonexistent/docker.sock', HOME: await temporaryFolder() };
    const outcome = await runScript('containers.sh', { containers: 'web', timeoutSeconds: 10 }, { environment });
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toMatch(/^Docker cannot be asked for its containers: .*docker\.sock/);
  });
});
