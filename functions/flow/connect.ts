import { randomUUID } from 'node:crypto';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { Metrics } from '../adapters/cloudwatch.ts';
import { Table } from '../adapters/dynamodb.ts';
import { Topics } from '../adapters/sns.ts';
import { RunCommand } from '../adapters/ssm.ts';
import { environment } from '../contract.ts';
import type { Plan } from '../core/plan.ts';
import { Journal } from './journal.ts';
import type { Services } from './services.ts';

/** Put in by the bundler: the platform's plan. */
declare const ROUNDS_PLAN: Plan;

/** A call that hangs costs a page its time: no service of ours needs longer, in milliseconds. */
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 8_000, throwOnRequestTimeout: true };

/** The table answers at once or not at all. */
const tableHandler = { ...requestHandler, connectionTimeout: 1_000, requestTimeout: 2_000 };

/** The services of a deployed function, made once a container. */
const clients = {
  table: new DynamoDBClient({ requestHandler: tableHandler, maxAttempts: 3 }),
  commands: new SSMClient({ requestHandler, maxAttempts: 5 }),
  send: new SSMClient({ requestHandler, maxAttempts: 1 }),
  topics: new SNSClient({ requestHandler, maxAttempts: 2 }),
  metrics: new CloudWatchClient({ requestHandler, maxAttempts: 2 }),
};

/**
 * Services for one invocation.
 * @throws {Error} that names the environment variable that is missing
 */
export function connect(variables: NodeJS.ProcessEnv = process.env): Services {
  return {
    plan: ROUNDS_PLAN,
    documents: JSON.parse(variable(variables, environment.documents)),
    table: new Table(clients.table, variable(variables, environment.table)),
    commands: new RunCommand(clients.commands, clients.send),
    topics: new Topics(clients.topics, JSON.parse(variable(variables, environment.topics))),
    metrics: new Metrics(clients.metrics, ROUNDS_PLAN.platform.id),
    journal: new Journal(),
    now: () => Date.now(),
    newNonce: () => randomUUID().replaceAll('-', ''),
    owner: randomUUID(),
  };
}

function variable(variables: NodeJS.ProcessEnv, name: string): string {
  const value = variables[name];
  if (value) return value;
  throw new Error(`The environment variable ${name} is not set; the stack sets it: deploy it again.`);
}
