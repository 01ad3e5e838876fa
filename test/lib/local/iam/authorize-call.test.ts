import { describe, expect, it } from 'vitest';
import { type AuthorizedCall, callAuthorizer } from '../../../../lib/local/iam/authorize-call.ts';
import { LocalIam } from '../../../../lib/local/iam/local-iam.ts';
import {
  identityPolicySchema,
  resourcePolicySchema,
  trustPolicySchema,
} from '../../../../lib/local/iam/policy-schema.ts';
import type { JsonObject } from '../../../../lib/local/service.ts';
import { SimulatedHost } from '../../../../lib/local/ssm/host.ts';

const place = { region: 'eu-central-1', accountId: '111122223333' };
const arn = (service: string, resource: string) => `arn:aws:${service}:${place.region}:${place.accountId}:${resource}`;
const roleArn = `arn:aws:iam::${place.accountId}:role/rounds-dispatch`;
const principal = { kind: 'role', role: roleArn, session: 'dispatch' } as const;
const user = `User: arn:aws:sts::${place.accountId}:assumed-role/rounds-dispatch/dispatch is not authorized to perform:`;
const table = arn('dynamodb', 'table/rounds');
const [topic, key] = [arn('sns', 'ann'), arn('kms', 'key/1')];
const ids = { app: 'i-00000001', database: 'i-00000002', own: `mi-${'0'.repeat(17)}` };
const hosts = [
  new SimulatedHost(ids.app, { Role: 'app' }, () => ({ exitCode: 0, stdout: '' })),
  new SimulatedHost(ids.database, { Role: 'database', Site: 'a' }, () => ({ exitCode: 0, stdout: '' })),
  new SimulatedHost(ids.own, { Role: 'app', Site: 'a' }, () => ({ exitCode: 0, stdout: '' })),
];

const document = (statements: readonly object[]) => ({
  Version: '2012-10-17',
  Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
});

/** What a call asks, in order, where everything is allowed that `statements` allow; how it is refused, otherwise. */
function ask(
  call: AuthorizedCall,
  statements: readonly object[] = [{ Action: '*', Resource: '*' }],
  keyPolicy: object = {},
) {
  const iam = new LocalIam(place);
  const trust = { Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } };
  iam.addRole('rounds-dispatch', roleArn, trustPolicySchema.parse(document([trust])));
  iam.attachPolicy('rounds-dispatch', 'Policy', identityPolicySchema.parse(document(statements)));
  const root = { AWS: `arn:aws:iam::${place.accountId}:root` };
  const ofKey = document([{ Action: 'kms:*', Resource: '*', Principal: root, ...keyPolicy }]);
  iam.setResourcePolicy(key, 'KeyPolicy', resourcePolicySchema.parse(ofKey));
  const asked: object[] = [];
  iam.onDecision(({ request: { call: _, ...request } }) => asked.push(request));
  const authorize = callAuthorizer({
    iam,
    place,
    hosts: { hosts: () => hosts },
    tableKeys: new Map([['rounds', { arn: table, partitionKey: 'pk', indexes: { due: 'owed' } }]]),
    topicKeys: new Map([[topic, key]]),
  });
  try {
    authorize(principal, call);
    return { asked };
  } catch (error) {
    const { code, statusCode, message } = error as { code: string; statusCode: number; message: string };
    return { asked, refused: { code, statusCode, message } };
  }
}

const item = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
const leading = (...keys: string[]) => ({ context: { 'dynamodb:LeadingKeys': keys } });
const dynamodb = (operation: string, input: JsonObject) => ({ service: 'dynamodb', operation, input });
const send = (input: JsonObject) => ({
  service: 'ssm',
  operation: 'SendCommand',
  input: { DocumentName: 'rounds-morning', ...input },
});
const byTag = (...values: string[]) => ({ Targets: [{ Key: 'tag:Role', Values: values }] });
const documentArn = arn('ssm', 'document/rounds-morning');

