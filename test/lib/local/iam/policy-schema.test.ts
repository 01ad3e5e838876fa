import { expect, it } from 'vitest';
import { identityPolicySchema, resourcePolicySchema } from '../../../../lib/local/iam/policy-schema.ts';
import { problems } from '../../../../lib/local/parse.ts';

const statement = { Effect: 'Allow', Action: 'a:B', Resource: '*' };
const document = (changes: object) => ({ Version: '2012-10-17', Statement: [{ ...statement, ...changes }] });

function refusals(policy: unknown, schema: typeof identityPolicySchema | typeof resourcePolicySchema): string[] {
  const parsed = schema.safeParse(policy);
  return parsed.success ? [] : problems(parsed.error);
}

it.each<[what: string, policy: unknown, problem: RegExp]>([
  ['NotAction', document({ NotAction: 'a:C' }), /^Statement\.0: Unrecognized key: "NotAction"/],
  ['NotResource', document({ NotResource: 'x' }), /^Statement\.0: Unrecognized key: "NotResource"/],
  [
    'another operator',
    document({ Condition: { NumericLessThan: {} } }),
    /^Statement\.0\.Condition: Unrecognized key: "NumericLessThan"/,
  ],
  [
    'an operator with IfExists',
    document({ Condition: { StringEqualsIfExists: {} } }),
    /Unrecognized key: "StringEqualsIfExists"/,
  ],
  [
    'a condition key that no call has',
    document({ Condition: { StringEquals: { 'dynamodb:Attributes': 'a' } } }),
    /^Statement\.0\.Condition\.StringEquals\.dynamodb:Attributes: the local cloud does not know this condition key/,
  ],
  [
    'a policy variable in a resource',
    document({ Resource: 'arn:aws:s3:::a/$' + '{aws:username}' }),
    /^Statement\.0\.Resource: policy variables are not evaluated/,
  ],
  [
    'a policy variable in a condition',
    document({ Condition: { StringEquals: { 'cloudwatch:namespace': '$' + '{aws:username}' } } }),
    /cloudwatch:namespace: policy variables are not evaluated/,
  ],
  [
    'an ARN of too few parts',
    document({ Resource: 'arn:aws:sqs' }),
    /^Statement\.0\.Resource: expected an ARN of six parts/,
  ],
  ['an action without a service', document({ Action: 'PutItem' }), /^Statement\.0\.Action: expected service:Action/],
  ['an older version', { ...document({}), Version: '2008-10-17' }, /^Version: /],
  ['a principal in the policy of a role', document({ Principal: '*' }), /^Statement\.0: Unrecognized key: "Principal"/],
])('%s is refused by its path', (_what, policy, problem) => {
  expect(refusals(policy, identityPolicySchema)).toEqual([expect.stringMatching(problem)]);
});

it('the policy of a resource has to say whom it is about', () => {
  expect(refusals(document({}), resourcePolicySchema)).toEqual([expect.stringMatching(/^Statement\.0\.Principal: /)]);
  expect(refusals(document({ NotPrincipal: '*', Principal: '*' }), resourcePolicySchema)).toEqual([
    expect.stringMatching(/NotPrincipal/),
  ]);
});

it('a denial of the whole account is refused, a permission is not', () => {
  const Principal = { AWS: ['*', 'arn:aws:iam::000000000000:root'] };
  expect(refusals(document({ Effect: 'Deny', Principal }), resourcePolicySchema)).toEqual([
    expect.stringMatching(/^Statement\.0\.Principal\.AWS: a Deny of the account/),
  ]);
  expect(refusals(document({ Principal }), resourcePolicySchema)).toEqual([]);
  expect(refusals(document({ Effect: 'Deny', Principal: { AWS: '*' } }), resourcePolicySchema)).toEqual([]);
});

it('everything that it understands may stand once or as a list', () => {
  const Condition = {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['a', 'b#*'] },
    Bool: { 'aws:SecureTransport': 'true' },
  };
  expect(
    refusals(document({ Sid: 'X', Action: ['a:B', 'a:C*'], Resource: ['*'], Condition }), identityPolicySchema),
  ).toEqual([]);
});
