import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { BatchGetItemCommand, BatchWriteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  DescribeInstanceInformationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  type SendCommandCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Activity } from '../../../lib/local/activity.ts';
import { LocalClock } from '../../../lib/local/clock.ts';
import { LocalCloudwatch } from '../../../lib/local/cloudwatch.ts';
import { LocalDynamodb } from '../../../lib/local/dynamodb.ts';
import { Gateway } from '../../../lib/local/gateway.ts';
import { MetricStore } from '../../../lib/local/metric-store.ts';
import { awsJson, awsQuery } from '../../../lib/local/protocols.ts';
import { LocalSns } from '../../../lib/local/sns.ts';
import { simulatedHosts } from '../../../lib/local/ssm/host.ts';
import { LocalSsm } from '../../../lib/local/ssm.ts';
import { everybodyMay } from '../../everybody-may.ts';
import { documentOf } from './documents.ts';

const now = Date.parse('2026-11-23T08:00:00Z');
const clock = new LocalClock(now);
const ssm = new LocalSsm({
  clock,
  hosts: simulatedHosts(60, { Role: 'app' }, () => ({ exitCode: 0, stdout: 'fine' })),
  emit: () => undefined,
});
const sns = new LocalSns({ clock });
const TopicArn = 'arn:aws:sns:eu-central-1:111122223333:ann';

/** Bytes of the document without the text of its one step. */
const frame = Buffer.byteLength(JSON.stringify(documentOf([{ run: '' }], { p: { type: 'String' } })));
/** Bytes of the parameters' frame. */
const parameterFrame = Buffer.byteLength(JSON.stringify({ p: [''] }));
const parameterBytes = 1_000;

let clients: { ssm: SSMClient; dynamodb: DynamoDBClient; sns: SNSClient; cloudwatch: CloudWatchClient };
let close: () => Promise<void>;

