import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentHost } from '../agent/agent.ts';
import { type Connection, type Host, type HostRun, type HostTask, startOnAgent } from '../ssm/host.ts';
import type { HostKind, Interior } from './host-kind.ts';
import type { Scenario } from './scenario.ts';

interface Identity {
  readonly id: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The folder that stands for its file system. */
  readonly root: string;
}

/** A demo host: a folder that stands for its file system, and what makes it live. */
export class SandboxHost implements Host, AgentHost {
  readonly id: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly root: string;
  readonly platformType = 'Linux';
  connection: Connection = 'online';
  readonly #interior: Interior;

  private constructor({ id, name, tags, root }: Identity, interior: Interior) {
    this.id = id;
    this.name = name;
    this.tags = tags;
    this.root = root;
    this.#interior = interior;
  }

  /** Makes the host in its root, which has to be empty or absent. */
  static async create(identity: Identity, kind: HostKind): Promise<SandboxHost> {
    mkdirSync(join(identity.root, 'state'), { recursive: true });
    return new SandboxHost(identity, await kind.furnish(identity.root));
  }

  /** What scripts find in their environment; it wins over the settings that are baked into the documents. */
  get environment(): Readonly<Record<string, string>> {
    return {
      PATH: `${join(this.root, 'bin')}:${process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'}`,
      HOME: this.root,
      LANG: 'C.UTF-8',
      // Whose days and whose logs bear its own time.
      TZ: 'UTC',
      ROUNDS_STATE_FOLDER: join(this.root, 'var/lib/rounds'),
      ...this.#interior.environment,
    };
  }

  start(task: HostTask): HostRun {
    return startOnAgent(this, task);
  }

  /** Breaks and mends until the host stands as the scenario says; `isLast` is true for one of the hosts. */
  async apply(scenario: Scenario, isLast: boolean): Promise<void> {
    this.connection = connectionIn(scenario, isLast);
    await this.#interior.apply(scenario);
  }

  async close(): Promise<void> {
    await this.#interior.close();
  }
}

function connectionIn(scenario: Scenario, isLast: boolean): Connection {
  if (scenario === 'no-hosts') return 'terminated';
  return scenario === 'host-lost' && isLast ? 'lost' : 'online';
}
