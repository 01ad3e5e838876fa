import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { problems } from '../parse.ts';
import { type MetricQuery, readQueries } from './metric-query.ts';
import type { PlacedWidget, WidgetFace } from './wire.ts';

/** A dashboard as CloudFormation has it. */
export interface Dashboard {
  /** The part of time that it begins with: so long up to now, in milliseconds. */
  readonly rangeMs: number;
  readonly widgets: readonly Widget[];
}

/** A widget of a dashboard, and what it is drawn from. */
export interface Widget extends PlacedWidget {
  readonly source: WidgetSource;
}

export type WidgetSource =
  | { readonly type: 'custom'; readonly endpoint: string; readonly params: Readonly<Record<string, unknown>> }
  | { readonly type: 'metrics'; readonly queries: readonly MetricQuery[] }
  | { readonly type: 'alarms'; readonly arns: readonly string[] }
  | { readonly type: 'none' };

/** What a widget shows, and from what. */
interface Understood {
  readonly shows: WidgetFace;
  readonly source: WidgetSource;
}

/** CloudWatch's own. */
const usualStart = '-PT3H';

const bodySchema = z.strictObject({
  /** How long before now it begins: `-P1D`. */
  start: z.string().regex(/^-P/, 'expected how long before now, like -P1D').default(usualStart),
  periodOverride: z.literal('auto').optional(),
  widgets: z.array(
    z.strictObject({
      type: z.string(),
      x: z.number().int().nonnegative(),
      y: z.number().int().nonnegative(),
      width: z.number().int().min(1).max(24),
      height: z.number().int().min(1),
      properties: z.looseObject({ title: z.string().optional() }),
    }),
  ),
});

const textSchema = z.strictObject({
  markdown: z.string(),
  background: z.enum(['transparent', 'solid']).optional(),
});

const customSchema = z.strictObject({
  endpoint: z.string(),
  title: z.string().default(''),
  params: z.record(z.string(), z.unknown()).default({}),
  updateOn: z
    .strictObject({
      refresh: z.boolean().default(true),
      resize: z.boolean().default(true),
      timeRange: z.boolean().default(true),
    })
    .prefault({}),
});

const alarmSchema = z.strictObject({ title: z.string().default(''), alarms: z.array(z.string()) });

const metricProperties = {
  title: z.string().default(''),
  metrics: z.array(z.array(z.union([z.string(), z.record(z.string(), z.unknown())]))),
  stat: z.string().optional(),
  period: z.number().int().positive().optional(),
  /** The region of the stack is the only one here. */
  region: z.string().optional(),
};

const metricSchema = z.discriminatedUnion('view', [
  z.strictObject({
    view: z.literal('singleValue'),
    ...metricProperties,
    sparkline: z.boolean().default(false),
  }),
  z.strictObject({
    view: z.literal('timeSeries'),
    ...metricProperties,
    stacked: z.boolean().default(false),
    /** The page has its own place for it. */
    legend: z.strictObject({ position: z.enum(['bottom', 'right', 'hidden']) }).optional(),
    yAxis: z
      .strictObject({
        left: z
          .strictObject({
            label: z.string().optional(),
            min: z.number().optional(),
            max: z.number().optional(),
            showUnits: z.literal(false).optional(),
          })
          .prefault({}),
      })
      .prefault({}),
    annotations: z
      .strictObject({
        horizontal: z
          .array(
            z.strictObject({
              value: z.number(),
              label: z.string().default(''),
              color: z.string().optional(),
              yAxis: z.literal('left').optional(),
            }),
          )
          .default([]),
      })
      .prefault({}),
  }),
]);

/**
 * Reads the body of a dashboard. A widget that is not understood is shown with what is strange about it.
 * @throws {Error} when it is no dashboard at all
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function readDashboard(body: string): Dashboard {
  const { success, data, error } = bodySchema.safeParse(JSON.parse(body));
  if (!success) throw new Error(`DashboardBody is not understood: ${problems(error).join('; ')}.`);
  const widgets = data.widgets.map(({ type, properties, ...place }, index) => {
    const id = `widget-${index + 1}`;
    try {
      return { id, ...place, ...understood(type, properties) };
    } catch (problem) {
      const texts = problem instanceof z.ZodError ? problems(problem) : [messageOf(problem)];
      const shows = { type: 'refused', title: properties.title ?? '', problems: texts } as const;
      return { id, ...place, shows, source: { type: 'none' } as const };
    }
  });
  return { rangeMs: Temporal.Duration.from(data.start).abs().total('milliseconds'), widgets };
}

/** @throws {Error} that says what is strange */
function understood(type: string, properties: unknown): Understood {
  switch (type) {
    case 'text': {
      const { markdown, background } = textSchema.parse(properties);
      return { shows: { type, markdown, isTransparent: background === 'transparent' }, source: { type: 'none' } };
    }
    case 'custom': {
      const { endpoint, title, params, updateOn } = customSchema.parse(properties);
      return { shows: { type, title, updatesOn: updateOn }, source: { type, endpoint, params } };
    }
    case 'alarm': {
      const { title, alarms } = alarmSchema.parse(properties);
      return { shows: { type: 'alarms', title }, source: { type: 'alarms', arns: alarms } };
    }
    case 'metric':
      return metricWidget(metricSchema.parse(properties));
    default:
      throw new Error(`type: got "${type}", expected text, custom, alarm or metric`);
  }
}

function metricWidget(properties: z.infer<typeof metricSchema>): Understood {
  const { title } = properties;
  const source = { type: 'metrics', queries: readQueries(properties.metrics, properties) } as const;
  if (properties.view === 'singleValue') {
    return { shows: { type: 'number', title, hasSparkline: properties.sparkline }, source };
  }
  const { label, min, max } = properties.yAxis.left;
  const lines = properties.annotations.horizontal.map((line) => ({
    value: line.value,
    label: line.label,
    color: line.color,
  }));
  return { shows: { type: 'graph', title, isStacked: properties.stacked, axis: { label, min, max }, lines }, source };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
