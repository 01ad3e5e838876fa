import type { CallLog } from './call-log.ts';
import type { LocalClock } from './clock.ts';
import type { Credentials } from './credentials.ts';
import type { Gateway } from './gateway.ts';
import type { LocalIam } from './iam/local-iam.ts';
import type { LogLine } from './lambda.ts';
import type { InvocationAnswer } from './lambda-worker.ts';
import type { Provision } from './provision.ts';
import type { QueueMessage } from './queue.ts';
import type { UpcomingFiring } from './scheduler.ts';
import type { Json, JsonObject } from './service.ts';
import { required, type Services } from './services.ts';
import type { Resource } from './template.ts';

/** What an SDK client needs to call the local cloud; its constructor takes it as it is. */
export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
}

/** How long settling looks for work that timers of the real world have yet to make. */
const pollMs = 10;

/** What one deployment leaves to the next. */
export type Kept = Pick<Services, 'clock' | 'activity' | 'dynamodb' | 'ssm'>;

/** Longest real time that settling waits before it gives up, in milliseconds. */
const settleLimitMs = 120_000;

/** How often the clock is looked at in real time. */
const runIntervalMs = 250;

/** A running local cloud. `startLocalCloud` makes one; close it, since it holds a port and threads. */
export class LocalCloud {
  readonly clock: LocalClock;
  /** Address of every service. */
  readonly endpoint: string;
  /** What the template's roles and policies allow, and what they have refused. */
  readonly iam: LocalIam;
  /** Topics, subscriptions, and every message that was delivered. */
  readonly sns: Services['sns'];
  readonly metrics: Services['store'];
  readonly alarms: Services['alarms'];
  readonly dynamodb: Services['dynamodb'];
  readonly ssm: Services['ssm'];
  readonly bus: Services['bus'];
  readonly #services: Services;
  readonly #gateway: Gateway;
  readonly #provision: Provision;
  #stop: (() => void) | undefined;

  constructor(services: Services, gateway: Gateway, endpoint: string, provision: Provision) {
    const { clock, iam, sns, store, alarms, dynamodb, ssm, bus } = services;
    this.clock = clock;
    this.endpoint = endpoint;
    this.iam = iam;
    this.sns = sns;
    this.metrics = store;
    this.alarms = alarms;
    this.dynamodb = dynamodb;
    this.ssm = ssm;
    this.bus = bus;
    this.#services = services;
    this.#gateway = gateway;
    this.#provision = provision;
  }

  /** Every API call so far, by caller. */
  get calls(): CallLog {
    return this.#gateway.calls;
  }

  get outputs(): JsonObject {
    return this.#provision.outputs;
  }

  get resources(): readonly Resource[] {
    return [...this.#provision.resources.values()];
  }

  /**
   * The one resource of `type` whose logical id is or contains `part`, whatever the case.
   * @throws {Error} when there is none, or more than one
   */
  resource(type: string, part = ''): Resource {
    const ofType = this.resources.filter((resource) => resource.type === type);
    const found = ofType.filter(({ logicalId }) => logicalId.toLowerCase().includes(part.toLowerCase()));
    const exact = found.find(({ logicalId }) => logicalId === part);
    const [only = exact, ...more] = exact === undefined ? found : [exact];
    if (only !== undefined && more.length === 0) return only;
    const ids = ofType.map(({ logicalId }) => logicalId).join(', ') || 'none';
    throw new Error(`Expected exactly one ${type} like "${part}", got ${found.length}; the template has ${ids}.`);
  }

  /** The next firing of every schedule, the soonest first. */
  get upcoming(): readonly UpcomingFiring[] {
    return this.#services.scheduler.upcoming;
  }

  /**
   * Fires the schedule whose logical id contains `part`, out of turn.
   * @param at the planned time that its target is told, epoch milliseconds. @default the full minute that has begun
   */
  fire(part: string, at?: number): void {
    this.#services.scheduler.fire(this.resource('AWS::Scheduler::Schedule', part).ref, at);
  }

  /** Invokes the function whose logical id contains `part`, and waits for its answer. */
  invoke(part: string, event: Json): Promise<InvocationAnswer> {
    return this.#function(part).lambda.invoke(event);
  }

  /** What the function whose logical id contains `part` has written, the newest last. */
  log(part: string): readonly LogLine[] {
    return this.#function(part).lambda.log;
  }

  /** What waits in the queue whose logical id contains `part`. */
  messages(part: string): readonly QueueMessage[] {
    const arn = String(this.resource('AWS::SQS::Queue', part).attributes.Arn);
    return required(this.#services.queues.get(arn), 'queue', arn).visible;
  }

  /** Every item of the table whose logical id contains `part`, as plain values. */
  items(part?: string): Promise<readonly JsonObject[]> {
    return this.dynamodb.items(this.resource('AWS::DynamoDB::Table', part).ref);
  }

  /** Settings for an SDK client whose calls are counted under `name`. */
  clientFor(name: string): ClientSettings {
    const credentials = this.#gateway.keys.issue({ name });
    return { endpoint: this.endpoint, region: this.#services.place.region, credentials };
  }

  /**
   * Resolves when nothing is in flight: no invocation, no call, no command on a host, nothing that waits for a batch to
   * fill. Where only batches are waited for, the clock moves on to the end of their windows. What is due later (a
   * schedule, a retry) stays.
   */
  async settled(): Promise<void> {
    const { activity, timers, clock } = this.#services;
    const begun = Date.now();
    for (;;) {
      this.ssm.expire();
      timers.fireDueShort();
      if (activity.idle) {
        const next = timers.nextShortAt;
        if (next === undefined) return;
        clock.advanceTo(next);
      } else {
        await Promise.race([activity.whenIdle(), pause(pollMs)]);
      }
      if (Date.now() - begun > settleLimitMs) {
        throw new Error(`The local cloud has not settled in ${settleLimitMs / 1_000} s; see what its functions log.`);
      }
    }
  }

  /** Moves the clock on to `ms` (epoch milliseconds) and does everything that is due until then, each in its time. */
  async advanceTo(ms: number): Promise<void> {
    const { timers, clock } = this.#services;
    for (;;) {
      await this.settled();
      const next = timers.nextAt;
      if (next === undefined || next > ms) break;
      clock.advanceTo(next);
      timers.fireDue();
    }
    clock.advanceTo(ms);
    await this.settled();
  }

  /**
   * Lets the cloud live by its clock until it is closed.
   * @param intervalMs how often the clock is looked at, in real time
   */
  run(intervalMs = runIntervalMs): void {
    const timer = setInterval(() => this.#services.timers.fireDue(), intervalMs);
    this.#stop = () => clearInterval(timer);
  }

  /** Ends every thread and every connection. */
  async close(): Promise<void> {
    this.ssm.close();
    await this.#end();
    await this.dynamodb.close();
  }

  /** Ends, but for what outlives a deployment: the items, the hosts with what runs on them, and the time. */
  async handOver(): Promise<Kept> {
    await this.#end();
    const { clock, activity, dynamodb, ssm } = this.#services;
    return { clock, activity, dynamodb, ssm };
  }

  async #end(): Promise<void> {
    this.#stop?.();
    await Promise.all([...this.#services.functions.values()].map(({ lambda }) => lambda.close()));
    await this.#gateway.close();
  }

  #function(part: string) {
    const { ref } = this.resource('AWS::Lambda::Function', part);
    return required(this.#services.functions.get(ref), 'function', ref);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
