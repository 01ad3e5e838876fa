import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { dimension, metrics } from '../../functions/contract.ts';

/** Resolution of everything that is shown or alarmed on. */
export const period = Duration.minutes(5);

/** One of a platform's own metrics, by a name and dimensions of `contract.ts`. */
export function platformMetric(platformId: string, metricName: string, options: MetricOptions): Metric {
  return new Metric({
    period,
    ...options,
    namespace: metrics.namespace,
    metricName,
    dimensionsMap: { [dimension.platform]: platformId, ...options.dimensionsMap },
  });
}
