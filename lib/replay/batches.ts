import type { RecordedResult } from './recorded-line.ts';

/** Results of one check that are one moment's, and so are judged together. */
export interface Batch {
  readonly check: string;
  /** That of its last result, in epoch milliseconds. */
  readonly at: number;
  /** One of each host at most. */
  readonly results: readonly RecordedResult[];
}

/** A moment lasts so long: hosts do not answer all at once, and a recheck comes after it. */
const momentMs = 60_000;

interface OpenBatch {
  readonly begin: number;
  readonly hosts: Set<string>;
  readonly results: RecordedResult[];
}

/** A batch ends where a host would come again, or a result is more than 60 seconds after the first. */
export function batchesOf(results: readonly RecordedResult[]): Batch[] {
  const batches: Batch[] = [];
  const open = new Map<string, OpenBatch>();
  const close = (check: string, { begin, results }: OpenBatch) =>
    batches.push({ check, at: results.at(-1)?.at ?? begin, results });
  for (const result of results) {
    const { at, check, host } = result;
    let batch = open.get(check);
    if (!batch || batch.hosts.has(host) || at > batch.begin + momentMs) {
      if (batch) close(check, batch);
      batch = { begin: at, hosts: new Set(), results: [] };
      open.set(check, batch);
    }
    batch.hosts.add(host);
    batch.results.push(result);
  }
  for (const [check, batch] of open) close(check, batch);
  return batches;
}
