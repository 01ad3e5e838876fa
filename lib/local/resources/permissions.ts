import { z } from 'zod';
import { identityPolicySchema, resourcePolicySchema, trustPolicySchema } from '../iam/policy-schema.ts';
import type { Place } from '../services.ts';
import { arnOf, byName, kept, type ResourceKind, resourceKind } from './kind.ts';

const roleKind = resourceKind({
  type: 'AWS::IAM::Role',
  properties: z.strictObject({ AssumeRolePolicyDocument: trustPolicySchema, Tags: kept }),
  identify: (name, { accountId }) => ({
    ref: name,
    attributes: { Arn: `arn:aws:iam::${accountId}:role/${name}`, RoleId: name },
  }),
  create({ AssumeRolePolicyDocument }, { ref, attributes }, { iam }) {
    iam.addRole(ref, String(attributes.Arn), AssumeRolePolicyDocument);
  },
});

const policyKind = resourceKind({
  type: 'AWS::IAM::Policy',
  properties: z.strictObject({
    PolicyDocument: identityPolicySchema,
    PolicyName: z.string(),
    Roles: z.array(z.string()).min(1),
  }),
  identify: byName,
  create({ PolicyDocument, PolicyName, Roles }, _, { iam }) {
    for (const role of Roles) iam.attachPolicy(role, PolicyName, PolicyDocument);
  },
});

const keyKind = resourceKind({
  type: 'AWS::KMS::Key',
  properties: z.strictObject({
    Description: kept,
    EnableKeyRotation: kept,
    KeyPolicy: resourcePolicySchema,
    Tags: kept,
  }),
  identify: (name, place) => ({ ref: name, attributes: { Arn: arnOf('kms', place, `key/${name}`), KeyId: name } }),
  create({ KeyPolicy }, { ref, attributes }, { iam }) {
    iam.setResourcePolicy(String(attributes.Arn), ref, KeyPolicy);
  },
});

const topicPolicyKind = resourceKind({
  type: 'AWS::SNS::TopicPolicy',
  properties: z.strictObject({ PolicyDocument: resourcePolicySchema, Topics: z.array(z.string()).min(1) }),
  identify: byName,
  create({ PolicyDocument, Topics }, { ref }, { iam }) {
    for (const topic of Topics) iam.setResourcePolicy(topic, ref, PolicyDocument);
  },
});

const queuePolicyKind = resourceKind({
  type: 'AWS::SQS::QueuePolicy',
  properties: z.strictObject({ PolicyDocument: resourcePolicySchema, Queues: z.array(z.url()).min(1) }),
  identify: byName,
  create({ PolicyDocument, Queues }, { ref }, { iam, place }) {
    for (const queue of Queues) iam.setResourcePolicy(queueArn(queue, place), ref, PolicyDocument);
  },
});

/** A queue's policy names it by its URL, which ends with its name. */
function queueArn(url: string, place: Place): string {
  return arnOf('sqs', place, url.split('/').at(-1) ?? '');
}

/** Who may do what: roles, and the policies of roles, keys, topics and queues. Roles come before their policies. */
export const permissionKinds: readonly ResourceKind[] = [
  roleKind,
  policyKind,
  keyKind,
  topicPolicyKind,
  queuePolicyKind,
];
