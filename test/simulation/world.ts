import type { Plan } from '../../functions/core/plan.ts';
import { readMs, slotGraceMs } from '../../functions/core/round.ts';
import type { Services } from '../../functions/flow/services.ts';
import type { Disturbances } from './disturbances.ts';
import { EventQueue } from './event-queue.ts';
import type { FaultPlan } from './faults.ts';
import { type Client, type Fakes, Gate } from './gate.ts';
import type { SimulatedHost } from './hosts.ts';
import { Invocation, type Surroundings } from './invocation.ts';
import { MemoryCloudWatch } from './memory-cloudwatch.ts';
import { MemoryDynamoDb } from './memory-dynamodb.ts';
import { MemorySns } from './memory-sns.ts';
import { MemorySsm } from './memory-ssm.ts';
import type { Random } from './random.ts';
import { type FunctionName, type InvocationRecord, newRecord, type RunRecord } from './run-record.ts';
import { type Clockwork, Triggers } from './triggers.ts';

/** Something that a person does at a moment. */
export interface PersonAct {
  readonly at: number;
  readonly says: string;
  readonly act: (services: Services) => Promise<unknown>;
}

export interface WorldOptions {
  readonly plan: Plan;
  readonly hosts: readonly SimulatedHost[];
  readonly startAt: number;
  /** When the disturbed part of the run is over, and everything has to come to rest. */
  readonly calmAt: number;
  readonly random: Random;
  readonly faults: FaultPlan;
  readonly disturbances: Disturbances;
  readonly acts: readonly PersonAct[];
  /** Stands between the code under test and the services, for mutations of the code. */
  readonly mutate?: (client: Client) => Client;
}

/** As the stack sets them, in milliseconds. */
const timeoutMs: Readonly<Record<FunctionName, number>> = {
  dispatch: 60_000,
  collect: 120_000,
  tick: 120_000,
  person: 60_000,
};

const tickMs = 60_000;

/** Everything around the functions, in virtual time: the clock, the hosts, the four services, the people. */
export class World implements Clockwork {
  readonly record: RunRecord = newRecord();
  readonly fakes: Fakes;
  readonly triggers: Triggers;
  now: number;
  readonly #options: WorldOptions;
  readonly #queue = new EventQueue();
  readonly #around: Surroundings;
  readonly #live = new Set<Invocation>();
  #isStirred = false;
  #refused: unknown;

  constructor(options: WorldOptions) {
    const { plan, hosts, startAt, random } = options;
    this.#options = options;
    this.now = startAt;
    const now = () => this.now;
    const gate: Gate = new Gate({
      queue: this.#queue,
      now,
      random: random.fork(),
      faults: options.faults,
      record: this.record,
      mutate: options.mutate ?? ((client) => client),
      onSettled: () => {
        this.#isStirred = true;
      },
      onRefused: (error) => {
        this.#refused ??= error;
      },
    });
    const documents = Object.fromEntries(Object.keys(plan.routines).map((id) => [id, `document-${id}`]));
    const steps = Object.entries(plan.routines).map(([id, { checks }]) => {
      const onHosts = checks.filter((check) => plan.checks[check]?.source.kind === 'host');
      return [`document-${id}`, onHosts] as const;
    });
    this.fakes = {
      dynamodb: new MemoryDynamoDb(now, random.fork()),
      ssm: new MemorySsm({
        now,
        random: random.fork(),
        hosts,
        documents: Object.fromEntries(steps),
        onEvent: (at, event) => this.triggers.announce(at, event),
      }),
      sns: new MemorySns((accepted) => gate.accept(accepted)),
      cloudwatch: new MemoryCloudWatch((metrics) => gate.acceptMetrics(metrics)),
    };
    const nonces = random.fork();
    this.#around = {
      plan,
      documents,
      fakes: this.fakes,
      gate,
      record: this.record,
      now,
      wait: (ms) =>
        new Promise((resolve) =>
          this.at(this.now + ms, () => {
            this.#isStirred = true;
            resolve();
          }),
        ),
      newNonce: () => nonces.hex(32),
    };
    this.triggers = new Triggers(this, plan, options.disturbances);
    for (const act of options.acts) this.at(act.at, () => this.#act(act));
  }

  get isCalm(): boolean {
    return this.now >= this.#options.calmAt;
  }

  get firstDue(): string | undefined {
    return this.fakes.dynamodb.firstDue();
  }

  at(time: number, run: () => void): void {
    this.#queue.add(time, run);
  }

  say(text: string): void {
    this.record.timeline.push({ at: this.now, text });
  }

  /** Invokes a function, whose clock may be wrong. */
  start(name: FunctionName, input: unknown, body: Request['body'], onEnd?: Request['onEnd']): void {
    const skewMs = this.isCalm ? 0 : this.#options.disturbances.skewMs();
    this.#invoke({ name, input, body, skewMs, ...(onEnd && { onEnd }) });
  }

  /** Lets everything happen until a moment. @throws what the fakes could not take */
  async advanceTo(until: number): Promise<void> {
    for (let at = this.#queue.nextAt; at !== undefined && at <= until; at = this.#queue.nextAt) {
      const event = this.#queue.take();
      this.now = Math.max(this.now, at);
      event?.run();
      if (!this.#isStirred) continue;
      this.#isStirred = false;
      await quiet();
      if (this.#refused) throw this.#refused;
    }
    this.now = until;
  }

  /** Nothing runs, nothing is owed now, and no slot can still be waited for. */
  get isAtRest(): boolean {
    const { slots, isEmpty } = this.triggers;
    if (this.now <= (slots.at(-1)?.at ?? 0) + slotGraceMs + tickMs) return false;
    const isOwed = this.firstDue !== undefined && Date.parse(this.firstDue) <= this.now;
    return this.#live.size === 0 && isEmpty && !isOwed;
  }

  /** Runs a function once, with nothing else going on and its clock standing still, and waits for its end. */
  async runAlone(name: FunctionName, input: unknown, body: (services: Services) => Promise<unknown>): Promise<void> {
    const { now } = this;
    let isOver = false;
    this.#invoke({ name, input, body, onEnd: () => (isOver = true), skewMs: 0 });
    while (!isOver) {
      this.#queue.take()?.run();
      await quiet();
      if (this.#refused) throw this.#refused;
    }
    this.now = now;
  }

  #invoke({ name, input, body, onEnd, skewMs }: Request): void {
    const record = {
      id: this.record.invocations.length + 1,
      name,
      input,
      startedAt: this.now,
      skewMs,
      readMs: this.isCalm ? readMs : this.#options.disturbances.readMs(),
      outcome: 'under way' as const,
      failures: 0,
      reported: 0,
    };
    const invocation: Invocation = new Invocation(this.#around, record, () => {
      this.#live.delete(invocation);
      onEnd?.(invocation.record);
    });
    this.#live.add(invocation);
    this.#isStirred = true;
    this.#queue.add(this.now + timeoutMs[name], () => invocation.kill('ran into its time-out'));
    invocation.run(body);
  }

  #act({ says, act }: PersonAct): void {
    this.say(says);
    this.start('person', says, act);
  }
}

/** Resolves when every promise chain has come to its next call, or to its end. */
function quiet(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

interface Request {
  readonly name: FunctionName;
  readonly input: unknown;
  readonly body: (services: Services) => Promise<unknown>;
  readonly onEnd?: (record: InvocationRecord) => void;
  readonly skewMs: number;
}
