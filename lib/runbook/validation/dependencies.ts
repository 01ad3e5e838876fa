import { fleetCheck } from '../../../functions/core/observations.ts';
import { type Problems, refusal } from '../problems.ts';
import { allOf, checkReference } from './references.ts';
import type { Definition } from './routines.ts';

/**
 * Refuses a check that waits for one that is not there, or for itself, be it through others: of two checks that hold
 * each other back, nobody would hear.
 */
export function validateDependencies(
  problems: Problems,
  definitions: ReadonlyMap<string, Definition>,
  fleets: ReadonlyMap<string, unknown>,
): void {
  const edges = new Map([...definitions].map(([id, definition]) => [id, dependenciesOf(definition)]));
  const known = allOf(idsOfHostChecks(definitions), [...fleets.keys()].map(fleetCheck));
  const passed = new Set<string>();
  for (const [id, { routine, index }] of definitions) {
    const path = ['routines', routine, 'checks', index, 'dependsOn'];
    for (const [position, other] of (edges.get(id) ?? []).entries()) {
      if (other !== id) checkReference(problems, [...path, position], 'check', other, known);
      else problems.add([...path, position], id, refusal('another check', 'remove it: no check waits for itself'));
    }
    // A circle is told of once, at the first of its checks.
    passed.add(id);
    const circle = wayBack([id], edges, new Set(passed));
    if (circle) {
      const expected = 'checks that do not wait for each other in a circle';
      problems.add(path, circle.join(' -> '), refusal(expected, 'remove the dependency that explains the least'));
    }
  }
}

/** What our own records show, and what a person says, explains nothing on a host. */
export function idsOfHostChecks(definitions: ReadonlyMap<string, Definition>): readonly string[] {
  return [...definitions].filter(([, { check }]) => !('records' in check || 'signOff' in check)).map(([id]) => id);
}

function dependenciesOf({ check }: Definition): readonly unknown[] {
  return 'dependsOn' in check && Array.isArray(check.dependsOn) ? check.dependsOn : [];
}

/** How the first check of a way waits for itself, through checks that have not been seen. */
function wayBack(
  way: readonly string[],
  edges: ReadonlyMap<string, readonly unknown[]>,
  seen: Set<unknown>,
): readonly string[] | undefined {
  for (const next of edges.get(way.at(-1) ?? '') ?? []) {
    if (next === way[0] && way.length > 1) return [...way, way[0] ?? ''];
    if (typeof next !== 'string' || seen.has(next)) continue;
    seen.add(next);
    const found = wayBack([...way, next], edges, seen);
    if (found) return found;
  }
  return undefined;
}
