import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { onTestFinished } from 'vitest';
import { Metrics } from '../../../functions/adapters/cloudwatch.ts';
import { Table } from '../../../functions/adapters/dynamodb.ts';
import { Topics } from '../../../functions/adapters/sns.ts';
import { RunCommand } from '../../../functions/adapters/ssm.ts';
import type { Plan } from '../../../functions/core/plan.ts';
import { Journal } from '../../../functions/flow/journal.ts';
import type { Services } from '../../../functions/flow/services.ts';
import { Activity } from '../../../lib/local/activity.ts';
import { LocalClock } from '../../../lib/local/clock.ts';
import { LocalDynamodb } from '../../../lib/local/dynamodb.ts';
import { Gateway, type Intercept } from '../../../lib/local/gateway.ts';
import { awsJson, awsQuery } from '../../../lib/local/protocols.ts';
import type { JsonObject } from '../../../lib/local/service.ts';
import { LocalSns } from '../../../lib/local/sns.ts';
import { type SimulatedHosts, simulatedHosts } from '../../../lib/local/ssm/host.ts';
import { LocalSsm } from '../../../lib/local/ssm.ts';
import { everybodyMay } from '../../everybody-may.ts';

/** Table, topics and hosts without functions: what a test calls, it calls itself, through the real SDK. */
export interface SmallCloud {
  readonly services: Services;
  readonly hosts: SimulatedHosts;
  readonly clock: LocalClock;
  /** A topic for each contact of the plan, with a subscription for each channel. */
  readonly sns: LocalSns;
  /** Full disks, in percent, by the number of the host; the others are at 10 %. One at 99 says so itself, as CRITICAL. */
  readonly disks: Map<number, number>;
  /** Decides from now on what becomes of each call. */
  intercept(intercept: Intercept): void;
  /** Every command so far, the oldest first, as SSM lists it. */
  commands(): Promise<readonly JsonObject[]>;
  /** Calls so far of an operation. */
  count(operation: string): number;
  /** Every item of the table, with what the due index holds of it. */
  items(): Promise<readonly JsonObject[]>;
}

const document = {
  schemaVersion: '2.2',
  parameters: {
    nonce: { type: 'String' },
    checks: { type: 'String', default: 'all', allowedPattern: '^(all|(disk|load)( (disk|load))*)$' },
  },
  mainSteps: ['disk', 'load'].map((name) => ({
    action: 'aws:runShellScript',
    name,
    inputs: { runCommand: ['{{ nonce }} {{ checks }}'] },
  })),
};

/** @param at ISO time at which the clock stands in the beginning */
export async function startSmallCloud(plan: Plan, at: string, hostCount: number): Promise<SmallCloud> {
  const disks = new Map<number, number>();
  const hosts = simulatedHosts(hostCount, { Role: 'app' }, ({ hostId, stepName, parameters: { nonce, checks } }) => {
    if (checks !== 'all' && !checks?.split(' ').includes(stepName)) return { exitCode: 0, stdout: '' };
    const number = Number.parseInt(hostId.slice('i-'.length), 16);
    const used = disks.get(number) ?? 10;
    const exitCode = stepName === 'disk' && used >= 99 ? 2 : 0;
    const text = stepName === 'disk' ? `disk|disk_used=${used}%` : 'load';
    return { exitCode, stdout: `ROUNDS/1 ${nonce} exit=${exitCode} stdout=${text.length + 1} stderr=0\n${text}\n` };
  });
  const clock = new LocalClock(Date.parse(at));
  const ssm = new LocalSsm({ clock, hosts, emit: () => undefined, listLagMs: 0 });
  ssm.putDocument('rounds-morning', document, '/');
  const dynamodb = await startTable();
  const sns = topicsOf(plan, clock);
  let intercept: Intercept = () => 'pass';
  const gateway = new Gateway({
    clock,
    activity: new Activity(),
    authorize: everybodyMay,
    services: {
      ssm: { service: ssm, protocol: awsJson('1.1') },
      dynamodb: { service: dynamodb, protocol: awsJson('1.0') },
      sns: { service: sns, protocol: awsQuery('http://sns.amazonaws.com/doc/2010-03-31/') },
    },
    intercept: (call) => intercept(call),
  });
  const endpoint = await gateway.listen();
  onTestFinished(async () => {
    ssm.close();
    await gateway.close();
    await dynamodb.close();
  });
  const client = { endpoint, region: 'eu-central-1', credentials: gateway.keys.issue({ name: 'test' }) };
  return {
    services: servicesOf(plan, client, clock),
    hosts,
    clock,
    sns,
    disks,
    intercept: (next) => {
      intercept = next;
    },
    commands: async () => ((await ssm.handle('ListCommands', {})).Commands as JsonObject[]).toReversed(),
    count: (operation) => gateway.calls.count({ operation }),
    items: () => dynamodb.items('rounds'),
  };
}

function topicsOf({ contacts }: Plan, clock: LocalClock): LocalSns {
  const sns = new LocalSns({ clock });
  for (const [contact, { channels }] of Object.entries(contacts)) {
    const topic = topicArn(contact);
    sns.createTopic(topic);
    for (const protocol of channels) {
      const endpoint = `${protocol} of ${contact}`;
      sns.subscribe({ arn: `${topic}:${protocol}`, topic, protocol, endpoint, filterPolicy: { channel: [protocol] } });
    }
  }
  return sns;
}

function topicArn(contact: string): string {
  return `arn:aws:sns:eu-central-1:111122223333:${contact}`;
}

async function startTable(): Promise<LocalDynamodb> {
  const dynamodb = await LocalDynamodb.start();
  await dynamodb.createTable({
    TableName: 'rounds',
    AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
  return dynamodb;
}

function servicesOf(plan: Plan, client: object, clock: LocalClock): Services {
  const ssm = new SSMClient({ ...client, maxAttempts: 1 });
  return {
    plan,
    documents: { morning: 'rounds-morning' },
    table: new Table(new DynamoDBClient(client), 'rounds'),
    commands: new RunCommand(ssm, ssm),
    topics: new Topics(
      new SNSClient({ ...client, maxAttempts: 1 }),
      Object.fromEntries(Object.keys(plan.contacts).map((contact) => [contact, topicArn(contact)])),
    ),
    metrics: new Metrics(new CloudWatchClient(client), plan.platform.id),
    journal: new Journal(),
    now: () => clock.now(),
    newNonce: () => 'f'.repeat(32),
    owner: 'test',
    readUntil: Infinity,
    wait: async () => undefined,
  };
}
