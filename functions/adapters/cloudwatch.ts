import { type CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { dimension, metrics } from '../contract.ts';
import type { Datum } from '../core/metric-data.ts';
import { call } from './adapter-error.ts';

/** Metrics in one call: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const dataPerCall = 1_000;

/**
 * A call may have 1 MB, which the SDK writes as JSON: less by a margin for its envelope, and for what a compressed
 * call counts as. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 */
const bytesPerCall = 900_000;

/** CloudWatch refuses a call with any value beyond. Same source. */
const maximumMagnitude = 2 ** 360;

/** The platform's metrics. */
export class Metrics {
  readonly #client: CloudWatchClient;
  readonly #platform: string;

  constructor(client: CloudWatchClient, platform: string) {
    this.#client = client;
    this.#platform = platform;
  }

  /**
   * @param at epoch milliseconds that the data stand for
   * @returns how many values were dropped because CloudWatch would refuse them, and the call with them
   */
  async put(data: readonly Datum[], at: number): Promise<{ dropped: number }> {
    const sound = data
      .map((datum) => ({ ...datum, values: datum.values.filter(([value]) => isAccepted(value)) }))
      .filter(({ values }) => values.length > 0);
    for (const MetricData of callsOf(sound.map((datum) => this.#datum(datum, at)))) {
      const request = new PutMetricDataCommand({ Namespace: metrics.namespace, MetricData });
      await call('PutMetricData', () => this.#client.send(request));
    }
    return { dropped: valuesIn(data) - valuesIn(sound) };
  }

  #datum({ name, dimensions, unit, values }: Datum, at: number): MetricDatum {
    const all = { [dimension.platform]: this.#platform, ...dimensions };
    return {
      MetricName: name satisfies (typeof metrics)[keyof typeof metrics],
      Dimensions: Object.entries(all).map(([Name, Value]) => ({ Name, Value })),
      Unit: unit,
      Timestamp: new Date(at),
      Values: values.map(([value]) => value),
      Counts: values.map(([, count]) => count),
    };
  }
}

/** NaN is no number that lies anywhere. */
function isAccepted(value: number): boolean {
  return Math.abs(value) <= maximumMagnitude;
}

function valuesIn(data: readonly Datum[]): number {
  return data.reduce((total, { values }) => total + values.length, 0);
}

/** The data in their order, as many in each call as one may have. */
function callsOf(data: readonly MetricDatum[]): MetricDatum[][] {
  const calls: MetricDatum[][] = [];
  let open: MetricDatum[] = [];
  let bytes = 0;
  for (const datum of data) {
    // Everything in a datum is ASCII: a character is a byte.
    const size = JSON.stringify(datum).length + 1;
    if (open.length === 0 || open.length === dataPerCall || bytes + size > bytesPerCall) {
      open = [];
      bytes = 0;
      calls.push(open);
    }
    open.push(datum);
    bytes += size;
  }
  return calls;
}
