import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Table, type UnreadableItem } from '../../functions/adapters/dynamodb.ts';
import { isoOf } from '../../functions/core/time.ts';
import type { Connection } from '../../lib/cli/connection.ts';
import { notificationsOf } from '../../lib/cli/records.ts';
import { LocalClock } from '../../lib/local/clock.ts';
import type { LocalCloud } from '../../lib/local/cloud.ts';
import type { Intercept } from '../../lib/local/gateway.ts';
import { startLocalCloud } from '../../lib/local/local-cloud.ts';
import type { Runbook } from '../../lib/runbook/types.ts';
import { type Assembly, synthesize } from '../../lib/synthesize.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { type ShopHosts, shop, shopHosts } from './shop.ts';

/** A deployment of a shop, with what tests ask of it. */
export interface Deployment extends Connection {
  readonly cloud: LocalCloud;
  readonly hosts: ShopHosts;
  /** What the command line could not read. */
  readonly unreadable: readonly UnreadableItem[];
}

interface DeploymentOptions {
  /** @default shop */
  readonly runbook?: Runbook;
  /** ISO instant at which its time begins. */
  readonly at?: string;
  /** What it takes the place of. */
  readonly before?: Deployment;
  /** Makes another template of that of the runbook. */
  readonly change?: (template: string) => string;
  readonly intercept?: Intercept;
}

const assemblies = new Map<Runbook, Assembly>();

export async function deploy({
  runbook = shop,
  at,
  before,
  change,
  intercept,
}: DeploymentOptions): Promise<Deployment> {
  const assembly = assemblies.get(runbook) ?? synthesize({ runbook, placeholders: false }, scratchFolder());
  assemblies.set(runbook, assembly);
  const template = change ? JSON.parse(change(JSON.stringify(assembly.template))) : assembly.template;
  const hosts = before?.hosts ?? shopHosts();
  const cloud = await startLocalCloud({
    ...{ template, assetsFolder: assembly.folder, hosts },
    ...(at !== undefined && { clock: new LocalClock(Date.parse(at)) }),
    ...(before && { before: before.cloud }),
    ...(intercept && { intercept }),
  });
  const unreadable: UnreadableItem[] = [];
  const client = new DynamoDBClient(cloud.clientFor('test'));
  const options = { onUnreadable: (error: UnreadableItem) => void unreadable.push(error) };
  return {
    table: new Table(client, cloud.resource('AWS::DynamoDB::Table').ref, options),
    place: 'a test',
    platform: 'shop',
    now: () => isoOf(cloud.clock.now()),
    ...{ cloud, hosts, unreadable },
  };
}

/** `problem DAILY-20261124-001 to bob@example.com`, for each incident in each email, in the order of time. */
export function told({ cloud }: Deployment): string[] {
  return notificationsOf(cloud.sns.deliveries).flatMap(({ incidents, endpoints: { email } }) =>
    email ? incidents.map(({ kind, incident }) => `${kind} ${incident} to ${email}`) : [],
  );
}

/** What the functions have logged as failures of Rounds itself. */
export function failures({ cloud }: Deployment): string[] {
  const names = ['Dispatch', 'Collect', 'Tick', 'Report'];
  return names.flatMap((name) =>
    cloud.log(name).flatMap(({ text }) => {
      const { level, message, error, errorMessage } = logged(text);
      return level === 'ERROR' ? [`${message}: ${error ?? errorMessage}`] : [];
    }),
  );
}

function logged(text: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
