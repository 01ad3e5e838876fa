import { createHash } from 'node:crypto';
import type { Activity } from './activity.ts';
import type { LocalClock } from './clock.ts';
import type { LocalIam } from './iam/local-iam.ts';
import type { LambdaFunction } from './lambda.ts';
import type { LocalQueue, QueueMessage } from './queue.ts';
import type { Json, JsonObject } from './service.ts';
import type { Timers } from './timers.ts';

export interface QueueSourceProps {
  readonly queue: LocalQueue;
  readonly lambda: LambdaFunction;
  readonly batchSize: number;
  /** How long a batch that is not full waits for more. */
  readonly windowMs: number;
  /** The function names the messages that failed; the others are done. */
  readonly reportsFailures: boolean;
  /** Batches in flight at one time. */
  readonly maximumConcurrency: number;
  readonly region: string;
  readonly clock: LocalClock;
  readonly timers: Timers;
  readonly activity: Activity;
  readonly iam: LocalIam;
}

/**
 * An event source mapping: hands a queue's messages to a function, in batches. Lambda reads and deletes them as the
 * function's role; what that may not read stays in the queue, what it may not delete comes back.
 */
export class QueueSource {
  readonly #props: QueueSourceProps;
  #inFlight = 0;
  #isWaiting = false;

  constructor(props: QueueSourceProps) {
    this.#props = props;
  }

  start(): void {
    this.#props.queue.onMessage(() => this.#gather());
  }

  #gather(): void {
    const { queue, batchSize, windowMs, clock, timers } = this.#props;
    if (queue.visible.length === 0 || !this.#may('sqs:GetQueueAttributes') || !this.#may('sqs:ReceiveMessage')) return;
    if (queue.visible.length >= batchSize || windowMs === 0) {
      this.#dispatch();
    } else if (!this.#isWaiting) {
      this.#isWaiting = true;
      timers.scheduleShort(clock.now() + windowMs, () => {
        this.#isWaiting = false;
        this.#dispatch();
      });
    }
  }

  #dispatch(): void {
    const { queue, batchSize, maximumConcurrency, activity } = this.#props;
    while (queue.visible.length > 0 && this.#inFlight < maximumConcurrency) {
      const batch = queue.receive(batchSize);
      this.#inFlight += 1;
      void activity.track(async () => {
        await this.#handle(batch);
        this.#inFlight -= 1;
        this.#gather();
      });
    }
  }

  /** What failed is not deleted, and comes back after its visibility time-out. */
  async #handle(batch: readonly QueueMessage[]): Promise<void> {
    const { queue, lambda, reportsFailures } = this.#props;
    const answer = await lambda.invoke({ Records: batch.map((message) => this.#record(message)) });
    const failed = answer.ok ? failuresIn(answer.payload, reportsFailures) : 'all';
    const done = failed === 'all' ? [] : batch.filter(({ messageId }) => !failed.includes(messageId));
    if (done.length === 0 || !this.#may('sqs:DeleteMessage')) return;
    for (const { messageId } of done) queue.delete(messageId);
  }

  /** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-lambda-function-trigger.html */
  #may(action: 'sqs:GetQueueAttributes' | 'sqs:ReceiveMessage' | 'sqs:DeleteMessage'): boolean {
    const { iam, lambda, queue } = this.#props;
    return iam.allows(lambda.principal, { action, resource: queue.arn });
  }

  /** @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
  #record({ messageId, body, sentAt, receiveCount }: QueueMessage): JsonObject {
    return {
      messageId,
      receiptHandle: `${messageId}:${receiveCount}`,
      body,
      attributes: {
        ApproximateReceiveCount: String(receiveCount),
        SentTimestamp: String(sentAt),
        SenderId: 'local',
        ApproximateFirstReceiveTimestamp: String(this.#props.clock.now()),
      },
      messageAttributes: {},
      md5OfBody: createHash('md5').update(body).digest('hex'),
      eventSource: 'aws:sqs',
      eventSourceARN: this.#props.queue.arn,
      awsRegion: this.#props.region,
    };
  }
}

/**
 * An empty or absent list means success; an answer of another shape fails the whole batch.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
function failuresIn(payload: Json, reportsFailures: boolean): readonly string[] | 'all' {
  if (!reportsFailures || payload === null) return [];
  const { batchItemFailures } = payload as { batchItemFailures?: unknown };
  if (batchItemFailures === undefined || batchItemFailures === null) return [];
  if (!Array.isArray(batchItemFailures)) return 'all';
  const ids = batchItemFailures.map((failure: unknown) => (failure as { itemIdentifier?: unknown }).itemIdentifier);
  return ids.every((id): id is string => typeof id === 'string' && id !== '') ? ids : 'all';
}
