import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type EthereumNode, ethereumNode, type NodeBehaviour, RpcError, receipt } from '../ethereum-node.ts';
import { isPostgresSkipped, startPostgres } from '../postgres-server.ts';
import { type HostDifference, type Outcome, runScript, toolFolder } from '../run-script.ts';

/** A pending transaction as the query answers it. */
interface Row {
  readonly hash: string | null;
  readonly age_seconds: number | string | null;
}

/** The hash of the n-th transaction. */
function hash(n: number): string {
  return `0x${n.toString(16).padStart(4, '0')}${'0'.repeat(56)}${n.toString(16).padStart(4, '0')}`;
}

const minute = 60;
const query = 'SELECT hash, extract(epoch FROM now() - submitted_at) AS age_seconds FROM txs ORDER BY submitted_at';

async function run(
  { url }: EthereumNode,
  host: HostDifference,
  more: Readonly<Record<string, string | number>> = {},
): Promise<Outcome> {
  const times = { pendingMinutes: 30, maxBlockAgeSeconds: 120, timeoutSeconds: 5 };
  const settings = { url, chainId: 1, service: 'live', query, limit: 200, ...times, ...more };
  return await runScript('transactions.py', settings, host);
}

/** Runs the check on rows that a stand-in for psql prints as the real one does. */
async function check(
  rows: readonly Row[],
  node: EthereumNode,
  more: Readonly<Record<string, string | number>> = {},
): Promise<Outcome> {
  const answer = rows.map((row) => JSON.stringify(row));
  const tools = await toolFolder('psql', 'cat >/dev/null', "cat <<'END'", ...answer, 'END');
  return await run(node, { tools }, more);
}

async function checkNode(rows: readonly Row[], behaviour: NodeBehaviour): Promise<Outcome> {
  return await check(rows, await ethereumNode(behaviour));
}

