import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WorkerOptions } from 'node:worker_threads';
import type { Thread } from '../../../lib/local/lambda-worker.ts';
import type { FastClock } from './fast-clock.ts';

/** What the process says of itself, in kilobytes and in milliseconds. */
interface Usage {
  readonly peakKilobytes: number;
  readonly processorMs: number;
}

/** What a process hands on. */
type Handed = { readonly message: { readonly kind: string }; readonly usage: Usage } | { readonly error: string };

export interface Invocation {
  /** By the cloud's clock. */
  readonly durationMs: number;
}

const program = fileURLToPath(new URL('./function-process.mjs', import.meta.url));

/** An execution environment as a process of its own, in place of a thread of the local cloud. */
export class FunctionProcess extends EventEmitter implements Thread {
  readonly functionName: string;
  readonly invocations: Invocation[] = [];
  /** After loading, before the first invocation. */
  idle: Usage = { peakKilobytes: 0, processorMs: 0 };
  latest: Usage = this.idle;
  #runningSince: number | undefined;
  readonly #clock: FastClock;
  readonly #process: ChildProcess;

  constructor(bootstrap: URL, { env, execArgv, resourceLimits, workerData }: WorkerOptions, clock: FastClock) {
    super();
    const { offset: _shared, ...data } = workerData as { offset: unknown; file: string };
    this.#clock = clock;
    this.functionName = String((env as NodeJS.ProcessEnv).AWS_LAMBDA_FUNCTION_NAME);
    this.#process = fork(program, { env: {}, execArgv: [], serialization: 'advanced' });
    this.#process.on('message', (handed: Handed) => this.#receive(handed));
    this.#process.once('exit', (code) => this.emit('exit', code ?? 1));
    this.#process.send({
      bootstrap: bootstrap.href,
      options: { env, execArgv, resourceLimits, workerData: data },
      clock: clock.rate,
    });
  }

  get isRunning(): boolean {
    return this.#runningSince !== undefined;
  }

  postMessage(message: object): void {
    this.#runningSince = this.#clock.now();
    this.#process.send(message);
  }

  async terminate(): Promise<number> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return 0;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
    return 0;
  }

  #receive(handed: Handed): void {
    if ('error' in handed) {
      this.emit('error', new Error(handed.error));
      return;
    }
    const { message, usage } = handed;
    this.latest = usage;
    if (message.kind === 'ready') this.idle = usage;
    if (message.kind === 'answer' && this.#runningSince !== undefined) {
      this.invocations.push({ durationMs: this.#clock.now() - this.#runningSince });
      this.#runningSince = undefined;
    }
    this.emit('message', message);
  }
}
