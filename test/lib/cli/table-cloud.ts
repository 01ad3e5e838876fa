import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { onTestFinished } from 'vitest';
import { Table } from '../../../functions/adapters/dynamodb.ts';
import { table as names } from '../../../functions/contract.ts';
import { type Iso, isoOf } from '../../../functions/core/time.ts';
import type { Connection } from '../../../lib/cli/connection.ts';
import { Activity } from '../../../lib/local/activity.ts';
import { LocalClock } from '../../../lib/local/clock.ts';
import type { ClientSettings } from '../../../lib/local/cloud.ts';
import { LocalDynamodb } from '../../../lib/local/dynamodb.ts';
import { Gateway } from '../../../lib/local/gateway.ts';
import { awsJson } from '../../../lib/local/protocols.ts';
import type { JsonObject } from '../../../lib/local/service.ts';
import { everybodyMay } from '../../everybody-may.ts';

export const tableName = 'Rounds-shop-TableCD117FA1-1A2B3C4D5E6F7';

/** A table and nothing else, reached through the real SDK. */
export interface TableCloud extends Connection {
  readonly clock: LocalClock;
  readonly client: ClientSettings;
  /** What the environment of a process needs, to take it for AWS. */
  readonly environment: Readonly<Record<string, string>>;
  createTable(name: string): Promise<void>;
  /** Every item, with what the due index holds of it. */
  items(): Promise<readonly JsonObject[]>;
  close(): Promise<void>;
}

/** @param at when its clock begins; it goes on by itself. Closed when the test ends. */
export async function startTableCloud(at: Iso = '2026-11-23T07:10:00.000Z'): Promise<TableCloud> {
  const clock = new LocalClock(Date.parse(at));
  const dynamodb = await LocalDynamodb.start();
  const services = { dynamodb: { service: dynamodb, protocol: awsJson('1.0') } };
  const gateway = new Gateway({ clock, activity: new Activity(), authorize: everybodyMay, services });
  const endpoint = await gateway.listen();
  const credentials = gateway.keys.issue({ name: 'test' });
  const client = { endpoint, region: 'us-east-1', credentials };
  const createTable = (TableName: string) => dynamodb.createTable({ ...definition, TableName });
  await createTable(tableName);
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await gateway.close();
    await dynamodb.close();
  };
  onTestFinished(close);
  return {
    table: new Table(new DynamoDBClient(client), tableName),
    place: 'a test',
    platform: 'shop',
    now: () => isoOf(clock.now()),
    clock,
    client,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    createTable,
    items: () => dynamodb.items(tableName),
    close,
  };
}

const keys = [names.partitionKey, names.sortKey];

const definition = {
  AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
  BillingMode: 'PAY_PER_REQUEST',
};
