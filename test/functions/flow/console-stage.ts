import type { Alert } from '../../../functions/core/alert.ts';
import { incidentKey, incidentNumber } from '../../../functions/core/incident-number.ts';
import type { Plan, PlanCheck } from '../../../functions/core/plan.ts';
import { policyOf } from '../../../functions/core/policy.ts';
import type { AskedSignOff } from '../../../functions/core/sign-off.ts';
import { page } from '../../../functions/core/telling.ts';
import type { IncidentHead } from '../../../functions/core/verdicts.ts';
import { alertKey, partition, signOffKey } from '../../../functions/flow/keys.ts';
import { exampleAlert, exampleIncident, openedAt } from '../core/example-alert.ts';
import { examplePlan } from '../core/example-plan.ts';
import { type SmallCloud, startSmallCloud } from './small-cloud.ts';

/** Ten minutes after the morning's slot. */
export const now = '2026-11-23T07:10:00.000Z';

export const endpoints = {
  console: 'arn:aws:lambda:eu-central-1:123456789012:function:console',
  act: 'arn:aws:lambda:eu-central-1:123456789012:function:act',
};

export const number = exampleIncident.number;

const review: PlanCheck = {
  title: 'Access review',
  rules: [],
  dependsOn: [],
  source: { kind: 'sign-off', question: 'Has everybody only the rights he needs?', dueMinutes: 60, note: 'optional' },
};

const { morning } = examplePlan.routines;

/** The example, with a sign-off in the morning. */
export const consolePlan: Plan = {
  ...examplePlan,
  checks: { ...examplePlan.checks, 'access-review': review },
  routines: { morning: { ...(morning as NonNullable<typeof morning>), checks: ['disk', 'load', 'access-review'] } },
};

export const asked: AskedSignOff = {
  id: 'access-review',
  routine: 'morning',
  slot: openedAt,
  title: 'Access review',
  question: 'Has everybody only the rights he needs?',
  note: 'optional',
  dueAt: '2026-11-23T08:00:00.000Z',
  signatures: [],
};

/** A platform whose disk is full and whose access review is asked for; nobody has looked yet. */
export async function startConsoleCloud(plan: Plan = consolePlan): Promise<SmallCloud> {
  const cloud = await startSmallCloud(plan, now, 1);
  const { table } = cloud.services;
  await table.put(alertKey('disk'), 0, exampleAlert);
  await table.put(signOffKey(asked), 0, asked);
  await putHead(cloud, exampleAlert);
  return cloud;
}

/** Puts what lists have of an alert's incident. */
export async function putHead(
  { services }: Pick<SmallCloud, 'services'>,
  { check, facts, incident }: Alert,
  resolvedAt?: string,
) {
  if (!incident) throw new Error(`the alert ${check} has no incident`);
  const { number, priority, openedAt, notices: sequence } = incident;
  const title = facts?.title ?? check;
  const head: IncidentHead = { number, sequence, check, title, priority, openedAt, ...(resolvedAt && { resolvedAt }) };
  await services.table.put({ pk: partition.incident, sk: incidentKey(number) }, 0, head);
}

/** Calls of the table so far. */
export function calls({ count }: SmallCloud): Record<string, number> {
  const operations = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'BatchWriteItem'];
  return Object.fromEntries(operations.map((operation) => [operation, count(operation)]));
}

/** As much as there can be: 1,000 hosts, 50 silenced incidents with all that the worst hosts can say, in text that grows. */
export async function startStorm(): Promise<SmallCloud> {
  const ids = Array.from({ length: 60 }, (_, index) => `check-${index}`);
  const { disk } = consolePlan.checks;
  if (!disk || !morning) throw new Error('the example has no disk, or no morning');
  const checks = Object.fromEntries(ids.map((id) => [id, { ...disk, title: `Check ${id}` }]));
  const signOffs = Array.from({ length: 12 }, (_, index) => [`review-${index}`, review] as const);
  const plan: Plan = {
    ...consolePlan,
    checks: { ...checks, ...Object.fromEntries(signOffs) },
    routines: { morning: { ...morning, checks: [...ids, ...signOffs.map(([id]) => id)] } },
  };
  const cloud = await startSmallCloud(plan, now, 1);
  const hostile = '<script>"&\'`'.repeat(200);
  const worst = Array.from({ length: 5 }, (_, index) => ({
    ...{ host: `i-${index}`, name: `app-${index}`, status: 'CRITICAL' as const },
    ...{ text: hostile.slice(0, 300), longText: hostile.slice(0, 1_500) },
  }));
  const troubled = { total: 1_000, named: Array.from({ length: 100 }, (_, index) => `i-${index}`) };
  for (const [index, check] of ids.slice(0, 50).entries()) {
    const facts = { title: check, headline: hostile.slice(0, 300), round: `morning/${openedAt}`, population: 1_000 };
    const incident = { ...exampleIncident, number: incidentNumber('DAILY-20261123-', index + 1) };
    const told = { ...exampleAlert, check, facts: { ...facts, troubled, worst }, incident };
    const alert = silenced(plan, told);
    await cloud.services.table.put(alertKey(check), 0, alert);
    await putHead(cloud, alert);
  }
  const counts = { OK: 0, WARNING: 0, CRITICAL: 1_000, UNKNOWN: 0 };
  const verdicts = ids.map((id) => [id, { status: 'CRITICAL', counts, text: hostile.slice(0, 300) }]);
  await cloud.services.table.putAll([
    ...signOffs.map(([id]) => ({ ...signOffKey({ id, slot: openedAt }), body: { ...asked, id, title: id } })),
    { pk: 'slot', sk: 'morning', body: { slot: '2026-11-24T07:00:00.000Z', newest: '2026-11-23T07:05:00.500Z' } },
    ...[openedAt, '2026-11-23T07:05:00.500Z'].map((slot) => ({
      ...{ pk: 'round#morning', sk: slot },
      body: {
        ...{ routine: 'morning', slot, nonce: 'f'.repeat(32), requestedAt: slot, sentAt: slot, deadlineAt: slot },
        status: 'collected',
        summary: {
          collectedAt: slot,
          hosts: { answered: 1_000, lost: 0, gone: 0, missing: 0 },
          verdicts: Object.fromEntries(verdicts),
        },
      },
    })),
  ]);
  return cloud;
}

/** The same with the pages that a silence holds back, when all that has happened is in the records. */
function silenced(plan: Plan, told: Parameters<typeof page>[0]): Alert {
  const silence = {
    id: 's-1',
    by: 'bob',
    reason: 'a test',
    from: openedAt,
    until: '2026-11-23T17:00:00.000Z',
    checks: [],
  };
  const policy = policyOf(plan, told.check, now, { silences: [silence], alerts: new Map() });
  const kinds = ['problem', 'escalation', 'reminder'] as const;
  const parked = kinds.flatMap((kind) => page(told, kind, 'a reason', policy, now).parked);
  return { ...told, parked };
}
