import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

/** An HTTP service of a sandbox, on 127.0.0.1; stopped and started again it keeps its port. */
export class HttpService {
  /** Paths that are answered with an error. */
  failing: readonly string[] = [];
  readonly #answers: Readonly<Record<string, object | string>>;
  readonly #server: Server;
  #port = 0;

  /** @param answers by path: an object as JSON, a text as HTML */
  constructor(answers: Readonly<Record<string, object | string>>) {
    this.#answers = answers;
    this.#server = createServer(({ url = '' }, response) => {
      const answer = this.failing.includes(url) ? undefined : this.#answers[url];
      if (typeof answer === 'string') response.writeHead(200, { 'content-type': 'text/html' }).end(answer);
      else {
        const [status, body] = answer ? [200, answer] : this.#refusal(url);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      }
    });
  }

  /** Scheme, host and port. */
  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = portOf(this.#server);
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #refusal(path: string): [number, object] {
    return Object.hasOwn(this.#answers, path)
      ? [500, { detail: 'Internal Server Error' }]
      : [404, { detail: 'Not Found' }];
  }
}

/** @throws {Error} when it does not listen on TCP */
export function portOf(server: { address(): ReturnType<Server['address']> }): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A server of the sandbox got no TCP port.');
  return address.port;
}
