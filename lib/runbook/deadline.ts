import { deliverySeconds } from '../../functions/core/round.ts';
import type { Check } from './types.ts';

/** What the agent and the wrapper need around a check: a step's own time-out is this much longer than its check's. */
export const stepGraceSeconds = 5;

/** For the steps that bring the scripts to a host, and remove them. */
export const ownStepSeconds = 30;

/** Longest time from SendCommand until every host has finished its steps, which run one after the other, or is lost. */
export function deadlineSecondsOf(checks: readonly Check[]): number {
  const steps = checks.flatMap((check) => ('timeoutSeconds' in check ? [check.timeoutSeconds + stepGraceSeconds] : []));
  if (steps.length === 0) return 0;
  return steps.reduce((sum, seconds) => sum + seconds, deliverySeconds + 2 * ownStepSeconds);
}