describe('a call asks for', () => {
  it.each<[what: string, call: AuthorizedCall, asked: object[]]>([
    [
      'the partition that it reads',
      dynamodb('GetItem', { TableName: 'rounds', Key: item('alert') }),
      [{ action: 'dynamodb:GetItem', resource: table, ...leading('alert') }],
    ],
    [
      'the partition that it writes',
      dynamodb('PutItem', { TableName: 'rounds', Item: item('alert') }),
      [{ action: 'dynamodb:PutItem', resource: table, ...leading('alert') }],
    ],
    [
      'every partition of a batch of writes',
      dynamodb('BatchWriteItem', {
        RequestItems: { rounds: [{ PutRequest: { Item: item('slot') } }, { DeleteRequest: { Key: item('alert') } }] },
      }),
      [{ action: 'dynamodb:BatchWriteItem', resource: table, ...leading('slot', 'alert') }],
    ],
    [
      'every partition of a batch of reads, once',
      dynamodb('BatchGetItem', { RequestItems: { rounds: { Keys: [item('slot'), item('slot')] } } }),
      [{ action: 'dynamodb:BatchGetItem', resource: table, ...leading('slot') }],
    ],
    [
      'the partition of a query',
      dynamodb('Query', {
        TableName: 'rounds',
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :a AND :b',
        ExpressionAttributeValues: { ':pk': { S: 'alert' }, ':a': { S: 'x' }, ':b': { S: 'y' } },
      }),
      [{ action: 'dynamodb:Query', resource: table, ...leading('alert') }],
    ],
    [
      'the index of a query on one',
      dynamodb('Query', {
        TableName: 'rounds',
        IndexName: 'due',
        KeyConditionExpression: '#o = :o',
        ExpressionAttributeNames: { '#o': 'owed' },
        ExpressionAttributeValues: { ':o': { S: 'y' } },
      }),
      [{ action: 'dynamodb:Query', resource: `${table}/index/due`, ...leading('y') }],
    ],
    [
      'the topic and its key',
      { service: 'sns', operation: 'Publish', input: { TopicArn: topic } },
      [
        { action: 'sns:Publish', resource: topic },
        { action: 'kms:GenerateDataKey', resource: key },
        { action: 'kms:Decrypt', resource: key },
      ],
    ],
    [
      'no key where the topic is not encrypted',
      { service: 'sns', operation: 'Publish', input: { TopicArn: arn('sns', 'bob') } },
      [{ action: 'sns:Publish', resource: arn('sns', 'bob') }],
    ],
    [
      'the topic alone when it only lists',
      { service: 'sns', operation: 'ListSubscriptionsByTopic', input: { TopicArn: topic } },
      [{ action: 'sns:ListSubscriptionsByTopic', resource: topic }],
    ],
    [
      'the namespace of metrics',
      { service: 'monitoring', operation: 'PutMetricData', input: { Namespace: 'Rounds' } },
      [{ action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': ['Rounds'] } }],
    ],
    [
      'everything, where the action knows no resource',
      { service: 'ssm', operation: 'ListCommands', input: {} },
      [{ action: 'ssm:ListCommands', resource: '*' }],
    ],
    [
      'the document and every host with the tag',
      send(byTag('app')),
      [
        { action: 'ssm:SendCommand', resource: documentArn },
        {
          action: 'ssm:SendCommand',
          resource: arn('ec2', `instance/${ids.app}`),
          context: { 'ssm:resourceTag/Role': ['app'] },
        },
        {
          action: 'ssm:SendCommand',
          resource: arn('ssm', `managed-instance/${ids.own}`),
          context: { 'ssm:resourceTag/Role': ['app'], 'ssm:resourceTag/Site': ['a'] },
        },
      ],
    ],
    [
      'the document and the host that is named',
      send({ InstanceIds: [ids.app] }),
      [
        { action: 'ssm:SendCommand', resource: documentArn },
        {
          action: 'ssm:SendCommand',
          resource: arn('ec2', `instance/${ids.app}`),
          context: { 'ssm:resourceTag/Role': ['app'] },
        },
      ],
    ],
  ])('%s', (_what, call, asked) => {
    expect(ask(call)).toEqual({ asked });
  });

  it.each<[operation: string, service: string]>([
    ['UpdateItem', 'dynamodb'],
    ['CreateTopic', 'sns'],
    ['GetMetricData', 'monitoring'],
    ['PutParameter', 'ssm'],
    ['SendMessage', 'sqs'],
  ])('nothing that is known, when it is %s: it is refused', (operation, service) => {
    expect(ask({ service, operation, input: {} }).refused?.message).toMatch(
      /does not know what .* asks of IAM; teach it/,
    );
  });

  it('a query whose partition cannot be found is refused', () => {
    const refused = ask(dynamodb('Query', { TableName: 'rounds', KeyConditions: {} })).refused;
    expect(refused?.message).toContain('no "pk = :value" in KeyConditionExpression');
  });
});

describe('what is refused', () => {
  const publish = { service: 'sns', operation: 'Publish', input: { TopicArn: topic } };
  it.each<[what: string, call: AuthorizedCall, statements: object[], refused: object]>([
    [
      'by DynamoDB',
      dynamodb('PutItem', { TableName: 'rounds', Item: item('silence') }),
      [
        {
          Action: 'dynamodb:PutItem',
          Resource: table,
          Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['alert'] } },
        },
      ],
      {
        code: 'AccessDeniedException',
        statusCode: 400,
        message: `${user} dynamodb:PutItem on resource: ${table} because no identity-based policy allows the dynamodb:PutItem action`,
      },
    ],
    [
      'by SNS',
      publish,
      [{ Action: 'kms:*', Resource: key }],
      {
        code: 'AuthorizationError',
        statusCode: 403,
        message: `${user} sns:Publish on resource: ${topic} because no identity-based policy allows the sns:Publish action`,
      },
    ],
    [
      'by KMS, for SNS',
      publish,
      [
        { Action: 'sns:Publish', Resource: topic },
        { Action: 'kms:GenerateDataKey', Resource: key },
      ],
      {
        code: 'KMSAccessDenied',
        statusCode: 400,
        message: `${user} kms:Decrypt on resource: ${key} because no identity-based policy allows the kms:Decrypt action`,
      },
    ],
    [
      'by CloudWatch',
      { service: 'monitoring', operation: 'PutMetricData', input: { Namespace: 'Other' } },
      [
        {
          Action: 'cloudwatch:PutMetricData',
          Resource: '*',
          Condition: { StringEquals: { 'cloudwatch:namespace': 'Rounds' } },
        },
      ],
      {
        code: 'AccessDenied',
        statusCode: 403,
        message: `${user} cloudwatch:PutMetricData because no identity-based policy allows the cloudwatch:PutMetricData action`,
      },
    ],
    [
      'because a statement denies it',
      publish,
      [
        { Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'sns:*', Resource: '*' },
      ],
      {
        code: 'AuthorizationError',
        statusCode: 403,
        message: `${user} sns:Publish on resource: ${topic} with an explicit deny in an identity-based policy`,
      },
    ],
  ])('%s is refused in its words', (_what, call, statements, refused) => {
    expect(ask(call, statements).refused).toEqual(refused);
  });

  it('a key whose own policy does not admit the account is of no use, whatever the role may do', () => {
    const { refused } = ask(publish, undefined, { Principal: { Service: 'sns.amazonaws.com' } });
    expect(refused?.code).toBe('KMSAccessDenied');
  });
});

