import { chmod, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ethereumNode, gwei, type NodeBehaviour, RpcError } from '../ethereum-node.ts';
import { freePort } from '../redis-server.ts';
import { type HostDifference, type Outcome, runScript, temporaryFolder } from '../run-script.ts';

async function check(
  more: Readonly<Record<string, string | number>>,
  difference: HostDifference = {},
): Promise<Outcome> {
  const settings = { chainId: 1, maxBlockAgeSeconds: 120, timeoutSeconds: 5, ...more };
  return await runScript('gas-price.py', settings, difference);
}

async function checkNode(behaviour: NodeBehaviour, more: Readonly<Record<string, string | number>> = {}) {
  return await check({ url: (await ethereumNode(behaviour)).url, ...more });
}

/** Never ends its answer, of which it sends a byte now and then. */
function trickle(response: ServerResponse): void {
  const timer = setInterval(() => response.write(' '), 100);
  response.on('close', () => clearInterval(timer));
}

describe('gas-price.py', () => {
  test('is OK and tells the price in gwei, asking once', async () => {
    const node = await ethereumNode();
    const outcome = await check({ url: node.url });
    expect(outcome).toEqual({
      exitCode: 0,
      text: expect.stringMatching(
        /^gas price 26\.5 gwei, base fee of the next block 25\.5 gwei; latest block 1\d s old; node 127\.0\.0\.1 answered in \d\.\d{3} s$/,
      ),
      metrics: {
        gas_price_gwei: '26.5',
        base_fee_gwei: '25.5',
        block_age: expect.stringMatching(/^1\d(\.\d+)?s$/),
        response_time: expect.stringMatching(/^\d\.\d+s$/),
      },
    });
    expect(node.requests).toEqual([
      ['eth_chainId', 'eth_getBlockByNumber latest', 'eth_gasPrice', 'eth_feeHistory 0x1'],
    ]);
  });

  test('leaves a high price to the runbook', async () => {
    const outcome = await checkNode({ answers: { eth_gasPrice: gwei(123.6956) } });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { gas_price_gwei: '123.6956' } });
  });

  test('tells prices below a thousandth of a gwei', async () => {
    const outcome = await checkNode({ answers: { eth_gasPrice: gwei(0.0001) } });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { gas_price_gwei: '0.0001' } });
  });

  test.each([
    ['refuses', new RpcError(-32601, 'the method eth_feeHistory does not exist/is not available')],
    ['has an empty', { oldestBlock: '0x14', baseFeePerGas: [] }],
    ['has no', { oldestBlock: '0x0' }],
    ['answers null for a', null],
    ['answers words for a', { baseFeePerGas: 'none' }],
  ])('does without the base fee of a node that %s history', async (_what, eth_feeHistory) => {
    const outcome = await checkNode({ answers: { eth_feeHistory } });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { gas_price_gwei: '26.5', base_fee_gwei: 'U' } });
    expect(outcome.text).toContain('base fee of the next block unknown');
  });

  test('is CRITICAL when the node has stopped following the chain, and tells no price of the past', async () => {
    const outcome = await checkNode({ blockAgeSeconds: 500 });
    expect(outcome).toEqual({
      exitCode: 2,
      text: expect.stringMatching(
        /^node 127\.0\.0\.1 has stopped following the chain: its latest block is 50\d s old, over 120 s$/,
      ),
      metrics: {
        gas_price_gwei: 'U',
        base_fee_gwei: 'U',
        block_age: expect.stringMatching(/^50\d(\.\d+)?s$/),
        response_time: expect.stringMatching(/^\d\.\d+s$/),
      },
    });
  });

  test('takes a block that is a little ahead of this clock for a new one, and one far ahead for a wrong clock', async () => {
    expect(await checkNode({ blockAgeSeconds: -20 })).toMatchObject({ exitCode: 0, metrics: { block_age: '0s' } });
    expect(await checkNode({ blockAgeSeconds: -200 })).toMatchObject({
      exitCode: 3,
      text: expect.stringMatching(/has a block from \d+ s ahead of this clock: set the clock/),
    });
  });

  test('is UNKNOWN on another chain', async () => {
    const outcome = await checkNode({ answers: { eth_chainId: '0xaa36a7' } });
    expect(outcome).toMatchObject({
      exitCode: 3,
      text: 'node 127.0.0.1 is on chain 11155111, expected chain 1: correct the URL, or the setting ROUNDS_CHAIN_ID',
    });
    expect((await checkNode({ answers: { eth_chainId: '0xaa36a7' } }, { chainId: 11155111 })).exitCode).toBe(0);
  });

  test.each([
    ['no number', '26.5', "answers '26.5', expected a gas price as 0x"],
    ['no hexadecimal digits', '0x', "answers '0x', expected a gas price"],
    ['a number', 26, "answers '26', expected a gas price"],
    ['null', null, "answers 'None', expected a gas price"],
    ['0', '0x0', 'tells a gas price of 0 gwei, expected above 0'],
    ['over a million gwei', gwei(1_000_001), 'tells a gas price of 1e+06 gwei'],
    ['endless digits', `0x${'f'.repeat(1000)}`, "answers '0xfff"],
    ['an error', new RpcError(-32000, "header | not\nfound 'x'=1"), 'refuses eth_gasPrice: header ? not found'],
    ['nothing', undefined, 'does not answer eth_gasPrice'],
  ])('is UNKNOWN when the price is %s', async (_what, eth_gasPrice, words) => {
    const outcome = await checkNode({ answers: { eth_gasPrice } });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words), metrics: {} });
  });

  test.each([
    ['null', null],
    ['a text', 'latest'],
    ['without a time', { number: '0x1' }],
  ])('is UNKNOWN when the latest block is %s', async (_what, eth_getBlockByNumber) => {
    const outcome = await checkNode({ answers: { eth_getBlockByNumber } });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('expected a time of a block') });
  });

  const respond: readonly (readonly [string, string, (response: ServerResponse) => void])[] = [
    ['nothing', 'gave no complete answer within 1 s', () => undefined],
    ['byte after byte', 'gave no complete answer within 1 s', trickle],
    ['a web page', 'answers no JSON: is it an Ethereum node?', (response) => response.end('<html>')],
    ['nested lists', 'answers no JSON', (response) => response.end('['.repeat(100_000))],
    ['a list of nonsense', 'does not answer eth_chainId', (response) => response.end('[null,{"id":[]},{"id":0}]')],
    [
      'no batch',
      'refuses a batch of 4 calls: too many',
      (response) => response.end('{"error":{"message":"too many"}}'),
    ],
    ['too much', 'answers more than 8000000 bytes', (response) => response.end(' '.repeat(8_000_001))],
    [
      'half of it',
      'gave no valid HTTP answer: it ended early',
      (response) => {
        response.writeHead(200, { 'Content-Length': 100 }).write('[');
        setTimeout(() => response.destroy(), 50);
      },
    ],
    ['no HTTP', 'gave no valid HTTP answer: ', (response) => response.socket?.end('hello\r\n\r\n')],
    ['no word', 'cannot be asked: Remote end closed connection', (response) => response.socket?.end()],
    ['HTTP 500', 'answers HTTP 500', (response) => response.writeHead(500).end('[]')],
    ['HTTP 401', 'answers HTTP 401: correct the key in its URL', (response) => response.writeHead(401).end()],
    ['HTTP 429', 'answers HTTP 429: it is asked more often', (response) => response.writeHead(429).end()],
    ['elsewhere', 'answers HTTP 302', (response) => response.writeHead(302, { Location: 'http://x/' }).end()],
  ];
  test.each(respond)('is UNKNOWN when the node answers %s', async (_what, words, answer) => {
    const outcome = await checkNode({ respond: answer }, { timeoutSeconds: 1 });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words), metrics: {} });
  });

  test('is UNKNOWN when nobody listens', async () => {
    const outcome = await check({ url: `http://127.0.0.1:${await freePort()}` });
    expect(outcome).toMatchObject({ exitCode: 3, text: 'node 127.0.0.1 cannot be asked: Connection refused' });
  });
});

