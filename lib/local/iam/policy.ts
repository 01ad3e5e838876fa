import { actionPattern, arnPattern, equalPattern, likePattern, type Pattern } from './pattern.ts';
import { type Operator, operators, type PolicyDocument } from './policy-schema.ts';

/** One line of a condition: a key, and the values that it may have. */
export interface Condition {
  readonly operator: Operator;
  readonly key: string;
  readonly values: readonly Pattern[];
}

/** A statement of a policy, compiled. */
export interface Statement {
  /** Where it stands: the policy's name and the statement's number or Sid. */
  readonly path: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly Pattern[];
  readonly resources: readonly Pattern[];
  readonly conditions: readonly Condition[];
  /** `undefined` in a role's own policy: there the role is who. */
  readonly principals: Principals | undefined;
}

/** Whom a statement of a resource's policy is about. */
export interface Principals {
  readonly anybody: boolean;
  /** ARNs of IAM. */
  readonly aws: readonly string[];
  /** `sns.amazonaws.com` and its like. */
  readonly services: readonly string[];
}

/** @param name stands before the path of each statement */
export function compilePolicy(name: string, { Statement: statements }: PolicyDocument): readonly Statement[] {
  return statements.map((statement, index) => ({
    path: `${name} ${statement.Sid ?? `statement ${index + 1}`}`,
    effect: statement.Effect,
    actions: statement.Action.map(actionPattern),
    // A trust policy is about its own role, and names no resource.
    resources: 'Resource' in statement ? statement.Resource.map(arnPattern) : [arnPattern('*')],
    conditions: operators.flatMap((operator) =>
      Object.entries(statement.Condition[operator] ?? {}).map(([key, values]) => ({
        operator,
        key,
        values: values.map(patternOf[operator]),
      })),
    ),
    principals: 'Principal' in statement ? principalsOf(statement.Principal) : undefined,
  }));
}

const patternOf: Readonly<Record<Operator, (text: string) => Pattern>> = {
  StringEquals: equalPattern,
  'ForAllValues:StringLike': likePattern,
  // AWS treats both alike. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
  ArnEquals: arnPattern,
  ArnLike: arnPattern,
  Bool: equalPattern,
};

function principalsOf(
  principal: '*' | { readonly AWS?: readonly string[] | undefined; readonly Service?: readonly string[] | undefined },
): Principals {
  if (principal === '*') return { anybody: true, aws: [], services: [] };
  const { AWS = [], Service = [] } = principal;
  return { anybody: AWS.includes('*'), aws: AWS, services: Service };
}
