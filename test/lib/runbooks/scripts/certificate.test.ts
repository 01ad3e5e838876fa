import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type HostDifference, type Outcome, runScript, temporaryFolder } from '../run-script.ts';

/** Makes certificates; Python's clock is real here, so they are dated from now. */
interface Authority {
  readonly folder: string;
  /** The path of a certificate of that name, its key beside it as .key. */
  readonly issue: (name: string, fromDays: number, toDays: number, subject?: string) => string;
}

const dayMs = 86_400_000;
const day = (offset: number) => `${new Date(Date.now() + offset * dayMs).toISOString().replace(/[-:T]|\.\d+/g, '')}`;

async function authority(): Promise<Authority> {
  // Without spaces: they part the paths of the setting.
  const folder = await mkdtemp(join(tmpdir(), 'rounds-certificates-'));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  await writeFile(
    join(folder, 'ca.cnf'),
    `[ca]\ndefault_ca=a\n[a]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\nunique_subject=no
[p]\ncommonName=supplied\n[v3]\nsubjectAltName=$ENV::SAN\n[req]\ndistinguished_name=d\n[d]\n`,
  );
  await writeFile(join(folder, 'index'), '');
  await writeFile(join(folder, 'serial'), '1000\n');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test', '-days', '3650');
  const issue = (name: string, fromDays: number, toDays: number, subject = 'DNS:localhost,IP:127.0.0.1') => {
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const dates = ['-startdate', day(fromDays), '-enddate', day(toDays)];
    const signed = ['-cert', 'ca.pem', '-keyfile', 'ca.key', '-in', `${name}.csr`, '-out', `${name}.pem`];
    execFileSync(
      'openssl',
      ['ca', '-batch', '-notext', '-config', 'ca.cnf', '-extensions', 'v3', ...dates, ...signed],
      { cwd: folder, stdio: 'pipe', env: { ...process.env, SAN: subject } },
    );
    return join(folder, `${name}.pem`);
  };
  return { folder, issue };
}

