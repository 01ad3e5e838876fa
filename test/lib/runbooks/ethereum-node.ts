import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What a node answers to one call instead of a result, as geth words it. */
export class RpcError {
  readonly code: number;
  readonly message: string;

  constructor(code: number, message: string) {
    this.code = code;
    this.message = message;
  }
}

export interface NodeBehaviour {
  /** Age of the latest block in seconds; the recorded block is dated anew. */
  readonly blockAgeSeconds?: number;
  /** Result or error of a method, instead of what was recorded; `undefined` leaves the call without an answer. */
  readonly answers?: Readonly<Record<string, unknown>>;
  /** Receipts by hash of the transaction; the node knows no others. */
  readonly receipts?: Readonly<Record<string, unknown>>;
  /** Takes the place of the whole JSON-RPC: what a broken node, or something else, does with a request. */
  readonly respond?: (response: ServerResponse, request: IncomingMessage) => void;
}

export interface EthereumNode {
  readonly url: string;
  /** The calls of each request, as `method first-parameter`. */
  readonly requests: readonly (readonly string[])[];
}

/** A price in gwei as a node answers it: in wei. */
export function gwei(price: number): string {
  return `0x${Math.round(price * 1e9).toString(16)}`;
}

/** A block of a proof-of-stake chain as a node answers it, without the transactions in it and its bloom filter. */
const block = {
  baseFeePerGas: gwei(25),
  difficulty: '0x0',
  extraData: '0x',
  gasLimit: '0x1c9c380',
  gasUsed: '0xf618',
  hash: '0x8f64c4436f7213cfdf02cfb9f45d012f1774dfb329b8803de5e7479b11586902',
  miner: '0x0000000000000000000000000000000000000000',
  number: '0x14',
  parentHash: '0x1963d4b2e19fb79daf720655b4af341c04a43b36da95f71f5e0943351c8728a3',
  timestamp: '0xc8',
  transactions: ['0x523c9eee4fbad0c69269e9cf5191e87328b85da67a93a2927eca72f52b839acf'],
  uncles: [],
};

const recorded: Readonly<Record<string, unknown>> = {
  eth_chainId: '0x1',
  eth_gasPrice: gwei(26.5),
  eth_feeHistory: { oldestBlock: '0x14', baseFeePerGas: [gwei(25), gwei(25.5)], gasUsedRatio: [0.42] },
  eth_syncing: false,
};

/** The receipt of a transaction that succeeded, or failed in the contract, as a node answers it. */
export function receipt(transactionHash: string, status: '0x0' | '0x1'): Readonly<Record<string, unknown>> {
  return {
    blockHash: '0xfeffbee8fafd9860e744ac88ffb4f12752de7ccd86c2fb301c82c510b2ccd32c',
    blockNumber: '0x2',
    contractAddress: null,
    cumulativeGasUsed: '0x5208',
    effectiveGasPrice: '0x2db08787',
    from: '0x658bdf435d810c91414ec09147daa6db62406379',
    gasUsed: '0x5208',
    logs: [],
    logsBloom: `0x${'0'.repeat(512)}`,
    status,
    to: '0x658bdf435d810c91414ec09147daa6db62406379',
    transactionHash,
    transactionIndex: '0x0',
    type: '0x2',
  };
}

/** An Ethereum node that answers JSON-RPC over HTTP from what was recorded, until the test ends. */
export async function ethereumNode(behaviour: NodeBehaviour = {}): Promise<EthereumNode> {
  const requests: string[][] = [];
  const server = createServer(async (request, response) => {
    const calls = JSON.parse(await text(request)) as readonly Call[];
    requests.push(calls.map(({ method, params }) => [method, ...params.slice(0, 1)].join(' ')));
    if (behaviour.respond !== undefined) return behaviour.respond(response, request);
    response.setHeader('Content-Type', 'application/json');
    // A node may answer a batch in any order.
    response.end(JSON.stringify(calls.map((call) => answer(call, behaviour)).reverse()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests };
}

function answer({ id, method, params }: Call, behaviour: NodeBehaviour): unknown {
  const result = resultOf(method, params, behaviour);
  if (result === undefined) return { jsonrpc: '2.0', id: -1, result: null };
  return { jsonrpc: '2.0', id, ...(result instanceof RpcError ? { error: { ...result } } : { result }) };
}

function resultOf(method: string, params: readonly unknown[], behaviour: NodeBehaviour): unknown {
  const { answers = {}, receipts = {}, blockAgeSeconds = 12 } = behaviour;
  if (method in answers) return answers[method];
  if (method === 'eth_getBlockByNumber') {
    const seconds = Math.floor(Date.now() / 1000) - blockAgeSeconds;
    return { ...block, timestamp: `0x${seconds.toString(16)}` };
  }
  if (method === 'eth_getTransactionReceipt') return receipts[String(params[0])] ?? null;
  if (method in recorded) return recorded[method];
  return new RpcError(-32601, `the method ${method} does not exist/is not available`);
}
