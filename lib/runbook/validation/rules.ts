import { z } from 'zod';
import { type Path, type Problems, refusal } from '../problems.ts';
import { checkReference } from './references.ts';
import {
  distinctList,
  fields,
  list,
  longestMinutes,
  metricLabel,
  oneOf,
  priority,
  range,
  rulePriority,
  whole,
} from './values.ts';

const shareError = refusal('a share above 0 and at most 1', 'write 1 for every host, 0.5 for half of them');

const rule = {
  priority: rulePriority,
  states: distinctList('states', oneOf(['WARNING', 'CRITICAL', 'UNKNOWN'])),
  share: z.number({ error: shareError }).gt(0, { error: shareError }).max(1, { error: shareError }).exactOptional(),
  lastingMinutes: whole('whole minutes', 1, longestMinutes, 'write how long it has to last').exactOptional(),
  attempts: whole('a number of results', 1, 10, 'write 1 for at once').exactOptional(),
};

/** What a host of a fleet has is a state, and no metrics. An empty list is in order: nobody is told. */
export const fleetRules = list('rules', fields(rule));

export const checkRules = list(
  'rules',
  fields({ ...rule, metric: fields({ label: metricLabel, range }).exactOptional() }),
);

/** Refuses priorities that rules give and the runbook does not define. */
export function checkPriorities(
  problems: Problems,
  path: Path,
  rules: unknown,
  defined: ReadonlyMap<string, unknown>,
): void {
  if (!Array.isArray(rules)) return;
  for (const [index, rule] of rules.entries()) {
    const used = priority.safeParse(rule?.priority);
    if (used.success) checkReference(problems, [...path, index, 'priority'], 'priority', used.data, defined);
  }
}

const once = refusal('one result, since it is not judged again just to be sure', 'remove attempts, or write 1');

/** Refuses rules of a job, a question to the records or a sign-off that wait for a second result. */
export function checkAttempts(problems: Problems, path: Path, rules: unknown): void {
  if (!Array.isArray(rules)) return;
  for (const [index, rule] of rules.entries()) {
    if (rule?.attempts > 1) problems.add([...path, index, 'attempts'], rule.attempts, once);
  }
}
