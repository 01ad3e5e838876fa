/** What the page and its server say to each other: each question is `POST /api/<name>` with JSON, and so is its answer. */

/** The part of time that the page shows; `zoom` is a part of that part. */
export interface AskedRange {
  readonly shown:
    | { readonly mode: 'relative'; readonly ms: number }
    /** Local date-times on the platform's clock: `2026-11-20T08:00`. */
    | { readonly mode: 'absolute'; readonly from: string; readonly to: string };
  /** Epoch milliseconds. */
  readonly zoom?: { readonly start: number; readonly end: number } | undefined;
}

/** Questions, by their names. */
export interface Questions {
  readonly dashboard: Readonly<Record<never, never>>;
  readonly custom: CustomQuestion;
  readonly graph: WidgetQuestion;
  readonly alarms: Omit<WidgetQuestion, 'range'>;
  readonly messages: Readonly<Record<never, never>>;
}

export interface Answers {
  readonly dashboard: DashboardAnswer;
  readonly custom: CustomAnswer;
  readonly graph: GraphAnswer;
  readonly alarms: readonly ShownAlarm[];
  readonly messages: MessagesAnswer;
}

export interface WidgetQuestion {
  readonly widget: string;
  readonly range: AskedRange;
}

/** Draws a custom widget, or does what one of its buttons asks for. */
export interface CustomQuestion extends WidgetQuestion {
  readonly theme: 'light' | 'dark';
  /** Of the widget's content, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Values of the fields in the widget, by their names. */
  readonly forms: Readonly<Record<string, string>>;
  readonly call?:
    | {
        /** ARN of a function. */
        readonly endpoint: string;
        readonly params: Readonly<Record<string, unknown>>;
      }
    | undefined;
}

export type CustomAnswer =
  /** A string is HTML, `{markdown}` is markdown, anything else is shown as JSON. */
  { readonly ok: true; readonly content: unknown } | { readonly ok: false; readonly error: string };

export interface DashboardAnswer {
  readonly title: string;
  /** Of the platform. */
  readonly timeZone: string;
  /** The part of time that is shown first: so long up to now, in milliseconds. */
  readonly rangeMs: number;
  readonly widgets: readonly PlacedWidget[];
}

/** A widget in its place on the grid of 24 columns. */
export interface PlacedWidget {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly shows: WidgetFace;
}

/** What the page has to know of a widget before it asks for its content. */
export type WidgetFace =
  | { readonly type: 'text'; readonly markdown: string; readonly isTransparent: boolean }
  | { readonly type: 'custom'; readonly title: string; readonly updatesOn: UpdatesOn }
  | ({ readonly type: 'graph' } & GraphFace)
  | { readonly type: 'number'; readonly title: string; readonly hasSparkline: boolean }
  | { readonly type: 'alarms'; readonly title: string }
  | { readonly type: 'refused'; readonly title: string; readonly problems: readonly string[] };

export interface UpdatesOn {
  readonly refresh: boolean;
  readonly resize: boolean;
  readonly timeRange: boolean;
}

export interface GraphFace {
  readonly title: string;
  readonly isStacked: boolean;
  readonly axis: {
    readonly label?: string | undefined;
    readonly min?: number | undefined;
    readonly max?: number | undefined;
  };
  readonly lines: readonly HorizontalLine[];
}

export interface HorizontalLine {
  readonly value: number;
  readonly label: string;
  readonly color: string | undefined;
}

export interface GraphAnswer {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Epoch milliseconds, of every period in which any of the series has a value. */
  readonly times: readonly number[];
  readonly series: readonly {
    readonly label: string;
    readonly color: string | undefined;
    readonly values: readonly (number | null)[];
  }[];
}

export interface ShownAlarm {
  readonly name: string;
  readonly description: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** Epoch milliseconds. */
  readonly since: number;
}

export interface MessagesAnswer {
  /** The cloud's time, epoch milliseconds: it may be ahead of the real time. */
  readonly now: number;
  /** Of all that were delivered; no more than the newest are listed. */
  readonly count: number;
  /** The newest first. */
  readonly messages: readonly ShownMessage[];
}

/** A message as one endpoint got it. */
export interface ShownMessage {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly protocol: string;
  readonly endpoint: string;
  readonly subject: string | undefined;
  readonly body: string;
  /** Why the endpoint got nothing. */
  readonly failure: string | undefined;
}

/** What is answered to a question that is not understood. */
export interface Refusal {
  readonly error: string;
}
