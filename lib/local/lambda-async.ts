import { randomUUID } from 'node:crypto';
import type { LocalClock } from './clock.ts';
import type { LambdaFunction } from './lambda.ts';
import type { FunctionError } from './lambda-worker.ts';
import type { Json } from './service.ts';
import type { Target } from './targets.ts';
import type { Timers } from './timers.ts';

/** What AWS::Lambda::EventInvokeConfig says of a function. */
export interface AsyncSettings {
  /** 0 to 2. */
  readonly retryAttempts: number;
  readonly maximumAgeMs: number;
  readonly onFailure?: Target | undefined;
}

/** Lambda's defaults. @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
export const defaultAsyncSettings: AsyncSettings = { retryAttempts: 2, maximumAgeMs: 6 * 3_600_000 };

/** Waiting times before the first and the second retry. */
const retryDelaysMs = [60_000, 120_000];

interface Pending {
  readonly event: Json;
  readonly requestId: string;
  readonly acceptedAt: number;
  /** Invocations so far. */
  readonly invoked: number;
}

/** Asynchronous invocations of one function: nobody waits for the answer, a failure is retried and then handed on. */
export class AsyncInvoker {
  readonly #function: LambdaFunction;
  readonly #clock: LocalClock;
  readonly #timers: Timers;
  settings = defaultAsyncSettings;

  constructor(lambda: LambdaFunction, { clock, timers }: { readonly clock: LocalClock; readonly timers: Timers }) {
    this.#function = lambda;
    this.#clock = clock;
    this.#timers = timers;
  }

  invoke(event: Json): void {
    void this.#attempt({ event, requestId: randomUUID(), acceptedAt: this.#clock.now(), invoked: 0 });
  }

  async #attempt(pending: Pending): Promise<void> {
    // Every attempt of one event has the same request id.
    const answer = await this.#function.invoke(pending.event, pending.requestId);
    if (answer.ok) return;
    const failed = { ...pending, invoked: pending.invoked + 1 };
    const { retryAttempts, maximumAgeMs } = this.settings;
    const retryAt = this.#clock.now() + (retryDelaysMs[failed.invoked - 1] ?? 0);
    if (failed.invoked > retryAttempts) this.#giveUp(failed, 'RetriesExhausted', answer.error);
    else if (retryAt - failed.acceptedAt > maximumAgeMs) this.#giveUp(failed, 'EventAgeExceeded', answer.error);
    else this.#timers.schedule(retryAt, () => void this.#attempt(failed));
  }

  /** @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
  #giveUp({ event, requestId, invoked }: Pending, condition: string, error: FunctionError): void {
    this.settings.onFailure?.({
      version: '1.0',
      timestamp: new Date(this.#clock.now()).toISOString(),
      requestContext: {
        requestId,
        functionArn: `${this.#function.settings.arn}:$LATEST`,
        condition,
        approximateInvokeCount: invoked,
      },
      requestPayload: event,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { ...error },
    });
  }
}
