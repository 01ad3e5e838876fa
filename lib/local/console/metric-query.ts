import { z } from 'zod';
import type { MetricId, Statistic } from '../metric-store.ts';
import { problems } from '../parse.ts';

/** One row of a metric widget. */
export interface MetricQuery {
  readonly metric: MetricId;
  readonly statistic: Statistic;
  readonly periodMs: number;
  readonly label: string;
  readonly color: string | undefined;
}

/** What a widget says for all of its rows. */
export interface QueryDefaults {
  readonly stat?: string | undefined;
  /** Seconds. */
  readonly period?: number | undefined;
}

/** CloudWatch's own, where neither the row nor the widget says anything. */
const defaults = { stat: 'Average', period: 300 } as const;

const optionsSchema = z.strictObject({
  label: z.string().optional(),
  color: z.string().optional(),
  period: z.number().int().positive().optional(),
  stat: z.string().optional(),
  yAxis: z.literal('left').optional(),
  /** The region of the stack is the only one here. */
  region: z.string().optional(),
});
type Options = z.infer<typeof optionsSchema>;

/** A row as CloudWatch writes it: namespace, name, name and value of each dimension, and then its options. */
export type MetricRow = readonly (string | Readonly<Record<string, unknown>>)[];

/**
 * Reads the rows of a metric widget; `.` repeats what stands in that place of the row before, `...` all that is left out.
 * @throws {Error} that names what is not understood
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function readQueries(rows: readonly MetricRow[], widget: QueryDefaults): MetricQuery[] {
  let before: readonly string[] = [];
  return rows.map((row, index) => {
    try {
      const given = row.filter((part) => typeof part === 'string');
      const options = row.find((part) => typeof part === 'object') ?? {};
      before = written(given, before);
      return metricQuery(before, readOptions(options), widget);
    } catch (error) {
      throw new Error(`metrics.${index}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

/** A row with what it repeats of the row before. */
function written(given: readonly string[], before: readonly string[]): readonly string[] {
  const ellipsis = given.indexOf('...');
  const left = ellipsis === -1 ? [] : before.slice(ellipsis, before.length - (given.length - ellipsis - 1));
  const whole = ellipsis === -1 ? given : [...given.slice(0, ellipsis), ...left, ...given.slice(ellipsis + 1)];
  return whole.map((part, index) => {
    if (part !== '.') return part;
    const repeated = before[index];
    if (repeated === undefined) throw new Error(`"." in place ${index} repeats a row before, which has nothing there`);
    return repeated;
  });
}

function metricQuery(
  [namespace, name, ...pairs]: readonly string[],
  options: Options,
  widget: QueryDefaults,
): MetricQuery {
  if (namespace === undefined || name === undefined || pairs.length % 2 !== 0) {
    throw new Error('expected namespace, name, and a value for each dimension');
  }
  const dimensions: Record<string, string> = {};
  for (let index = 0; index < pairs.length; index += 2) dimensions[pairs[index] ?? ''] = pairs[index + 1] ?? '';
  return {
    metric: { namespace, name, dimensions },
    statistic: statisticNamed(options.stat ?? widget.stat ?? defaults.stat),
    periodMs: (options.period ?? widget.period ?? defaults.period) * 1_000,
    label: labelOf(options.label) ?? [name, ...Object.values(dimensions)].join(' '),
    color: options.color,
  };
}

function statisticNamed(name: string): Statistic {
  if (/^(SampleCount|Sum|Average|Minimum|Maximum|p\d{1,2}(\.\d+)?|p100)$/.test(name)) return name as Statistic;
  if (/^(TC|PR)\((\d+(\.\d+)?)?:(\d+(\.\d+)?)?\)$/.test(name)) return name as Statistic;
  const expected = 'SampleCount, Sum, Average, Minimum, Maximum, a percentile like p95, TC(1.5:2.5) or PR(:0.5)';
  throw new Error(`stat: got "${name}", expected ${expected}`);
}

/** CloudWatch can put values into a label. */
function labelOf(label: string | undefined): string | undefined {
  if (label?.includes('${')) throw new Error(`label: got "${label}", expected one without values in it`);
  return label;
}

function readOptions(options: object): Options {
  const { success, data, error } = optionsSchema.safeParse(options);
  if (success) return data;
  throw new Error(problems(error).join('; '));
}