describe('the URL of a node', () => {
  const key = '0123456789abcdef0123456789abcdef';

  /** Files that hold the URLs: the runbook names them, the secret stays on the host. */
  async function urlFileWith(content: string): Promise<string> {
    const file = join(await temporaryFolder(), 'node url');
    await writeFile(file, content);
    return file;
  }

  test('may stand in a file of the host, and only its host is shown', async () => {
    const { url } = await ethereumNode();
    const outcome = await check({ urlFile: await urlFileWith(`${url}v3/${key}?token=${key}\n`) });
    expect(outcome).toMatchObject({ exitCode: 0, text: expect.stringContaining('node 127.0.0.1 answered') });
    expect(outcome.text).not.toContain('0123456789');
  });

  test('is sent whole, a user and a password in it as those of HTTP', async () => {
    const seen: (string | undefined)[] = [];
    const { url } = await ethereumNode({
      respond: (response, request) => {
        seen.push(request.url, request.headers.authorization);
        response.end('[]');
      },
    });
    await check({ url: `${url.replace('//', '//user:p%40ss@')}v3/${key}?a=b` });
    expect(seen).toEqual([`/v3/${key}?a=b`, `Basic ${Buffer.from('user:p@ss').toString('base64')}`]);
  });

  test('stays secret when the node quotes it', async () => {
    const { url } = await ethereumNode({ answers: { eth_gasPrice: new RpcError(-32001, `no project ${key}`) } });
    const outcome = await check({ urlFile: await urlFileWith(`${url}v3/${key}`) });
    expect(outcome).toMatchObject({ exitCode: 3, text: 'node 127.0.0.1 refuses eth_gasPrice: no project ...' });
  });

  test.each([
    `ftp://node/${key}`,
    key,
    `http:///${key}`,
    `http://node:${key}/`,
    `http://[${key}/`,
    `http://node/ ${key}`,
    `http://node/\u0001${key}`,
    `http://nöde/${key}`,
    '',
  ])('is refused without being shown: %s', async (content) => {
    const urlFile = await urlFileWith(content);
    const fromFile = await check({ urlFile });
    expect(fromFile).toMatchObject({
      exitCode: 3,
      text: `file ${urlFile} holds no URL of a node, expected http:// or https:// and a host: correct it`,
    });
    const fromSetting = await check({ url: content });
    expect(fromSetting).toMatchObject({ exitCode: 3, text: expect.stringMatching(/^setting ROUNDS_URL (holds|is) /) });
    expect(fromSetting.text).not.toContain('0123456789');
  });

  test('is UNKNOWN when its file is gone or not to be read', async () => {
    const urlFile = await urlFileWith('http://node/');
    const gone = await check({ urlFile: `${urlFile}s` });
    expect(gone).toMatchObject({ exitCode: 3, text: expect.stringContaining('No such file or directory') });
    await chmod(urlFile, 0o000);
    const denied = await check({ urlFile }, { unprivileged: true });
    expect(denied.text).toMatch(/^cannot read the URL of the node in .*: Permission denied; let the user \d+ read/);
    expect(denied.exitCode).toBe(3);
  });

  test.each([
    [{}, 'setting ROUNDS_URL is missing, expected the URL of a node (or ROUNDS_URL_FILE'],
    [{ url: 'http://x/', chainId: 'main' }, "setting ROUNDS_CHAIN_ID is 'main', expected the number of a chain"],
    [{ url: 'http://x/', timeoutSeconds: 0 }, "setting ROUNDS_TIMEOUT_SECONDS is '0', expected seconds above 0"],
    [{ url: 'http://x/', maxBlockAgeSeconds: '' }, 'setting ROUNDS_MAX_BLOCK_AGE_SECONDS is missing'],
  ])('and the other settings are named when they are wrong: %j', async (settings, words) => {
    const outcome = await check(settings as Record<string, string>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });
});
