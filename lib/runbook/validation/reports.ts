import { z } from 'zod';
import { onDemand, type ReportPart } from '../../../functions/core/plan.ts';
import { type Path, type Problems, refusal } from '../problems.ts';
import type { Check, Runbook } from '../types.ts';
import { covers } from './checks.ts';
import { checkReference, checkReferences } from './references.ts';
import { parts } from './report-parts.ts';
import { addressesOf, type People } from './roles.ts';
import { schedule } from './routines.ts';
import { fields, line, list, noDuplicates, ordinaryId, reference } from './values.ts';

/** `rounds report incident NUMBER` is the report of one incident. */
const incidentWord = 'incident';

const report = fields({
  id: ordinaryId.refine((id) => id !== incidentWord, {
    error: refusal(`an id other than ${incidentWord}, which stands for the report of one incident`, 'choose another'),
  }),
  title: line('the title of the report'),
  covers,
  schedule: z
    .unknown()
    .refine((value) => value !== onDemand, {
      error: refusal('a schedule, since it is about the time since its slot before', 'make it with schedule.ts'),
      abort: true,
    })
    .pipe(schedule),
  tell: list('roles', reference('role')).check(noDuplicates('roles', String)),
  parts,
});

/** What parts of a report refer to. */
interface Known {
  /** By routine, its checks. */
  readonly routines: ReadonlyMap<string, ReadonlyMap<string, Check>>;
  readonly onHosts: ReadonlyMap<string, Check>;
  readonly measuring: ReadonlyMap<string, Check>;
  readonly signOffs: ReadonlyMap<string, Check>;
  readonly reports: ReadonlyMap<string, unknown>;
}

/** Refuses reports that nobody can ask for, that reach nobody, or that are about what is not there. */
export function validateReports({ reports, routines }: Runbook, problems: Problems, people: People): void {
  if (reports === undefined || !problems.parse(['reports'], list('reports', z.unknown()), reports)) return;
  const known = knownOf(routines, reports);
  for (const [index, entry] of reports.entries()) {
    const path = ['reports', index];
    problems.parse<unknown>(path, report, entry);
    checkId(problems, path, entry?.id, reports.slice(0, index));
    checkTold(problems, [...path, 'tell'], entry?.tell, people);
    if (!Array.isArray(entry?.parts)) continue;
    for (const [position, part] of entry.parts.entries()) {
      if (part) checkPart(problems, [...path, 'parts', position], part, known);
    }
  }
}

function checkId(problems: Problems, path: Path, id: unknown, before: readonly unknown[]): void {
  const first = before.findIndex((other) => id !== undefined && Object(other).id === id);
  if (first === -1) return;
  problems.add([...path, 'id'], id, refusal(`an id that reports[${first}] does not have`, 'choose another'));
}

/** A document goes by email: no other channel can hold it. */
function checkTold(problems: Problems, path: Path, tell: unknown, people: People): void {
  checkReferences(problems, path, 'role', tell, people.roles);
  for (const [index, role] of (Array.isArray(tell) ? tell : []).entries()) {
    const addresses = addressesOf(role, people);
    if (addresses === undefined || addresses.has('email')) continue;
    const expected = 'a role with a contact that has an email address';
    problems.add([...path, index], role, refusal(expected, 'add the address: reports are sent by email'));
  }
}

function checkPart(problems: Problems, path: Path, part: ReportPart, known: Known): void {
  const of = [...path, 'of'];
  switch (part.kind) {
    case 'verdict':
    case 'checklist':
    case 'issues':
      checkPlaces(problems, of, part.of, known);
      break;
    case 'notes':
      checkPlaces(problems, of, part.of, known);
      checkNotes(problems, of, part.of, known);
      break;
    case 'figures':
      checkEach(problems, [...path, 'figures'], part.figures, known.measuring);
      break;
    case 'trend':
      checkReference(problems, [...path, 'check'], 'check', part.check, known.measuring);
      break;
    case 'uptime':
      checkEach(problems, [...path, 'checks'], part.checks, known.onHosts);
      break;
    case 'audit':
      checkEvidence(problems, [...path, 'evidence', 'of'], Object(part.evidence), known);
  }
}

function checkEvidence(
  problems: Problems,
  path: Path,
  { kind, of }: { readonly kind?: unknown; readonly of?: unknown },
  { routines, reports, signOffs }: Known,
): void {
  if (kind === 'rounds') checkReferences(problems, path, 'routine', of, routines);
  if (kind === 'reports') checkReferences(problems, path, 'report', of, reports);
  if (kind === 'sign-offs') checkReferences(problems, path, 'sign-off', of, signOffs);
}

/** Checks that entries such as figures name. */
function checkEach(problems: Problems, path: Path, entries: unknown, known: ReadonlyMap<string, Check>): void {
  for (const [index, entry] of (Array.isArray(entries) ? entries : []).entries()) {
    checkReference(problems, [...path, index, 'check'], 'check', entry?.check, known);
  }
}

/** Each has to be a routine, or a check of one as `routine/check`. */
function checkPlaces(problems: Problems, path: Path, of: unknown, { routines }: Known): void {
  for (const [index, place] of (Array.isArray(of) ? of : []).entries()) {
    if (typeof place !== 'string') continue;
    const [routine = '', ...rest] = place.split('/');
    const checks = routines.get(routine);
    if (!checks) checkReference(problems, [...path, index], 'routine', routine, routines);
    else if (rest.length > 0 && !checks.has(rest.join('/'))) {
      const expected = `one of the checks of ${routine} (${[...checks.keys()].join(', ')})`;
      problems.add([...path, index], place, refusal(expected, 'correct it, or write the routine alone'));
    }
  }
}

/** Of what no person is asked, nobody has written anything. */
function checkNotes(problems: Problems, path: Path, of: unknown, { routines }: Known): void {
  for (const [index, place] of (Array.isArray(of) ? of : []).entries()) {
    const [routine = '', check] = String(place).split('/');
    const checks = routines.get(routine);
    const named = check === undefined ? [...(checks?.values() ?? [])] : [checks?.get(check)];
    const isKnown = checks && named.every((each) => each !== undefined);
    if (!isKnown || named.some((each) => 'signOff' in each)) continue;
    problems.add([...path, index], place, refusal('a sign-off, or a routine with one', 'name what people are asked'));
  }
}

/** What is no routine or check has been refused elsewhere. */
function knownOf(routines: unknown, reports: readonly unknown[]): Known {
  const byRoutine = new Map<string, ReadonlyMap<string, Check>>();
  for (const { id, checks } of listOf(routines)) {
    if (typeof id !== 'string') continue;
    byRoutine.set(id, new Map(listOf(checks).flatMap((check) => (isCheck(check) ? [[check.id, check]] : []))));
  }
  const all = [...byRoutine.values()].flatMap((checks) => [...checks]);
  const some = (isIt: (check: Check) => boolean) => new Map(all.filter(([, check]) => isIt(check)));
  return {
    routines: byRoutine,
    onHosts: some((check) => !('records' in check || 'signOff' in check)),
    measuring: some((check) => !('signOff' in check)),
    signOffs: some((check) => 'signOff' in check),
    reports: new Map(reports.map((each) => [Object(each).id, each])),
  };
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(Object) : [];
}

function isCheck(value: object): value is Check {
  return 'id' in value && typeof value.id === 'string';
}
