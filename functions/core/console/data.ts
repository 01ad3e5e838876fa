import type { Alert } from '../alert.ts';
import type { Document } from '../reports/document.ts';
import type { ReportHead } from '../reports/records.ts';
import type { Round } from '../round.ts';
import type { AskedSignOff } from '../sign-off.ts';
import type { Silence } from '../silence.ts';
import type { Iso } from '../time.ts';
import type { IncidentHead } from '../verdicts.ts';

/** What is known of the routines' rounds on the day that is looked at. */
export interface KnownDay {
  /** Of each routine the newest round of the day, and no recheck. */
  readonly rounds: readonly Round[];
  /** Since when rounds of each routine are expected; of a routine that is not in it, always. */
  readonly expected: Readonly<Record<string, Iso>>;
}

/** The day, and what is so. */
export interface DayData extends KnownDay {
  readonly alerts: readonly Alert[];
  /** The newest slot first. */
  readonly signOffs: readonly AskedSignOff[];
}

/** What one widget is drawn from: no more than it shows, since every list is a query. */
export type WidgetData =
  | ({ readonly widget: 'status' } & DayData)
  | ({ readonly widget: 'checklist' } & DayData)
  | {
      readonly widget: 'incidents';
      readonly alerts: readonly Alert[];
      /** Opened in the range that is looked at, or before it and not resolved; the newest first. */
      readonly heads: readonly IncidentHead[];
      readonly silences: readonly Silence[];
    }
  | { readonly widget: 'upcoming' }
  | {
      readonly widget: 'documents';
      /** The newest first. */
      readonly reports: readonly ReportHead[];
      /** The one that the reader has opened. */
      readonly opened?: { readonly head: ReportHead; readonly document: Document };
    };
