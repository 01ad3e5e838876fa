import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentHost } from '../agent/agent.ts';
import { type Connection, type Host, type HostRun, type HostTask, startOnAgent } from '../ssm/host.ts';
import { Backend } from './backend.ts';
import { createDatabase, DatabaseLock } from './database.ts';
import { writeBackup, writeLogs, writeStandIns } from './files.ts';
import { Procfs } from './procfs.ts';
import type { HostState } from './scenario.ts';

/** A demo host: a folder that stands for its file system, and the processes that make it live. */
export class SandboxHost implements Host, AgentHost {
  readonly id: string;
  readonly name: string;
  readonly root: string;
  readonly tags = { Platform: 'fossawork', Role: 'app' };
  readonly platformType = 'Linux';
  connection: Connection = 'online';
  readonly #backend = new Backend();
  readonly #database: string;
  readonly #lock: DatabaseLock;
  readonly #procfs: Procfs;

  private constructor(id: string, name: string, root: string) {
    this.id = id;
    this.name = name;
    this.root = root;
    this.#database = join(root, 'backend/fossawork_v2.db');
    this.#lock = new DatabaseLock(this.#database);
    this.#procfs = new Procfs(join(root, 'proc'));
  }

  /** Makes the host in `root`, which has to be empty or absent. */
  static async create(id: string, name: string, root: string): Promise<SandboxHost> {
    const host = new SandboxHost(id, name, root);
    for (const folder of ['backend', 'state']) mkdirSync(join(root, folder), { recursive: true });
    await createDatabase(host.#database);
    const now = new Date();
    writeLogs(join(root, 'logs'), now);
    writeBackup(join(root, 'backups/daily'), host.#database, now);
    writeStandIns(join(root, 'bin'));
    await host.#backend.start();
    return host;
  }

  /** What scripts find in their environment; it wins over the settings that are baked into the documents. */
  get environment(): Readonly<Record<string, string>> {
    return {
      PATH: `${join(this.root, 'bin')}:${process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'}`,
      HOME: this.root,
      LANG: 'C.UTF-8',
      ROUNDS_PROC_PATH: this.#procfs.path,
      ROUNDS_DISK_PATH: this.root,
      ROUNDS_DATABASE: this.#database,
      ROUNDS_URLS: this.#backend.urls,
      ROUNDS_LOGS: join(this.root, 'logs'),
    };
  }

  start(task: HostTask): HostRun {
    return startOnAgent(this, task);
  }

  /** Breaks and mends until the host is in `state`. */
  async apply(state: HostState): Promise<void> {
    this.connection = state.connection;
    this.#backend.workOrdersFail = state.workOrdersFail;
    const backend = state.backendRuns ? 'active' : 'failed';
    writeFileSync(join(this.root, 'state/services'), `fossawork-backend ${backend}\nfossawork-frontend active\n`);
    writeFileSync(join(this.root, 'state/disk-used'), `${state.diskUsed}\n`);
    await this.#lock.set(state.databaseLocked);
    if (state.backendRuns) await this.#backend.start();
    else await this.#backend.stop();
  }

  async close(): Promise<void> {
    this.#procfs.close();
    await Promise.all([this.#lock.set(false), this.#backend.stop()]);
  }
}
