import {
  DescribeInstanceInformationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  type ListCommandsCommandInput,
  SendCommandCommand,
  type SendCommandCommandInput,
} from '@aws-sdk/client-ssm';
import { checksParameter, nonceParameter } from '../../functions/contract.ts';
import type { Answer, SimulatedHost } from './hosts.ts';
import type { Random } from './random.ts';

/** A status event of SSM: of a host that failed, or of a command that has ended. */
export interface StatusEvent {
  readonly 'command-id': string;
  readonly 'document-name': string;
  readonly status: string;
  /** Of the host; an event of the command has none. */
  readonly 'instance-id'?: string;
}

interface SentCommand {
  readonly id: string;
  readonly document: string;
  readonly comment: string;
  readonly sentAt: number;
  readonly listedAt: number;
  readonly runs: readonly HostRun[];
}

/** A command on one host. `endsAt` is never where the host is lost in the middle of it. */
interface HostRun {
  readonly host: SimulatedHost;
  readonly listedAt: number;
  readonly endsAt: number;
  readonly status: string;
  readonly steps: readonly { readonly name: string; readonly output: string; readonly status: string }[];
}

export interface MemorySsmOptions {
  readonly now: () => number;
  readonly random: Random;
  readonly hosts: readonly SimulatedHost[];
  /** Names of the steps of each document. */
  readonly documents: Readonly<Record<string, readonly string[]>>;
  readonly onEvent: (at: number, event: StatusEvent) => void;
}

const deliveryTimeoutMs = 120_000;
const idsLimit = 50;
const commentLimit = 100;

/** SSM Run Command as far as its adapter asks for it; anything else is refused aloud. */
export class MemorySsm {
  readonly commands: SentCommand[] = [];
  readonly #options: MemorySsmOptions;

  constructor(options: MemorySsmOptions) {
    this.#options = options;
  }

  apply(command: object): object {
    if (command instanceof SendCommandCommand) return this.#send(command.input);
    if (command instanceof ListCommandsCommand) return this.#list(command.input);
    if (command instanceof ListCommandInvocationsCommand) return this.#listInvocations(command);
    if (command instanceof DescribeInstanceInformationCommand) return this.#describe(command);
    throw new Error(`The simulated SSM has no ${command.constructor.name}; teach it to memory-ssm.ts.`);
  }

