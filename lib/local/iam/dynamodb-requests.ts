import type { Json, JsonObject } from '../service.ts';
import { ServiceError } from '../service.ts';
import type { AccessRequest } from './decide.ts';

/** The attributes that lead the keys of a table and of its indexes. */
export interface TableKeys {
  readonly arn: string;
  readonly partitionKey: string;
  /** By the name of the index. */
  readonly indexes: Readonly<Record<string, string>>;
}

type Attributes = Readonly<Record<string, Json>>;

/**
 * What a DynamoDB call asks of IAM. `dynamodb:LeadingKeys` holds the partitions that it touches; a query on an index is
 * about the index, and led by the index's key.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function dynamodbRequests(
  operation: string,
  input: JsonObject,
  tables: ReadonlyMap<string, TableKeys>,
): readonly AccessRequest[] | undefined {
  const action = `dynamodb:${operation}`;
  const request = (name: string, keys: (table: TableKeys) => readonly Attributes[]): AccessRequest => {
    const table = tableOf(tables, name);
    const leading = new Set(keys(table).map((attributes) => textOf(attributes[table.partitionKey])));
    return { action, resource: table.arn, context: { 'dynamodb:LeadingKeys': [...leading] } };
  };
  const byTable = (keys: (asked: Json) => readonly Attributes[]) =>
    Object.entries((input.RequestItems ?? {}) as JsonObject).map(([name, asked]) => request(name, () => keys(asked)));
  switch (operation) {
    case 'GetItem':
      return [request(String(input.TableName), () => [(input.Key ?? {}) as Attributes])];
    case 'PutItem':
      return [request(String(input.TableName), () => [(input.Item ?? {}) as Attributes])];
    case 'BatchGetItem':
      return byTable((asked) => (asked as { readonly Keys: readonly Attributes[] }).Keys);
    case 'BatchWriteItem':
      return byTable((asked) => (asked as readonly BatchWrite[]).map(keyOfWrite));
    case 'Query':
      return [queryRequest(action, input, tables)];
    default:
      return undefined;
  }
}

interface BatchWrite {
  readonly PutRequest?: { readonly Item: Attributes };
  readonly DeleteRequest?: { readonly Key: Attributes };
}

function keyOfWrite({ PutRequest, DeleteRequest }: BatchWrite): Attributes {
  return PutRequest?.Item ?? DeleteRequest?.Key ?? {};
}

function queryRequest(action: string, input: JsonObject, tables: ReadonlyMap<string, TableKeys>): AccessRequest {
  const { arn, partitionKey, indexes } = tableOf(tables, String(input.TableName));
  const index = input.IndexName === undefined ? undefined : String(input.IndexName);
  const leading = leadingKey(input, index === undefined ? partitionKey : indexes[index]);
  return {
    action,
    resource: index === undefined ? arn : `${arn}/index/${index}`,
    context: { 'dynamodb:LeadingKeys': [leading] },
  };
}

/** The value that the condition `key = :value` of a query asks for; every query has to have one. */
function leadingKey(input: JsonObject, key: string | undefined): string {
  const names = (input.ExpressionAttributeNames ?? {}) as Readonly<Record<string, string>>;
  const values = (input.ExpressionAttributeValues ?? {}) as Attributes;
  const terms = String(input.KeyConditionExpression ?? '').matchAll(/(#?\w+)\s*=\s*(:\w+)/g);
  for (const [, name = '', value = ''] of terms) if ((names[name] ?? name) === key) return textOf(values[value]);
  const message = `Query: the local cloud finds no "${key} = :value" in KeyConditionExpression; write it so.`;
  throw new ServiceError('ValidationException', message);
}

function tableOf(tables: ReadonlyMap<string, TableKeys>, name: string): TableKeys {
  const table = tables.get(name);
  if (table !== undefined) return table;
  throw new ServiceError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
}

/** An attribute value as text: `{ S: 'alert' }` is `alert`. */
function textOf(attribute: Json | undefined): string {
  return String(Object.values((attribute ?? {}) as JsonObject)[0] ?? '');
}
