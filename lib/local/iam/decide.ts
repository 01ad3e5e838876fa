import type { Condition, Statement } from './policy.ts';

/** What a call tells of itself beside action and resource: each key with its values. */
export type Context = Readonly<Record<string, readonly string[]>>;

/** One question to IAM. A call asks one or more of them, and each has to be allowed. */
export interface AccessRequest {
  /** `service:Action`. */
  readonly action: string;
  /** An ARN; `*` for an action that knows no resource, which a statement about any one resource does not allow. */
  readonly resource: string;
  readonly context?: Context;
  /** The call that asks. @default the action itself */
  readonly call?: string;
}

/** The part of a statement that a request has met. */
export interface Match {
  readonly statement: Statement;
  /** The statement's own text, with its wildcards. */
  readonly action: string;
  readonly resource: string;
  /** Of its conditions the values that held: `key value`. */
  readonly values: readonly string[];
}

export type Decision =
  | { readonly allowed: true; readonly by: Match }
  | { readonly allowed: false; readonly reason: 'explicit-deny'; readonly by: Match }
  | { readonly allowed: false; readonly reason: 'implicit-deny' };

/**
 * Whether some statements allow a request: a Deny that matches wins, then an Allow; nothing else does.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide(statements: readonly Statement[], request: AccessRequest): Decision {
  let allowed: Match | undefined;
  for (const statement of statements) {
    if (statement.effect === 'Allow' && allowed !== undefined) continue;
    const by = match(statement, request);
    if (by === undefined) continue;
    if (statement.effect === 'Deny') return { allowed: false, reason: 'explicit-deny', by };
    allowed = by;
  }
  return allowed === undefined ? { allowed: false, reason: 'implicit-deny' } : { allowed: true, by: allowed };
}

function match(statement: Statement, { action, resource, context = {} }: AccessRequest): Match | undefined {
  const byAction = statement.actions.find((pattern) => pattern.matches(action));
  if (byAction === undefined) return undefined;
  const byResource = statement.resources.find((pattern) => pattern.matches(resource));
  if (byResource === undefined) return undefined;
  const values: string[] = [];
  for (const condition of statement.conditions) {
    const held = valuesThatHold(condition, context[condition.key]);
    if (held === undefined) return undefined;
    values.push(...held.map((value) => `${condition.key} ${value}`));
  }
  return { statement, action: byAction.text, resource: byResource.text, values };
}

/**
 * The values of a condition that the context's own have met; `undefined` when the condition does not hold. All keys have
 * to hold, of a key's values any one. Without the key nothing holds but ForAllValues.
 */
function valuesThatHold({ operator, values }: Condition, given: readonly string[] = []): string[] | undefined {
  const met = given.map((each) => values.find((pattern) => pattern.matches(each))?.text);
  const found = met.filter((text) => text !== undefined);
  const holds = operator === 'ForAllValues:StringLike' ? found.length === met.length : found.length > 0;
  return holds ? [...new Set(found)] : undefined;
}
