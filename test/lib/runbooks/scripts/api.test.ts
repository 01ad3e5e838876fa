import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type HostDifference, type Outcome, runScript } from '../run-script.ts';

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

/** The address of a real service that answers until the test ends. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return await listen(server);
}

/** An address at which nobody listens. */
async function deadAddress(): Promise<string> {
  const server = createSocketServer();
  const address = await listen(server);
  server.close();
  await once(server, 'close');
  return address;
}

async function check(urls: string, timeoutSeconds = 5, host: HostDifference = {}): Promise<Outcome> {
  return await runScript('api.py', { urls, timeoutSeconds }, host);
}

const seconds = expect.stringMatching(/^\d+\.\d{1,6}s$/);

describe('api.py', () => {
  test('is OK and tells the response time of each endpoint, slowest first', async () => {
    const api = await serve((request, response) => {
      const answer = () => response.end('[]');
      request.url === '/api/work-orders' ? setTimeout(answer, 400) : answer();
    });
    const outcome = await check(`${api}/api/health ${api}/api/work-orders`);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.text).toMatch(
      /^2 of 2 endpoints answered: \S+\/api\/work-orders: HTTP 200 in \d\.\d{3} s; \S+\/api\/health: HTTP 200 in \d\.\d{3} s$/,
    );
    expect(outcome.metrics).toEqual({ health: seconds, 'work-orders': seconds });
  });

  test('asks paths of the base address, and calls the first page home', async () => {
    const baseUrl = `${await serve((_request, response) => response.end('[]'))}/`;
    const outcome = await runScript('api.py', { baseUrl, urls: '/ /api/users', timeoutSeconds: 5 });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { home: seconds, users: seconds } });
    const without = await runScript('api.py', { urls: '/api/users', timeoutSeconds: 5 });
    expect(without).toMatchObject({ exitCode: 3, text: expect.stringContaining('setting ROUNDS_BASE_URL is missing') });
  });

  test('measures to the end of the body', async () => {
    const api = await serve((_request, response) => {
      response.write('a'.repeat(200_000));
      setTimeout(() => response.end('b'), 300);
    });
    const outcome = await check(`${api}/api/work-orders`);
    expect(outcome.exitCode).toBe(0);
    expect(Number.parseFloat(outcome.metrics['work-orders'] ?? '')).toBeGreaterThan(0.25);
  });

  test('is CRITICAL and says of each endpoint what is wrong, the worst first', async () => {
    const api = await serve((request, response) => {
      response.statusCode = request.url === '/api/health' ? 200 : 503;
      response.end();
    });
    const dead = await deadAddress();
    const outcome = await check(`${api}/api/health ${api}/api/work-orders ${dead}/api/ready`);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.text).toMatch(
      /^2 of 3 endpoints failed: \S+\/api\/ready: Connection refused; \S+\/api\/work-orders: HTTP 503; \S+\/api\/health: HTTP 200 in/,
    );
    expect(outcome.metrics).toEqual({ health: seconds, 'work-orders': 'U', ready: 'U' });
  });

  test('does not follow a redirect to a page that answers', async () => {
    const api = await serve((request, response) => {
      if (request.url === '/api/health') response.writeHead(302, { location: '/login' });
      response.end('welcome');
    });
    const outcome = await check(`${api}/api/health`);
    expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringMatching(/\/api\/health: HTTP 302$/) });
  });

  test('asks the endpoint itself although the host has a proxy', async () => {
    const proxy = await serve((_request, response) => response.end('from the proxy'));
    const environment = { http_proxy: proxy, HTTP_PROXY: proxy, all_proxy: proxy };
    const outcome = await check(`${await deadAddress()}/api/health`, 5, { environment });
    expect(outcome).toMatchObject({ exitCode: 2, text: expect.stringContaining('Connection refused') });
  });

  test.each<[string, RequestListener]>([
    ['never answers', () => {}],
    ['stops in its body', (_request, response) => void response.write('[')],
    [
      'sends a byte now and then',
      (_request, response) => {
        const drip = setInterval(() => response.write('.'), 50);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ])('is CRITICAL after its time-out when an endpoint %s', async (_how, answer) => {
    const outcome = await check(`${await serve(answer)}/api/health`, 0.4);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.text).toMatch(/\/api\/health: no complete answer within 0\.4 s$/);
    expect(outcome.metrics).toEqual({ health: 'U' });
  });

  test('is CRITICAL when the connection breaks before the end of the body', async () => {
    const api = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    });
    const outcome = await check(`${api}/api/health`);
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { health: 'U' } });
  });

  test('is CRITICAL when something other than HTTP answers, and cleans what it says', async () => {
    const server = createSocketServer((socket) => void socket.end("\u001b[31m220 mail | 'health'=0s\r\nready\r\n"));
    onTestFinished(() => void server.close());
    const outcome = await check(`${await listen(server)}/api/health`);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.text).toContain('no valid HTTP answer');
    expect(outcome.metrics).toEqual({ health: 'U' });
  });

  test.each([
    ['file:///etc/passwd', 'setting ROUNDS_URLS holds file:///etc/passwd, expected http:// or https://'],
    ['localhost:8000/api/health', 'expected http:// or https://, a host'],
    ['http://:8000/api/health', 'expected http:// or https://, a host'],
    ['http://localhost:port/api/health', 'ValueError: Port could not be cast'],
    ['http://a/api/health http://b/api/health', 'holds two addresses that end in health'],
    ['', 'setting ROUNDS_URLS is missing'],
  ])('is UNKNOWN for the addresses "%s"', async (urls, words) => {
    const outcome = await check(urls);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words), metrics: {} });
  });

  test('does not repeat a password that an address holds', async () => {
    const outcome = await check('http://admin:hunter2@localhost/api/health');
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toContain('no password');
    expect(outcome.text).not.toContain('hunter2');
  });

  test('is UNKNOWN and names a wrong time-out', async () => {
    const outcome = await runScript('api.py', { urls: 'http://localhost/x', timeoutSeconds: 'soon' });
    expect(outcome).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining("TIMEOUT_SECONDS is 'soon', expected"),
    });
  });
});
