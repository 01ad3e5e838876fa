import { type Path, type Problems, refusal } from '../problems.ts';

/**
 * Notes an id that stands for nothing in the runbook. References are looked at whether the section around them parsed
 * or not; what is no id at all, and a section without entries, has been refused by its schema.
 */
export function checkReference(
  problems: Problems,
  path: Path,
  to: string,
  id: unknown,
  known: ReadonlyMap<string, unknown>,
): void {
  if (typeof id !== 'string' || id === '' || known.size === 0 || known.has(id)) return;
  const ids = [...known.keys()].join(', ');
  problems.add(path, id, refusal(`one of the runbook's ${to} ids (${ids})`, `correct it, or add the ${to}`));
}

/** `checkReference` for each entry of a list. */
export function checkReferences(
  problems: Problems,
  path: Path,
  to: string,
  ids: unknown,
  known: ReadonlyMap<string, unknown>,
): void {
  if (!Array.isArray(ids)) return;
  for (const [index, id] of ids.entries()) checkReference(problems, [...path, index], to, id, known);
}

/** What may be referred to, of several sections; nothing can be said while one of them has been refused as a whole. */
export function allOf(...sections: readonly (readonly string[])[]): ReadonlyMap<string, unknown> {
  const ids = sections.some((section) => section.length === 0) ? [] : sections.flat();
  return new Map(ids.map((id) => [id, true]));
}
