import { z } from 'zod';
import type { LocalClock } from './clock.ts';
import { type MetricStore, type Sample, sampleOf } from './metric-store.ts';
import { parseInput } from './parse.ts';
import { type JsonObject, type LocalService, ServiceError } from './service.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const limits = {
  bytes: 1_000_000,
  metrics: 1_000,
  values: 150,
  dimensions: 30,
  nameCharacters: 255,
  dimensionCharacters: 1_024,
  /** Values lie between -2^360 and 2^360. */
  magnitude: 2 ** 360,
  pastMs: 14 * 24 * 3_600_000,
  futureMs: 2 * 3_600_000,
} as const;

/** NaN and the infinities come as text, which no number is. */
const value = z.number().min(-limits.magnitude).max(limits.magnitude);
const ascii = (maximum: number) =>
  z
    .string()
    .min(1)
    .max(maximum)
    .regex(/^[ -~]+$/, 'expected printable ASCII');

const datumSchema = z
  .strictObject({
    MetricName: ascii(limits.nameCharacters),
    Dimensions: z
      .array(z.strictObject({ Name: ascii(limits.nameCharacters), Value: ascii(limits.dimensionCharacters) }))
      .max(limits.dimensions)
      .optional(),
    /** Epoch seconds. */
    Timestamp: z.number().optional(),
    Value: value.optional(),
    Values: z.array(value).min(1).max(limits.values).optional(),
    Counts: z.array(z.number().nonnegative()).optional(),
    StatisticValues: z.strictObject({ SampleCount: value, Sum: value, Minimum: value, Maximum: value }).optional(),
    Unit: z.string().optional(),
    StorageResolution: z.union([z.literal(1), z.literal(60)]).optional(),
  })
  .refine(
    ({ Value, Values, StatisticValues }) =>
      [Value, Values, StatisticValues].filter((one) => one !== undefined).length === 1,
    'expected exactly one of Value, Values, StatisticValues',
  )
  .refine(
    ({ Values, Counts }) => Counts === undefined || Counts.length === Values?.length,
    'expected as many Counts as Values',
  );
type Datum = z.infer<typeof datumSchema>;

const putSchema = z.strictObject({
  Namespace: ascii(limits.nameCharacters).refine((name) => !name.startsWith('AWS/'), 'AWS/ is reserved'),
  MetricData: z.array(datumSchema).min(1).max(limits.metrics),
});

/** CloudWatch metrics: PutMetricData with AWS's limits. One bad datum refuses the whole call, as on AWS. */
export class LocalCloudwatch implements LocalService {
  readonly #clock: LocalClock;
  readonly #store: MetricStore;

  constructor({ clock, store }: { readonly clock: LocalClock; readonly store: MetricStore }) {
    this.#clock = clock;
    this.#store = store;
  }

  async handle(operation: string, input: JsonObject): Promise<JsonObject> {
    if (operation !== 'PutMetricData') {
      const message = `The local CloudWatch has no operation ${operation}, only PutMetricData.`;
      throw new ServiceError('UnknownOperationException', message);
    }
    checkSize(input);
    const now = this.#clock.now();
    const put = parseInput(putSchema, input, operation, 'InvalidParameterValueException');
    for (const { MetricName, Timestamp } of put.MetricData) checkTimestamp(MetricName, Timestamp, now);
    for (const datum of put.MetricData) {
      const dimensions = Object.fromEntries((datum.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
      this.#store.add({ namespace: put.Namespace, name: datum.MetricName, dimensions }, toSample(datum, now));
    }
    return {};
  }
}

function checkSize(input: JsonObject): void {
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (bytes <= limits.bytes) return;
  const message = `PutMetricData: got ${bytes} bytes; expected at most ${limits.bytes}.`;
  throw new ServiceError('RequestEntityTooLarge', message, 413);
}

function checkTimestamp(name: string, seconds: number | undefined, now: number): void {
  const age = now - (seconds ?? now / 1_000) * 1_000;
  if (age <= limits.pastMs && -age <= limits.futureMs) return;
  const message = `Timestamp of ${name}: got ${seconds}; expected at most two weeks ago and two hours ahead.`;
  throw new ServiceError('InvalidParameterValueException', message);
}

function toSample({ Timestamp, Value, Values, Counts, StatisticValues }: Datum, now: number): Sample {
  const at = Timestamp === undefined ? now : Timestamp * 1_000;
  if (StatisticValues !== undefined) {
    const { SampleCount, Sum, Minimum, Maximum } = StatisticValues;
    return { at, count: SampleCount, sum: Sum, minimum: Minimum, maximum: Maximum, values: [] };
  }
  const values = Values ?? (Value === undefined ? [] : [Value]);
  return sampleOf(
    at,
    values.map((one, index) => ({ value: one, count: Counts?.[index] ?? 1 })),
  );
}
