import type { Status } from '../status.ts';
import type { Iso } from '../time.ts';

/** A report as data: the same records make the same document. It is rendered as markdown, HTML and JSON. */
export interface Document {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** Every text in it is plain text, and may come from a host: what renders it escapes it. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 2 | 3; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'fields'; readonly fields: readonly Field[] }
  /** Empty: shown as "none". */
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'tasks'; readonly items: readonly { readonly text: string; readonly isDone: boolean }[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  /** Kept line by line as it is: output of a host, JSON. */
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'chart'; readonly chart: Chart };

/** `label: value`, and below it what belongs to it. */
export interface Field {
  readonly label: string;
  readonly value: string;
  /** Colours the value. */
  readonly status?: Status;
  readonly items?: readonly string[];
}

/** A line over time, drawn as SVG; in markdown its caption stands for it. */
export interface Chart {
  /** In a sentence, what it shows: what is read where it cannot be seen. */
  readonly caption: string;
  /** Base unit: `s`, `B`, `%` or none. */
  readonly unit: string;
  /** IANA name: of the clock on which its times are shown. */
  readonly timeZone: string;
  /** The oldest first. */
  readonly points: readonly ChartPoint[];
  /** Drawn across. */
  readonly limit?: number;
  /** Where it leads, if it goes on so: after the last point, with the ends between which it may lie. */
  readonly projection?: readonly (ChartPoint & { readonly low: number; readonly high: number })[];
}

export interface ChartPoint {
  readonly at: Iso;
  /** In the base unit. */
  readonly value: number;
}
