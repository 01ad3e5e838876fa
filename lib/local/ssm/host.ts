import { type AgentHost, documentStatus, type ResultStatus, runDocument, type StepResult } from '../agent/agent.ts';
import type { CommandDocument } from '../agent/document.ts';
import { combinedOutput, streamLimit, streamText } from '../agent/output.ts';

/**
 * How a host stands to SSM: `online`; `lost` (PingStatus ConnectionLost: no command is made for it, a running one never
 * answers); `silent` (looks online, takes nothing); `terminated` (gone from the inventory, a running command never answers);
 * `unlisted` (like silent, and no list of invocations ever shows it, though the command counts it among its targets).
 */
export type Connection = 'online' | 'lost' | 'silent' | 'terminated' | 'unlisted';

/** A managed node. `connection` is read anew each time, so that a host can be lost while a command runs. */
export interface Host {
  readonly id: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly platformType: AgentHost['platformType'];
  readonly connection: Connection;
  start(task: HostTask): HostRun;
}

/** The inventory, asked anew at every call. */
export interface HostSource {
  hosts(): readonly Host[];
}

export interface HostTask {
  readonly document: CommandDocument;
  readonly parameters: Readonly<Record<string, string>>;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** A document under way on one host. */
export interface HostRun {
  readonly done: Promise<ResultStatus>;
  /** Results of the steps that have ended so far. */
  steps(): readonly StepResult[];
}

/** Starts the document on this machine. */
export function startOnAgent(host: AgentHost, task: HostTask): HostRun {
  const results: StepResult[] = [];
  return {
    done: runDocument(host, { ...task, onStep: (result) => results.push(result) }),
    steps: () => results,
  };
}

/** What a simulated host answers to one step. */
export interface SimulatedAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr?: string;
}

/** Must give the same answer to the same question: answers are not kept but asked for again when they are listed. */
export type SimulatedHandler = (step: {
  readonly hostId: string;
  readonly stepName: string;
  readonly parameters: Readonly<Record<string, string>>;
}) => SimulatedAnswer;

/** A host that runs nothing and keeps nothing: ten thousand of them are cheap. */
export class SimulatedHost implements Host {
  readonly platformType = 'Linux';
  readonly id: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  connection: Connection = 'online';
  readonly #handler: SimulatedHandler;

  constructor(id: string, tags: Readonly<Record<string, string>>, handler: SimulatedHandler) {
    this.id = id;
    this.name = `${id}.simulated.internal`;
    this.tags = tags;
    this.#handler = handler;
  }

  start(task: HostTask): HostRun {
    const at = task.now();
    const steps = (): StepResult[] => task.document.steps.map(({ name }) => this.#answer(name, task.parameters, at));
    return { done: Promise.resolve(documentStatus(steps().map(({ status }) => status))), steps };
  }

  #answer(stepName: string, parameters: HostTask['parameters'], at: number): StepResult {
    const { exitCode, ...answer } = this.#handler({ hostId: this.id, stepName, parameters });
    const stdout = Buffer.from(answer.stdout);
    const stderr = Buffer.from(answer.stderr ?? '');
    return {
      name: stepName,
      status: exitCode === 0 ? 'Success' : 'Failed',
      exitCode,
      output: combinedOutput(stdout, stderr),
      stdout: streamText(stdout, streamLimit.stdout),
      stderr: streamText(stderr, streamLimit.stderr),
      startedAt: at,
      finishedAt: at,
    };
  }
}

export interface SimulatedHosts extends HostSource {
  hosts(): readonly SimulatedHost[];
}

/** Simulated hosts with ids like EC2's: `i-0` and sixteen hex digits, counted from 0. */
export function simulatedHosts(
  count: number,
  tags: Readonly<Record<string, string>>,
  handler: SimulatedHandler,
): SimulatedHosts {
  const hosts = Array.from({ length: count }, (_, index) => {
    return new SimulatedHost(`i-0${index.toString(16).padStart(16, '0')}`, tags, handler);
  });
  return { hosts: () => hosts.filter(({ connection }) => connection !== 'terminated') };
}
