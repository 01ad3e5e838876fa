import { describe, expect, it } from 'vitest';
import { type AccessRequest, type Context, decide } from '../../../../lib/local/iam/decide.ts';
import { compilePolicy } from '../../../../lib/local/iam/policy.ts';
import { identityPolicySchema } from '../../../../lib/local/iam/policy-schema.ts';

const table = 'arn:aws:dynamodb:eu-central-1:111122223333:table/rounds';
const host = 'arn:aws:ec2:eu-central-1:111122223333:instance/i-1';

/** The policy's statements, each an Allow unless it says otherwise. */
function policy(...statements: object[]) {
  const Statement = statements.map((statement) => ({ Effect: 'Allow', ...statement }));
  return compilePolicy('Policy', identityPolicySchema.parse({ Version: '2012-10-17', Statement }));
}

function isAllowed(statement: object, request: AccessRequest): boolean {
  return decide(policy(statement), request).allowed;
}

describe('a statement', () => {
  it.each<[what: string, action: string | string[], resource: string, asked: [string, string], allowed: boolean]>([
    ['the action itself', 'dynamodb:PutItem', table, ['dynamodb:PutItem', table], true],
    ['another action', 'dynamodb:PutItem', table, ['dynamodb:GetItem', table], false],
    ['one of several actions', ['dynamodb:PutItem', 'dynamodb:GetItem'], table, ['dynamodb:GetItem', table], true],
    ['an action in another case', 'DynamoDB:putitem', table, ['dynamodb:PutItem', table], true],
    ['an action by a wildcard', 'dynamodb:Get*', table, ['dynamodb:GetItem', table], true],
    ['an action of another service by a wildcard', 'dynamodb:*', table, ['sns:Publish', table], false],
    ['every action', '*', table, ['sns:Publish', table], true],
    ['one letter by a question mark', 'dynamodb:?etItem', table, ['dynamodb:GetItem', table], true],
    ['another resource', 'dynamodb:Query', table, ['dynamodb:Query', `${table}2`], false],
    ['an index by its own ARN', 'dynamodb:Query', `${table}/index/due`, ['dynamodb:Query', `${table}/index/due`], true],
    ['an index by the ARN of its table', 'dynamodb:Query', table, ['dynamodb:Query', `${table}/index/due`], false],
    ['a resource of another case', 'dynamodb:Query', table, ['dynamodb:Query', table.toUpperCase()], false],
    ['every resource of a kind', 'ssm:SendCommand', 'arn:aws:ec2:*:*:instance/*', ['ssm:SendCommand', host], true],
    ['a dot, which is only a dot', 'a:B', 'arn:aws:a:b:c:x.z', ['a:B', 'arn:aws:a:b:c:xyz'], false],
    ['a wildcard in a part, which ends with it', 'a:B', 'arn:aws:a:*:c:z', ['a:B', 'arn:aws:a:b:d:c:z'], false],
    ['a wildcard at the end, which does not', 'a:B', 'arn:aws:a:b:c:x:*', ['a:B', 'arn:aws:a:b:c:x:y:z'], true],
    ['everything, for an action without a resource', 'ssm:ListCommands', '*', ['ssm:ListCommands', '*'], true],
    ['one resource, for an action without one', 'ssm:ListCommands', host, ['ssm:ListCommands', '*'], false],
  ])('about %s', (_what, Action, Resource, [action, resource], allowed) => {
    expect(isAllowed({ Action, Resource }, { action, resource })).toBe(allowed);
  });

  it.each<[what: string, condition: object, context: Context, allowed: boolean]>([
    [
      'an equal value',
      { StringEquals: { 'cloudwatch:namespace': 'Rounds' } },
      { 'cloudwatch:namespace': ['Rounds'] },
      true,
    ],
    [
      'a longer value',
      { StringEquals: { 'cloudwatch:namespace': 'Rounds' } },
      { 'cloudwatch:namespace': ['Rounds2'] },
      false,
    ],
    [
      'a wildcard, which StringEquals does not know',
      { StringEquals: { 'cloudwatch:namespace': 'R*' } },
      { 'cloudwatch:namespace': ['Rounds'] },
      false,
    ],
    ['no key', { StringEquals: { 'cloudwatch:namespace': 'Rounds' } }, {}, false],
    [
      'any of several values',
      { StringEquals: { 'ssm:resourceTag/Role': ['app', 'db'] } },
      { 'ssm:resourceTag/Role': ['db'] },
      true,
    ],
    [
      'one of two keys',
      { StringEquals: { 'ssm:resourceTag/Role': 'app', 'ssm:resourceTag/Stage': 'blue' } },
      { 'ssm:resourceTag/Role': ['app'] },
      false,
    ],
    [
      'both of two keys',
      { StringEquals: { 'ssm:resourceTag/Role': 'app', 'ssm:resourceTag/Stage': 'blue' } },
      { 'ssm:resourceTag/Role': ['app'], 'ssm:resourceTag/Stage': ['blue'] },
      true,
    ],
    [
      'all values within the patterns',
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['alert', 'round#*'] } },
      { 'dynamodb:LeadingKeys': ['round#a', 'alert'] },
      true,
    ],
    [
      'one value outside the patterns',
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['alert', 'round#*'] } },
      { 'dynamodb:LeadingKeys': ['round#a', 'silence'] },
      false,
    ],
    [
      'no key, where all values of none are',
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['alert'] } },
      {},
      true,
    ],
    [
      'an ARN like a pattern',
      { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:r:1:alarm:*' } },
      { 'aws:SourceArn': ['arn:aws:cloudwatch:r:1:alarm:a:b'] },
      true,
    ],
    [
      'another ARN',
      { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:r:1:rule/a' } },
      { 'aws:SourceArn': ['arn:aws:events:r:1:rule/b'] },
      false,
    ],
    ['a truth', { Bool: { 'aws:SecureTransport': 'true' } }, { 'aws:SecureTransport': ['true'] }, true],
    [
      'two operators, of which one does not hold',
      { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'cloudwatch:namespace': 'Rounds' } },
      { 'aws:SecureTransport': ['true'] },
      false,
    ],
  ])('with a condition, asked with %s', (_what, Condition, context, allowed) => {
    expect(isAllowed({ Action: 'a:B', Resource: '*', Condition }, { action: 'a:B', resource: host, context })).toBe(
      allowed,
    );
  });
});

