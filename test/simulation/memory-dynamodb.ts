import { gunzipSync } from 'node:zlib';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Key } from '../../functions/adapters/dynamodb.ts';
import { table as names } from '../../functions/contract.ts';
import type { Random } from './random.ts';

type Attributes = Record<string, AttributeValue>;

/** An item as it was written, in terms of the table's own attributes. */
export interface Written extends Key {
  readonly version: number;
  /** JSON. */
  readonly body: string;
  readonly dueAt?: string;
}

/** The due index of one item: what it says now, and what it said until `changedAt`. */
interface IndexEntry extends Key {
  readonly dueAt: string | undefined;
  readonly before: string | undefined;
  readonly changedAt: number;
}

/** An item has 400 KB at most, which are units of 1,024 bytes. */
const itemLimitBytes = 400 * 1_024;

const longestLagMs = 3_000;

/** DynamoDB as far as the table's adapter asks for it; anything else is refused aloud. */
export class MemoryDynamoDb {
  readonly #partitions = new Map<string, Map<string, Attributes>>();
  readonly #index = new Map<string, IndexEntry>();
  readonly #now: () => number;
  readonly #random: Random;

  /** @param random how far the index lags, and where a page ends */
  constructor(now: () => number, random: Random) {
    this.#now = now;
    this.#random = random;
  }

  /** @param partially a batch is done by half */
  apply(command: object, partially = false): object {
    if (command instanceof GetItemCommand) {
      const { Key: key = {} } = command.input;
      const found = this.#partitions.get(textOf(key, names.partitionKey))?.get(textOf(key, names.sortKey));
      return found ? { Item: found } : {};
    }
    if (command instanceof PutItemCommand) return this.#put(command.input);
    if (command instanceof QueryCommand) {
      return command.input.IndexName === undefined ? this.#query(command.input) : this.#queryDue(command.input);
    }
    if (command instanceof BatchWriteItemCommand) return this.#writeBatch(command, partially);
    throw new Error(`The simulated DynamoDB has no ${command.constructor.name}; teach it to memory-dynamodb.ts.`);
  }

  /** Every item, by key. */
  items(): Written[] {
    const all = [...this.#partitions.values()].flatMap((partition) => [...partition.values()]);
    return all.map(writtenOf).sort((one, other) => compare(`${one.pk}\n${one.sk}`, `${other.pk}\n${other.sk}`));
  }

  /** When the first item is due, or was: the index without its lag. */
  firstDue(): string | undefined {
    let first: string | undefined;
    for (const { dueAt } of this.#index.values()) if (dueAt && (!first || dueAt < first)) first = dueAt;
    return first;
  }

  #put({ Item: item = {}, ConditionExpression: condition, ExpressionAttributeValues: values }: PutItemCommandInput) {
    const stored = this.#partitions.get(textOf(item, names.partitionKey))?.get(textOf(item, names.sortKey));
    if (!this.#holds(condition, values?.[':version']?.N, stored)) {
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
    }
    this.#store(item);
    return {};
  }

  #holds(condition: string | undefined, version: string | undefined, stored: Attributes | undefined): boolean {
    switch (condition) {
      case 'attribute_not_exists(pk)':
        return stored === undefined;
      case '#version = :version':
        return stored?.version?.N === version;
      default:
        throw new Error(`The simulated DynamoDB does not know the condition '${condition}'.`);
    }
  }