beforeAll(async () => {
  ssm.putDocument('fine', documentOf([{ run: 'true' }]), '/');
  const room = 65_536 - frame - parameterFrame - parameterBytes;
  ssm.putDocument('large', documentOf([{ run: 'x'.repeat(room) }], { p: { type: 'String' } }), '/');
  sns.createTopic(TopicArn);
  const dynamodb = await LocalDynamodb.start();
  await dynamodb.createTable({
    TableName: 'rounds',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  const gateway = new Gateway({
    clock,
    activity: new Activity(),
    authorize: everybodyMay,
    services: {
      ssm: { service: ssm, protocol: awsJson('1.1') },
      dynamodb: { service: dynamodb, protocol: awsJson('1.0') },
      sns: { service: sns, protocol: awsQuery('http://sns.amazonaws.com/doc/2010-03-31/') },
      monitoring: { service: new LocalCloudwatch({ clock, store: new MetricStore() }), protocol: awsJson('1.0') },
    },
  });
  const endpoint = await gateway.listen();
  const settings = {
    endpoint,
    region: 'eu-central-1',
    maxAttempts: 1,
    credentials: gateway.keys.issue({ name: 'test' }),
  };
  clients = {
    ssm: new SSMClient(settings),
    dynamodb: new DynamoDBClient(settings),
    sns: new SNSClient(settings),
    cloudwatch: new CloudWatchClient(settings),
  };
  close = async () => {
    ssm.close();
    await gateway.close();
    await dynamodb.close();
  };
});
afterAll(() => close());

const many = <Each>(count: number, each: (index: number) => Each): Each[] =>
  Array.from({ length: count }, (_, index) => each(index));
const text = (length: number): string => 'x'.repeat(length);
const InstanceIds = (count: number) => many(count, (index) => `i-0${index.toString(16).padStart(16, '0')}`);
const role = { Key: 'tag:Role', Values: ['app'] };

const send = (input: Partial<SendCommandCommandInput>) => {
  const Targets = input.InstanceIds ? [] : [role];
  return clients.ssm.send(new SendCommandCommand({ DocumentName: 'fine', Targets, ...input }));
};
const put = (data: readonly Partial<MetricDatum>[]) => {
  const MetricData = data.map((datum): MetricDatum => ({ MetricName: 'disk_used', Value: 1, ...datum }));
  return clients.cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Rounds', MetricData }));
};
const hoursFromNow = (hours: number) => new Date(now + hours * 3_600_000);
const publish = (Subject: string, Message: string) =>
  clients.sns.send(new PublishCommand({ TopicArn, Subject, Message }));

/** A limit, the most (or least) that is taken, and the next one, which is refused. */
type Limit = readonly [what: string, taken: number, refused: number, call: (amount: number) => Promise<unknown>];

const limits: readonly Limit[] = [
  ['instances of a command', 50, 51, (count) => send({ InstanceIds: InstanceIds(count) })],
  ['targets of a command', 5, 6, (count) => send({ Targets: many(count, () => role) })],
  [
    'values of a target',
    5,
    6,
    (count) => send({ Targets: [{ Key: 'tag:Role', Values: many(count, (index) => `app-${index}`) }] }),
  ],
  ['characters of a comment', 100, 101, (count) => send({ Comment: text(count) })],
  ['seconds to deliver a command', 30, 29, (TimeoutSeconds) => send({ TimeoutSeconds })],
  [
    'bytes of parameters that fill a document to 64 KB',
    parameterBytes,
    parameterBytes + 1,
    (count) => send({ DocumentName: 'large', Parameters: { p: [text(count)] } }),
  ],
  ['commands a page', 50, 51, (MaxResults) => clients.ssm.send(new ListCommandsCommand({ MaxResults }))],
  [
    'invocations a page',
    50,
    51,
    (MaxResults) => clients.ssm.send(new ListCommandInvocationsCommand({ MaxResults, Details: true })),
  ],
  [
    'registered hosts a page',
    50,
    51,
    (MaxResults) => clients.ssm.send(new DescribeInstanceInformationCommand({ MaxResults })),
  ],
  [
    'items written in a batch',
    25,
    26,
    (count) =>
      clients.dynamodb.send(
        new BatchWriteItemCommand({
          RequestItems: { rounds: many(count, (index) => ({ PutRequest: { Item: { pk: { S: `${index}` } } } })) },
        }),
      ),
  ],
  [
    'keys read in a batch',
    100,
    101,
    (count) =>
      clients.dynamodb.send(
        new BatchGetItemCommand({
          RequestItems: { rounds: { Keys: many(count, (index) => ({ pk: { S: `${index}` } })) } },
        }),
      ),
  ],
  [
    'bytes of an item',
    400 * 1_024,
    400 * 1_024 + 1,
    (bytes) => {
      // Names and values count: "pk" and "1", and "body" with its text.
      const Item = { pk: { S: '1' }, body: { S: text(bytes - 'pk1body'.length) } };
      return clients.dynamodb.send(new PutItemCommand({ TableName: 'rounds', Item }));
    },
  ],
  ['metrics in a call', 1_000, 1_001, (count) => put(many(count, () => ({})))],
  [
    'values of a datum',
    150,
    151,
    (count) => {
      const values = many(count, (index) => index);
      return clients.cloudwatch.send(
        new PutMetricDataCommand({
          Namespace: 'Rounds',
          MetricData: [{ MetricName: 'disk_used', Values: values, Counts: values.map(() => 1) }],
        }),
      );
    },
  ],
  [
    'dimensions of a metric',
    30,
    31,
    (count) => put([{ Dimensions: many(count, (index) => ({ Name: `d${index}`, Value: 'x' })) }]),
  ],
  [
    'kilobytes of metrics in a call',
    990,
    1_001,
    (kilobytes) => {
      const Dimensions = [{ Name: 'd', Value: text(1_024) }];
      const [one, two] = [1, 2].map((count) =>
        JSON.stringify(many(count, () => ({ MetricName: 'disk_used', Value: 1, Dimensions }))),
      );
      const each = (two?.length ?? 0) - (one?.length ?? 0);
      return put(many(Math.ceil((kilobytes * 1_000) / each), () => ({ Dimensions })));
    },
  ],
  ['hours of two weeks that a datum may be old', 335, 337, (hours) => put([{ Timestamp: hoursFromNow(-hours) }])],
  ['hours that a datum may lie ahead', 2, 3, (hours) => put([{ Timestamp: hoursFromNow(hours) }])],
  ['characters of a subject', 99, 100, (count) => publish(text(count), 'body')],
  ['KB of a message', 255, 257, (count) => publish('subject', text(count * 1_024))],
];

const refusal = /Validation|Invalid|Exceeded|TooLarge/;

/** The name of the error, or that there is none. */
async function outcomeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'taken',
    (error: Error) => error.name,
  );
}

it.each(limits)('%s: %i are taken, %i are refused', async (_what, taken, refused, call) => {
  expect(await outcomeOf(call(taken))).toBe('taken');
  expect(await outcomeOf(call(refused))).toMatch(refusal);
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 361])('a metric of the value %d is refused', async (Value) => {
  expect(await outcomeOf(put([{ Value }]))).toMatch(refusal);
});

it.each(['two\nlines', 'umläut', ''])('a subject like %j is refused', async (subject) => {
  expect(await outcomeOf(publish(subject, 'body'))).toMatch(refusal);
});
