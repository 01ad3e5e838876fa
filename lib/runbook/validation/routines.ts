import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { onDemand } from '../../../functions/core/plan.ts';
import { type Path, type Problems, refusal } from '../problems.ts';
import { differentMinutes, haveSameMinute, isEvenInterval, shortestPause, unevenInterval } from '../schedule.ts';
import type { Check, HostCheck, Runbook, Schedule, SignOff } from '../types.ts';
import { covers, pluginCheck, recordsCheck, remedyJob, scriptCheck, signOff } from './checks.ts';
import { checkReference } from './references.ts';
import { checkAttempts, checkPriorities } from './rules.ts';
import { distinctList, fields, line, ordinaryId, reference, timeOfDay, weekday } from './values.ts';

const days = z.union(
  [z.enum(['business-days', 'every-day']), z.strictObject({ every: z.enum(['week', 'month']), on: weekday })],
  {
    error: refusal(
      'one of business-days, every-day, or { every, on } for a weekday of each week or month',
      'make it with schedule.ts',
    ),
  },
);

export const schedule = fields({
  days,
  at: distinctList('times', timeOfDay).refine(haveSameMinute, { error: differentMinutes }).exactOptional(),
  everyMinutes: z.number({ error: unevenInterval }).refine(isEvenInterval, { error: unevenInterval }).exactOptional(),
}).refine(({ at, everyMinutes }) => (at === undefined) !== (everyMinutes === undefined), {
  error: refusal('either at or everyMinutes', 'write one of them'),
});

const noRoutines = refusal('a list of at least one routine', 'add one');
const routines = z.array(z.unknown(), { error: noRoutines }).min(1, { error: noRoutines });

const noChecks = refusal('a list of at least one check', 'add one, or remove the routine');

const noRemedyOfJob = refusal(
  'no remedy, since a job is not judged again',
  'give it to a check of what the job leaves',
);

const noOwnRemedy = refusal('a job that the routine does not run anyway', 'move the job to a routine of its own');

const noFleet = refusal('the id of a fleet, since some of its checks run on hosts', 'write where they run');

/** All of a routine but its checks, which are parsed on their own. */
const routine = fields({
  id: ordinaryId,
  title: line('the title of the routine'),
  covers,
  fleet: reference('fleet').exactOptional(),
  schedule: z.unknown(),
  checks: z.array(z.unknown(), { error: noChecks }).min(1, { error: noChecks }),
});

/** What routines refer to, by id. */
interface Sections {
  readonly priorities: ReadonlyMap<string, unknown>;
  readonly fleets: ReadonlyMap<string, unknown>;
}

/** The first check with an id, and where it stands. */
export interface Definition {
  readonly check: Check;
  readonly fleet: unknown;
  readonly routine: number;
  readonly index: number;
  /** It is the remedy of the check that stands there. */
  readonly isRemedy?: true;
}

/** @returns the checks of all routines by id */
export function validateRoutines(
  runbook: Runbook,
  problems: Problems,
  sections: Sections,
): ReadonlyMap<string, Definition> {
  const definitions = new Map<string, Definition>();
  if (!problems.parse(['routines'], routines, runbook.routines)) return definitions;
  const ids: unknown[] = [];
  for (const [index, entry] of runbook.routines.entries()) {
    const path = ['routines', index];
    problems.parse(path, routine, entry);
    // On its own: of a union only that nothing fits would be told.
    if (entry?.schedule !== onDemand) problems.parse<unknown>([...path, 'schedule'], schedule, entry?.schedule);
    if (entry?.fleet !== undefined) checkReference(problems, [...path, 'fleet'], 'fleet', entry.fleet, sections.fleets);
    if (entry?.id !== undefined && ids.includes(entry.id)) {
      const expected = `an id that routines[${ids.indexOf(entry.id)}] does not have`;
      problems.add([...path, 'id'], entry.id, refusal(expected, 'choose another'));
    }
    ids.push(entry?.id);
    if (!Array.isArray(entry?.checks)) continue;
    if (entry.fleet === undefined && entry.checks.some(runsOnHosts)) {
      problems.add([...path, 'fleet'], undefined, noFleet);
    }
    for (const [position, check] of entry.checks.entries()) {
      const place = { fleet: entry.fleet, routine: index, index: position };
      validateCheck(check, place, problems, sections, definitions);
      if (has('signOff', check)) checkDue(problems, [...path, 'checks', position], check, entry.schedule);
      const { remedy, changes } = Object(check);
      if (!remedy) continue;
      const remedyPath = [...path, 'checks', position, 'remedy'];
      if (changes !== undefined) problems.add(remedyPath, remedy.id, noRemedyOfJob);
      if (entry.checks.some(({ id }) => id === remedy.id)) problems.add(remedyPath, remedy.id, noOwnRemedy);
      validateCheck(remedy, { ...place, isRemedy: true }, problems, sections, definitions);
    }
  }
  return definitions;
}

