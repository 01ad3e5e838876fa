import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CheckResult } from '../../../functions/core/judge.ts';
import { exitCodeOf, type Status } from '../../../functions/core/status.ts';
import { type CheckOptions, check } from '../../../lib/cli/check.ts';

/** Debian's monitoring-plugins-basic and -standard: what people have, run unchanged. */
const plugins = '/usr/lib/nagios/plugins';
const installed = existsSync(join(plugins, 'check_dummy'));
if (!installed) {
  const message = `${plugins} is missing: apt-get install monitoring-plugins-basic`;
  if (process.env.CI !== undefined) throw new Error(message);
  console.warn(`SKIPPED: ${message}`);
}

vi.setConfig({ testTimeout: 30_000 });

describe.skipIf(!installed)('a monitoring plugin, unchanged', () => {
  let server: Server;
  let folder = '';
  let open = '';
  let closed = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plugins-'));
    writeFileSync(join(folder, 'fresh'), 'x'.repeat(2_000));
    server = createServer((request, response) => {
      response.statusCode = request.url === '/' ? 200 : 503;
      response.end('hello');
    });
    open = await listening(server);
    const other = createServer();
    closed = await listening(other);
    await new Promise((resolve) => other.close(resolve));
  });

  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  /** Runs a plugin; `OPEN`, `CLOSED` and `FOLDER` in its arguments stand for the ports and the folder of this test. */
  async function run(line: string, options: CheckOptions = {}): Promise<CheckResult & { exitCode: number }> {
    const [plugin = '', ...args] = line
      .replace('OPEN', open)
      .replace('CLOSED', closed)
      .replace('FOLDER', folder)
      .split(' ');
    let out = '';
    const exitCode = await check({ ...options, json: true }, [join(plugins, plugin), ...args], (text) => {
      out += text;
    });
    return { ...JSON.parse(out), exitCode };
  }

  it.each<[line: string, status: Status, text: RegExp, labels: string[]]>([
    ['check_dummy 0 fine', 'OK', /^OK: fine$/, []],
    ['check_dummy 1 so-so', 'WARNING', /^WARNING: so-so$/, []],
    ['check_dummy 2 bad', 'CRITICAL', /^CRITICAL: bad$/, []],
    ['check_dummy 3 what', 'UNKNOWN', /^UNKNOWN: what$/, []],
    ['check_disk -w 1% -c 0% -p /', 'OK', /^DISK OK/, ['/']],
    ['check_disk -w 101% -c 0% -p /', 'WARNING', /^DISK WARNING/, ['/']],
    ['check_disk -w 1% -c 1% -p /no/such/folder', 'CRITICAL', /does not exist|No such file/, []],
    ['check_load -w 999,999,999 -c 999,999,999', 'OK', /^LOAD OK/, ['load1', 'load5', 'load15']],
    ['check_procs -w 1:100000', 'OK', /^PROCS OK/, ['procs']],
    ['check_procs -C no-such-process -c 1:', 'CRITICAL', /^PROCS CRITICAL: 0 processes/, ['procs']],
    ['check_procs -m VSZ -w 999999999', 'OK', /^VSZ OK/, ['procs', 'procs_warn', 'procs_crit']],
    ['check_users -w 1000 -c 2000', 'OK', /^USERS OK/, ['users']],
    ['check_tcp -H 127.0.0.1 -p OPEN', 'OK', /^TCP OK/, ['time']],
    ['check_tcp -H 127.0.0.1 -p CLOSED', 'CRITICAL', /Connection refused/, []],
    ['check_http -H 127.0.0.1 -p OPEN -u /', 'OK', /^HTTP OK/, ['time', 'size']],
    ['check_http -H 127.0.0.1 -p OPEN -u /broken', 'CRITICAL', /503/, ['time', 'size']],
    ['check_http -H 127.0.0.1 -p CLOSED', 'CRITICAL', /refused/, []],
    ['check_ssh -p OPEN 127.0.0.1', 'CRITICAL', /./, []],
    ['check_ssh -p CLOSED 127.0.0.1', 'CRITICAL', /refused/, []],
    ['check_smtp -H 127.0.0.1 -p CLOSED', 'CRITICAL', /refused/, ['time']],
    ['check_time -H 127.0.0.1 -p CLOSED', 'UNKNOWN', /refused/, []],
    ['check_file_age -f FOLDER/fresh', 'OK', /^FILE_AGE OK/, ['age', 'size']],
    ['check_file_age -f FOLDER/fresh -W 5000 -C 3000', 'CRITICAL', /^FILE_AGE CRITICAL/, ['age', 'size']],
    ['check_file_age -f FOLDER/none', 'CRITICAL', /File not found/, []],
    ['check_cluster -s -l web -d 0,1,0 -w 0 -c 1', 'WARNING', /web: 2 ok, 1 warning/, []],
    ['negate check_dummy', 'UNKNOWN', /./, []],
    ['check_load -w a -c b', 'UNKNOWN', /threshold must be float/, []],
    ['check_swap', 'UNKNOWN', /Could not parse arguments/, []],
    ['check_http', 'UNKNOWN', /Could not parse arguments/, []],
    ['check_disk --no-such-option', 'UNKNOWN', /./, []],
    ['check_users -V', 'UNKNOWN', /^check_users v\d/, []],
    ['check_no_such_plugin', 'UNKNOWN', /^a program was not found/, []],
  ])('%s', async (line, status, text, labels) => {
    const result = await run(line);
    expect(result).toMatchObject({
      status,
      exitCode: exitCodeOf[status],
      text: expect.stringMatching(text),
    });
    // A usage text may have bars in it, which begin metrics by the plugin API.
    if (status !== 'UNKNOWN') expect(result.problems).toEqual([]);
    expect(result.metrics.map(({ label }) => label)).toEqual(labels);
  });

  it('reports in base units', async () => {
    const disk = (await run('check_disk -w 1% -c 0% -p /')).metrics[0];
    expect(disk).toMatchObject({ unit: 'B', min: 0 });
    expect(disk?.max).toBeGreaterThan(disk?.value ?? Infinity);
    expect((await run('check_http -H 127.0.0.1 -p OPEN')).metrics).toMatchObject([
      { label: 'time', unit: 's', min: 0 },
      { label: 'size', unit: 'B', min: 0 },
    ]);
  });

  it.each<[line: string, options: CheckOptions, status: Status]>([
    ['check_procs', { warning: '1:', critical: '~:' }, 'OK'],
    ['check_procs', { warning: '~:0' }, 'WARNING'],
    ['check_http -H 127.0.0.1 -p OPEN', { metric: 'size', critical: '@1:' }, 'CRITICAL'],
    ['check_http -H 127.0.0.1 -p OPEN', { metric: 'lag', critical: '1' }, 'UNKNOWN'],
    ['check_tcp -H 127.0.0.1 -p CLOSED', { warning: '2' }, 'CRITICAL'],
  ])('%s under ranges of ours (%j) is %s', async (line, options, status) => {
    expect((await run(line, options)).status).toBe(status);
  });

  const rounds = fileURLToPath(new URL('../../../bin/rounds.ts', import.meta.url));
  it.skipIf(!existsSync(rounds))('runs from the command line', async () => {
    const args = [
      '--import',
      'tsx',
      rounds,
      'check',
      '--warning',
      '5',
      '--json',
      '--',
      join(plugins, 'check_dummy'),
      '1',
      'so-so',
    ];
    const [exitCode, stdout] = await new Promise<[unknown, string]>((resolve) => {
      execFile(process.execPath, args, (error, out) => resolve([error?.code ?? 0, out]));
    });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'UNKNOWN', text: expect.stringContaining('WARNING: so-so') });
    expect(exitCode).toBe(3);
  });
});

function listening(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(String((server.address() as AddressInfo).port)));
  });
}
