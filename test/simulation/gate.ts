import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { BatchWriteItemCommand, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendCommandCommand } from '@aws-sdk/client-ssm';
import type { EventQueue } from './event-queue.ts';
import { exceptionOf, type Fault, type FaultPlan } from './faults.ts';
import type { MemoryCloudWatch, Metric } from './memory-cloudwatch.ts';
import { type MemoryDynamoDb, writesOf } from './memory-dynamodb.ts';
import { type Accepted, contactOf, type MemorySns } from './memory-sns.ts';
import type { MemorySsm } from './memory-ssm.ts';
import type { Random } from './random.ts';
import type { CallRecord, InvocationRecord, RunRecord } from './run-record.ts';

/** The part of a client that the adapters use. */
export interface Client {
  send(command: object): Promise<object>;
}

/** Who makes calls: one that was killed never hears of them again. */
export interface Caller {
  readonly record: InvocationRecord;
  isKilled: boolean;
  kill(reason: string): void;
}

export interface Fakes {
  readonly dynamodb: MemoryDynamoDb;
  readonly ssm: MemorySsm;
  readonly sns: MemorySns;
  readonly cloudwatch: MemoryCloudWatch;
}

export interface GateOptions {
  readonly queue: EventQueue;
  readonly now: () => number;
  readonly random: Random;
  readonly faults: FaultPlan;
  readonly record: RunRecord;
  readonly mutate: (client: Client) => Client;
  /** A promise was settled: whoever waited for it goes on before anything else happens. */
  readonly onSettled: () => void;
  /** The code asked for something that the simulation does not know, or that AWS would refuse. */
  readonly onRefused: (error: unknown) => void;
}

/** Answers of the table come within its client's time-outs and tries; those of the other services within theirs. */
const slowMs = { table: { from: 1_000, to: 5_000 }, other: { from: 4_000, to: 14_000 } } as const;
const lostMs = { table: 6_000, other: 16_000 } as const;

/** The one door to the services: every call waits for its turn in virtual time, and meets its fate there. */
export class Gate {
  readonly #options: GateOptions;
  #accepted: Accepted | undefined;
  #metrics: readonly Metric[] = [];

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** The fakes report here what the call that is being done has brought. */
  accept(accepted: Accepted): void {
    this.#accepted = accepted;
  }

  acceptMetrics(metrics: readonly Metric[]): void {
    this.#metrics = metrics;
  }

  client(caller: Caller, fake: Fakes[keyof Fakes]): Client {
    const { queue, now, random, mutate } = this.#options;
    return mutate({
      send: (command) =>
        new Promise((resolve, reject) => {
          // The answer of a function that is dead is of no use to anybody, and never comes.
          if (caller.isKilled) return;
          queue.add(now() + random.integer(2, 40), () => this.#do({ caller, fake, command, resolve, reject }));
        }),
    });
  }

  #do(call: PendingCall): void {
    const { record, faults, now, random } = this.#options;
    const { caller, command } = call;
    const operation = command.constructor.name.replace(/Command$/, '');
    // A call that was on its way when its function was killed may still arrive.
    if (caller.isKilled && random.chance(0.5)) return;
    const number = record.calls.length + 1;
    const contact = contactOf(command);
    const fault = caller.isKilled
      ? 'crash-after'
      : fitting(faults({ number, at: now(), operation, ...(contact !== undefined && { contact }) }), command);
    this.#perform(call, { number, operation, fault });
  }

