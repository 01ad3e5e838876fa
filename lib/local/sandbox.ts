import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxHost } from './sandbox/sandbox-host.ts';
import { hostState, parseScenario, type Scenario } from './sandbox/scenario.ts';
import type { HostSource } from './ssm/host.ts';

/** Demo hosts on this machine, which scripts really run on. */
export class Sandboxes implements HostSource {
  readonly #hosts: readonly SandboxHost[];
  readonly #temporaryFolder: string | undefined;
  #scenario: Scenario = 'healthy';

  constructor(hosts: readonly SandboxHost[], temporaryFolder: string | undefined) {
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
   * @throws {Error} for an unknown scenario; it lists those there are.
   */
  async apply(scenario: string): Promise<void> {
    const next = parseScenario(scenario);
    await Promise.all(this.#hosts.map((host, index) => host.apply(hostState(next, index === this.#hosts.length - 1))));
    this.#scenario = next;
  }

  /** Stops servers, timers and child processes, and removes the folder if it was a temporary one. */
  async close(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.close()));
    if (this.#temporaryFolder !== undefined) await rm(this.#temporaryFolder, { recursive: true, force: true });
  }
}

/**
 * Makes `count` demo hosts, each in a folder of its own under `folder`, and puts them in a scenario.
 * @param folder Where the hosts are made anew; undefined for a temporary folder that `close` removes.
 * @throws {Error} for an unknown scenario; it lists those there are.
 */
export async function startSandboxes(folder: string | undefined, scenario: string, count = 2): Promise<Sandboxes> {
  parseScenario(scenario);
  const parent = folder ?? (await mkdtemp(join(tmpdir(), 'rounds-sandboxes-')));
  const temporaryFolder = folder === undefined ? parent : undefined;
  const made = await Promise.allSettled(
    Array.from({ length: count }, async (_, index) => {
      const name = `fossawork-app-${index + 1}`;
      const root = join(parent, hostId(name));
      await rm(root, { recursive: true, force: true });
      return SandboxHost.create(hostId(name), name, root);
    }),
  );
  const hosts = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const sandboxes = new Sandboxes(hosts, temporaryFolder);
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

/** The same for the same name on every machine: `i-0` and sixteen hex digits, as EC2 gives them. */
function hostId(name: string): string {
  return `i-0${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}
