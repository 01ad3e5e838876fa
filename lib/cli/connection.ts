import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { call, ServiceFailure } from '../../functions/adapters/adapter-error.ts';
import { Table } from '../../functions/adapters/dynamodb.ts';
import { type Iso, isoOf, msOf } from '../../functions/core/time.ts';
import type { Records } from '../../functions/flow/services.ts';
import type { ClientSettings } from '../local/cloud.ts';

/** The records of one platform, deployed or in the local cloud. */
export interface Connection {
  readonly table: Table;
  /** Names it for people: `the stack Rounds-fossawork in us-east-1`. */
  readonly place: string;
  /** Id of the platform. */
  readonly platform: string;
  /** The time there: that of a local cloud may be ahead. */
  now(): Iso;
}

/** The records as the functions have them. */
export function recordsOf({ table, now }: Pick<Connection, 'table' | 'now'>): Records {
  return { table, now: () => msOf(now()) };
}

/** What `rounds start` leaves for the other commands, for as long as it runs. */
export interface LocalRecord {
  readonly platform: string;
  readonly table: string;
  readonly client: ClientSettings;
}

/** Git ignores it. */
const recordFile = fileURLToPath(new URL('../../.rounds/local.json', import.meta.url));

/** A person waits for the answer, in milliseconds. */
const requestHandler = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** Pages of 100 tables: an account may have 10,000 in a region. */
const tablePages = 100;

/**
 * Connects to the table of a deployed stack, with the AWS credentials and the region that the environment chooses, or
 * without a stack to the local cloud that `npm start` has running.
 * @throws {Error} that names what there is instead, or what is missing
 */
export function connect(stack: string | undefined, file = recordFile): Promise<Connection> {
  return stack === undefined ? connectLocal(file) : connectStack(stack);
}

async function connectStack(stack: string): Promise<Connection> {
  const client = new DynamoDBClient({ requestHandler, maxAttempts: 3 });
  const names = await tableNames(client);
  const region = await client.config.region();
  const found = names.filter((name) => name === stack || stackOf(name) === stack);
  const [table, ...others] = found;
  if (table === undefined) {
    const stacks = [...new Set(names.flatMap((name) => stackOf(name) ?? []))].join(', ');
    throw new Error(
      `--stack got '${stack}', which has no table in ${region}; the stacks that look like Rounds there are: ` +
        `${stacks || 'none'}. Correct it, or choose another region or account with AWS_REGION and AWS_PROFILE.`,
    );
  }
  if (others.length > 0) {
    throw new Error(
      `--stack got '${stack}', which has ${found.length} tables in ${region}: ${found.join(', ')}. All but one are left from ` +
        'earlier deployments: give the name of the one that the output TableName names, in place of the stack.',
    );
  }
  return {
    table: new Table(client, table),
    place: `the stack ${stack} in ${region}`,
    platform: (stackOf(table) ?? stack).replace(/^Rounds-/, ''),
    now: () => isoOf(Date.now()),
  };
}

/** CloudFormation names a table after its stack, its logical id and something random. */
function stackOf(table: string): string | undefined {
  return /^(.+)-Table[0-9A-F]{8}-[0-9A-Z]+$/.exec(table)?.[1];
}

async function tableNames(client: DynamoDBClient): Promise<string[]> {
  const names: string[] = [];
  let start: string | undefined;
  for (let page = 0; page < tablePages; page++) {
    const request = new ListTablesCommand(start === undefined ? {} : { ExclusiveStartTableName: start });
    const answer = await call('ListTables', () => client.send(request)).catch(explain);
    names.push(...(answer.TableNames ?? []));
    start = answer.LastEvaluatedTableName;
    if (start === undefined) break;
  }
  return names;
}

/** What the SDK says of its configuration tells nobody what to do. */
function explain(error: unknown): never {
  const hint = error instanceof ServiceFailure && hintOf(error);
  throw hint ? new Error(`${hint} (${error.message})`, { cause: error }) : error;
}

function hintOf({ code, message }: ServiceFailure): string | undefined {
  if (/region is missing/i.test(message)) return 'No AWS region is chosen: set AWS_REGION=us-east-1, or AWS_PROFILE.';
  if (/credential/i.test(code)) return 'There are no AWS credentials: set AWS_PROFILE, or sign in again.';
  if (/ExpiredToken|UnrecognizedClient/.test(code)) return 'AWS does not take the credentials: sign in again.';
  if (/AccessDenied/.test(code)) return 'The credentials may not look for the table: they need dynamodb:ListTables.';
  return undefined;
}

async function connectLocal(file: string): Promise<Connection> {
  const local = await findLocal(file);
  if (local) return local;
  throw new Error(
    'No local cloud is running on this machine. Start one with npm start and leave it running, or name a deployed ' +
      'stack with --stack Rounds-PLATFORM.',
  );
}

/** The local cloud that `npm start` has running on this machine; `undefined` where there is none. */
export async function findLocal(file = recordFile): Promise<Connection | undefined> {
  const record = await readRecord(file);
  // Its answer tells that it lives, and its clock: ours may be behind, for rechecks move it on.
  const answer = record && (await fetch(record.client.endpoint).catch(() => undefined));
  if (!record || !answer) return undefined;
  const aheadMs = Math.max(0, Date.parse(answer.headers.get('date') ?? '') - Date.now()) || 0;
  return {
    table: new Table(new DynamoDBClient({ ...record.client, requestHandler, maxAttempts: 3 }), record.table),
    place: `the local cloud of ${record.platform}`,
    platform: record.platform,
    now: () => isoOf(Date.now() + aheadMs),
  };
}

/** @returns `undefined` where there is none, or one that an end in the middle of writing has left */
async function readRecord(file: string): Promise<LocalRecord | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Lets the other commands find a running local cloud; of several the one that was announced last.
 * @returns ends it
 */
export async function announce(record: LocalRecord, file = recordFile): Promise<() => Promise<void>> {
  await mkdir(dirname(file), { recursive: true });
  // A file that is left from before would keep its mode.
  await rm(file, { force: true });
  await writeFile(file, JSON.stringify(record), { mode: 0o600 });
  return async () => {
    const current = await readRecord(file);
    if (current?.client.endpoint === record.client.endpoint) await rm(file, { force: true });
  };
}
