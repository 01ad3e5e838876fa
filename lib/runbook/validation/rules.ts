import { z } from 'zod';
import { type Path, type Problems, refusal } from '../problems.ts';
import { checkReference } from './references.ts';
import { distinctList, fields, list, oneOf, priority } from './values.ts';

const shareError = refusal('a share above 0 and at most 1', 'write 1 for every host, 0.5 for half of them');

const rule = fields({
  priority,
  states: distinctList('states', oneOf(['WARNING', 'CRITICAL', 'UNKNOWN'])),
  share: z.number({ error: shareError }).gt(0, { error: shareError }).max(1, { error: shareError }).exactOptional(),
});

/** An empty list is in order: nobody is told. */
export const rules = list('rules', rule);

/** Refuses priorities that rules give and the runbook does not define. */
export function checkRules(
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