describe('SendCommand', () => {
  const ownDocuments = { Action: 'ssm:SendCommand', Resource: documentArn };
  const toApp = {
    Action: 'ssm:SendCommand',
    Resource: [arn('ec2', 'instance/*'), arn('ssm', 'managed-instance/*')],
    Condition: { StringEquals: { 'ssm:resourceTag/Role': ['app'] } },
  };

  it.each<[what: string, input: JsonObject, statements: object[], refusedOn: string | undefined]>([
    ['the fleet by its tag', byTag('app'), [ownDocuments, toApp], undefined],
    ['a host of the fleet by its id', { InstanceIds: [ids.own] }, [ownDocuments, toApp], undefined],
    [
      'another document',
      { ...byTag('app'), DocumentName: 'AWS-RunShellScript' },
      [ownDocuments, toApp],
      arn('ssm', 'document/AWS-RunShellScript'),
    ],
    ['hosts, where only the document is allowed', byTag('app'), [ownDocuments], arn('ec2', `instance/${ids.app}`)],
    ['the document, where only hosts are allowed', byTag('app'), [toApp], documentArn],
    [
      'a host of another fleet by its id',
      { InstanceIds: [ids.app, ids.database] },
      [ownDocuments, toApp],
      arn('ec2', `instance/${ids.database}`),
    ],
    [
      'tags that fit another fleet too',
      byTag('app', 'database'),
      [ownDocuments, toApp],
      arn('ec2', `instance/${ids.database}`),
    ],
  ])('to %s', (_what, input, statements, refusedOn) => {
    const { refused } = ask(send(input), statements);
    const message =
      refusedOn &&
      `${user} ssm:SendCommand on resource: ${refusedOn} because no identity-based policy allows the ssm:SendCommand action`;
    expect(refused?.message).toBe(message);
  });

  it('is not allowed by a mixture of two fleets', () => {
    const condition = (Role: string, Site: string) => ({
      Condition: { StringEquals: { 'ssm:resourceTag/Role': Role, 'ssm:resourceTag/Site': Site } },
    });
    const statements = [
      ownDocuments,
      { ...toApp, ...condition('app', 'b') },
      { ...toApp, ...condition('database', 'a') },
    ];
    expect(ask(send({ InstanceIds: [ids.own] }), statements).refused?.code).toBe('AccessDeniedException');
    expect(ask(send({ InstanceIds: [ids.database] }), statements).refused).toBeUndefined();
  });
});
