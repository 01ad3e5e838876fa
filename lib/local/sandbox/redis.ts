import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { portOf } from './http-service.ts';

const keys = 240;
const timeToLiveMs = 420_000;
const lookupsPerSecond = 12;
const hitShare = 0.94;
/** Redis was started so long before the demo. */
const uptimeSeconds = 90_000;

/** A small Redis, as far as the checks ask one: INFO, SCAN and PTTL. */
export class Redis {
  readonly #startedAt = performance.now();
  readonly #connections = new Set<Socket>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((connection) => this.#serve(connection)).unref();
  }

  get port(): number {
    return portOf(this.#server);
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  stop(): void {
    this.#server.close();
    for (const connection of this.#connections) connection.destroy();
  }

  #serve(connection: Socket): void {
    this.#connections.add(connection);
    connection.on('close', () => this.#connections.delete(connection)).on('error', () => connection.destroy());
    let received = '';
    connection.setEncoding('latin1').on('data', (data) => {
      received += data;
      for (let found = firstCommand(received); found; found = firstCommand(received)) {
        received = received.slice(found.length);
        connection.write(this.#answer(found.words));
      }
    });
  }

  #answer([name = '']: readonly string[]): string {
    switch (name) {
      case 'INFO':
        return bulk(this.#info());
      case 'SCAN': {
        const names = Array.from({ length: keys }, (_, index) => bulk(`cache:rates:${index}`));
        return `*2\r\n${bulk('0')}*${keys}\r\n${names.join('')}`;
      }
      case 'PTTL':
        return `:${timeToLiveMs}\r\n`;
      default:
        return `-ERR unknown command '${name}'\r\n`;
    }
  }

  #info(): string {
    const uptime = uptimeSeconds + (performance.now() - this.#startedAt) / 1_000;
    const lookups = Math.round(uptime * lookupsPerSecond);
    const hits = Math.round(lookups * hitShare);
    const fields = {
      run_id: 'c0ffee'.repeat(7).slice(0, 40),
      uptime_in_seconds: Math.floor(uptime),
      connected_clients: 14,
      used_memory: 48_000_000,
      maxmemory: 256_000_000,
      maxmemory_policy: 'allkeys-lru',
      loading: 0,
      rdb_last_bgsave_status: 'ok',
      aof_last_write_status: 'ok',
      keyspace_hits: hits,
      keyspace_misses: lookups - hits,
      expired_keys: Math.floor(uptime * 2),
      evicted_keys: 0,
      role: 'master',
    };
    return Object.entries(fields)
      .map(([key, value]) => `${key}:${value}\r\n`)
      .join('');
  }
}

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

/** The first command of some bytes, if all of it is there: an array of texts, each after its length. */
function firstCommand(received: string): { readonly words: readonly string[]; readonly length: number } | undefined {
  const heading = /^\*(\d+)\r\n/.exec(received);
  if (!heading) return undefined;
  const words: string[] = [];
  let place = heading[0].length;
  while (words.length < Number(heading[1])) {
    const size = /^\$(\d+)\r\n/.exec(received.slice(place, place + 20));
    if (!size) return undefined;
    const start = place + size[0].length;
    const end = start + Number(size[1]);
    if (received.length < end + 2) return undefined;
    words.push(received.slice(start, end));
    place = end + 2;
  }
  return { words, length: place };
}
