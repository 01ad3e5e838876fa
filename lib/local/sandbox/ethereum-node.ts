import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { portOf } from './http-service.ts';

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

const blockAgeMs = 8_000;

/** A small Ethereum node, as far as the checks ask one: JSON-RPC in batches. */
export class EthereumNode {
  gasPriceGwei = 0;
  /** Whether a transaction succeeded, by its hash; of others there is no receipt. */
  outcomes: Readonly<Record<string, boolean>> = {};
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (request, response) => {
      const calls = (await json(request)) as readonly Call[];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(calls.map((call) => ({ jsonrpc: '2.0', id: call.id, ...this.#answer(call) }))));
    }).unref();
  }

  get address(): string {
    return `http://127.0.0.1:${portOf(this.#server)}/`;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer({ method, params }: Call): object {
    switch (method) {
      case 'eth_chainId':
        return { result: '0x1' };
      case 'eth_syncing':
        return { result: false };
      case 'eth_gasPrice':
        return { result: gwei(this.gasPriceGwei) };
      case 'eth_feeHistory': {
        const baseFeePerGas = [0.96, 0.97].map((share) => gwei(share * this.gasPriceGwei));
        return { result: { oldestBlock: '0x1499a5f', baseFeePerGas, gasUsedRatio: [0.42] } };
      }
      case 'eth_getBlockByNumber':
        return { result: { number: '0x1499a5f', timestamp: hex(Math.floor((Date.now() - blockAgeMs) / 1_000)) } };
      case 'eth_getTransactionReceipt':
        return { result: this.#receipt(String(params[0])) };
      default:
        return { error: { code: -32_601, message: `the method ${method} does not exist/is not available` } };
    }
  }

  #receipt(transactionHash: string): object | null {
    const succeeded = this.outcomes[transactionHash];
    return succeeded === undefined ? null : { transactionHash, status: succeeded ? '0x1' : '0x0' };
  }
}

function gwei(price: number): string {
  return hex(Math.round(price * 1e9));
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