function validateCheck(
  check: Check,
  place: Omit<Definition, 'check'>,
  problems: Problems,
  sections: Sections,
  definitions: Map<string, Definition>,
): void {
  const path = pathOf(place);
  const first = definitions.get(check?.id);
  if (first) {
    refuseSecond(check, path, place, problems, sections, first);
    // What is wrong with the first is not said again for the same check in another routine.
    if (isSame(check, first.check)) return;
  } else if (typeof check?.id === 'string') definitions.set(check.id, { check, ...place });
  problems.parse<unknown>(path, place.isRemedy ? remedyJob : schemaOf(check), check);
  checkPriorities(problems, [...path, 'rules'], check?.rules, sections.priorities);
  if (!runsOnHosts(check) || has('changes', check)) checkAttempts(problems, [...path, 'rules'], check?.rules);
}

/** Once it is asked again, nobody is told that it was overdue. */
function checkDue(problems: Problems, path: Path, { signOff: asked }: SignOff, planned: unknown): void {
  if (!schedule.safeParse(planned).success) return;
  const pause = shortestPause(planned as Schedule);
  if (!(asked?.dueMinutes >= pause)) return;
  const expected = `fewer than the ${pause} minutes after which it is asked again`;
  problems.add([...path, 'signOff', 'dueMinutes'], asked.dueMinutes, refusal(expected, 'shorten it'));
}

function pathOf({ routine, index, isRemedy }: Omit<Definition, 'check'>): Path {
  return ['routines', routine, 'checks', index, ...(isRemedy ? ['remedy'] : [])];
}

/** A check is one alert, so it is one definition, at most once in a routine, and always on the same hosts. */
function refuseSecond(
  check: Check,
  path: Path,
  place: Omit<Definition, 'check'>,
  problems: Problems,
  { fleets }: Sections,
  first: Definition,
): void {
  const firstPath = `routines[${first.routine}].checks[${first.index}]${first.isRemedy ? '.remedy' : ''}`;
  // Two checks of one routine may have the same remedy, and that may be a job of its own as well.
  const isRemedy = place.isRemedy || first.isRemedy;
  if (place.routine === first.routine && !isRemedy) {
    problems.add(
      [...path, 'id'],
      check.id,
      refusal(`an id that ${firstPath} does not have`, 'choose another, or remove it'),
    );
  } else if (runsOnHosts(check) && areDifferent(place.fleet, first.fleet, fleets)) {
    // One fleet's good result would resolve the other's incident.
    const expected = `an id of its own on the fleet "${place.fleet}", since ${firstPath} has it on "${first.fleet}"`;
    problems.add([...path, 'id'], check.id, refusal(expected, 'give the check an id of its own for each fleet'));
  } else if (!isSame(check, first.check)) {
    const expected = `the definition of "${check.id}" in ${firstPath}`;
    problems.add(
      path,
      differences(check, first.check),
      refusal(expected, 'use one constant in both, or choose another id'),
    );
  }
}

/** Of an id that stands for no fleet nothing is known, and it has been refused. */
function areDifferent(one: unknown, other: unknown, fleets: Sections['fleets']): boolean {
  return one !== other && [one, other].every((id) => typeof id === 'string' && fleets.has(id));
}

/** The kind of a check is told by the field that only this kind has. */
function schemaOf(check: unknown) {
  if (has('records', check)) return recordsCheck;
  if (has('signOff', check)) return signOff;
  return has('command', check) ? pluginCheck : scriptCheck;
}

/** A check that says neither is taken for one that runs on hosts. */
function runsOnHosts(check: unknown): check is HostCheck {
  return !has('records', check) && !has('signOff', check);
}

function has<Field extends string>(
  field: Field,
  check: unknown,
): check is Extract<Check, Readonly<Record<Field, unknown>>> {
  return typeof check === 'object' && check !== null && field in check;
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || isDeepStrictEqual(plain(one), plain(other));
}

/** The data alone: rules made by a builder are equal to rules written out. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** The fields of one check that are not those of the other. */
function differences(one: Check, other: Check): object {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  const differing = [...keys].filter((key) => !isSame(Reflect.get(one, key), Reflect.get(other, key)));
  return Object.fromEntries(differing.map((key) => [key, Reflect.get(one, key) ?? null]));
}
