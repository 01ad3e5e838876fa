import { type Problems, refusal } from '../problems.ts';
import type { Check, Runbook } from '../types.ts';

const row = /^[A-Z]+[1-9]\d*$/;
const noRow = refusal('a row of the procedure such as F43', 'write its letter and number');
const noPlace = refusal('{ rule: a path in the runbook }', 'write where the row lives');
const noPath = refusal('the path of something that is in the runbook, such as priorities.P1', 'correct it');

/** Refuses rows of the procedure whose place is not in the runbook, and rows that nothing stands for. */
export function validateCovers(runbook: Runbook, problems: Problems): void {
  const { covers = {}, procedure } = runbook;
  for (const [id, place] of Object.entries(covers)) {
    const path = ['covers', id];
    if (!row.test(id)) problems.add(path, id, noRow);
    const rule = Object(place).rule;
    if (typeof rule !== 'string') problems.add(path, place, noPlace);
    else if (valueAt(runbook, rule) === undefined) problems.add([...path, 'rule'], rule, noPath);
  }
  if (procedure) compareWithProcedure(procedure, coveredBy(runbook), problems);
}

/** The value at a path of names with dots between them. */
function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce((each, name) => Object(each)[name], value);
}

/** A line of the procedure that nothing stands for would be forgotten by everybody. */
function compareWithProcedure(procedure: object, covered: ReadonlySet<unknown>, problems: Problems): void {
  for (const [id, text] of Object.entries(procedure)) {
    const expected = 'a check, job, sign-off or report that covers it, or a rule for it in `covers`';
    if (!covered.has(id)) problems.add(['procedure', id], text, refusal(expected, 'add one, or strike the row'));
  }
  for (const id of covered) {
    if (Object.hasOwn(procedure, String(id))) continue;
    problems.add(['covers'], id, refusal('only rows of `procedure`', 'correct its name'));
  }
}

function coveredBy({ routines, reports, covers = {} }: Runbook): ReadonlySet<unknown> {
  const own = listOf(routines).flatMap((routine) => [
    ...listOf(routine?.covers),
    ...listOf(routine?.checks).flatMap(coveredByCheck),
  ]);
  const written = listOf(reports).flatMap((report) => listOf(report?.covers));
  return new Set([...own, ...written, ...Object.keys(covers)]);
}

function coveredByCheck(check: Check): readonly string[] {
  const remedy = Object(check).remedy?.covers;
  return [...listOf(check?.covers), ...listOf<string>(remedy)];
}

/** What is no list has been refused elsewhere. */
function listOf<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? value : [];
}