  #store(item: Attributes): void {
    const pk = textOf(item, names.partitionKey);
    const sk = textOf(item, names.sortKey);
    const bytes = JSON.stringify(item).length;
    if (bytes > itemLimitBytes) throw new Error(`The item ${pk} ${sk} has ${bytes} bytes, over ${itemLimitBytes}.`);
    const partition = this.#partitions.get(pk) ?? new Map<string, Attributes>();
    this.#partitions.set(pk, partition);
    partition.set(sk, item);
    const name = `${pk}\n${sk}`;
    const before = this.#index.get(name)?.dueAt;
    const { [names.dueIndex.partitionKey]: owed, [names.dueIndex.sortKey]: due } = item;
    const dueAt = owed?.S === names.dueIndex.partitionValue ? due?.S : undefined;
    if (before !== dueAt) this.#index.set(name, { pk, sk, dueAt, before, changedAt: this.#now() });
  }

  #query(input: QueryCommandInput) {
    const { KeyConditionExpression: expression, ConsistentRead, ExpressionAttributeValues: values = {} } = input;
    if (expression !== 'pk = :pk AND sk BETWEEN :from AND :to' || !ConsistentRead) {
      throw new Error(`The simulated DynamoDB does not know the query '${expression}'.`);
    }
    const from = textOf(values, ':from');
    const to = textOf(values, ':to');
    const partition = this.#partitions.get(textOf(values, ':pk')) ?? new Map<string, Attributes>();
    const keys = [...partition.keys()].filter((sk) => from <= sk && sk <= to).sort(compare);
    if (input.ScanIndexForward === false) keys.reverse();
    const start = input.ExclusiveStartKey && keys.indexOf(textOf(input.ExclusiveStartKey, names.sortKey)) + 1;
    const left = keys.slice(start ?? 0);
    // A page ends at the limit, or where it has grown too large, which is anywhere.
    const size = this.#random.chance(0.1) ? this.#random.integer(1, 3) : left.length;
    const page = left.slice(0, Math.min(size, input.Limit ?? left.length)).map((sk) => partition.get(sk) ?? {});
    const last = page.at(-1);
    return { Items: page, ...(last && page.length < left.length && { LastEvaluatedKey: keyOf(last) }) };
  }

  #queryDue({ KeyConditionExpression: expression, Limit, ExpressionAttributeValues: values = {} }: QueryCommandInput) {
    if (expression !== '#owed = :owed AND #dueAt <= :now') {
      throw new Error(`The simulated DynamoDB does not know the query '${expression}'.`);
    }
    const now = textOf(values, ':now');
    const lagMs = this.#random.chance(0.2) ? this.#random.integer(0, longestLagMs) : 0;
    const seen = [...this.#index.values()].flatMap(({ pk, sk, dueAt, before, changedAt }) => {
      const shown = changedAt + lagMs > this.#now() ? before : dueAt;
      return shown && shown <= now ? [{ pk, sk, shown }] : [];
    });
    seen.sort((one, other) =>
      compare(`${one.shown}\n${one.pk}\n${one.sk}`, `${other.shown}\n${other.pk}\n${other.sk}`),
    );
    return { Items: seen.slice(0, Limit).map(({ pk, sk }) => ({ pk: { S: pk }, sk: { S: sk } })) };
  }

  #writeBatch({ input: { RequestItems = {} } }: BatchWriteItemCommand, partially: boolean) {
    const [first] = Object.entries(RequestItems);
    if (!first) throw new Error('DynamoDB refuses a BatchWriteItem without items.');
    const [name, puts] = first;
    const done = partially ? Math.floor(puts.length / 2) : puts.length;
    for (const { PutRequest } of puts.slice(0, done)) this.#store(PutRequest?.Item ?? {});
    return done < puts.length ? { UnprocessedItems: { [name]: puts.slice(done) } } : {};
  }
}

/** The items that a command writes, for the records of a run. */
export function writesOf(command: object): Written[] {
  if (command instanceof PutItemCommand) return [writtenOf(command.input.Item ?? {})];
  if (!(command instanceof BatchWriteItemCommand)) return [];
  const puts = Object.values(command.input.RequestItems ?? {}).flat();
  return puts.map(({ PutRequest }) => writtenOf(PutRequest?.Item ?? {}));
}

function writtenOf(item: Attributes): Written {
  const dueAt = item[names.dueIndex.sortKey]?.S;
  return {
    pk: textOf(item, names.partitionKey),
    sk: textOf(item, names.sortKey),
    version: Number(item.version?.N),
    body: item.body?.B ? gunzipSync(item.body.B).toString() : textOf(item, 'body'),
    ...(dueAt && { dueAt }),
  };
}

function keyOf({ [names.partitionKey]: pk, [names.sortKey]: sk }: Attributes): Attributes {
  return { ...(pk && { pk }), ...(sk && { sk }) };
}

function textOf(attributes: Attributes, name: string): string {
  const text = attributes[name]?.S;
  if (text) return text;
  throw new Error(
    `DynamoDB refuses a request whose '${name}' is ${JSON.stringify(attributes[name])}; expected a text.`,
  );
}

/** The order of sort keys; the texts in them are ASCII. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
