import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { table as names } from '../contract.ts';
import { call } from './adapter-error.ts';

/** Keys of an item. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** An item: keys, what the item says as JSON, and the version that every conditional write raises by one. */
export interface Item<Body> extends Key {
  readonly version: number;
  readonly body: Body;
}

/** What a write may add: when the item is owed work, and when it may be forgotten. */
export interface Extras {
  /** ISO instant; puts the item into the due index. */
  readonly dueAt?: string;
  /** Epoch seconds. */
  readonly expiresAt?: number;
}

/** A range of sort keys within one partition. */
export interface Query {
  readonly pk: string;
  readonly from?: string;
  readonly to?: string;
  readonly newestFirst?: boolean;
  /** Most items to return. */
  readonly limit: number;
}

type Attributes = Record<string, AttributeValue>;

/** Items in one BatchWriteItem: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const batchSize = 25;

/** Keys in one BatchGetItem: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const readSize = 100;

/** How often what a batch left over is tried again, with the wait doubling from `batchWaitMs`. */
const batchTries = 6;
const batchWaitMs = 100;

/** Items of one page of the due index: what the tick does in a minute. */
export const duePage = 100;

/** The one table. What others may change as well is changed by compare-and-set. */
export class Table {
  readonly #client: DynamoDBClient;
  readonly #name: string;
  readonly #wait: (ms: number) => Promise<void>;

  /** @param wait lets time pass between the tries of a batch */
  constructor(client: DynamoDBClient, name: string, wait = realTime) {
    this.#client = client;
    this.#name = name;
    this.#wait = wait;
  }

