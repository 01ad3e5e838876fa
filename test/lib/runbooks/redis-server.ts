import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './run-script.ts';

export interface RedisServer {
  readonly host: string;
  readonly port: number;
  /** Where it saves its data. */
  readonly folder: string;
  readonly process: { kill(signal: NodeJS.Signals): boolean };
  /** What redis-cli prints for a command, or for the commands that are the lines of its input. */
  cli(command: readonly string[], input?: string): string;
  /** Waits until INFO holds the text, as `rdb_bgsave_in_progress:0`. */
  infoHolds(text: string): Promise<void>;
}

/** A missing Redis skips a test aloud, except where nobody reads the warning. */
export function isRedisMissing(): boolean {
  if (spawnSync('redis-server', ['--version']).error === undefined) return false;
  console.warn(
    'redis-server is not installed: the scripts that ask Redis are not tested; install it to run these tests',
  );
  return process.env.CI === undefined;
}

/** A real Redis on a port and in a folder of its own, gone after the test; it answers before this returns. */
export async function redisServer(options: readonly string[] = [], folder?: string): Promise<RedisServer> {
  const host = '127.0.0.1';
  const port = await freePort();
  const dir = folder ?? (await temporaryFolder());
  const own = ['--bind', host, '--port', String(port), '--dir', dir, '--save', '', '--enable-debug-command', 'yes'];
  const server = spawn('redis-server', [...own, ...options], { stdio: 'ignore' });
  const ended = once(server, 'exit');
  onTestFinished(async () => {
    server.kill('SIGKILL');
    await ended;
  });

  const redisCli = (...command: readonly string[]): string[] => ['-h', host, '-p', String(port), ...command];
  const redis: RedisServer = {
    host,
    port,
    folder: dir,
    process: server,
    cli: (command, input = '') => execFileSync('redis-cli', redisCli(...command), { input, encoding: 'utf8' }).trim(),
    async infoHolds(text) {
      for (const deadline = Date.now() + 10_000; Date.now() < deadline; await wait(50)) {
        if (redis.cli(['INFO']).includes(text)) return;
      }
      throw new Error(`Redis did not come to say ${text} within 10 s`);
    },
  };
  // A Redis that asks for a password or still loads its data answers as well.
  for (let attempt = 0; ; attempt++) {
    try {
      await promisify(execFile)('redis-cli', redisCli('PING'));
      return redis;
    } catch (error) {
      if (attempt === 100) throw new Error(`redis-server did not start: ${options.join(' ')}`, { cause: error });
      await wait(50);
    }
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port');
  return address.port;
}
