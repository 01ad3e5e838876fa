import type { Problems } from '../problems.ts';
import { idsOfHostChecks } from './dependencies.ts';
import { allOf, checkReference, checkReferences } from './references.ts';
import type { Definition } from './routines.ts';

/** Refuses questions to the records about checks that are not there, or run on no host. */
export function validateRecords(problems: Problems, definitions: ReadonlyMap<string, Definition>): void {
  const known = allOf(idsOfHostChecks(definitions));
  for (const { check, routine, index } of definitions.values()) {
    if (!('records' in check) || typeof check.records !== 'object') continue;
    const path = ['routines', routine, 'checks', index, 'records'];
    if ('checks' in check.records) checkReferences(problems, [...path, 'checks'], 'check', check.records.checks, known);
    if ('check' in check.records) checkReference(problems, [...path, 'check'], 'check', check.records.check, known);
  }
}
