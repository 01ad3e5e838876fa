import { fleetCheck, roundCheck } from '../../../functions/core/observations.ts';
import { type Problems, refusal } from '../problems.ts';
import { shortestPause } from '../schedule.ts';
import type { Runbook } from '../types.ts';
import { allOf, checkReferences } from './references.ts';
import { type Definition, schedule } from './routines.ts';
import { distinctList, fields, line, list, longestMinutes, reference, whole } from './values.ts';

const window = fields({
  title: line('the title of the window'),
  checks: distinctList('checks', reference('check')).exactOptional(),
  schedule,
  minutes: whole('minutes', 5, longestMinutes, 'write how long the maintenance takes'),
});

/** Refuses windows that name what is not there, or that never end. */
export function validateMaintenance(
  { maintenance, routines }: Runbook,
  problems: Problems,
  definitions: ReadonlyMap<string, Definition>,
  fleets: ReadonlyMap<string, unknown>,
): void {
  if (maintenance === undefined || !problems.parse(['maintenance'], list('windows', window), maintenance)) return;
  const rounds = Array.isArray(routines) ? routines.map((routine) => roundCheck(routine?.id)) : [];
  const known = allOf([...definitions.keys()], [...fleets.keys()].map(fleetCheck), rounds);
  for (const [index, { checks, schedule, minutes }] of maintenance.entries()) {
    checkReferences(problems, ['maintenance', index, 'checks'], 'check', checks, known);
    const pause = shortestPause(schedule);
    if (minutes < pause) continue;
    const expected = `fewer than the ${pause} minutes after which the window begins again`;
    problems.add(
      ['maintenance', index, 'minutes'],
      minutes,
      refusal(expected, 'shorten it: people would never be told'),
    );
  }
}
