import type { Iso } from '../time.ts';

/** What a widget is drawn on, and what its reader has entered. */
export interface Surface {
  readonly theme: 'light' | 'dark';
  /** Of the widget, in pixels. */
  readonly width: number;
  readonly height: number;
  /** The time that the reader looks at: now, or the end of a range that is past. */
  readonly at: Iso;
  /** The dashboard's time range, or the part of it that is zoomed into. */
  readonly range: { readonly from: Iso; readonly to: Iso };
  /** The range is past: what was is shown, and nothing can be done about it. */
  readonly isPast: boolean;
  /** What stands in the fields of the widget's form, by their names. Not to be trusted. */
  readonly forms: Readonly<Record<string, string>>;
  /** ARNs of the functions that buttons call. */
  readonly endpoints: { readonly console: string; readonly act: string };
  /** What has become of what the reader has just done. */
  readonly answer?: { readonly isDone: boolean; readonly text: string };
}

/** Names of the widgets, as the dashboard asks for them. */
export const widgetNames = ['status', 'checklist', 'incidents', 'upcoming', 'documents'] as const;

export type WidgetName = (typeof widgetNames)[number];
