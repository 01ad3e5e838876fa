import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { workOrderCount } from './database.ts';

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** The HTTP service of a sandbox, on 127.0.0.1; stopped and started again it keeps its port. */
export class Backend {
  workOrdersFail = false;
  readonly #server: Server;
  #port = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      const { status, body } = this.#answer(request.url ?? '');
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  }

  /** Addresses of the endpoints, as the check takes them. */
  get urls(): string {
    return ['health', 'work-orders'].map((path) => `http://127.0.0.1:${this.#port}/api/${path}`).join(' ');
  }

  async start(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The sandbox backend got no TCP port.');
    this.#port = address.port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(path: string): Answer {
    switch (path) {
      case '/api/health':
        return { status: 200, body: { status: 'healthy', database: 'connected' } };
      case '/api/work-orders':
        return this.workOrdersFail
          ? { status: 500, body: { detail: 'Internal Server Error' } }
          : { status: 200, body: { total: workOrderCount } };
      default:
        return { status: 404, body: { detail: 'Not Found' } };
    }
  }
}
