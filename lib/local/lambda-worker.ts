import { randomUUID } from 'node:crypto';
import { devNull } from 'node:os';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { Credentials } from './credentials.ts';
import type { Json } from './service.ts';

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** How an invocation ended. */
export type InvocationAnswer =
  | { readonly ok: true; readonly payload: Json }
  | { readonly ok: false; readonly error: FunctionError };

export interface LambdaWorkerProps {
  readonly functionName: string;
  readonly functionArn: string;
  /** Absolute path of the module, and the name that it exports. */
  readonly file: string;
  readonly exportName: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: Credentials;
  /** The clock's offset, in shared memory. */
  readonly offset: BigInt64Array;
  readonly onOutput: (output: WorkerOutput) => void;
  /** @default a thread of this process */
  readonly startThread?: StartThread | undefined;
  readonly onExit: () => void;
}

export interface WorkerOutput {
  /** Of the invocation that wrote it; empty while the module loads. */
  readonly requestId: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** What a worker needs of a thread, so that something else can stand in for one. */
export interface Thread {
  on(event: 'message', listener: (message: Message) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  once(event: 'exit', listener: () => void): unknown;
  postMessage(message: object): void;
  terminate(): Promise<unknown>;
}

export type StartThread = (file: URL, options: WorkerOptions) => Thread;

type Message =
  | { readonly kind: 'ready' }
  | { readonly kind: 'output'; readonly stream: WorkerOutput['stream']; readonly text: string }
  | { readonly kind: 'crash'; readonly error: FunctionError }
  | { readonly kind: 'answer'; readonly answer: InvocationAnswer };

/** Lambda's own limit of the INIT phase. @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
const initTimeoutMs = 10_000;

/** One execution environment: a thread with the unmodified bundle, which runs one invocation at a time. */
export class LambdaWorker {
  readonly #props: LambdaWorkerProps;
  readonly #thread: Thread;
  readonly #ready: Promise<InvocationAnswer>;
  readonly #exited: Promise<void>;
  #crash: FunctionError | undefined;
  #resolve: (answer: InvocationAnswer) => void = () => {};
  #alive = true;
  #requestId = '';

  constructor(props: LambdaWorkerProps) {
    this.#props = props;
    const { file, exportName, offset, memoryMb, startThread = startWorker } = props;
    this.#thread = startThread(new URL('./lambda-bootstrap.mjs', import.meta.url), {
      workerData: { file, exportName, offset },
      env: environmentOf(props),
      // Without it the thread would load whatever compiles this process's own sources.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    this.#ready = this.#next(initTimeoutMs, `Initialization timed out after ${initTimeoutMs / 1_000} seconds`);
    this.#thread.on('message', (message: Message) => this.#receive(message));
    this.#thread.on('error', (error) => this.#end({ errorType: 'Runtime.ExitError', errorMessage: error.message }));
    this.#exited = new Promise((resolve) => {
      this.#thread.once('exit', () => {
        this.#end(this.#crash ?? { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited before it answered' });
        props.onExit();
        resolve();
      });
    });
  }

  /** False after a crash, a time-out or a kill: the worker is of no more use. */
  get alive(): boolean {
    return this.#alive;
  }

  async run(event: Json, requestId: string): Promise<InvocationAnswer> {
    const ready = await this.#ready;
    if (!ready.ok) return ready;
    this.#requestId = requestId;
    const { functionName, functionArn, memoryMb, timeoutMs } = this.#props;
    const seconds = (timeoutMs / 1_000).toFixed(2);
    const answered = this.#next(timeoutMs, `${requestId} Task timed out after ${seconds} seconds`);
    const context = {
      awsRequestId: requestId,
      functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: functionArn,
      memoryLimitInMB: String(memoryMb),
      logGroupName: `/aws/lambda/${functionName}`,
      logStreamName: randomUUID(),
      callbackWaitsForEmptyEventLoop: true,
    };
    this.#thread.postMessage({ event, context, deadline: Date.now() + timeoutMs });
    return await answered;
  }

  /** Ends the thread wherever it is. */
  async kill(): Promise<void> {
    this.#crash ??= { errorType: 'Runtime.ExitError', errorMessage: 'Runtime was killed' };
    this.#alive = false;
    await this.#thread.terminate();
    await this.#exited;
  }

  /** The next thing that the thread answers, or a time-out, which ends the thread as Lambda does. */
  #next(timeoutMs: number, timeoutMessage: string): Promise<InvocationAnswer> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#crash = { errorType: 'Sandbox.Timedout', errorMessage: timeoutMessage };
        void this.kill();
      }, timeoutMs);
      this.#resolve = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
    });
  }

  #receive(message: Message): void {
    switch (message.kind) {
      case 'ready':
        this.#resolve({ ok: true, payload: null });
        break;
      case 'output':
        this.#props.onOutput({ requestId: this.#requestId, stream: message.stream, text: message.text });
        break;
      case 'crash':
        this.#crash = message.error;
        break;
      case 'answer':
        this.#resolve(message.answer);
        break;
    }
  }

  #end(error: FunctionError): void {
    this.#alive = false;
    this.#resolve({ ok: false, error });
  }
}

function startWorker(file: URL, options: WorkerOptions): Thread {
  return new Worker(file, options);
}

/** What the template gives the function and what Lambda adds; nothing of this process's own environment. */
function environmentOf({ environment, region, functionName, credentials, endpoint }: LambdaWorkerProps) {
  return {
    ...environment,
    AWS_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL: endpoint,
    // A developer's own settings must not reach a function.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    // The SDK's warning is about this machine's Node, not about the function's.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