async function listening(server: Server): Promise<number> {
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The port of a TLS server with this certificate. */
async function serve(certificate: string): Promise<number> {
  const key = readFileSync(certificate.replace(/\.pem$/, '.key'));
  const server = createServer({ cert: readFileSync(certificate), key });
  // A client that does not trust the certificate hangs up.
  server.on('tlsClientError', () => {});
  return await listening(server);
}

async function check(
  ca: Authority,
  settings: Record<string, string | number>,
  difference: HostDifference = {},
): Promise<Outcome> {
  const environment = { SSL_CERT_FILE: join(ca.folder, 'ca.pem') };
  return await runScript('certificate.py', { timeoutSeconds: 3, ...settings }, { environment, ...difference });
}

describe('certificate.py', () => {
  test('tells the days that each certificate has left, and the lowest', async () => {
    const ca = await authority();
    const [long, short] = [await serve(ca.issue('long', -1, 90.04)), await serve(ca.issue('short', -1, 12.04))];
    const file = ca.issue('stored', -1, 40.04);
    const endpoints = `localhost:${long} 127.0.0.1:${short} localhost:${short}`;
    expect(await check(ca, { endpoints, files: file })).toEqual({
      exitCode: 0,
      text:
        `4 certificates: 127.0.0.1:${short} 12 days left; localhost:${short} 12 days left; ` +
        `${file} 40 days left; localhost:${long} 90 days left`,
      metrics: {
        days: '12',
        days_localhost: '90',
        'days_127.0.0.1': '12',
        [`days_localhost_${short}`]: '12',
        'days_stored.pem': '40',
      },
    });
  });

  test('is CRITICAL and tells the date of a certificate that has expired', async () => {
    const ca = await authority();
    const port = await serve(ca.issue('old', -30, -3.04));
    const outcome = await check(ca, { endpoints: `localhost:${port}` });
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { days: '-3', days_localhost: '-3' } });
    expect(outcome.text).toMatch(/has a certificate that is expired 3 days ago \([A-Z][a-z]{2} .*GMT\)$/);
  });

  test('is CRITICAL about a certificate that is not valid yet', async () => {
    const ca = await authority();
    const port = await serve(ca.issue('early', 2, 30));
    const outcome = await check(ca, { endpoints: `localhost:${port}` });
    expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringContaining('is not valid before') });
  });

  test('is CRITICAL about a certificate of another name, though it is trusted', async () => {
    const ca = await authority();
    const port = await serve(ca.issue('other', -1, 30.04, 'DNS:example.test'));
    for (const host of ['localhost', '127.0.0.1']) {
      const outcome = await check(ca, { endpoints: `${host}:${port}` });
      expect(outcome).toMatchObject({ exitCode: 2, metrics: { days: '30' } });
      expect(outcome.text).toContain('has a certificate that is made out to another name');
    }
  });

  test('is WARNING about a certificate that is right but not trusted, CRITICAL when it is wrong besides', async () => {
    const [ca, stranger] = [await authority(), await authority()];
    const right = await check(ca, { endpoints: `localhost:${await serve(stranger.issue('right', -1, 30.04))}` });
    expect(right).toMatchObject({ exitCode: 1, metrics: { days: '30' } });
    expect(right.text).toMatch(/is not trusted: .* \(30 days left\)$/);
    const self = await check(ca, { endpoints: `localhost:${await serve(join(stranger.folder, 'ca.pem'))}` });
    expect(self).toMatchObject({ exitCode: 2, text: expect.stringContaining('another name') });
    const old = stranger.issue('old', -30, -3.04, 'DNS:example.test');
    const wrong = await check(ca, { endpoints: `localhost:${await serve(old)}` });
    expect(wrong).toMatchObject({ exitCode: 2, metrics: { days: '-3' } });
    expect(wrong.text).toMatch(/expired 3 days ago .* and made out to another name$/);
  });

  test('is CRITICAL when an endpoint does not answer, or not with TLS', async () => {
    const ca = await authority();
    const closed = createPlainServer();
    const free = await listening(closed);
    closed.close();
    expect(await check(ca, { endpoints: `127.0.0.1:${free}` })).toMatchObject({
      exitCode: 2,
      text: `1 certificates: 127.0.0.1:${free} cannot be reached: Connection refused`,
      metrics: {},
    });
    const hangUp = (socket: Socket) => void socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n');
    const http = await listening(createPlainServer(hangUp));
    expect(await check(ca, { endpoints: `127.0.0.1:${http}` })).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('does not speak TLS as clients expect'),
    });
    const silent = await listening(createPlainServer((socket) => void socket.on('error', () => {})));
    expect(await check(ca, { endpoints: `127.0.0.1:${silent}`, timeoutSeconds: 0.3 })).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('did not answer within 0.3 s'),
    });
    expect(await check(ca, { endpoints: 'no-such-host.invalid:443' })).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('no-such-host.invalid:443 cannot be reached'),
    });
  });

  test('names the worst first, and measures the others all the same', async () => {
    const ca = await authority();
    const endpoints = `localhost:${await serve(ca.issue('good', -1, 90.04))} no-such-host.invalid:443`;
    const outcome = await check(ca, { endpoints });
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { days: '90', days_localhost: '90' } });
    expect(outcome.text).toMatch(/^2 certificates: no-such-host\.invalid:443 cannot be reached/);
  });

  test('judges a file by the certificate in it that ends first, and shows nothing of its key', async () => {
    const ca = await authority();
    const [leaf, old] = [ca.issue('leaf', -1, 80), ca.issue('old', -30, -3.04)];
    const chain = join(ca.folder, 'chain.pem');
    const parts = [leaf.replace('.pem', '.key'), leaf, old].map((path) => readFileSync(path, 'utf8'));
    await writeFile(chain, parts.join('\n'));
    const outcome = await check(ca, { files: chain });
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { days: '-3', 'days_chain.pem': '-3' } });
    expect(outcome.text).toMatch(/^1 certificates: \S+chain\.pem is expired 3 days ago \([^)]+GMT\)$/);
  });

  test('tells a file that is gone from one that cannot be judged', async () => {
    const ca = await authority();
    const gone = join(ca.folder, 'gone.pem');
    expect(await check(ca, { files: gone })).toMatchObject({
      exitCode: 2,
      text: `1 certificates: ${gone} is gone: no such file`,
    });
    const key = join(ca.folder, 'ca.key');
    expect(await check(ca, { files: key })).toMatchObject({
      exitCode: 3,
      text: `1 certificates: ${key} holds no certificate in PEM form`,
    });
    const broken = join(ca.folder, 'broken.pem');
    await writeFile(broken, '-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n');
    expect(await check(ca, { files: broken })).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('openssl does not tell the dates'),
    });
    await chmod(broken, 0o000);
    expect(await check(ca, { files: broken }, { unprivileged: true })).toMatchObject({
      exitCode: 3,
      text: expect.stringMatching(/Permission denied; let the user \d+ read it/),
    });
  });

  test('is UNKNOWN where openssl is not installed', async () => {
    const onlyTools = await temporaryFolder();
    const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
    await symlink(python, join(onlyTools, 'python3'));
    const settings = { endpoints: 'localhost:1', timeoutSeconds: 1 };
    const outcome = await runScript('certificate.py', settings, { onlyTools });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('openssl is not installed') });
  });

  test.each([
    [{ timeoutSeconds: 1 }, 'name 0 certificates together, expected 1 to 15'],
    [{ endpoints: 'h:1 '.repeat(16), timeoutSeconds: 1 }, 'name 16 certificates together, expected 1 to 15'],
    [{ endpoints: 'localhost', timeoutSeconds: 1 }, "ROUNDS_ENDPOINTS is 'localhost', expected host:port"],
    [{ endpoints: '-x:1', timeoutSeconds: 1 }, "ROUNDS_ENDPOINTS is '-x:1', expected host:port"],
    [{ endpoints: 'https://a:1', timeoutSeconds: 1 }, 'expected host:port'],
    [{ endpoints: 'a:1' }, 'setting ROUNDS_TIMEOUT_SECONDS is missing'],
    [{ endpoints: '127.0.0.1:99999', timeoutSeconds: 1 }, 'cannot judge 127.0.0.1:99999'],
  ])('is UNKNOWN and names the wrong setting of %j', async (settings, words) => {
    const outcome = await runScript('certificate.py', settings as Record<string, string | number>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });
});
