import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Activity } from './activity.ts';
import { type JsonObject, type LocalEvent, type LocalService, ServiceError } from './service.ts';
import { commandAnswer, instanceAnswer, invocationAnswer, stepAnswer } from './ssm/answers.ts';
import { Command, type Invocation } from './ssm/command.ts';
import { DocumentStore } from './ssm/documents.ts';
import { commandMatcher, matchesInstance } from './ssm/filters.ts';
import type { HostSource } from './ssm/host.ts';
import {
  cancelCommandInput,
  describeInstanceInformationInput,
  getCommandInvocationInput,
  listCommandInvocationsInput,
  listCommandsInput,
  page,
  readInput,
  sendCommandInput,
} from './ssm/input.ts';
import { resolveTargets } from './ssm/targets.ts';

/** What is remembered; beyond it the oldest finished commands are forgotten (AWS forgets after 30 days). */
const history = { commands: 1_000, invocations: 50_000 } as const;

/** How often commands are held against the clock when nobody asks about them, in real milliseconds. */
const expiryPollMs = 200;

export interface LocalSsmOptions {
  readonly clock: { now(): number };
  readonly hosts: HostSource;
  readonly emit: (event: LocalEvent) => void;
  /**
   * Milliseconds of the clock after SendCommand in which the command's invocations are not to be seen yet.
   * @default 20
   */
  readonly listLagMs?: number;
  /** Is told of every run, so that whoever drives the clock can wait for the hosts. */
  readonly activity?: Pick<Activity, 'track'>;
}

/** SSM Run Command on one machine: hosts really run the documents, or simulate it. */
export class LocalSsm implements LocalService {
  readonly #options: Required<LocalSsmOptions>;
  #documents = new DocumentStore();
  #emit: LocalSsmOptions['emit'];
  /** In the order in which they were sent. */
  readonly #commands = new Map<string, Command>();
  readonly #poll: NodeJS.Timeout;

  constructor(options: LocalSsmOptions) {
    this.#emit = options.emit;
    const emit: LocalSsmOptions['emit'] = (event) => this.#emit(event);
    this.#options = { listLagMs: 20, activity: { track: (work) => work() }, ...options, emit };
    this.#poll = setInterval(() => this.expire(), expiryPollMs).unref();
  }

  /** Leaves what runs to another deployment, which registers its own documents and hears what becomes of the commands. */
  handOver(emit: LocalSsmOptions['emit']): void {
    this.#documents = new DocumentStore();
    this.#emit = emit;
  }

  /**
   * Registers a Command document, or a new version of it.
   * @param content The document, parsed or as JSON text.
   * @param targetType As in CreateDocument: `/` for every kind of host, or one kind.
   * @throws {ServiceError} for a document that AWS or the local agent would not take.
   */
  putDocument(name: string, content: string | JsonObject, targetType: string): void {
    this.#documents.put(name, content, targetType);
  }

  async handle(operation: string, input: JsonObject): Promise<JsonObject> {
    this.expire();
    switch (operation) {
      case 'SendCommand':
        return this.#send(input);
      case 'ListCommands':
        return this.#listCommands(input);
      case 'ListCommandInvocations':
        return this.#listInvocations(input);
      case 'GetCommandInvocation':
        return this.#getInvocation(input);
      case 'CancelCommand':
        return this.#cancel(input);
      case 'DescribeInstanceInformation':
        return this.#describeInstances(input);
      default:
        throw new ServiceError(
          'UnknownOperationException',
          `The local SSM does not serve ${operation}; add it to lib/local/ssm.ts.`,
        );
    }
  }

