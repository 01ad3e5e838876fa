import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { postgresFolder, scratchRoot } from '../../surroundings.ts';

const nobody = 65534;
/** PostgreSQL refuses to run as root. */
const identity = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
const run = promisify(execFile);

type Parameters = Readonly<Record<string, string | number>>;

/** A real server of the test's own, which trusts everybody but the roles `locked_out` (password) and `nobody` (peer). */
export interface PostgresServer {
  readonly folder: string;
  /** Port of 127.0.0.1, and of the socket in the folder. */
  readonly port: number;
  /** Environment in which the services `live` (database `live` as `postgres`) and those of `addService` are known. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs SQL and gives what it answers: columns between `|`, rows in lines. */
  sql(text: string, database?: string): Promise<string>;
  /** A session that stays open until the test ends; `run` gives what the SQL answers. */
  session(database?: string): { readonly run: (text: string) => Promise<string> };
  /** Adds a service to the host's pg_service.conf, with parameters of libpq over those of `live`. */
  addService(name: string, parameters: Parameters): Promise<void>;
  stop(): Promise<void>;
}

/** Missing PostgreSQL skips its tests aloud, except where nobody reads the warning. */
export function isPostgresSkipped(): boolean {
  if (findPrograms() !== undefined) return false;
  console.warn('PostgreSQL is not installed: nothing is tested with it; install postgresql to run these tests');
  return process.env.CI === undefined;
}

/** The folder of the newest version's programs. */
function findPrograms(): string | undefined {
  const folders = [postgresFolder() ?? '', ...(process.env.PATH ?? '').split(delimiter)];
  return folders.find((folder) => ['initdb', 'postgres', 'psql'].every((name) => existsSync(join(folder, name))));
}

/** @throws {Error} when PostgreSQL is not installed or does not start, with what it wrote. */
export async function startPostgres(parameters: Parameters = {}): Promise<PostgresServer> {
  const folder = await serverFolder();
  const words = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  await run(program('initdb'), ['-D', join(folder, 'data'), ...words], { ...identity, cwd: '/' });
  const rules = [
    'local all nobody peer',
    'local all locked_out scram-sha-256',
    'local all,replication all trust',
    'host all all 127.0.0.1/32 trust',
  ];
  await writeFile(join(folder, 'data', 'pg_hba.conf'), `${rules.join('\n')}\n`);
  const server = await serve(folder, parameters);
  await server.sql("CREATE ROLE locked_out LOGIN PASSWORD 'correct horse'; CREATE ROLE nobody LOGIN", 'postgres');
  await server.sql('CREATE DATABASE live', 'postgres');
  return server;
}

/** A second server that follows the first. */
export async function startReplica({ folder, port }: PostgresServer): Promise<PostgresServer> {
  const copy = await serverFolder();
  const source = ['-h', folder, '-p', String(port), '-U', 'postgres'];
  const words = ['-D', join(copy, 'data'), '--write-recovery-conf', '--checkpoint=fast', '--no-sync'];
  await run(program('pg_basebackup'), [...source, ...words], { ...identity, cwd: '/' });
  return await serve(copy);
}

async function serverFolder(): Promise<string> {
  const folder = await mkdtemp(join(scratchRoot(), 'rounds pg '));
  await chmod(folder, 0o755);
  if (identity.uid !== undefined) await chown(folder, nobody, nobody);
  return folder;
}

function program(name: string): string {
  const folder = findPrograms();
  if (folder === undefined) throw new Error('PostgreSQL is not installed: install postgresql to run this test');
  return join(folder, name);
}

/** Runs the server whose data stand in the folder. */
async function serve(folder: string, parameters: Parameters = {}): Promise<PostgresServer> {
  const port = await freePort();
  const { server, log } = startServer(folder, port, parameters);
  const serviceFile = join(folder, 'pg_service.conf');
  const services: Record<string, Parameters> = {};
  const connection = (database: string): readonly string[] => [
    ...['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1'],
    ...['-h', folder, '-p', String(port), '-U', 'postgres', '-d', database],
  ];

  const sql = async (text: string, database = 'live'): Promise<string> => {
    const { stdout } = await run(program('psql'), [...connection(database), '-c', text]);
    return stdout.trimEnd();
  };
  const addService = async (name: string, parameters: Parameters): Promise<void> => {
    services[name] = { host: folder, port, dbname: 'live', user: 'postgres', ...parameters };
    const sections = Object.entries(services).map(([section, values]) =>
      [`[${section}]`, ...Object.entries(values).map(([key, value]) => `${key}=${value}`)].join('\n'),
    );
    await writeFile(serviceFile, `${sections.join('\n')}\n`);
  };
  const stop = async (): Promise<void> => {
    if (server.exitCode === null) {
      server.kill('SIGINT');
      await once(server, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  };

  await waitUntilReady(server, log, async () => void (await sql('SELECT 1', 'postgres')));
  await addService('live', {});
  const environment = { PGSERVICEFILE: serviceFile, HOME: folder };
  return {
    folder,
    port,
    environment,
    sql,
    addService,
    stop,
    session: (database = 'live') => openSession(connection(database)),
  };
}

function startServer(
  folder: string,
  port: number,
  changed: Parameters,
): { readonly server: ChildProcess; readonly log: readonly string[] } {
  const parameters = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    fsync: 'off',
    shared_buffers: '16MB',
    shared_preload_libraries: 'pg_stat_statements',
    max_connections: 20,
    ...changed,
  };
  const words = Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(program('postgres'), ['-D', join(folder, 'data'), ...words], {
    ...identity,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log: string[] = [];
  server.stderr.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  return { server, log };
}

async function waitUntilReady(
  server: ChildProcess,
  log: readonly string[],
  attempt: () => Promise<void>,
): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (server.exitCode !== null || tries === 300) {
        throw new Error(`PostgreSQL did not start: ${log.join('')}`, { cause: error });
      }
      await wait(100);
    }
  }
}

function openSession(connection: readonly string[]) {
  const child = spawn(program('psql'), connection, { stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  return {
    run: async (text: string): Promise<string> => {
      let answer = '';
      child.stdin.write(`${text};\n\\echo -- done --\n`);
      for (;;) {
        const [chunk] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
        if (!(chunk instanceof Buffer)) throw new Error(`The session ended: ${errors}`);
        answer += chunk;
        if (answer.endsWith('-- done --\n')) return answer.slice(0, -'-- done --\n'.length).trimEnd();
      }
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error(`expected a port, got ${address}`);
  return address.port;
}