  #send(input: SendCommandCommandInput) {
    const { now, random, documents } = this.#options;
    const { DocumentName: document = '', Comment: comment = '', Parameters: parameters = {} } = input;
    const steps = documents[document];
    if (!steps) throw new Error(`SendCommand names the document '${document}', which is not deployed.`);
    if (comment.length > commentLimit) throw new Error(`SendCommand has a comment of ${comment.length} characters.`);
    if (input.MaxErrors !== '100%') throw new Error('SendCommand without MaxErrors 100% stops at the first bad host.');
    const nonce = parameters[nonceParameter.name]?.[0] ?? '';
    if (!new RegExp(nonceParameter.pattern).test(nonce)) throw new Error(`SendCommand has the nonce '${nonce}'.`);
    const id = [8, 4, 4, 4, 12].map((digits) => random.hex(digits)).join('-');
    const asked = parameters[checksParameter.name]?.[0] ?? checksParameter.all;
    const names = asked === checksParameter.all ? steps : asked.split(' ');
    if (names.some((name) => !steps.includes(name))) throw new Error(`SendCommand asks for the steps '${asked}'.`);
    const sentAt = now();
    const runs = this.#targets(input).flatMap((host) => this.#run(host, nonce, names, sentAt) ?? []);
    const listedAt = sentAt + (random.chance(0.7) ? 0 : random.integer(0, 3_000));
    const sent: SentCommand = { id, document, comment, sentAt, listedAt, runs };
    this.commands.push(sent);
    this.#announce(sent);
    return { Command: { CommandId: id, Status: 'Pending' } };
  }

  #targets({ InstanceIds: ids, Targets: targets = [] }: SendCommandCommandInput): SimulatedHost[] {
    const registered = this.#options.hosts.filter((host) => host.connection(this.#options.now()) !== 'terminated');
    if (!ids) return registered.filter((host) => isMeant(host, targets));
    if (ids.length === 0 || ids.length > idsLimit) throw new Error(`SendCommand takes 1 to 50 ids; got ${ids.length}.`);
    const found = registered.filter((host) => ids.includes(host.id));
    if (found.length === ids.length) return found;
    // One id that SSM does not know makes it refuse all.
    throw Object.assign(new Error(`Invalid among ${ids}`), {
      name: 'InvalidInstanceId',
      $metadata: { httpStatusCode: 400 },
    });
  }

  #run(host: SimulatedHost, nonce: string, names: readonly string[], sentAt: number): HostRun | undefined {
    const { random } = this.#options;
    const listedAt = sentAt + (random.chance(0.7) ? 0 : random.integer(0, 4_000));
    const atWork = sentAt + random.integer(500, 20_000);
    switch (host.connection(sentAt)) {
      // Whether a command is made for a host whose agent is lost is not documented: both are seen.
      case 'lost': {
        const endsAt = sentAt + deliveryTimeoutMs;
        return random.chance(0.5) ? undefined : { host, listedAt, endsAt, status: 'DeliveryTimedOut', steps: [] };
      }
      case 'silent':
        return { host, listedAt, endsAt: sentAt + deliveryTimeoutMs, status: 'Delivery Timed Out', steps: [] };
      case 'online':
        break;
      default:
        return undefined;
    }
    if (host.connection(atWork) !== 'online') return { host, listedAt, endsAt: Infinity, status: '', steps: [] };
    const steps = names.map((name) => stepOf(name, host.answer(name, atWork), nonce));
    const status = steps.every((step) => step.status === 'Success') ? 'Success' : 'Failed';
    return { host, listedAt, endsAt: atWork, status, steps };
  }

  #announce({ id, document, runs }: SentCommand): void {
    const { onEvent } = this.#options;
    const event = (status: string) => ({ 'command-id': id, 'document-name': document, status });
    for (const { host, endsAt, status } of runs) {
      if (status !== 'Success' && endsAt !== Infinity) onEvent(endsAt, { ...event(status), 'instance-id': host.id });
    }
    const overAt = Math.max(this.#options.now(), ...runs.map(({ endsAt }) => endsAt));
    if (overAt !== Infinity) onEvent(overAt, event(runs.length > 0 ? 'Success' : 'No Instances In Tag'));
  }

  #list({ CommandId: id, Filters: filters = [], NextToken: token }: ListCommandsCommandInput) {
    const now = this.#options.now();
    const listed = this.commands.filter((command) => command.listedAt <= now);
    if (id !== undefined)
      return { Commands: listed.filter((command) => command.id === id).map((each) => this.#shown(each)) };
    const matching = listed.reverse().filter((command) =>
      filters.every(({ key, value = '' }) => {
        if (key === 'DocumentName') return command.document === value;
        if (key === 'InvokedAfter') return command.sentAt > Date.parse(value);
        throw new Error(`The simulated SSM does not know the filter '${key}' of ListCommands.`);
      }),
    );
    const { page, next } = this.#page(matching, token);
    return { Commands: page.map((command) => this.#shown(command)), ...next };
  }

  #shown({ id, comment, runs }: SentCommand) {
    const isOver = runs.every(({ endsAt }) => endsAt <= this.#options.now());
    const status = runs.length === 0 ? 'NoInstancesInTag' : 'Success';
    return { CommandId: id, Comment: comment, StatusDetails: isOver ? status : 'InProgress', TargetCount: runs.length };
  }

  #listInvocations({ input }: ListCommandInvocationsCommand) {
    const now = this.#options.now();
    const command = this.commands.find(({ id }) => id === input.CommandId);
    const statuses = (input.Filters ?? []).map(({ key, value }) => {
      if (key !== 'Status')
        throw new Error(`The simulated SSM does not know the filter '${key}' of a list of answers.`);
      return value;
    });
    const listed = (command?.runs ?? []).filter(
      ({ listedAt, endsAt, status }) =>
        listedAt <= now && statuses.every((asked) => asked === (endsAt <= now ? status : 'InProgress')),
    );
    const { page, next } = this.#page(listed, input.NextToken);
    const invocations = page.map(({ host, endsAt, status, steps }) => ({
      InstanceId: host.id,
      InstanceName: host.name,
      StatusDetails: endsAt <= now ? status : 'InProgress',
      CommandPlugins:
        endsAt > now ? [] : steps.map((step) => ({ Name: step.name, StatusDetails: step.status, Output: step.output })),
    }));
    return { CommandInvocations: invocations, ...next };
  }

  #describe({ input: { Filters: filters = [], NextToken: token } }: DescribeInstanceInformationCommand) {
    const now = this.#options.now();
    const registered = this.#options.hosts.filter(
      (host) => host.connection(now) !== 'terminated' && isMeant(host, filters),
    );
    const { page, next } = this.#page(registered, token);
    const hosts = page.map((host) => ({
      InstanceId: host.id,
      ComputerName: host.name,
      PingStatus: host.connection(now) === 'lost' ? 'ConnectionLost' : 'Online',
    }));
    return { InstanceInformationList: hosts, ...next };
  }

  /** SSM may give fewer than were asked for, even none, and still have more. */
  #page<Value>(all: readonly Value[], token: string | undefined) {
    const start = Number(token ?? 0);
    const size = this.#options.random.chance(0.8) ? all.length : this.#options.random.integer(0, 2);
    const page = all.slice(start, start + size);
    const end = start + page.length;
    return { page, next: end < all.length ? { NextToken: String(end) } : {} };
  }
}

type Filter = { readonly Key?: string | undefined; readonly Values?: readonly string[] | undefined };

function isMeant({ id, tags }: SimulatedHost, filters: readonly Filter[]): boolean {
  return filters.every(({ Key: key = '', Values: values = [] }) =>
    values.includes(key === 'InstanceIds' ? id : (tags[key.slice('tag:'.length)] ?? '')),
  );
}

function stepOf(name: string, { exitCode, text }: Answer, nonce: string) {
  const output = `ROUNDS/1 ${nonce} exit=${exitCode} stdout=${text.length + 1} stderr=0\n${text}\n`;
  return { name, output, status: exitCode === 0 ? 'Success' : 'Failed' };
}
