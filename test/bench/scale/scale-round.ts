import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { OperationCount, RoundFunction } from '../simulated-round.ts';
import type { Scenario } from './timed-hosts.ts';

/** A round to run against services in a process of their own, with functions in processes of theirs. */
export interface ScaleRound {
  readonly hosts: number;
  readonly scenario: Scenario;
  /** How long one of the hosts hangs, where only another one fails. */
  readonly hangSeconds: number;
  /** How much faster than the machine's the clock of services, hosts and functions runs. */
  readonly speed: number;
  /** Whether the services answer as late, and refuse as much, as AWS's. */
  readonly isReal: boolean;
}

export interface FunctionCost {
  readonly invocations: number;
  /** By the cloud's clock, waiting included: what Lambda bills. */
  readonly billedMs: number;
  readonly longestMs: number;
  /** As the template has it. */
  readonly timeoutMs: number;
  readonly memoryMegabytes: number;
  /** Of this machine's processor, start and loading included. */
  readonly processorMs: number;
  /** Of the largest of its processes. */
  readonly peakMegabytes: number;
  /** Of such a process before its first invocation. */
  readonly idleMegabytes: number;
  /** Of invocations. */
  readonly errors: number;
}

export interface ScaleCost extends ScaleRound {
  readonly calls: readonly OperationCount[];
  /** Calls that were refused for being too many. */
  readonly throttled: number;
  readonly functions: Readonly<Record<RoundFunction, FunctionCost>>;
  readonly readUnits: number;
  /** The due index with it. */
  readonly writeUnits: number;
  /** In the table at the end, by DynamoDB's rules. */
  readonly bytes: number;
  readonly incidents: number;
  /** Invocations by which all hosts were listed and the round was finished: the early ones before it not with them. */
  readonly wholeReadings: number;
  /** From the failure of the first host until every contact's topic had taken a message. */
  readonly pageSeconds: number;
  /** From the slot until the round was collected. */
  readonly roundSeconds: number;
}

/** What the services' process is told. */
export interface ServicesTask {
  readonly template: unknown;
  readonly assetsFolder: string;
  readonly round: ScaleRound;
}

export type ServicesAnswer = { readonly cost: ScaleCost } | { readonly error: string };

const program = fileURLToPath(new URL('./services.ts', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Runs one round in a cloud of its own.
 * @throws {Error} when the round was not collected
 */
export async function runScaleRound(
  { template, folder }: { readonly template: unknown; readonly folder: string },
  round: ScaleRound,
): Promise<ScaleCost> {
  const services = fork(program, { cwd: root, execArgv: ['--import', 'tsx'] });
  const exited = once(services, 'exit').then((): never => {
    throw new Error(`The services of a round of ${round.hosts} hosts ended before it; see what they wrote.`);
  });
  try {
    const task: ServicesTask = { template, assetsFolder: folder, round };
    services.send(task);
    const [answer] = (await Promise.race([once(services, 'message'), exited])) as [ServicesAnswer];
    if ('error' in answer) throw new Error(answer.error);
    return answer.cost;
  } finally {
    exited.catch(() => {});
    services.kill();
  }
}
