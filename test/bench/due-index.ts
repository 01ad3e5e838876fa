import { table } from '../../functions/contract.ts';
import type { InterceptedCall } from '../../lib/local/gateway.ts';
import type { JsonObject } from '../../lib/local/service.ts';

/**
 * Counts what writing the due index costs, which dynalite leaves out of its units: one to enter it or to leave it, two
 * to move within it. Holds as long as no condition fails.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
 */
export class DueIndexUnits {
  /** Where each item of the table stands in the index. */
  readonly #dueAt = new Map<string, string>();
  #units = 0;

  get units(): number {
    return this.#units;
  }

  see({ service, operation, input }: InterceptedCall): void {
    if (service !== 'dynamodb' || operation !== 'PutItem') return;
    const item = input.Item as JsonObject;
    const key = JSON.stringify([item[table.partitionKey], item[table.sortKey]]);
    const before = this.#dueAt.get(key);
    const after = item[table.dueIndex.sortKey] && JSON.stringify(item[table.dueIndex.sortKey]);
    if (before === after) return;
    this.#units += before && after ? 2 : 1;
    if (after) this.#dueAt.set(key, after);
    else this.#dueAt.delete(key);
  }
}
