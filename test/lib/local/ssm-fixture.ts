import { onTestFinished } from 'vitest';
import type { JsonObject, LocalEvent } from '../../../lib/local/service.ts';
import {
  type Host,
  type HostRun,
  type HostSource,
  type HostTask,
  type SimulatedAnswer,
  type SimulatedHosts,
  simulatedHosts,
} from '../../../lib/local/ssm/host.ts';
import { LocalSsm } from '../../../lib/local/ssm.ts';
import { documentOf } from './documents.ts';

const tags = { Platform: 'fossawork', Role: 'app' };
export const targets = [{ Key: 'tag:Platform', Values: ['fossawork'] }];
export const nonce = '0123456789abcdef0123456789abcdef';
export const parameters = { nonce: [nonce] };
export const startedAt = Date.parse('2025-01-06T08:00:00Z');
/** The first of the simulated hosts. */
export const firstHost = 'i-00000000000000000';

export interface FixtureOptions {
  readonly listLagMs?: number;
  readonly steps?: number;
}

/** An SSM with one document, over a clock that stands still unless moved. */
export class SsmFixture<Hosts extends HostSource = HostSource> {
  readonly ssm: LocalSsm;
  readonly hosts: Hosts;
  readonly events: LocalEvent[] = [];
  now = startedAt;

  constructor(hosts: Hosts, { listLagMs = 0, steps = 2 }: FixtureOptions = {}) {
    this.hosts = hosts;
    this.ssm = new LocalSsm({
      clock: { now: () => this.now },
      hosts,
      emit: (event) => this.events.push(event),
      listLagMs,
    });
    onTestFinished(() => this.ssm.close());
    const step = { run: 'echo {{ nonce }}', timeoutSeconds: '60' };
    const rules = { nonce: { type: 'String', allowedPattern: '^[0-9a-f]{32}$' } };
    this.ssm.putDocument(
      'rounds-morning',
      documentOf(
        Array.from({ length: steps }, () => step),
        rules,
      ),
      '/',
    );
  }

  /** Sends to the fleet and returns the command's id; hosts that answer at once have answered by then. */
  async send(input: JsonObject = {}): Promise<string> {
    const asked = { DocumentName: 'rounds-morning', Targets: targets, Parameters: parameters, ...input };
    const { Command } = await this.ssm.handle('SendCommand', asked);
    await this.settle();
    return (Command as { CommandId: string }).CommandId;
  }

  /** Lets everything happen that waits for nothing but its turn. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
  }

  async command(id: string): Promise<JsonObject> {
    const { Commands } = await this.ssm.handle('ListCommands', { CommandId: id });
    return (Commands as JsonObject[])[0] ?? {};
  }

  async invocations(id: string, input: JsonObject = {}): Promise<JsonObject[]> {
    const { CommandInvocations } = await this.ssm.handle('ListCommandInvocations', { CommandId: id, ...input });
    return CommandInvocations as JsonObject[];
  }

  /** StatusDetails of each invocation. */
  async statuses(id: string): Promise<unknown[]> {
    return (await this.invocations(id)).map(({ StatusDetails }) => StatusDetails);
  }

  async inventory(input: JsonObject): Promise<JsonObject[]> {
    const { InstanceInformationList } = await this.ssm.handle('DescribeInstanceInformation', input);
    return InstanceInformationList as JsonObject[];
  }
}

/** Over `count` simulated hosts, which answer each step as `answer` says. */
export function simulated(
  count: number,
  answer: (hostId: string, stepName: string) => SimulatedAnswer = () => ({ exitCode: 0, stdout: 'fine\n' }),
  options: FixtureOptions = {},
): SsmFixture<SimulatedHosts> {
  return new SsmFixture(
    simulatedHosts(count, tags, ({ hostId, stepName }) => answer(hostId, stepName)),
    options,
  );
}

/** A host that answers when told to. */
export class SlowHost implements Host, HostSource {
  readonly id = 'i-0aaaaaaaaaaaaaaaa';
  readonly name = 'slow';
  readonly tags = tags;
  readonly platformType = 'Linux';
  connection: Host['connection'] = 'online';
  finish: (status: 'Success' | 'Cancelled') => void = () => {};

  hosts(): readonly Host[] {
    return this.connection === 'terminated' ? [] : [this];
  }

  start({ signal }: HostTask): HostRun {
    const done = new Promise<'Success' | 'Cancelled'>((resolve) => {
      this.finish = resolve;
      signal.addEventListener('abort', () => setImmediate(() => resolve('Cancelled')));
    });
    return { done, steps: () => [] };
  }
}
