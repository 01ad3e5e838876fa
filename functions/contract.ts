/**
 * Names shared by the stack, which sets them up, and the functions, which use them.
 */

/** Environment variables of every function. */
export const environment = {
  /** Name of the table. */
  table: 'TABLE_NAME',
  /** JSON object: routine id to the name of its SSM document. */
  documents: 'DOCUMENTS',
  /** JSON object: contact id to the ARN of the contact's topic. */
  topics: 'TOPICS',
  /** ARN of the function that acts on what people do in the console. */
  act: 'ACT_FUNCTION',
} as const;

/** The constant by which each bundle declares the platform's plan. */
export const planConstant = 'ROUNDS_PLAN';

/** The one table. Times in it are ISO 8601 in UTC with milliseconds, so that they sort as text. */
export const table = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Epoch seconds; DynamoDB deletes the item days after it. Cleanup only, never a timer. */
  expiresAt: 'expiresAt',
  /** How the body is to be read: one of `itemFormats`. Absent: `json`. */
  format: 'format',
  /** Sparse index over everything that is owed: only items with both attributes stand in it. */
  dueIndex: { name: 'due', partitionKey: 'owed', partitionValue: 'owed', sortKey: 'dueAt' },
} as const;

/**
 * Forms of an item's body: JSON as text, and JSON compressed by gzip. A change that code of the version before would misread
 * takes the next number, for the items that it is about: what a rollback cannot read it then knows that it cannot.
 */
export const itemFormats = { json: 1, packed: 2 } as const;

/** Parameter of a check document: tells our own result line from an imitation of it. */
export const nonceParameter = { name: 'nonce', pattern: '^[0-9a-f]{32}$' } as const;

/**
 * The other parameter of a check document: the steps to run, by their names with a space between them, or all. The
 * document's own pattern admits nothing else.
 */
export const checksParameter = { name: 'checks', all: 'all' } as const;

/** Message attributes of every publish, each a list; subscriptions filter by `channel`. */
export const messageAttribute = {
  channel: 'channel',
  role: 'role',
  incident: 'incident',
  kind: 'kind',
  priority: 'priority',
} as const;

/** CloudWatch metrics. Every metric has the dimension Platform; the others are named beside it. */
export const metrics = {
  namespace: 'Rounds',
  /**
   * Hosts by the number of their status, as the plugin API counts: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. Dimension
   * Check. One metric, since each costs money: the statistic says which hosts, `PR(1.5:2.5)` is what percentage of them
   * is CRITICAL, `TC(1.5:2.5)` how many. The bounds lie between the numbers because the lower one is exclusive.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
   */
  status: 'Status',
  /** Distribution of a check's metric over the hosts. Dimensions Check, Metric. */
  value: 'Value',
  /** Seconds from the slot to the end of collection. Dimension Routine. */
  roundSeconds: 'RoundSeconds',
  /** Incidents that are open. */
  openIncidents: 'OpenIncidents',
  /** 1 a minute, from the tick: its absence is the alarm. */
  heartbeat: 'Heartbeat',
  /** Failures of Rounds itself: a publish refused, a round that could not be sent or collected, a datum dropped. */
  failures: 'Failures',
} as const;

/** Metric dimensions. */
export const dimension = {
  platform: 'Platform',
  check: 'Check',
  metric: 'Metric',
  routine: 'Routine',
} as const;

/** Input of the dispatch function. */
export interface DispatchInput {
  readonly routine: string;
  /** The planned time, ISO 8601 UTC: `<aws.scheduler.scheduled-time>`. */
  readonly slot: string;
  /** Who asked for a round outside the schedule; such a round runs on any day. */
  readonly requestedBy?: string;
}

/** Input of the report function. */
export interface ReportInput {
  readonly report: string;
  /** The planned time, ISO 8601 UTC: `<aws.scheduler.scheduled-time>`. */
  readonly slot: string;
}

/**
 * Input of the console and act functions: the parameters of a custom widget, or of one of its buttons, and what CloudWatch
 * adds. Nothing in it is to be trusted: whoever may invoke the function can write anything.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard.html
 */
export interface WidgetEvent {
  /** CloudWatch asks for the widget's documentation. */
  readonly describe?: boolean;
  /** One of the console's widgets. */
  readonly widget?: string;
  readonly widgetContext?: WidgetContext;
  /** Others, by name: those of a button. */
  readonly [parameter: string]: unknown;
}

export interface WidgetContext {
  readonly dashboardName?: string;
  readonly widgetId?: string;
  readonly theme?: string;
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly timeRange?: {
    readonly mode?: string;
    /** Epoch milliseconds. */
    readonly start?: number;
    readonly end?: number;
    readonly zoom?: { readonly start?: number; readonly end?: number };
  };
  readonly forms?: { readonly all?: Readonly<Record<string, string>> };
}

/** What Lambda tells a function about its invocation, as far as ours ask. */
export interface FunctionContext {
  readonly invokedFunctionArn: string;
}
