import type { Datum } from '../core/metric-data.ts';
import type { TellingServices } from './services.ts';

/** Ends an invocation: what went wrong with Rounds itself becomes the metric that its alarm watches. */
export async function closeJournal(
  { journal, metrics, now }: Pick<TellingServices, 'journal' | 'metrics' | 'now'>,
  data: readonly Datum[] = [],
): Promise<void> {
  const failures = journal.takeFailures();
  const failed: Datum = { name: 'Failures', dimensions: {}, unit: 'Count', values: [[failures, 1]] };
  const all = failures > 0 ? [...data, failed] : data;
  try {
    if (all.length > 0) await metrics.put(all, now());
  } catch (error) {
    // The work is done; a metrics outage shows as a missing heartbeat and must not make anybody repeat the work.
    journal.info('the metrics of Rounds itself were refused', { error: String(error) });
  }
}