describe('transactions.py', () => {
  test('is OK when every transaction is confirmed, or young', async () => {
    const node = await ethereumNode({ receipts: { [hash(1)]: receipt(hash(1), '0x1') } });
    const rows = [
      { hash: hash(1), age_seconds: 90 * minute },
      { hash: hash(2), age_seconds: 29.5 * minute },
      { hash: hash(3), age_seconds: -0.25 },
    ];
    const outcome = await check(rows, node);
    expect(outcome).toEqual({
      exitCode: 0,
      text: 'transactions: 2 pending, 1 confirmed, 0 failed',
      metrics: { pending: '2', pending_too_long: '0', oldest_pending: '1770s', failed: '0', confirmed: '1' },
    });
    expect(node.requests).toEqual([
      ['eth_chainId', 'eth_getBlockByNumber latest', 'eth_syncing'],
      rows.map((row) => `eth_getTransactionReceipt ${row.hash}`),
    ]);
  });

  test('is OK when nothing is pending', async () => {
    const outcome = await checkNode([], {});
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { pending: '0', oldest_pending: '0s', confirmed: '0' } });
  });

  test('is WARNING when transactions are pending for too long, and names the oldest', async () => {
    const rows = [31, 45, 20, 300, 61, 33].map((minutes, n) => ({ hash: hash(n), age_seconds: minutes * minute }));
    const outcome = await checkNode(rows, {});
    expect(outcome).toMatchObject({
      exitCode: 1,
      text:
        'transactions: 5 pending for over 30 min: 0x0003..0003, 0x0004..0004, 0x0001..0001 and 2 more, ' +
        'the oldest for 300 min; 6 pending, 0 confirmed, 0 failed',
      metrics: { pending: '6', pending_too_long: '5', oldest_pending: '18000s' },
    });
  });

  test('is CRITICAL when a transaction failed in the contract, however its hash is written', async () => {
    const upper = `0x${'ABCDEF01'.repeat(8)}`;
    const receipts = { [upper.toLowerCase()]: receipt(upper.toLowerCase(), '0x0') };
    const outcome = await checkNode(
      [
        { hash: upper, age_seconds: 60 },
        { hash: hash(1), age_seconds: 9999 },
      ],
      { receipts },
    );
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { failed: '1', pending: '1', pending_too_long: '1' } });
    expect(outcome.text).toMatch(/^transactions: 1 failed: 0xabcd\.\.ef01; 1 pending for over 30 min/);
  });

  test('asks for many transactions in batches of 50', async () => {
    const rows = Array.from({ length: 120 }, (_, n) => ({ hash: hash(n), age_seconds: 1 }));
    const node = await ethereumNode();
    expect(await check(rows, node)).toMatchObject({ exitCode: 0, metrics: { pending: '120' } });
    expect(node.requests.map((calls) => calls.length)).toEqual([3, 50, 50, 20]);
  });

  test('is WARNING and says so when there are more than the limit', async () => {
    const rows = [1, 2, 3].map((n) => ({ hash: hash(n), age_seconds: 1 }));
    const outcome = await check(rows, await ethereumNode(), { limit: 2 });
    expect(outcome).toMatchObject({
      exitCode: 1,
      text: 'transactions: there are more than 2, the others are not asked for; 2 pending, 0 confirmed, 0 failed',
    });
    expect((await check(rows, await ethereumNode(), { limit: 3 })).exitCode).toBe(0);
  });

  test('asks once for a transaction that two rows name', async () => {
    const outcome = await checkNode(
      [
        { hash: hash(1), age_seconds: 1 },
        { hash: hash(1), age_seconds: 1 },
      ],
      {},
    );
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { pending: '1' } });
  });

  test.each<readonly [string, NodeBehaviour, string]>([
    ['is still loading the chain', { answers: { eth_syncing: { currentBlock: '0x1' } } }, 'is still loading the chain'],
    ['stopped following the chain', { blockAgeSeconds: 500 }, 'has stopped following the chain: latest block 50'],
    ['is on another chain', { answers: { eth_chainId: '0x5' } }, 'is on chain 5, expected chain 1'],
    ['does not tell whether it loads', { answers: { eth_syncing: new RpcError(-32601, 'no') } }, 'refuses eth_syncing'],
    ['is broken', { respond: (response) => response.writeHead(502).end() }, 'answers HTTP 502'],
  ])('is UNKNOWN, and finds nothing late, when the node %s', async (_what, behaviour, words) => {
    const outcome = await checkNode([{ hash: hash(1), age_seconds: 9999 }], behaviour);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words), metrics: {} });
  });

  test.each<readonly [string, unknown, string]>([
    ['an error', new RpcError(-32005, 'limit exceeded'), 'refuses eth_getTransactionReceipt: limit exceeded'],
    ['no receipt', 'pending', 'answers no receipt of 0x0001..0001'],
    ['the receipt of another', receipt(hash(2), '0x1'), 'answers no receipt of 0x0001..0001'],
    ['a receipt from before there was a status', { ...receipt(hash(1), '0x1'), status: undefined }, 'without a status'],
  ])('is UNKNOWN when it gets %s, and CRITICAL when another failed besides', async (_what, odd, words) => {
    const receipts = { [hash(1)]: odd, [hash(3)]: receipt(hash(3), '0x0') };
    const one = await checkNode([{ hash: hash(1), age_seconds: 9999 }], { receipts });
    expect(one).toMatchObject({ exitCode: 3, text: expect.stringMatching(/^transactions: 1 not judged: node 127/) });
    expect(one.text).toContain(words);
    const both = await checkNode(
      [hash(1), hash(3)].map((name) => ({ hash: name, age_seconds: 1 })),
      { receipts },
    );
    expect(both).toMatchObject({ exitCode: 2, metrics: { failed: '1' } });
    expect(both.text).toMatch(/1 failed: 0x0003\.\.0003; 1 not judged/);
  });

  test('tells of a failed transaction although the node broke down later', async () => {
    const rows = Array.from({ length: 120 }, (_, n) => ({ hash: hash(n), age_seconds: 1000 - n }));
    const receipts: Record<string, unknown> = { [hash(7)]: receipt(hash(7), '0x0') };
    for (let n = 50; n < 100; n++) receipts[hash(n)] = 'x'.repeat(200_000);
    const outcome = await checkNode(rows, { receipts });
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { failed: '1', pending: '49' } });
    expect(outcome.text).toContain('1 failed: 0x0007..0007; 70 not judged: node 127.0.0.1 answers more than');
  });

  test.each<Row>([
    { hash: null, age_seconds: 5 },
    { hash: '0x12', age_seconds: 5 },
    { hash: `${hash(1)}0`, age_seconds: 5 },
    { hash: hash(1), age_seconds: null },
    { hash: hash(1), age_seconds: '00:05:00' },
  ])('is UNKNOWN about the row %j, and judges the others', async (odd) => {
    const outcome = await checkNode([odd, { hash: hash(2), age_seconds: 9999 }], {});
    expect(outcome).toMatchObject({ exitCode: 3, metrics: { pending: '1', pending_too_long: '1' } });
    expect(outcome.text).toContain('1 rows without a hash and an age: correct the query');
  });

  test('is UNKNOWN when psql fails, and asks no node', async () => {
    const node = await ethereumNode();
    const tools = await toolFolder(
      'psql',
      'echo "psql: error: definition of service \\"live\\" not found" >&2; exit 2',
    );
    const outcome = await run(node, { tools });
    expect(outcome).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('definition of service "live" not found'),
    });
    expect(node.requests).toEqual([]);
  });

  test('is UNKNOWN when psql is not installed', async () => {
    const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
    const onlyTools = await toolFolder('python3', `exec '${python}' "$@"`);
    const outcome = await run(await ethereumNode(), { onlyTools });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('psql is not installed') });
  });

  test.each([
    [{ url: '' }, 'setting ROUNDS_URL is missing'],
    [{ service: '' }, 'setting ROUNDS_SERVICE is missing'],
    [{ query: '' }, 'setting ROUNDS_QUERY is missing'],
    [{ limit: 0 }, "setting ROUNDS_LIMIT is '0', expected a number from 1 to 999"],
    [{ pendingMinutes: 'long' }, "setting ROUNDS_PENDING_MINUTES is 'long', expected minutes"],
    [{ maxBlockAgeSeconds: '' }, 'setting ROUNDS_MAX_BLOCK_AGE_SECONDS is missing'],
  ])('is UNKNOWN and names the wrong setting of %j', async (settings, words) => {
    const outcome = await check([], await ethereumNode(), settings as Record<string, string | number>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });

  test.skipIf(isPostgresSkipped())('asks a real PostgreSQL', async () => {
    const postgres = await startPostgres();
    try {
      await postgres.sql('CREATE TABLE txs (hash text, submitted_at timestamptz)');
      await postgres.sql(`INSERT INTO txs VALUES ('${hash(1)}', now() - interval '2 hours'), ('${hash(2)}', now())`);
      const outcome = await run(await ethereumNode(), { environment: postgres.environment });
      expect(outcome).toMatchObject({ exitCode: 1, metrics: { pending: '2', pending_too_long: '1' } });
      expect(outcome.text).toContain('1 pending for over 30 min: 0x0001..0001, the oldest for 120 min');
    } finally {
      await postgres.stop();
    }
  });
});