  #perform(
    call: PendingCall,
    { number, operation, fault }: { number: number; operation: string; fault: Fault | undefined },
  ): void {
    const { record, now } = this.#options;
    const { caller, command } = call;
    const isRefused = fault === 'throttled' || fault === 'unavailable' || fault === 'denied';
    const isApplied = !(isRefused || fault === 'crash-before' || fault === 'lost-before');
    const entry: CallRecord = {
      number,
      at: now(),
      invocation: caller.record,
      operation,
      fault,
      isApplied,
      ...readOf(command),
    };
    record.calls.push(entry);
    if (fault) record.timeline.push({ at: now(), text: `call ${number}, ${operation} of ${nameOf(caller)}: ${fault}` });
    let answer: object = {};
    let refusal: Error | undefined;
    for (let time = fault === 'repeated' ? 2 : 1; isApplied && time > 0; time--) {
      try {
        refusal = undefined;
        answer = this.#apply(call, entry);
      } catch (error) {
        if (!(error instanceof Error && '$metadata' in error)) {
          this.#options.onRefused(error);
          return;
        }
        refusal = error;
      }
    }
    if (fault === 'crash-before' || fault === 'crash-after') {
      if (!caller.isKilled) caller.kill(`crashed ${fault.slice('crash-'.length)} call ${number}, ${operation}`);
      return;
    }
    this.#answer(call, exceptionOf(fault) ?? refusal, answer, this.#delayOf(fault, command));
  }

  #apply({ caller, fake, command }: PendingCall, entry: CallRecord): object {
    const { record } = this.#options;
    const invocation = caller.record;
    const { number: call, at, fault } = entry;
    const answer = fake.apply(command, fault === 'partial-batch');
    for (const write of writesOf(command)) record.writes.push({ ...write, call, at, invocation });
    if (this.#accepted) {
      record.publishes.push({ ...this.#accepted, call, at, invocation, fault });
      record.timeline.push({ at, text: publishText(this.#accepted) });
      this.#accepted = undefined;
    }
    for (const { name, sum } of this.#metrics) if (name === 'Failures') invocation.reported += sum;
    this.#metrics = [];
    return answer;
  }

  #delayOf(fault: Fault | undefined, command: object): number {
    const kind = isTableCommand(command) ? 'table' : 'other';
    if (fault === 'slow') return this.#options.random.integer(slowMs[kind].from, slowMs[kind].to);
    return fault === 'lost-before' || fault === 'lost-after' ? lostMs[kind] : 0;
  }

  #answer({ caller, resolve, reject }: PendingCall, error: Error | undefined, answer: object, delayMs: number): void {
    const { queue, now, onSettled } = this.#options;
    const settle = () => {
      if (caller.isKilled) return;
      if (error) reject(error);
      else resolve(answer);
      onSettled();
    };
    if (delayMs === 0) settle();
    else queue.add(now() + delayMs, settle);
  }
}

interface PendingCall {
  readonly caller: Caller;
  readonly fake: Fakes[keyof Fakes];
  readonly command: object;
  readonly resolve: (answer: object) => void;
  readonly reject: (error: Error) => void;
}

/** Only the clients that may try again do so, and only batches can be done by half. */
function fitting(fault: Fault | undefined, command: object): Fault | undefined {
  if (fault === 'repeated' && command instanceof SendCommandCommand) return undefined;
  if (fault === 'partial-batch' && !(command instanceof BatchWriteItemCommand)) return undefined;
  const canBeDenied = [PublishCommand, SendCommandCommand, PutMetricDataCommand].some(
    (kind) => command instanceof kind,
  );
  return fault === 'denied' && !canBeDenied ? 'throttled' : fault;
}

function isTableCommand(command: object): boolean {
  return [GetItemCommand, PutItemCommand, QueryCommand, BatchWriteItemCommand].some((kind) => command instanceof kind);
}

/** What a call lets its caller know for sure: what it has read. */
function readOf(command: object): Pick<CallRecord, 'read'> {
  if (command instanceof GetItemCommand) {
    const { pk, sk } = command.input.Key ?? {};
    return { read: { pk: pk?.S ?? '', sk: sk?.S ?? '' } };
  }
  if (command instanceof QueryCommand && command.input.IndexName === undefined) {
    return { read: { pk: command.input.ExpressionAttributeValues?.[':pk']?.S ?? '' } };
  }
  return {};
}

export function nameOf({ record: { name, id } }: Pick<Caller, 'record'>): string {
  return `${name} ${id}`;
}

function publishText({ contact, channels, subject, notices }: Accepted): string {
  const what = notices.map(({ kind, incident, sequence }) => `${kind} ${incident}/${sequence}`).join(', ');
  return `told ${contact} by ${channels.join(' and ')}: ${what}: ${subject}`;
}
