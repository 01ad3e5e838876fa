import type { Plan, PlanCheck, PlanFleet, PlanRoutine, RecordCheck, Threshold } from '../../functions/core/plan.ts';
import { parseRange, type Range } from '../../functions/core/range.ts';
import { deadlineSecondsOf } from './deadline.ts';
import type {
  Check,
  Fleet,
  HostCheck,
  IncidentsCheck,
  MetricThreshold,
  PriorityRule,
  Routine,
  Runbook,
} from './types.ts';
import { validate } from './validation/validate.ts';

/**
 * The plan that the functions carry.
 * @throws {RunbookError} with everything that is wrong with the runbook
 */
export function compile(runbook: Runbook): Plan {
  validate(runbook);
  const { id, name, timeZone, calendar, incidentFormat, procedureUrl, roles, priorities } = runbook;
  return {
    platform: { id, name },
    timeZone,
    calendar,
    incidentFormat,
    procedureUrl,
    contacts: mapValues(runbook.contacts, ({ name }) => ({ name })),
    roles,
    priorities,
    fleets: mapValues(runbook.fleets, planFleet),
    checks: Object.fromEntries(
      runbook.routines.flatMap((routine) => routine.checks.map((check) => [check.id, planCheck(check)])),
    ),
    routines: Object.fromEntries(runbook.routines.map((routine) => [routine.id, planRoutine(routine)])),
  };
}

function planFleet({ title, tags, floor, rules }: Fleet): PlanFleet {
  return { title, tags, floor, rules: rules.map(planRule) };
}

function planCheck(check: Check): PlanCheck {
  const { title } = check;
  if ('incidents' in check) return { title, rules: [], source: recordSource(check) };
  return { title, rules: check.rules.map(planRule), source: hostSource(check) };
}

function recordSource({ incidents }: IncidentsCheck): RecordCheck {
  return { kind: 'incidents', ...incidents };
}

function hostSource({ thresholds, look, timeoutSeconds }: HostCheck): PlanCheck['source'] {
  return { kind: 'host', thresholds: thresholds.map(planThreshold), look, timeoutSeconds };
}

/** The data of a rule, without a builder's methods. */
function planRule(rule: PriorityRule): PriorityRule {
  return { ...rule };
}

function planThreshold({ metric, warning, critical }: MetricThreshold): Threshold {
  return {
    metric,
    ...(warning !== undefined && { warning: planRange(warning) }),
    ...(critical !== undefined && { critical: planRange(critical) }),
  };
}

function planRange(text: string): Range {
  const range = parseRange(text);
  if (!range) throw new Error(`The range ${text} passed the validation and cannot be parsed: the validation is wrong.`);
  return range;
}

function planRoutine({ title, fleet, schedule, checks }: Routine): PlanRoutine {
  return {
    title,
    fleet,
    schedule,
    checks: checks.map(({ id }) => id),
    deadlineSeconds: deadlineSecondsOf(checks),
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
