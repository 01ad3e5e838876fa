import type { Alert } from '../alert.ts';
import type { Document } from '../reports/document.ts';
import type { ReportHead } from '../reports/records.ts';
import type { Round } from '../round.ts';
import type { AskedSignOff } from '../sign-off.ts';
import type { Silence } from '../silence.ts';
import type { IncidentHead } from '../verdicts.ts';

/** What one widget is drawn from: no more than it shows, since every list is a query. */
export type WidgetData =
  | {
      readonly widget: 'status';
      readonly alerts: readonly Alert[];
      /** As in the checklist, those of the schedule: what has never been bad has no alert, and without a round nothing is known. */
      readonly rounds: readonly Round[];
      readonly signOffs: readonly AskedSignOff[];
    }
  | {
      readonly widget: 'checklist';
      readonly alerts: readonly Alert[];
      /** Of each routine the newest round of the day that is looked at, and no recheck. */
      readonly rounds: readonly Round[];
      /** The newest slot first. */
      readonly signOffs: readonly AskedSignOff[];
    }
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
