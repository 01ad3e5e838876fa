import { Problems } from '../problems.ts';
import type { Runbook } from '../types.ts';
import { validateCovers } from './covers.ts';
import { validateDependencies } from './dependencies.ts';
import { validateFleets } from './fleets.ts';
import { validateMaintenance } from './maintenance.ts';
import { validatePeople } from './people.ts';
import { validatePlatform } from './platform.ts';
import { validateRecords } from './records.ts';
import { validateReports } from './reports.ts';
import { validateRoutines } from './routines.ts';

/** @throws {RunbookError} with everything that is wrong with the runbook */
export function validate(runbook: Runbook): void {
  const problems = new Problems();
  validatePlatform(runbook, problems);
  const { priorities, ...people } = validatePeople(runbook, problems);
  const fleets = validateFleets(runbook, problems, priorities);
  const definitions = validateRoutines(runbook, problems, { priorities, fleets });
  validateDependencies(problems, definitions, fleets);
  validateRecords(problems, definitions);
  validateMaintenance(runbook, problems, definitions, fleets);
  validateReports(runbook, problems, people);
  validateCovers(runbook, problems);
  problems.throwIfAny(`The runbook ${JSON.stringify(runbook.id)}`);
}
