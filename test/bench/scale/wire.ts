import type { InterceptedCall, Verdict } from '../../../lib/local/gateway.ts';
import { type JsonObject, ServiceError } from '../../../lib/local/service.ts';
import { itemBytes, itemsIn, keyOf } from '../written-items.ts';
import type { FastClock } from './fast-clock.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * How long each operation takes, in milliseconds, without the local cloud's own time. AWS publishes none of it: these
 * are assumptions, on the slow side of what a function in the same region sees.
 */
export const latencies: Readonly<Record<string, number>> = {
  SendCommand: 150,
  ListCommands: 100,
  ListCommandInvocations: 250,
  DescribeInstanceInformation: 120,
  GetItem: 5,
  PutItem: 5,
  Query: 10,
  BatchGetItem: 15,
  BatchWriteItem: 15,
  Publish: 30,
  ListSubscriptionsByTopic: 40,
  PutMetricData: 40,
};

/** Calls a second of an account in a region, with a burst of as many, and how a service refuses what is beyond. */
interface Quota {
  readonly perSecond: number;
  readonly code: string;
  /** `undefined`: AWS publishes none, so this is an assumption. */
  readonly source?: string;
}

const quotas: Readonly<Record<string, Quota>> = {
  SendCommand: { perSecond: 5, code: 'ThrottlingException' },
  ListCommands: { perSecond: 10, code: 'ThrottlingException' },
  ListCommandInvocations: { perSecond: 10, code: 'ThrottlingException' },
  DescribeInstanceInformation: { perSecond: 10, code: 'ThrottlingException' },
  // The least of all regions: https://docs.aws.amazon.com/general/latest/gr/sns.html
  Publish: { perSecond: 300, code: 'Throttling', source: 'AWS' },
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
  PutMetricData: { perSecond: 500, code: 'Throttling', source: 'AWS' },
};

/**
 * Write units a second of a new table on demand, and of one partition.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput-scenarios.html
 */
export const writeUnitQuotas = { table: 4_000, partition: 1_000 } as const;

/** What the output says of the latencies and quotas. */
export function wireNotes(): string[] {
  const list = (entries: readonly (readonly [string, string | number])[]) =>
    entries.map(([name, value]) => `${name} ${value}`).join(', ');
  const ofSource = (source: string | undefined) =>
    Object.entries(quotas)
      .filter(([, quota]) => quota.source === source)
      .map(([name, { perSecond }]) => [name, perSecond] as const);
  return [
    `Assumed of AWS, which publishes neither: milliseconds a call (${list(Object.entries(latencies))}); ` +
      `calls a second before SSM throttles (${list(ofSource(undefined))}).`,
    `Published by AWS: calls a second (${list(ofSource('AWS'))}), write units a second of a table ` +
      `${writeUnitQuotas.table} and of a partition ${writeUnitQuotas.partition}, and the sizes of pages, batches and items.`,
  ];
}

/** The services' answers take their time, and a caller who asks too often is refused. */
export class Wire {
  readonly #clock: FastClock;
  readonly #calls = new Map<string, TokenBucket>();
  readonly #table: TokenBucket;
  readonly #partitions = new Map<string, TokenBucket>();
  /** Refused for being too many, by operation. */
  readonly throttled = new Map<string, number>();

  constructor(clock: FastClock) {
    this.#clock = clock;
    this.#table = new TokenBucket(clock, writeUnitQuotas.table);
  }

  async pass({ operation, input }: InterceptedCall): Promise<Verdict> {
    const latency = latencies[operation];
    if (latency === undefined) throw new Error(`wire.ts has no latency for ${operation}; add what you assume of it.`);
    const refused = this.#refuse(operation) ?? this.#refuseUnits(operation, input);
    if (refused) this.throttled.set(operation, (this.throttled.get(operation) ?? 0) + 1);
    await this.#clock.pass(latency);
    return refused ?? 'pass';
  }

  #refuse(operation: string): ServiceError | undefined {
    const quota = quotas[operation];
    if (!quota) return undefined;
    const bucket = this.#calls.get(operation) ?? new TokenBucket(this.#clock, quota.perSecond);
    this.#calls.set(operation, bucket);
    return bucket.take(1) ? undefined : new ServiceError(quota.code, 'Rate exceeded');
  }

  /** A batch is refused as a whole: the local table has no way to leave half of it unprocessed. */
  #refuseUnits(operation: string, input: JsonObject): ServiceError | undefined {
    for (const item of itemsIn(operation, input)) {
      const units = Math.ceil(itemBytes(item) / 1_024);
      const { pk: partition = '' } = keyOf(item);
      const bucket = this.#partitions.get(partition) ?? new TokenBucket(this.#clock, writeUnitQuotas.partition);
      this.#partitions.set(partition, bucket);
      if (bucket.take(units) && this.#table.take(units)) continue;
      return new ServiceError('ThrottlingException', 'Throughput exceeds the current capacity of your table');
    }
    return undefined;
  }
}
