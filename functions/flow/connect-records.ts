import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Table, type UnreadableItem } from '../adapters/dynamodb.ts';
import { environment } from '../contract.ts';
import type { Plan } from '../core/plan.ts';
import { Journal } from './journal.ts';
import type { RecordServices } from './services.ts';

/** Put in by the bundler: the platform's plan. */
declare const ROUNDS_PLAN: Plan;

/** A call that hangs costs a page its time: no service of ours needs longer, in milliseconds. */
export const requestHandler = { connectionTimeout: 2_000, requestTimeout: 8_000, throwOnRequestTimeout: true };

/** The table answers at once or not at all. */
const tableHandler = { ...requestHandler, connectionTimeout: 1_000, requestTimeout: 2_000 };

/** Made once a container. Each service has a file of its own, so that no bundle holds a client that it does not use. */
const client = new DynamoDBClient({ requestHandler: tableHandler, maxAttempts: 3 });

/**
 * The records, for one invocation.
 * @throws {Error} that names the environment variable that is missing
 */
export function connectRecords(variables: NodeJS.ProcessEnv = process.env): RecordServices {
  const journal = new Journal();
  const onUnreadable = (error: UnreadableItem) => journal.failure('an item of the table cannot be read', error);
  return {
    plan: ROUNDS_PLAN,
    table: new Table(client, variable(variables, environment.table), { onUnreadable }),
    journal,
    now: () => Date.now(),
  };
}

/** @throws {Error} when it is missing */
export function variable(variables: NodeJS.ProcessEnv, name: string): string {
  const value = variables[name];
  if (value) return value;
  throw new Error(`The environment variable ${name} is not set; the stack sets it: deploy it again.`);
}
