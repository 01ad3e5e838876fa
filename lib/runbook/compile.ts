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
  PriorityPolicy,
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
  Job,
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
    priorities: { ...priorities, info: forAwareness },
    fleets: mapValues(runbook.fleets, planFleet),
    checks: Object.fromEntries(
      runbook.routines.flatMap((routine) =>
        [...routine.checks, ...remediesOf(routine)].map((check) => [check.id, planCheck(check, routine.fleet)]),
      ),
    ),
    routines: Object.fromEntries(runbook.routines.map((routine) => [routine.id, planRoutine(routine)])),
    maintenance: (runbook.maintenance ?? []).map(planWindow),
    reports: Object.fromEntries((runbook.reports ?? []).map(({ id, covers: _rows, ...report }) => [id, report])),
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

/** Nobody is told. */
const forAwareness: PriorityPolicy = { meaning: 'For awareness', channels: [], delivery: 'immediately', levels: [] };

/** Jobs of a routine that run only where a check asks for them. */
export function remediesOf({ checks }: Pick<Routine, 'checks'>): readonly Job[] {
  const remedies = checks.flatMap((check) => ('remedy' in check && check.remedy ? [check.remedy] : []));
  const isOwn = (id: string) => checks.some((check) => check.id === id);
  return remedies.filter(({ id }, index) => !isOwn(id) && remedies.findIndex((each) => each.id === id) === index);
}

/** Rounds has waited for a lost host already, and cannot ask it again. */
const fleetAttempts = 1;

/** A check that fails may be well again in a minute. */
const checkAttempts = 3;

function planFleet({ title, tags, floor, rules }: Fleet): PlanFleet {
  return { title, tags, floor, rules: rules.map((rule) => planRule(rule, fleetAttempts)) };
}

/** What is not judged again just to be sure: a job, our own records, a person's word. */
const onlyAttempt = 1;

function planCheck(check: Check, fleet: string | undefined): PlanCheck {
  const isRepeatable = runsOnHosts(check) && !('changes' in check && check.changes);
  return {
    title: check.title,
    rules: check.rules.map((rule) => planRule(rule, isRepeatable ? checkAttempts : onlyAttempt)),
    // A fleet that cannot be reached explains whatever its checks do not say.
    dependsOn: runsOnHosts(check) ? [...new Set([...(fleet ? [fleetCheck(fleet)] : []), ...check.dependsOn])] : [],
    source: sourceOf(check),
  };
}

/** Whether a check, or a job, is a script or a plugin on the hosts of a fleet. */
export function runsOnHosts(check: Check): check is HostCheck {
  return !('records' in check || 'signOff' in check);
}

function sourceOf(check: Check): PlanCheck['source'] {
  if ('signOff' in check) return { kind: 'sign-off', ...check.signOff };
  const thresholds = [...check.thresholds, ...impliedThresholds(check.rules, check.thresholds)].map(planThreshold);
  if ('records' in check) return { ...check.records, thresholds };
  const { baselines, look, timeoutSeconds } = check;
  return {
    kind: 'host',
    thresholds,
    baselines: baselines.map((baseline) => ({ worse: 'higher', ...baseline })),
    look,
    timeoutSeconds,
    ...('changes' in check && check.changes !== undefined && { changes: check.changes }),
    ...('remedy' in check && check.remedy && { remedy: check.remedy.id }),
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

function planRoutine(routine: Routine): PlanRoutine {
  const { title, fleet, schedule, checks } = routine;
  const remedies = remediesOf(routine);
  return {
    title,
    ...(fleet !== undefined && { fleet }),
    schedule,
    checks: checks.map(({ id }) => id),
    remedies: remedies.map(({ id }) => id),
    deadlineSeconds: deadlineSecondsOf([...checks, ...remedies]),
  };
}

function planWindow({ checks = [], ...window }: Maintenance): MaintenanceWindow {
  return { ...window, checks };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
