import { Agent, request, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import dynalite from 'dynalite';
import { type Json, type JsonObject, type LocalService, ServiceError } from './service.ts';

/** What dynalite knows; everything else it would ignore without a word. */
const operations = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
] as const;

/** Operations that only change items. */
const writes: readonly string[] = ['BatchWriteItem', 'DeleteItem', 'PutItem', 'UpdateItem'];

const withoutCapacity: readonly string[] = ['CreateTable', 'DescribeTable', 'ListTables'];

/** Capacity units, the unit DynamoDB bills on demand. */
export interface Units {
  readonly read: number;
  readonly write: number;
}

/**
 * DynamoDB by dynalite, in memory. It has no transactions, no TTL and no items in failed conditions: a call that asks
 * for one of them is refused.
 */
export class LocalDynamodb implements LocalService {
  #units: Units = { read: 0, write: 0 };
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<LocalDynamodb> {
    const server = dynalite({ createTableMs: 0 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new LocalDynamodb(server);
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Units consumed by all callers since the start. */
  get units(): Units {
    return this.#units;
  }

  async handle(operation: string, input: JsonObject): Promise<JsonObject> {
    refuseUnknown(operation, input);
    if (withoutCapacity.includes(operation)) return await this.#forward(operation, input);
    const asked = input.ReturnConsumedCapacity;
    const output = await this.#forward(operation, { ...input, ReturnConsumedCapacity: asked ?? 'TOTAL' });
    this.#count(operation, output.ConsumedCapacity);
    if (asked !== undefined) return output;
    const { ConsumedCapacity: _, ...rest } = output;
    return rest;
  }

  /**
   * @param definition the input of CreateTable. A table that is there already stays as it is: a deployment before this one
   * has made it. Resolves when the table is active.
   */
  async createTable(definition: JsonObject): Promise<void> {
    const { TableNames } = (await this.#forward('ListTables', {})) as { TableNames: readonly string[] };
    const TableName = definition.TableName ?? null;
    if (TableNames.some((name) => name === TableName)) return;
    await this.#forward('CreateTable', definition);
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const { Table } = (await this.#forward('DescribeTable', { TableName })) as { Table: { TableStatus: string } };
      if (Table.TableStatus === 'ACTIVE') return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`Table ${String(TableName)} is not ACTIVE after 100 looks; look at dynalite's createTable.`);
  }

  /** Every item of a table, as plain values; not counted. */
  async items(tableName: string): Promise<readonly JsonObject[]> {
    const items: JsonObject[] = [];
    let from: Json | undefined;
    do {
      const key = from === undefined ? {} : { ExclusiveStartKey: from };
      const page = await this.#forward('Scan', { TableName: tableName, ...key });
      items.push(...(page.Items as readonly JsonObject[]).map(plainItem));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return items;
  }

  #count(operation: string, consumed: Json | undefined): void {
    const units = [consumed ?? []].flat().reduce<number>((sum, each) => sum + capacityUnits(each), 0);
    const { read, write } = this.#units;
    this.#units = writes.includes(operation) ? { read, write: write + units } : { read: read + units, write };
  }

  async #forward(operation: string, input: JsonObject): Promise<JsonObject> {
    const { port } = this.#server.address() as AddressInfo;
    const sent = request({
      agent: this.#agent,
      host: '127.0.0.1',
      port,
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': 'unused',
        authorization: 'AWS4-HMAC-SHA256 Credential=unused, SignedHeaders=unused, Signature=unused',
      },
    });
    const answered = new Promise<{ status: number; body: string }>((resolve, reject) => {
      sent.on('error', reject);
      sent.on('response', (response) => {
        text(response).then((body) => resolve({ status: response.statusCode ?? 500, body }), reject);
      });
    });
    sent.end(JSON.stringify(input));
    const { status, body } = await answered;
    const output = JSON.parse(body) as JsonObject;
    if (status === 200) return output;
    const code = String(output.__type).split('#').at(-1) ?? 'InternalServerError';
    throw new ServiceError(code, String(output.message ?? output.Message ?? ''), status);
  }
}

const load = createRequire(import.meta.url);

/** Refuses what dynalite would drop silently. */
function refuseUnknown(operation: string, input: JsonObject): void {
  if (!operations.some((known) => known === operation)) {
    const known = operations.join(', ');
    throw new ServiceError('UnknownOperationException', `The local table has no ${operation}; it knows ${known}.`);
  }
  const file = `dynalite/validations/${operation.charAt(0).toLowerCase()}${operation.slice(1)}.js`;
  const known = load(file) as { types: Record<string, unknown> };
  const asked = Object.keys(input).filter((name) => isAsked(name, input[name]) && !(name in known.types));
  if (asked.length > 0) {
    const list = asked.join(', ');
    throw new ServiceError('ValidationException', `${operation}: the local table does not know ${list}; leave it out.`);
  }
}

/** `NONE` is the default of every `Return...` member: dropping it changes nothing. */
function isAsked(name: string, value: Json | undefined): boolean {
  return !(name.startsWith('Return') && value === 'NONE');
}

function capacityUnits(consumed: Json): number {
  const { CapacityUnits } = consumed as { CapacityUnits?: number };
  return CapacityUnits ?? 0;
}

function plainItem(item: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html */
function plainValue(attribute: Json): Json {
  const [type, value] = Object.entries(attribute as JsonObject)[0] ?? ['NULL', null];
  switch (type) {
    case 'N':
      return Number(value);
    case 'NS':
      return (value as readonly string[]).map(Number);
    case 'L':
      return (value as readonly Json[]).map(plainValue);
    case 'M':
      return plainItem(value as JsonObject);
    case 'NULL':
      return null;
    default:
      return value;
  }
}
