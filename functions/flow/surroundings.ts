import type { Item } from '../adapters/dynamodb.ts';
import type { Alert } from '../core/alert.ts';
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
  const [stored, silences] = await Promise.all([
    services.table.query<Alert>({ pk: partition.alert, limit: alertsLimit }),
    readSilences(services),
  ]);
  return {
    silences,
    items: new Map(stored.map((item) => [item.sk, item])),
    alerts: new Map(stored.map(({ sk, body }) => [sk, body])),
  };
}

/** What matters to one check: the silences, and the alerts that it depends on. */
export async function readSurroundings(services: Services, check: string): Promise<Surroundings> {
  const { plan, table } = services;
  const others = plan.checks[check]?.dependsOn ?? [];
  const stored = await Promise.all(others.map((other) => table.get<Alert>(alertKey(other))));
  const alerts = new Map(stored.flatMap((item) => (item ? [[item.sk, item.body] as const] : [])));
  return { silences: await readSilences(services), alerts };
}

export async function readSilences({ table }: Services): Promise<readonly Silence[]> {
  return (await table.get<readonly Silence[]>(silenceKey))?.body ?? [];
}