  async get<Body>(key: Key): Promise<Item<Body> | undefined> {
    const request = new GetItemCommand({ TableName: this.#name, Key: keyOf(key), ConsistentRead: true });
    const { Item: attributes } = await call('GetItem', () => this.#client.send(request));
    return attributes && itemOf<Body>(attributes);
  }

  /** The items of those keys that have one, in no particular order. Each key may be named once. */
  async getAll<Body>(keys: readonly Key[]): Promise<Item<Body>[]> {
    const items: Item<Body>[] = [];
    for (let start = 0; start < keys.length; start += readSize) {
      items.push(...(await this.#getBatch<Body>(keys.slice(start, start + readSize))));
    }
    return items;
  }

  async #getBatch<Body>(keys: readonly Key[]): Promise<Item<Body>[]> {
    const items: Item<Body>[] = [];
    let left: Attributes[] = keys.map(keyOf);
    for (let attempt = 0; attempt < batchTries; attempt++) {
      const RequestItems = { [this.#name]: { Keys: left, ConsistentRead: true } };
      const request = new BatchGetItemCommand({ RequestItems });
      const { Responses = {}, UnprocessedKeys = {} } = await call('BatchGetItem', () => this.#client.send(request));
      items.push(...(Responses[this.#name] ?? []).flatMap((attributes) => readable<Body>(attributes)));
      left = UnprocessedKeys[this.#name]?.Keys ?? [];
      if (left.length === 0) return items;
      await this.#wait(batchWaitMs * 2 ** attempt);
    }
    throw new Error(
      `BatchGetItem left ${left.length} keys unprocessed after ${batchTries} tries: the table is throttled.`,
    );
  }

  async query<Body>({ pk, from, to, newestFirst, limit }: Query): Promise<Item<Body>[]> {
    const items: Item<Body>[] = [];
    let start: Attributes | undefined;
    do {
      const request = new QueryCommand({
        TableName: this.#name,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: from ?? ' ' }, ':to': { S: to ?? '\u{10ffff}' } },
        ConsistentRead: true,
        ScanIndexForward: !newestFirst,
        Limit: limit - items.length,
        ...(start && { ExclusiveStartKey: start }),
      });
      const page = await call('Query', () => this.#client.send(request));
      items.push(...(page.Items ?? []).flatMap((attributes) => readable<Body>(attributes)));
      start = page.LastEvaluatedKey;
    } while (start && items.length < limit);
    return items;
  }

  /** Keys of what is owed work at `now` (ISO), the oldest first. The index lags: read the item before believing it. */
  async due(now: string): Promise<Key[]> {
    const { dueIndex } = names;
    const request = new QueryCommand({
      TableName: this.#name,
      IndexName: dueIndex.name,
      KeyConditionExpression: '#owed = :owed AND #dueAt <= :now',
      ExpressionAttributeNames: { '#owed': dueIndex.partitionKey, '#dueAt': dueIndex.sortKey },
      ExpressionAttributeValues: { ':owed': { S: dueIndex.partitionValue }, ':now': { S: now } },
      Limit: duePage,
    });
    const { Items: found = [] } = await call('Query', () => this.#client.send(request));
    return found.map((attributes) => ({ pk: attributes.pk?.S ?? '', sk: attributes.sk?.S ?? '' }));
  }

  /**
   * Writes an item if it is still at `version` (0: does not exist yet), and so moves it to `version + 1`.
   * @returns the item as written, or `undefined` when somebody else was first: a normal result
   */
  async put<Body>({ pk, sk }: Key, version: number, body: Body, extras: Extras = {}): Promise<Item<Body> | undefined> {
    const key = { pk, sk };
    const item: Item<Body> = { ...key, version: version + 1, body };
    const request = new PutItemCommand({
      TableName: this.#name,
      Item: attributesOf(item, extras),
      ...isAt(version),
    });
    try {
      await this.#client.send(request);
      return item;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) await call('PutItem', () => Promise.reject(error));
      // A first try that was applied though its answer got lost makes the SDK's second try fail: then it is ours.
      const stored = await this.get<Body>(key);
      const isOurs = stored?.version === item.version && JSON.stringify(stored.body) === JSON.stringify(body);
      return isOurs ? item : undefined;
    }
  }

  /** Moves what an item owes to another time, whatever its body says. A lost race leaves it to who won. */
  async postpone(key: Key, dueAt: string): Promise<void> {
    const get = new GetItemCommand({ TableName: this.#name, Key: keyOf(key), ConsistentRead: true });
    const { Item: stored } = await call('GetItem', () => this.#client.send(get));
    if (!stored?.[names.dueIndex.sortKey]) return;
    const put = new PutItemCommand({
      TableName: this.#name,
      Item: { ...stored, [names.dueIndex.sortKey]: { S: dueAt } },
      ...isAt(Number(stored.version?.N ?? 1)),
    });
    try {
      await this.#client.send(put);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) await call('PutItem', () => Promise.reject(error));
    }
  }

  /** Writes items whatever is there: for what is the same however often it is written. */
  async putAll(items: readonly (Key & { readonly body: unknown })[], extras: Extras = {}): Promise<void> {
    for (let start = 0; start < items.length; start += batchSize) {
      const puts = items.slice(start, start + batchSize).map((item) => ({
        PutRequest: { Item: attributesOf({ ...item, version: 1 }, extras) },
      }));
      await this.#putBatch(puts);
    }
  }

  async #putBatch(puts: { PutRequest: { Item: Attributes } }[]): Promise<void> {
    let left = { [this.#name]: puts as { PutRequest?: { Item: Attributes | undefined } | undefined }[] };
    for (let attempt = 0; attempt < batchTries; attempt++) {
      const request = new BatchWriteItemCommand({ RequestItems: left });
      const { UnprocessedItems = {} } = await call('BatchWriteItem', () => this.#client.send(request));
      const unprocessed = UnprocessedItems[this.#name] ?? [];
      if (unprocessed.length === 0) return;
      left = { [this.#name]: unprocessed };
      await this.#wait(batchWaitMs * 2 ** attempt);
    }
    const rest = left[this.#name]?.length ?? 0;
    throw new Error(`BatchWriteItem left ${rest} items unprocessed after ${batchTries} tries: the table is throttled.`);
  }
}

function realTime(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function keyOf({ pk, sk }: Key): Attributes {
  return { pk: { S: pk }, sk: { S: sk } };
}

/** The condition under which an item may be written; 0: there is none yet. */
function isAt(version: number) {
  if (version === 0) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': { N: String(version) } },
  };
}

function attributesOf({ version, body, ...key }: Item<unknown>, { dueAt, expiresAt }: Extras): Attributes {
  const { dueIndex } = names;
  return {
    ...keyOf(key),
    version: { N: String(version) },
    body: { S: JSON.stringify(body) },
    ...(dueAt && { [dueIndex.partitionKey]: { S: dueIndex.partitionValue }, [dueIndex.sortKey]: { S: dueAt } }),
    ...(expiresAt && { [names.expiresAt]: { N: String(expiresAt) } }),
  };
}

function itemOf<Body>({ pk, sk, version, body }: Attributes): Item<Body> {
  return { pk: pk?.S ?? '', sk: sk?.S ?? '', version: Number(version?.N ?? 1), body: JSON.parse(body?.S ?? 'null') };
}

/** One item that nobody can read must not hide the others: who reads it alone is told. */
function readable<Body>(attributes: Attributes): Item<Body>[] {
  try {
    return [itemOf<Body>(attributes)];
  } catch {
    return [];
  }
}
