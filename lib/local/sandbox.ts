import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Runbook } from '../runbook/types.ts';
import { kindOf } from './sandbox/host-kinds.ts';
import { SandboxHost } from './sandbox/sandbox-host.ts';
import { parseScenario, type Scenario } from './sandbox/scenario.ts';
import type { HostSource } from './ssm/host.ts';

/** Demo hosts on this machine, which scripts really run on. */
export class Sandboxes implements HostSource {
  readonly platform: string;
  readonly #hosts: readonly SandboxHost[];
  readonly #temporaryFolder: string | undefined;
  #scenario: Scenario = 'healthy';

  constructor(platform: string, hosts: readonly SandboxHost[], temporaryFolder: string | undefined) {
    this.platform = platform;
    this.#hosts = hosts;
    this.#temporaryFolder = temporaryFolder;
  }

  get scenario(): Scenario {
    return this.#scenario;
  }

  /** The inventory, in which terminated hosts are not. */
  hosts(): readonly SandboxHost[] {
    return this.#hosts.filter(({ connection }) => connection !== 'terminated');
  }

  /**
   * Breaks and mends the running hosts until they stand as the scenario says.
   * @throws {Error} for a scenario that the platform does not know; it lists those that it does.
   */
  async apply(scenario: string): Promise<void> {
    const next = parseScenario(this.platform, scenario);
    await Promise.all(this.#hosts.map((host, index) => host.apply(next, index === this.#hosts.length - 1)));
    this.#scenario = next;
  }

  /** Stops servers, timers and child processes, and removes the folder if it was a temporary one. */
  async close(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.close()));
    if (this.#temporaryFolder !== undefined) await rm(this.#temporaryFolder, { recursive: true, force: true });
  }
}

export interface SandboxOptions {
  /** Whose fleets the hosts make up, by their tags. */
  readonly runbook: Pick<Runbook, 'id' | 'fleets'>;
  readonly scenario: string;
  /** Where the hosts are made anew. @default a temporary folder that `close` removes */
  readonly folder?: string;
}

/**
 * Makes the demo hosts of a platform, each in a folder of its own, and puts them in a scenario.
 * @throws {Error} for a scenario that the platform does not know; it lists those that it does.
 */
export async function startSandboxes({ runbook, scenario, folder }: SandboxOptions): Promise<Sandboxes> {
  parseScenario(runbook.id, scenario);
  const parent = folder ?? (await mkdtemp(join(tmpdir(), 'rounds-sandboxes-')));
  mkdirSync(parent, { recursive: true });
  const made = await Promise.allSettled(hostsOf(runbook, realpathSync(parent)));
  const hosts = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const sandboxes = new Sandboxes(runbook.id, hosts, folder === undefined ? parent : undefined);
  try {
    const failed = made.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
    await sandboxes.apply(scenario);
    return sandboxes;
  } catch (error) {
    // A server that nobody closes would keep this process alive.
    await sandboxes.close();
    throw error;
  }
}

/** @param parent without links, which jobs that remove something refuse to follow */
function hostsOf({ id: platform, fleets }: SandboxOptions['runbook'], parent: string): Promise<SandboxHost>[] {
  return Object.entries(fleets).flatMap(([fleet, { tags: lists }]) => {
    const kind = kindOf(platform, fleet);
    const tags = Object.fromEntries(Object.entries(lists).map(([key, [value = '']]) => [key, value]));
    return Array.from({ length: kind.count }, async (_, index) => {
      const name = `${platform}-${fleet}-${index + 1}`;
      const id = hostId(name);
      const root = join(parent, id);
      await rm(root, { recursive: true, force: true });
      return SandboxHost.create({ id, name, tags, root }, kind);
    });
  });
}

/** The same for the same name on every machine: `i-0` and sixteen hex digits, as EC2 gives them. */
function hostId(name: string): string {
  return `i-0${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}
