import { z } from 'zod';

/**
 * The part of the policy language that Rounds' templates use. Whatever else stands in a policy is refused by its path
 * when the template is read: an evaluator that passed over it would allow what AWS refuses, or the other way round.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */

const noVariable = (text: string) => !text.includes('${');
const variableRefused = 'policy variables are not evaluated; write the value itself';

const oneOrMany = <T extends z.ZodType<string>>(each: T) =>
  z.union([each.transform((only) => [only]), z.array(each).min(1)], {
    error: (issue) => firstProblem(issue.errors) ?? 'expected a text, or a list of texts',
  });

/** Says what is wrong with the text, and not that it is no list either. */
function firstProblem(errors: readonly (readonly z.core.$ZodIssue[])[] | undefined): string | undefined {
  return errors?.flat().find(({ code }) => code !== 'invalid_type')?.message;
}

const action = z.string().regex(/^(\*|[a-z0-9-]+:[\w*?]+)$/i, 'expected service:Action, or *');
const resource = z
  .string()
  .regex(/^(\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:.+)$/s, 'expected an ARN of six parts, or *')
  .refine(noVariable, variableRefused);
const conditionValue = z.string().refine(noVariable, variableRefused);

/** The files `*-requests.ts` say which a call has; those of `aws:` come from `local-iam.ts`. */
const knownKeys = [
  'aws:SecureTransport',
  'aws:SourceAccount',
  'aws:SourceArn',
  'cloudwatch:namespace',
  'dynamodb:LeadingKeys',
];
const knownKeyPrefix = 'ssm:resourceTag/';

const conditionsByKey = z.record(z.string(), oneOrMany(conditionValue)).superRefine((byKey, context) => {
  for (const key of Object.keys(byKey)) {
    if (knownKeys.includes(key) || key.startsWith(knownKeyPrefix)) continue;
    const message = `the local cloud does not know this condition key, only ${knownKeys.join(', ')}, ${knownKeyPrefix}*`;
    context.addIssue({ code: 'custom', path: [key], message });
  }
});

export const operators = ['StringEquals', 'ForAllValues:StringLike', 'ArnEquals', 'ArnLike', 'Bool'] as const;

export type Operator = (typeof operators)[number];

const condition = z.strictObject({
  StringEquals: conditionsByKey.optional(),
  'ForAllValues:StringLike': conditionsByKey.optional(),
  ArnEquals: conditionsByKey.optional(),
  ArnLike: conditionsByKey.optional(),
  Bool: conditionsByKey.optional(),
} satisfies Record<Operator, unknown>);

const anyPrincipal = z.literal('*');
const principal = z.union([
  anyPrincipal,
  z.strictObject({
    AWS: oneOrMany(anyPrincipal.or(z.string().startsWith('arn:aws:iam::'))).optional(),
    Service: oneOrMany(z.string().endsWith('.amazonaws.com')).optional(),
  }),
]);

const common = {
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMany(action),
  Condition: condition.default({}),
};

interface AboutPrincipals {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal: z.output<typeof principal>;
}

/** An Allow of the account leaves the decision to the policy of the role; a Deny of it is about every role. */
function isEvaluated({ Effect, Principal }: AboutPrincipals): boolean {
  const arns = Principal === '*' ? [] : (Principal.AWS ?? []);
  return Effect === 'Allow' || !arns.some((arn) => arn.endsWith(':root'));
}

const accountRefused = {
  path: ['Principal', 'AWS'],
  message: 'a Deny of the account, and so of all its roles, is not evaluated; name the roles, or *',
};

function document<T extends z.ZodType>(statement: T) {
  return z.strictObject({ Version: z.literal('2012-10-17'), Statement: z.array(statement).min(1) });
}

/** Of a role: what it may do. */
export const identityPolicySchema = document(z.strictObject({ ...common, Resource: oneOrMany(resource) }));

/** Of a queue, a topic or a key: who may do what with it. */
export const resourcePolicySchema = document(
  z
    .strictObject({ ...common, Principal: principal, Resource: oneOrMany(resource) })
    .refine(isEvaluated, accountRefused),
);

/** Of a role: who may take it on. */
export const trustPolicySchema = document(
  z.strictObject({ ...common, Principal: principal }).refine(isEvaluated, accountRefused),
);

export type PolicyDocument = z.output<
  typeof identityPolicySchema | typeof resourcePolicySchema | typeof trustPolicySchema
>;
