import { describe, expect, it } from 'vitest';
import { leaseMs, readMs } from '../../../functions/core/round.ts';
import {
  auditKey,
  baselineKey,
  partition,
  recordKey,
  resultsKey,
  roundKey,
  silenceKey,
} from '../../../functions/flow/keys.ts';
import { fleet } from '../../../lib/runbook/builders.ts';
import type { Check, Runbook } from '../../../lib/runbook/types.ts';
import { sampleRunbook } from '../runbook/sample-runbook.ts';
import { synthesized } from '../synthesized.ts';

const { resource, resources, template } = synthesized();

const ownDocuments = ['health', 'morning'].map(
  (routine) => `arn:AWS::Partition:ssm:AWS::Region:AWS::AccountId:document/Documents${routine}`,
);
const hosts = [
  'arn:AWS::Partition:ec2:AWS::Region:AWS::AccountId:instance/*',
  'arn:AWS::Partition:ssm:AWS::Region:AWS::AccountId:managed-instance/*',
];

const allow = (action: string | string[], resource: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...more,
});
const writesItsLog = (name: string) => allow(['logs:CreateLogStream', 'logs:PutLogEvents'], `Functions${name}Log.Arn`);
const leavesFailures = allow('sqs:SendMessage', 'DeadLetters.Arn');
const inPartitions = (partitions: readonly string[]) => ({
  Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } },
});
/** Partitions by the keys that are written there. */
const rounds = roundKey({ routine: '*', slot: '' }).pk;
const results = resultsKey({ routine: '*', slot: '' }).pk.replace(/#$/, '');
const baselines = baselineKey('').pk;
const telling = [partition.alert, partition.incident, recordKey('*', 0).pk, partition.mailbox];
const keepsRecords = (each: readonly string[], many: readonly string[]) => [
  allow(['dynamodb:GetItem', 'dynamodb:Query'], 'Table.Arn', { Sid: 'ReadItems' }),
  allow('dynamodb:PutItem', 'Table.Arn', { Sid: 'PutItems', ...inPartitions([...each, ...telling]) }),
  allow('dynamodb:BatchWriteItem', 'Table.Arn', { Sid: 'PutManyItems', ...inPartitions(many) }),
];
const tellsContacts = [
  allow('sns:Publish', ['Contactschat', 'Contactsoperator'], { Sid: 'TellContacts' }),
  allow(['kms:Decrypt', 'kms:GenerateDataKey'], 'ContactsKey.Arn', { Sid: 'EncryptWhatIsTold' }),
];
const putsMetrics = allow('cloudwatch:PutMetricData', '*', {
  Sid: 'OwnMetrics',
  Condition: { StringEquals: { 'cloudwatch:namespace': 'Rounds' } },
});
const sendsChecks = [
  allow('ssm:SendCommand', ownDocuments, { Sid: 'OwnDocuments' }),
  allow('ssm:SendCommand', hosts, {
    Condition: { StringEquals: { 'ssm:resourceTag/Role': ['app'], 'ssm:resourceTag/Stage': ['blue', 'green'] } },
  }),
];
const readsAnswers = allow(['ssm:DescribeInstanceInformation', 'ssm:ListCommandInvocations', 'ssm:ListCommands'], '*', {
  Sid: 'ReadCommandsAndHosts',
});

/** Those of a round; reports and the console have constructs of their own. */
const functions = resources('AWS::Lambda::Function').filter(({ id }) => id.startsWith('Functions'));

function statementsOf(name: string): unknown[] {
  return resource('AWS::IAM::Policy', `Functions${name}Role`).properties.PolicyDocument.Statement;
}

describe('the functions', () => {
  it('let dispatch send checks, and read nothing from hosts', () => {
    const expected = [
      writesItsLog('Dispatch'),
      leavesFailures,
      ...keepsRecords([rounds, partition.slot, partition.signOff], [partition.slot]),
      ...tellsContacts,
      putsMetrics,
      ...sendsChecks,
    ];
    expect(statementsOf('Dispatch')).toEqual(expected);
  });

  it('let collect read answers, and run nothing on a host', () => {
    const takesEvents = allow(
      ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      'CommandEventsQueue.Arn',
    );
    const expected = [
      writesItsLog('Collect'),
      ...keepsRecords([rounds, baselines], [results]),
      ...tellsContacts,
      putsMetrics,
      readsAnswers,
      takesEvents,
    ];
    expect(statementsOf('Collect')).toEqual(expected);
  });

  it('let the tick do both, and ask what is due and who can be told', () => {
    const asksWhoCanBeTold = allow('sns:ListSubscriptionsByTopic', ['Contactschat', 'Contactsoperator'], {
      Sid: 'AuditContacts',
    });
    const asksWhatIsDue = allow('dynamodb:Query', 'Table.Arn/index/due', { Sid: 'WhatIsDue' });
    const expected = [
      writesItsLog('Tick'),
      ...keepsRecords(
        [...[rounds, partition.slot, partition.signOff, baselines], ...[auditKey.pk, silenceKey.pk, partition.report]],
        [partition.slot, results],
      ),
      ...tellsContacts,
      putsMetrics,
      ...sendsChecks,
      asksWhatIsDue,
      asksWhoCanBeTold,
      readsAnswers,
    ];
    expect(statementsOf('Tick')).toEqual(expected);
  });

  it('hold a condition of its own for each fleet, so that no mixture of two fleets is admitted', () => {
    const second = synthesized(twoFleets());
    const conditions = second
      .resource('AWS::IAM::Policy', 'FunctionsDispatchRole')
      .properties.PolicyDocument.Statement.filter(({ Action }: { Action: string }) => Action === 'ssm:SendCommand')
      .map(({ Condition }: { Condition?: object }) => Condition);
    expect(conditions).toEqual([
      undefined,
      { StringEquals: { 'ssm:resourceTag/Role': ['app'] } },
      { StringEquals: { 'ssm:resourceTag/Role': ['database'], 'ssm:resourceTag/Stage': ['blue'] } },
    ]);
  });

  it('get no policy that AWS manages', () => {
    for (const { properties } of resources('AWS::IAM::Role'))
      expect(properties).not.toHaveProperty('ManagedPolicyArns');
  });

  it('know the table, the documents and the topics by their environment', () => {
    for (const { properties } of functions)
      expect(properties.Environment.Variables).toEqual({
        TABLE_NAME: 'Table',
        DOCUMENTS: '{"morning":"Documentsmorning","health":"Documentshealth"}',
        TOPICS: '{"operator":"Contactsoperator","chat":"Contactschat"}',
      });
  });

  it('leave no setting to a default', () => {
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
    const sizes = functions.map(({ id, properties }) => [id.slice(0, -8), [properties.Timeout, properties.MemorySize]]);
    expect(Object.fromEntries(sizes)).toEqual({
      FunctionsDispatch: [60, 512],
      FunctionsCollect: [180, 1_769],
      FunctionsTick: [180, 512],
    });
  });

  it('end before the lease on a round does, so that no two work on one', () => {
    for (const { properties } of resources('AWS::Lambda::Function'))
      expect(properties.Timeout * 1000).toBeLessThan(leaseMs);
  });

  it('have time left for what follows when they end to read', () => {
    for (const each of ['Collect', 'Tick'])
      expect(resource('AWS::Lambda::Function', `Functions${each}`).properties.Timeout * 1000).toBeGreaterThan(
        readMs + 60_000,
      );
  });

  it('keep their logs for 90 days', () => {
    expect(resources('AWS::Logs::LogGroup')).toHaveLength(resources('AWS::Lambda::Function').length);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });

  it('repeat a dispatch that failed, and keep it when it failed for good', () => {
    expect(resource('AWS::Lambda::EventInvokeConfig', 'FunctionsDispatch').properties).toMatchObject({
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 900,
      DestinationConfig: { OnFailure: { Destination: 'DeadLetters.Arn' } },
    });
  });

  it('do not repeat a tick: the next one comes in a minute', () => {
    const { properties } = resource('AWS::Lambda::EventInvokeConfig', 'FunctionsTick');
    expect(properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    expect(properties).not.toHaveProperty('DestinationConfig');
  });
});

function twoFleets(): Pick<Runbook, 'fleets' | 'routines'> {
  const [morning, health] = sampleRunbook().routines;
  if (!morning || !health) throw new Error('the sample runbook has changed: expected two routines');
  return {
    fleets: {
      app: fleet({ title: 'Application hosts', tags: { Role: 'app' } }),
      database: fleet({ title: 'Database hosts', tags: { Role: 'database', Stage: 'blue' } }),
    },
    routines: [morning, { ...health, fleet: 'database', checks: health.checks.map(forDatabase) }],
  };
}

/** One check id is one alert, and so belongs to one fleet. */
function forDatabase(check: Check): Check {
  return { ...check, id: `database-${check.id}` };
}
