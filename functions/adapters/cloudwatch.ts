import { type CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { dimension, metrics } from '../contract.ts';
import type { Datum } from '../core/metric-data.ts';
import { call } from './adapter-error.ts';

/** Metrics in one call: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const dataPerCall = 1_000;

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
   * @returns how many data were dropped because CloudWatch would refuse their values, and the call with them
   */
  async put(data: readonly Datum[], at: number): Promise<{ dropped: number }> {
    const sound = data.filter(({ values }) => values.length > 0 && values.every(([value]) => Number.isFinite(value)));
    for (let start = 0; start < sound.length; start += dataPerCall) {
      const request = new PutMetricDataCommand({
        Namespace: metrics.namespace,
        MetricData: sound.slice(start, start + dataPerCall).map((datum) => this.#datum(datum, at)),
      });
      await call('PutMetricData', () => this.#client.send(request));
    }
    return { dropped: data.length - sound.length };
  }

  #datum({ name, dimensions, unit, values }: Datum, at: number): MetricDatum {
    const all = { [dimension.platform]: this.#platform, ...dimensions };
    return {
      MetricName: name,
      Dimensions: Object.entries(all).map(([Name, Value]) => ({ Name, Value })),
      Unit: unit,
      Timestamp: new Date(at),
      Values: values.map(([value]) => value),
      Counts: values.map(([, count]) => count),
    };
  }
}
