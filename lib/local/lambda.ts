import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Activity } from './activity.ts';
import type { LocalClock } from './clock.ts';
import type { KeyRing } from './credentials.ts';
import type { LocalIam, Principal } from './iam/local-iam.ts';
import { type InvocationAnswer, LambdaWorker, type StartThread, type WorkerOutput } from './lambda-worker.ts';
import type { MetricStore } from './metric-store.ts';
import type { Json } from './service.ts';

export interface FunctionSettings {
  readonly name: string;
  readonly arn: string;
  /** ARN of the role that it takes on. */
  readonly role: string;
  /** ARN of its log group. */
  readonly logGroup: string;
  /** Folder of the unpacked code. */
  readonly folder: string;
  /** `index.handler`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Invocations at one time. */
  readonly reservedConcurrency?: number | undefined;
}

export interface LambdaRuntimeProps {
  readonly clock: LocalClock;
  readonly activity: Activity;
  readonly keys: KeyRing;
  readonly iam: LocalIam;
  readonly store: MetricStore;
  readonly region: string;
  /** Address of the gateway. */
  readonly endpoint: string;
  /** @default a thread of this process */
  readonly startThread?: StartThread | undefined;
}

/** One line of output; Rounds' own functions write JSON. */
export interface LogLine extends WorkerOutput {
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Threads of a function without a reservation: few, since they share one machine. */
const defaultConcurrency = 3;

const maximumLogLines = 5_000;

/** One function: a few warm workers, a waiting line before them, a log, and the metrics of AWS/Lambda. */
export class LambdaFunction {
  readonly settings: FunctionSettings;
  readonly #runtime: LambdaRuntimeProps;
  readonly #module: ReturnType<typeof moduleOf>;
  #idle: LambdaWorker[] = [];
  readonly #workers = new Set<LambdaWorker>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #isClosed = false;
  #hasLogStream = false;
  #log: LogLine[] = [];

  /** @throws {Error} when the folder has no module for the handler */
  constructor(settings: FunctionSettings, runtime: LambdaRuntimeProps) {
    this.settings = settings;
    this.#module = moduleOf(settings);
    this.#runtime = runtime;
    runtime.iam.requireTrust(settings.role, 'lambda.amazonaws.com', settings.arn);
  }

  /** What has arrived in its log: nothing, where its role may not write there. */
  get log(): readonly LogLine[] {
    return this.#log;
  }

  /** Who it is to IAM, also for what Lambda does in its name. */
  get principal(): Principal {
    return { kind: 'role', role: this.settings.role, session: this.settings.name };
  }

  /** Invokes synchronously; waits while every worker is busy. An error of the function is an answer. */
  invoke(event: Json, requestId: string = randomUUID()): Promise<InvocationAnswer> {
    return this.#runtime.activity.track(() => this.#invoke(event, requestId));
  }

  /** Ends what runs; what waits, or comes later, fails. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#workers].map((worker) => worker.kill()));
  }

  async #invoke(event: Json, requestId: string): Promise<InvocationAnswer> {
    await this.#takeTurn();
    const begun = performance.now();
    this.#count('Invocations', 1);
    try {
      const answer = await this.#runOnWorker(event, requestId);
      this.#count('Errors', answer.ok ? 0 : 1);
      if (!answer.ok)
        this.#keep({ requestId, stream: 'stderr', text: JSON.stringify({ level: 'ERROR', ...answer.error }) });
      return answer;
    } finally {
      this.#count('Duration', performance.now() - begun);
      this.#passTurn();
    }
  }

  async #runOnWorker(event: Json, requestId: string): Promise<InvocationAnswer> {
    if (this.#isClosed)
      return { ok: false, error: { errorType: 'Runtime.ExitError', errorMessage: 'The cloud is closed' } };
    const worker = this.#idle.pop() ?? this.#startWorker();
    // Lambda's own lines about each invocation are not kept here, but they need the permission as well.
    this.#mayLog('logs:PutLogEvents');
    const answer = await worker.run(event, requestId);
    if (worker.alive) this.#idle.push(worker);
    return answer;
  }

  async #takeTurn(): Promise<void> {
    const { reservedConcurrency } = this.settings;
    if (this.#running < (reservedConcurrency ?? defaultConcurrency)) {
      this.#running += 1;
      return;
    }
    if (reservedConcurrency !== undefined) this.#count('Throttles', 1);
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Straight to whoever waits longest, so that nobody who comes in between exceeds the limit. */
  #passTurn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }

  #startWorker(): LambdaWorker {
    const { clock, keys, region, endpoint, startThread } = this.#runtime;
    const { name, arn, role, environment, memoryMb, timeoutMs } = this.settings;
    const credentials = keys.issue({ name, role, kill: () => worker.kill() });
    const worker: LambdaWorker = new LambdaWorker({
      functionName: name,
      functionArn: arn,
      ...this.#module,
      environment,
      memoryMb,
      timeoutMs,
      region,
      endpoint,
      credentials,
      offset: clock.offset,
      startThread,
      onOutput: (output) => this.#keep(output),
      onExit: () => {
        keys.revoke(credentials);
        this.#workers.delete(worker);
        this.#idle = this.#idle.filter((other) => other !== worker);
      },
    });
    this.#workers.add(worker);
    this.#hasLogStream = this.#mayLog('logs:CreateLogStream');
    return worker;
  }

  #keep(output: WorkerOutput): void {
    if (!this.#hasLogStream || !this.#mayLog('logs:PutLogEvents')) return;
    const at = this.#runtime.clock.now();
    const lines = output.text.split('\n').filter((line) => line !== '');
    this.#log.push(...lines.map((text) => ({ ...output, at, text })));
    if (this.#log.length > maximumLogLines) this.#log = this.#log.slice(-maximumLogLines / 2);
  }

  /** One stream stands for those of all workers: a role may write to any stream of its group, or to none. */
  #mayLog(action: 'logs:CreateLogStream' | 'logs:PutLogEvents'): boolean {
    const resource = `${this.settings.logGroup}:log-stream:${this.settings.name}`;
    return this.#runtime.iam.allows(this.principal, { action, resource });
  }

  #count(name: 'Invocations' | 'Errors' | 'Throttles' | 'Duration', value: number): void {
    const dimensions = { FunctionName: this.settings.name };
    this.#runtime.store.addValue({ namespace: 'AWS/Lambda', name, dimensions }, this.#runtime.clock.now(), value);
  }
}

/** The module of `index.handler`, in the order in which Lambda looks for it. */
function moduleOf({ folder, handler, name }: FunctionSettings): { file: string; exportName: string } {
  const [base = '', exportName = ''] = handler.split('.');
  const files = ['.js', '.mjs', '.cjs'].map((extension) => join(folder, base + extension));
  const file = files.find((each) => existsSync(each));
  if (file !== undefined) return { file, exportName };
  throw new Error(
    `Function ${name}: no module for handler "${handler}"; looked for ${files.join(', ')}. Synthesize again.`,
  );
}
