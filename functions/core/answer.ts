import type { Metric } from './plugin-output.ts';
import type { Status } from './status.ts';

/** What our own records say to a question, before thresholds judge its metrics. */
export interface Answer {
  readonly status: Status;
  /** One line for people. */
  readonly text: string;
  readonly metrics: readonly Metric[];
  /** Metrics of which nothing can be said yet, for lack of a past: thresholds on them are not judged. */
  readonly notYet?: readonly string[] | 'all';
}

/** Things that a text names, at most. */
const namedLimit = 10;

/** A metric that nothing but the runbook's thresholds judges. */
export function measured(label: string, value: number, unit = ''): Metric {
  return { label, value, unit, warning: null, critical: null, min: null, max: null };
}

/** `a; b`, and of many the first ones: `a; b; and 3 more`. */
export function namedFew(names: readonly string[]): string {
  const more = names.length - namedLimit;
  return [...names.slice(0, namedLimit), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