describe('the decision', () => {
  const request = { action: 'dynamodb:PutItem', resource: table, context: { 'dynamodb:LeadingKeys': ['round#a'] } };
  const allow = { Sid: 'Puts', Action: 'dynamodb:*', Resource: table };

  it('is a refusal where nothing speaks of it, and says that nothing does', () => {
    expect(decide(policy({ ...allow, Action: 'sns:*' }), request)).toEqual({ allowed: false, reason: 'implicit-deny' });
    expect(decide([], request)).toEqual({ allowed: false, reason: 'implicit-deny' });
  });

  it('names the statement, and what of it was met', () => {
    const condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['slot', 'round#*'] } };
    expect(decide(policy({ ...allow, Condition: condition }), request)).toMatchObject({
      allowed: true,
      by: {
        statement: { path: 'Policy Puts' },
        action: 'dynamodb:*',
        resource: table,
        values: ['dynamodb:LeadingKeys round#*'],
      },
    });
  });

  it.each([[[0, 1]], [[1, 0]]])('is a refusal where one statement denies, wherever it stands: %j', (order) => {
    const both = [allow, { Effect: 'Deny', Action: 'dynamodb:PutItem', Resource: '*' }];
    const decision = decide(policy(...order.map((index) => both[index] ?? {})), request);
    expect(decision).toMatchObject({ allowed: false, reason: 'explicit-deny', by: { resource: '*' } });
  });

  it('passes over a denial whose condition does not hold', () => {
    const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
    const deny = { Effect: 'Deny', Action: '*', Resource: '*', Condition };
    const context = { 'aws:SecureTransport': ['true'] };
    expect(decide(policy(deny, allow), { ...request, context }).allowed).toBe(true);
  });
});
