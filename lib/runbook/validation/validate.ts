import { Problems } from '../problems.ts';
import type { Runbook } from '../types.ts';
import { validateFleets } from './fleets.ts';
import { validatePeople } from './people.ts';
import { validatePlatform } from './platform.ts';
import { validateRoutines } from './routines.ts';

/** @throws {RunbookError} with everything that is wrong with the runbook */
export function validate(runbook: Runbook): void {
  const problems = new Problems();
  validatePlatform(runbook, problems);
  const priorities = validatePeople(runbook, problems);
  const fleets = validateFleets(runbook, problems, priorities);
  validateRoutines(runbook, problems, { priorities, fleets });
  problems.throwIfAny(`The runbook ${JSON.stringify(runbook.id)}`);
}