  /** Holds every command against the clock. Happens by itself; whoever drives the clock calls it to have it at once. */
  expire(): void {
    for (const command of this.#commands.values()) command.expire();
  }

  /** Kills what runs; nothing is emitted any more. */
  close(): void {
    clearInterval(this.#poll);
    for (const command of this.#commands.values()) command.close();
    this.#commands.clear();
  }

  #send(input: JsonObject): JsonObject {
    const asked = readInput(sendCommandInput, 'SendCommand', input);
    const prepared = this.#documents.prepare(asked.DocumentName, asked.DocumentVersion, asked.Parameters);
    const hosts = resolveTargets(asked, this.#options.hosts.hosts());
    const command = new Command(
      {
        documentName: asked.DocumentName,
        documentVersion: asked.DocumentVersion,
        ...prepared,
        comment: asked.Comment,
        instanceIds: asked.InstanceIds,
        targets: asked.Targets,
        maxConcurrency: asked.MaxConcurrency,
        maxErrors: asked.MaxErrors,
        timeoutSeconds: asked.TimeoutSeconds,
      },
      hosts,
      this.#options,
    );
    this.#commands.set(command.id, command);
    this.#forget();
    // After the answer, as on AWS: the caller sees Pending, and no event before he knows the command's id.
    void this.#options.activity.track(() => nextTurn().then(() => command.advance()));
    return { Command: commandAnswer(command) };
  }

  #listCommands(input: JsonObject): JsonObject {
    const asked = readInput(listCommandsInput, 'ListCommands', input);
    const matches = commandMatcher('command', asked.Filters ?? []);
    const { items, next } = page(
      'ListCommands',
      this.#newestFirst(asked.CommandId),
      asked,
      (command) =>
        matches(command, command.status) &&
        (asked.InstanceId === undefined || invocationOn(command, asked.InstanceId) !== undefined),
    );
    return { Commands: items.map(commandAnswer), ...next };
  }

  #listInvocations(input: JsonObject): JsonObject {
    const asked = readInput(listCommandInvocationsInput, 'ListCommandInvocations', input);
    const matches = commandMatcher('invocation', asked.Filters ?? []);
    const visible = this.#newestFirst(asked.CommandId).filter((command) => this.#isVisible(command));
    const { items, next } = page(
      'ListCommandInvocations',
      invocationsOf(visible),
      asked,
      ({ command, invocation }) =>
        invocation.host.connection !== 'unlisted' &&
        matches(command, invocation.status) &&
        (asked.InstanceId === undefined || invocation.host.id === asked.InstanceId),
    );
    return {
      CommandInvocations: items.map(({ command, invocation }) => invocationAnswer(command, invocation, asked.Details)),
      ...next,
    };
  }

  #getInvocation(input: JsonObject): JsonObject {
    const asked = readInput(getCommandInvocationInput, 'GetCommandInvocation', input);
    const command = this.#commands.get(asked.CommandId);
    const invocation = command && this.#isVisible(command) ? invocationOn(command, asked.InstanceId) : undefined;
    if (!command || !invocation) {
      const message = `Command ${asked.CommandId} has no invocation on ${asked.InstanceId}, or none yet.`;
      throw new ServiceError('InvocationDoesNotExist', message);
    }
    const names = command.request.document.steps.map(({ name }) => name);
    if (asked.PluginName !== undefined && !names.includes(asked.PluginName)) {
      throw new ServiceError('InvalidPluginName', `PluginName ${asked.PluginName} is not a step: ${names.join(', ')}.`);
    }
    return stepAnswer(command, invocation, asked.PluginName ?? (names.length === 1 ? names[0] : undefined));
  }

  #cancel(input: JsonObject): JsonObject {
    const asked = readInput(cancelCommandInput, 'CancelCommand', input);
    const command = this.#commands.get(asked.CommandId);
    if (!command) throw new ServiceError('InvalidCommandId', `There is no command ${asked.CommandId} to cancel.`);
    for (const id of asked.InstanceIds) {
      if (!invocationOn(command, id)) {
        throw new ServiceError('InvalidInstanceId', `Command ${asked.CommandId} was not sent to ${id}.`);
      }
    }
    command.cancel(asked.InstanceIds);
    return {};
  }

  #describeInstances(input: JsonObject): JsonObject {
    const asked = readInput(describeInstanceInformationInput, 'DescribeInstanceInformation', input);
    const { items, next } = page('DescribeInstanceInformation', this.#options.hosts.hosts(), asked, (host) =>
      matchesInstance(host, asked.Filters),
    );
    const now = this.#options.clock.now();
    return { InstanceInformationList: items.map((host) => instanceAnswer(host, now)), ...next };
  }

  #newestFirst(commandId: string | undefined): readonly Command[] {
    if (commandId === undefined) return [...this.#commands.values()].reverse();
    const command = this.#commands.get(commandId);
    return command ? [command] : [];
  }

  #isVisible(command: Command): boolean {
    return this.#options.clock.now() >= command.requestedAt + this.#options.listLagMs;
  }

  #forget(): void {
    let invocations = 0;
    let commands = 0;
    for (const command of this.#newestFirst(undefined)) {
      commands += 1;
      invocations += command.invocations.length;
      if (commands > 1 && command.isFinished && (commands > history.commands || invocations > history.invocations)) {
        this.#commands.delete(command.id);
      }
    }
  }
}

function* invocationsOf(commands: readonly Command[]) {
  for (const command of commands) for (const invocation of command.invocations) yield { command, invocation };
}

function invocationOn(command: Command, instanceId: string): Invocation | undefined {
  return command.invocations.find(({ host }) => host.id === instanceId);
}
