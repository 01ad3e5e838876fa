import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AttributeValue, BatchWriteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { itemFormats } from '../../functions/contract.ts';
import type { LocalCloud } from '../../lib/local/cloud.ts';

/** Attributes as they go over the wire to DynamoDB, but with binary ones in base64. */
export type StoredItem = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** All that a deployment has in its table at one moment. */
export interface Snapshot {
  /** ISO instant. */
  readonly at: string;
  /** Logical ids by type of what a deployment must not replace, since it is lost with it or has to be confirmed again. */
  readonly resources: Readonly<Record<string, readonly string[]>>;
  readonly items: readonly StoredItem[];
}

/** What a new one of is not as good as the old one. */
const lasting = ['AWS::DynamoDB::Table', 'AWS::SNS::Topic', 'AWS::SNS::Subscription', 'AWS::SSM::Document'];

/** Items of one BatchWriteItem. */
const batchSize = 25;

export async function takeSnapshot(cloud: LocalCloud): Promise<Snapshot> {
  const at = new Date(cloud.clock.now()).toISOString();
  const items: StoredItem[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const scan = new ScanCommand({ TableName: tableOf(cloud), ...(from && { ExclusiveStartKey: from }) });
    const page = await clientOf(cloud).send(scan);
    items.push(...(page.Items ?? []).map(asText));
    from = page.LastEvaluatedKey;
  } while (from);
  return { at, resources: lastingResources(cloud), items: items.sort(byKey) };
}

/** Puts every item of a snapshot into the table of a cloud. */
export async function loadSnapshot(cloud: LocalCloud, { items }: Pick<Snapshot, 'items'>): Promise<void> {
  const client = clientOf(cloud);
  for (let start = 0; start < items.length; start += batchSize) {
    const puts = items.slice(start, start + batchSize).map((item) => ({ PutRequest: { Item: asAttributes(item) } }));
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableOf(cloud)]: puts } }),
    );
    if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('The local table has left items unprocessed.');
  }
}

/** The newest of `itemFormats`, which names the snapshot that is made today. */
export const newestFormat = Math.max(...Object.values(itemFormats));

/** File of the snapshot in which this is the newest format of an item. */
export function snapshotFile(format: number): string {
  return fileURLToPath(new URL(`items-format-${format}.jsonl`, import.meta.url));
}

/**
 * One line for what is known of all items, and one for each, so that two snapshots can be compared.
 * @throws where there is such a file
 */
export function writeSnapshot(file: string, { items, ...head }: Snapshot): void {
  const text = [head, ...items].map((line) => `${JSON.stringify(line)}\n`).join('');
  writeFileSync(file, text, { flag: 'wx' });
}

export function readSnapshot(format: number): Snapshot {
  const text = readFileSync(snapshotFile(format), 'utf8');
  const [head, ...items] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { ...head, items };
}

export function lastingResources({ resources }: Pick<LocalCloud, 'resources'>): Snapshot['resources'] {
  const idsOf = (type: string) => resources.filter((each) => each.type === type).map(({ logicalId }) => logicalId);
  return Object.fromEntries(lasting.map((type) => [type, idsOf(type).sort()]));
}

function tableOf(cloud: LocalCloud): string {
  return cloud.resource('AWS::DynamoDB::Table').ref;
}

function clientOf(cloud: LocalCloud): DynamoDBClient {
  return new DynamoDBClient(cloud.clientFor('snapshot'));
}

function asText(item: Record<string, AttributeValue>): StoredItem {
  const attributes = Object.entries(item).map(([name, { S: text, N: number, B: bytes }]) => {
    if (bytes) return [name, { B: Buffer.from(bytes).toString('base64') }];
    return [name, text === undefined ? { N: number } : { S: text }];
  });
  return Object.fromEntries(attributes);
}

function asAttributes(item: StoredItem): Record<string, AttributeValue> {
  const attributes = Object.entries(item).map(([name, { B: bytes, ...other }]) => [
    name,
    bytes === undefined ? other : { B: Buffer.from(bytes, 'base64') },
  ]);
  return Object.fromEntries(attributes);
}

function byKey(one: StoredItem, other: StoredItem): number {
  const keyOf = ({ pk, sk }: StoredItem) => `${pk?.S} ${sk?.S}`;
  return keyOf(one) < keyOf(other) ? -1 : 1;
}
