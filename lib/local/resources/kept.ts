import { z } from 'zod';
import { arnOf, byName, kept, type ResourceKind, resourceKind } from './kind.ts';

/** What the cloud keeps and shows, but gives no behaviour: permissions, keys, logs' retention, dashboards. */
export const keptKinds: readonly ResourceKind[] = [
  resourceKind({
    type: 'AWS::CDK::Metadata',
    properties: z.strictObject({ Analytics: kept }),
    identify: byName,
  }),
  resourceKind({
    type: 'AWS::IAM::Role',
    properties: z.strictObject({
      AssumeRolePolicyDocument: kept,
      Tags: kept,
    }),
    identify: (name, { accountId }) => ({
      ref: name,
      attributes: { Arn: `arn:aws:iam::${accountId}:role/${name}`, RoleId: name },
    }),
  }),
  resourceKind({
    type: 'AWS::IAM::Policy',
    properties: z.strictObject({ PolicyDocument: kept, PolicyName: kept, Roles: kept }),
    identify: byName,
  }),
  resourceKind({
    type: 'AWS::KMS::Key',
    properties: z.strictObject({
      Description: kept,
      EnableKeyRotation: kept,
      KeyPolicy: kept,
      Tags: kept,
    }),
    identify: (name, place) => ({ ref: name, attributes: { Arn: arnOf('kms', place, `key/${name}`), KeyId: name } }),
  }),
  resourceKind({
    type: 'AWS::Logs::LogGroup',
    properties: z.strictObject({ RetentionInDays: kept, Tags: kept }),
    identify: (name, place) => ({ ref: name, attributes: { Arn: arnOf('logs', place, `log-group:${name}:*`) } }),
  }),
  resourceKind({
    type: 'AWS::CloudWatch::Dashboard',
    properties: z.strictObject({ DashboardBody: z.string() }),
    identify: byName,
  }),
  resourceKind({
    type: 'AWS::SNS::TopicPolicy',
    properties: z.strictObject({ PolicyDocument: kept, Topics: kept }),
    identify: byName,
  }),
  resourceKind({
    type: 'AWS::SQS::QueuePolicy',
    properties: z.strictObject({ PolicyDocument: kept, Queues: kept }),
    identify: byName,
  }),
];
