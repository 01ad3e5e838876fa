import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';

/** The sum of a metric's values in one call. */
export interface Metric {
  readonly name: string;
  readonly sum: number;
}

/** CloudWatch as far as its adapter asks for it; what the real one would refuse is refused aloud. */
export class MemoryCloudWatch {
  readonly #onMetrics: (metrics: readonly Metric[]) => void;

  constructor(onMetrics: (metrics: readonly Metric[]) => void) {
    this.#onMetrics = onMetrics;
  }

  apply(command: object): object {
    if (!(command instanceof PutMetricDataCommand)) {
      throw new Error(`The simulated CloudWatch has no ${command.constructor.name}; teach it to memory-cloudwatch.ts.`);
    }
    const { MetricData: data = [] } = command.input;
    const metrics = data.map(({ MetricName: name = '', Values: values = [], Counts: counts = [] }) => {
      if (values.length === 0 || values.length !== counts.length || !values.every(Number.isFinite)) {
        throw new Error(`CloudWatch refuses the values ${values} of ${name} with the counts ${counts}.`);
      }
      return { name, sum: values.reduce((sum, value, index) => sum + value * (counts[index] ?? 0), 0) };
    });
    this.#onMetrics(metrics);
    return {};
  }
}
