import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { Metrics } from '../../functions/adapters/cloudwatch.ts';
import { Table } from '../../functions/adapters/dynamodb.ts';
import { Topics } from '../../functions/adapters/sns.ts';
import { RunCommand } from '../../functions/adapters/ssm.ts';
import type { Plan } from '../../functions/core/plan.ts';
import { Journal } from '../../functions/flow/journal.ts';
import type { Services } from '../../functions/flow/services.ts';
import { type Caller, type Fakes, type Gate, nameOf } from './gate.ts';
import { topicArns } from './memory-sns.ts';
import type { InvocationRecord, RunRecord } from './run-record.ts';

export interface Surroundings {
  readonly plan: Plan;
  readonly documents: Readonly<Record<string, string>>;
  readonly fakes: Fakes;
  readonly gate: Gate;
  readonly record: RunRecord;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly newNonce: () => string;
}

/** One invocation of a function: what it works with, until it ends or is killed. */
export class Invocation implements Caller {
  readonly record: InvocationRecord;
  isKilled = false;
  readonly #around: Surroundings;
  readonly #onEnd: () => void;

  /** @param onEnd called once, however it ends */
  constructor(around: Surroundings, record: InvocationRecord, onEnd: () => void) {
    this.#around = around;
    this.record = record;
    this.#onEnd = onEnd;
    around.record.invocations.push(record);
  }

  run(body: (services: Services) => Promise<unknown>): void {
    body(this.#services()).then(
      () => this.#end('done'),
      (error: unknown) => this.#end('threw', String(error)),
    );
  }

  kill(reason: string): void {
    if (this.record.outcome !== 'under way') return;
    this.isKilled = true;
    this.#end('killed', reason);
  }

  say(text: string): void {
    this.#around.record.timeline.push({ at: this.#around.now(), text: `${nameOf(this)}: ${text}` });
  }

  #end(outcome: 'done' | 'threw' | 'killed', error?: string): void {
    this.record.outcome = outcome;
    this.record.endedAt = this.#around.now();
    if (error !== undefined) {
      this.record.error = error;
      this.say(error);
    }
    this.#onEnd();
  }

  #services(): Services {
    const { plan, documents, fakes, gate, newNonce, now, wait } = this.#around;
    const { dynamodb, ssm, sns, cloudwatch } = fakes;
    const commands = gate.client(this, ssm) as unknown as SSMClient;
    return {
      plan,
      documents,
      table: new Table(gate.client(this, dynamodb) as unknown as DynamoDBClient, 'table', { wait }),
      commands: new RunCommand(commands, commands),
      topics: new Topics(gate.client(this, sns) as unknown as SNSClient, topicArns(Object.keys(plan.contacts))),
      metrics: new Metrics(gate.client(this, cloudwatch) as unknown as CloudWatchClient, plan.platform.id),
      journal: new WatchedJournal(this),
      now: () => now() + this.record.skewMs,
      newNonce,
      owner: nameOf(this),
      readUntil: now() + this.record.skewMs + this.record.readMs,
      wait,
    };
  }
}

/** Keeps the log of a run instead of printing it. */
class WatchedJournal extends Journal {
  readonly #invocation: Invocation;
  #failures = 0;

  constructor(invocation: Invocation) {
    super();
    this.#invocation = invocation;
  }

  override info(message: string, data: object = {}): void {
    this.#invocation.say(`${message} ${JSON.stringify(data)}`);
  }

  override failure(message: string, error: unknown, data: object = {}): void {
    this.#failures += 1;
    this.#invocation.record.failures += 1;
    this.#invocation.say(`FAILURE ${message} ${JSON.stringify(data)}: ${error}`);
  }

  override takeFailures(): number {
    const failures = this.#failures;
    this.#failures = 0;
    return failures;
  }
}
