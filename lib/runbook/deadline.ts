import { deliverySeconds } from '../../functions/core/round.ts';
import type { Check } from './types.ts';

/** What the agent and the wrapper need around a check: a step's own time-out is this much longer than its check's. */
export const stepGraceSeconds = 5;

/** Longest time from SendCommand until every host has finished its steps, which run one after the other, or is lost. */
export function deadlineSecondsOf(checks: readonly Check[]): number {
  const steps = checks.flatMap((check) => ('incidents' in check ? [] : [check.timeoutSeconds + stepGraceSeconds]));
  return steps.reduce((sum, seconds) => sum + seconds, deliverySeconds);
}
