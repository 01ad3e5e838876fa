import type { InterceptedCall } from '../../lib/local/gateway.ts';
import type { Json, JsonObject } from '../../lib/local/service.ts';

/** The latest size of each item that was written, in bytes, by the partition and the sort key. */
export class WrittenItems {
  readonly #partitions = new Map<string, Map<string, number>>();

  see({ service, operation, input }: InterceptedCall): void {
    if (service !== 'dynamodb') return;
    for (const item of itemsIn(operation, input)) {
      const { pk = '', sk = '' } = keyOf(item);
      const partition = this.#partitions.get(pk) ?? new Map<string, number>();
      this.#partitions.set(pk, partition.set(sk, itemBytes(item)));
    }
  }

  /** Sizes of the items of a partition, or of all. */
  sizes(partition?: string): readonly number[] {
    if (partition !== undefined) return [...(this.#partitions.get(partition)?.values() ?? [])];
    return [...this.#partitions.values()].flatMap((items) => [...items.values()]);
  }
}

/** Items that a call writes, with DynamoDB's types. */
export function itemsIn(operation: string, input: JsonObject): JsonObject[] {
  if (operation === 'PutItem') return [input.Item as JsonObject];
  if (operation !== 'BatchWriteItem') return [];
  const requests = Object.values(input.RequestItems as JsonObject).flat() as JsonObject[];
  return requests.map(({ PutRequest }) => (PutRequest as JsonObject).Item as JsonObject);
}

export function keyOf(item: JsonObject): { readonly pk?: string; readonly sk?: string } {
  const { pk, sk } = item as Record<string, { readonly S: string }>;
  return { ...(pk && { pk: pk.S }), ...(sk && { sk: sk.S }) };
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
export function itemBytes(item: JsonObject): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes(attribute: Json): number {
  const { S, N, B } = attribute as { readonly S?: string; readonly N?: string; readonly B?: string };
  if (S !== undefined) return Buffer.byteLength(S);
  if (B !== undefined) return Buffer.byteLength(B, 'base64');
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  const given = JSON.stringify(attribute).slice(0, 80);
  throw new Error(`written-items.ts does not know the size of ${given}; teach it the type.`);
}
