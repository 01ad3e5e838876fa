import type { Threshold } from '../../functions/core/plan.ts';
import { violates } from '../../functions/core/range.ts';
import { type Status, worstOf } from '../../functions/core/status.ts';
import type { RecordedResult } from './recorded-line.ts';

/**
 * The status that a recorded result has by other thresholds than those of its time: that of its metrics, where thresholds
 * name any. As in a round they only make worse what the check itself said, and UNKNOWN stays UNKNOWN; what a check said
 * whose text begins with what a threshold found is not recorded, and so the thresholds decide alone.
 */
export function judgeAgain(result: RecordedResult, thresholds: readonly Threshold[]): Status {
  const { status, metrics = {}, isOwn } = result;
  const judged = thresholds.flatMap(({ metric, warning, critical }): Status[] => {
    const value = metrics[metric];
    if (value === undefined) return [];
    if (critical && violates(critical, value)) return ['CRITICAL'];
    return [warning && violates(warning, value) ? 'WARNING' : 'OK'];
  });
  if (judged.length === 0 || status === 'UNKNOWN') return status;
  return worstOf(isOwn ? [status, ...judged] : judged) ?? status;
}
