import { fleetCheck } from '../../functions/core/observations.ts';
import type {
  MaintenanceWindow,
  Plan,
  PlanCheck,
  PlanContact,
  PlanFleet,
  PlanRole,
  PlanRoutine,
  PriorityRule as PlanRule,
  RecordCheck,
  Threshold,
} from '../../functions/core/plan.ts';
import { parseRange, type Range } from '../../functions/core/range.ts';
import { addressField } from './contacts.ts';
import { deadlineSecondsOf } from './deadline.ts';
import type {
  Check,
  Contact,
  Fleet,
  HostCheck,
  IncidentsCheck,
  Maintenance,
  MetricThreshold,
  PriorityRule,
  Role,
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
  const { id, name, timeZone, calendar, incidentFormat, procedureUrl, priorities } = runbook;
  return {
    platform: { id, name },
    timeZone,
    calendar,
    incidentFormat,
    procedureUrl,
    contacts: mapValues(runbook.contacts, planContact),
    roles: mapValues(runbook.roles, planRole),
    priorities,
    fleets: mapValues(runbook.fleets, planFleet),
    checks: Object.fromEntries(
      runbook.routines.flatMap(({ fleet, checks }) => checks.map((check) => [check.id, planCheck(check, fleet)])),
    ),
    routines: Object.fromEntries(runbook.routines.map((routine) => [routine.id, planRoutine(routine)])),
    maintenance: (runbook.maintenance ?? []).map(planWindow),
  };
}

function planContact(contact: Contact): PlanContact {
  const channels = (['email', 'sms', 'https'] as const).filter(
    (channel) => contact[addressField[channel]] !== undefined,
  );
  return { name: contact.name, channels };
}

function planRole(role: Role): PlanRole {
  return 'contacts' in role ? role : { ...role, rotation: { overrides: [], ...role.rotation } };
}

/** Rounds has waited for a lost host already, and cannot ask it again. */
const fleetAttempts = 1;

/** A check that fails may be well again in a minute. */
const checkAttempts = 3;

function planFleet({ title, tags, floor, rules }: Fleet): PlanFleet {
  return { title, tags, floor, rules: rules.map((rule) => planRule(rule, fleetAttempts)) };
}

function planCheck(check: Check, fleet: string): PlanCheck {
  const { title } = check;
  if ('incidents' in check) return { title, rules: [], dependsOn: [], source: recordSource(check) };
  return {
    title,
    rules: check.rules.map((rule) => planRule(rule, checkAttempts)),
    // A fleet that cannot be reached explains whatever its checks do not say.
    dependsOn: [...new Set([fleetCheck(fleet), ...check.dependsOn])],
    source: hostSource(check),
  };
}

function recordSource({ incidents }: IncidentsCheck): RecordCheck {
  return { kind: 'incidents', ...incidents };
}

function hostSource({ thresholds, rules, baselines, look, timeoutSeconds }: HostCheck): PlanCheck['source'] {
  return {
    kind: 'host',
    thresholds: [...thresholds, ...impliedThresholds(rules, thresholds)].map(planThreshold),
    baselines: baselines.map((baseline) => ({ worse: 'higher', ...baseline })),
    look,
    timeoutSeconds,
  };
}

/** A metric that somebody is told of is never OK, and one that is missing is noticed. */
function impliedThresholds(
  rules: readonly PriorityRule[],
  thresholds: readonly MetricThreshold[],
): readonly MetricThreshold[] {
  const implied: MetricThreshold[] = [];
  for (const { metric: condition } of rules) {
    if (!condition) continue;
    const { label, range } = condition;
    const isHeld = [...thresholds, ...implied].some(
      ({ metric, warning, critical }) => metric === label && [warning, critical].includes(range),
    );
    if (!isHeld) implied.push({ metric: label, warning: range });
  }
  return implied;
}

/** The data of a rule, without a builder's methods. */
function planRule({ metric, ...rule }: PriorityRule, attempts: number): PlanRule {
  return { attempts, ...rule, ...(metric && { metric: { label: metric.label, range: planRange(metric.range) } }) };
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

function planWindow({ checks = [], ...window }: Maintenance): MaintenanceWindow {
  return { ...window, checks };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
