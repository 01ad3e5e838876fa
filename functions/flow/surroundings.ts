import type { Item, Key, Table } from '../adapters/dynamodb.ts';
import type { Alert } from '../core/alert.ts';
import { lacksClock } from '../core/elapse.ts';
import { isKnownCheck } from '../core/observations.ts';
import type { Surroundings } from '../core/policy.ts';
import type { Silence } from '../core/silence.ts';
import { alertKey, partition, silenceKey } from './keys.ts';
import type { Services } from './services.ts';

/** Alerts that one platform can have: one a check, fleet and routine. */
const alertsLimit = 1_000;

/** Every alert as it is now, by check, and all silences: what a round's observations are held against. */
export interface Memory extends Surroundings {
  readonly alerts: Map<string, Alert>;
  readonly items: ReadonlyMap<string, Item<Alert>>;
}

/** What is known of all checks. */
export async function readMemory(services: Services): Promise<Memory> {
  const [stored, silences] = await Promise.all([readAlertItems(services.table), readSilences(services)]);
  return {
    silences,
    items: new Map(stored.map((item) => [item.sk, item])),
    alerts: new Map(stored.map(({ sk, body }) => [sk, body])),
  };
}

/** Alerts that another runbook sees differently: what is known of checks that it has no more, and incidents that get a deadline. */
export async function alertsToReview({ table, plan }: Services): Promise<readonly Key[]> {
  const stored = await readAlertItems(table);
  return stored
    .filter(({ sk, body }) => (isKnownCheck(plan, sk) ? lacksClock(body, plan) : body.status !== 'PENDING'))
    .map(({ pk, sk }) => ({ pk, sk }));
}

/** What matters to one check: the silences, and the alerts that it depends on. */
export async function readSurroundings(services: Services, check: string): Promise<Surroundings> {
  const { plan, table } = services;
  const others = plan.checks[check]?.dependsOn ?? [];
  const stored = await Promise.all(others.map((other) => table.get<Alert>(alertKey(other))));
  const alerts = new Map(stored.flatMap((item) => (item ? [[item.sk, item.body] as const] : [])));
  return { silences: await readSilences(services), alerts };
}

/** Every alert as it is now. */
export async function readAlerts(table: Table): Promise<Alert[]> {
  return (await readAlertItems(table)).map(({ body }) => body);
}

function readAlertItems(table: Table): Promise<Item<Alert>[]> {
  return table.query<Alert>({ pk: partition.alert, limit: alertsLimit });
}

export async function readSilences({ table }: Pick<Services, 'table'>): Promise<readonly Silence[]> {
  return (await table.get<readonly Silence[]>(silenceKey))?.body ?? [];
}
