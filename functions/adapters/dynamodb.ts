import { gunzipSync, gzipSync } from 'node:zlib';
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
import { itemFormats, table as names } from '../contract.ts';
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
  /** That there is nothing is good news: an item that cannot be read is thrown. */
  readonly isWhole?: boolean;
}

export interface TableOptions {
  /** Lets time pass between the tries of a batch. @default real time */
  readonly wait?: (ms: number) => Promise<void>;
  /**
   * Hears of an item among several that cannot be read: it is left out, because it must not hide the others.
   * @default - it is thrown
   */
  readonly onUnreadable?: (error: UnreadableItem) => void;
}

/** An item is there, and nobody knows what it says: a newer version wrote it, or it is broken. */
export class UnreadableItem extends Error {
  constructor({ pk, sk }: Key, reason: string, cause?: unknown) {
    super(`The item ${pk} ${sk} ${reason}`, { cause });
    this.name = 'UnreadableItem';
  }
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

/** What a packed body may unpack to: an item has 400 KB, and text packs some twenty times. */
const unpackedBytes = 32 * 1_024 * 1_024;

/** The one table. What others may change as well is changed by compare-and-set. */
export class Table {
  readonly #client: DynamoDBClient;
  readonly #name: string;
  readonly #wait: (ms: number) => Promise<void>;
  readonly #onUnreadable: (error: UnreadableItem) => void;

  constructor(client: DynamoDBClient, name: string, { wait = realTime, onUnreadable = rethrow }: TableOptions = {}) {
    this.#client = client;
    this.#name = name;
    this.#wait = wait;
    this.#onUnreadable = onUnreadable;
  }

  /** @throws {UnreadableItem} */
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
      items.push(...(Responses[this.#name] ?? []).flatMap((attributes) => this.#readable<Body>(attributes)));
      left = UnprocessedKeys[this.#name]?.Keys ?? [];
      if (left.length === 0) return items;
      await this.#wait(batchWaitMs * 2 ** attempt);
    }
    throw new Error(
      `BatchGetItem left ${left.length} keys unprocessed after ${batchTries} tries: the table is throttled.`,
    );
  }

  /** @throws {UnreadableItem} where it has to be whole */
  async query<Body>({ pk, from, to, newestFirst, limit, isWhole }: Query): Promise<Item<Body>[]> {
    const read = (attributes: Attributes) => (isWhole ? [itemOf<Body>(attributes)] : this.#readable<Body>(attributes));
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
      items.push(...(page.Items ?? []).flatMap(read));
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
      const stored = await this.get<Body>(key).catch(unlessUnreadable);
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

  /**
   * Writes items whatever is there: for what is the same however often it is written.
   * @param extras `packed`: the bodies are compressed, which is worth it for many alike texts
   */
  async putAll(
    items: readonly (Key & { readonly body: unknown })[],
    extras: Extras & { readonly packed?: boolean } = {},
  ): Promise<void> {
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

  /** One item that nobody can read must not hide the others; who reads it alone is told. */
  #readable<Body>(attributes: Attributes): Item<Body>[] {
    try {
      return [itemOf<Body>(attributes)];
    } catch (error) {
      if (!(error instanceof UnreadableItem)) throw error;
      this.#onUnreadable(error);
      return [];
    }
  }
}

/** What nobody can read, nobody has just written. */
function unlessUnreadable(error: unknown): undefined {
  if (!(error instanceof UnreadableItem)) throw error;
}

function rethrow(error: UnreadableItem): never {
  throw error;
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

function attributesOf(
  { version, body, ...key }: Item<unknown>,
  { dueAt, expiresAt, packed }: Extras & { readonly packed?: boolean },
): Attributes {
  const { dueIndex } = names;
  const text = JSON.stringify(body);
  return {
    ...keyOf(key),
    version: { N: String(version) },
    ...(packed
      ? { body: { B: gzipSync(text) }, [names.format]: { N: String(itemFormats.packed) } }
      : { body: { S: text } }),
    ...(dueAt && { [dueIndex.partitionKey]: { S: dueIndex.partitionValue }, [dueIndex.sortKey]: { S: dueAt } }),
    ...(expiresAt && { [names.expiresAt]: { N: String(expiresAt) } }),
  };
}

/** @throws {UnreadableItem} */
function itemOf<Body>(attributes: Attributes): Item<Body> {
  const { pk, sk, version } = attributes;
  const key = { pk: pk?.S ?? '', sk: sk?.S ?? '' };
  return { ...key, version: Number(version?.N ?? 1), body: bodyOf<Body>(key, attributes) };
}

function bodyOf<Body>(key: Key, { body, [names.format]: format }: Attributes): Body {
  const number = Number(format?.N ?? itemFormats.json);
  if (!Object.values<number>(itemFormats).includes(number)) {
    const known = Object.values(itemFormats).join(' and ');
    const reason = `has the format ${number}, and this version of Rounds reads ${known}: a newer one wrote it. Deploy that again.`;
    throw new UnreadableItem(key, reason);
  }
  try {
    const text =
      number === itemFormats.packed
        ? gunzipSync(body?.B ?? Buffer.of(), { maxOutputLength: unpackedBytes }).toString('utf8')
        : (body?.S ?? '');
    return JSON.parse(text);
  } catch (error) {
    throw new UnreadableItem(key, `has no body that can be read: ${error}`, error);
  }
}
