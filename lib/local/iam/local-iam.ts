import { type AccessRequest, type Context, type Decision, decide, type Match } from './decide.ts';
import { compilePolicy, type Principals, type Statement } from './policy.ts';
import type { PolicyDocument } from './policy-schema.ts';

/** Who asks: a function by its role, or a service of AWS for itself. */
export type Principal =
  | {
      readonly kind: 'role';
      /** ARN of the role. */
      readonly role: string;
      /** What the role is taken on for: the name of a function or a schedule. */
      readonly session: string;
    }
  | {
      readonly kind: 'service';
      /** `events.amazonaws.com` and its like. */
      readonly service: string;
      /** ARN of the rule, alarm or schedule for which the service asks. */
      readonly source: string;
    };

export interface Role {
  readonly arn: string;
  readonly name: string;
  readonly trust: readonly Statement[];
  /** Of all its policies. */
  readonly statements: Statement[];
}

/** A decision as those hear of it who listen. */
export interface Decided {
  readonly principal: Principal;
  readonly request: AccessRequest;
  readonly decision: Decision;
}

/** The refusals that are kept; the oldest go first. */
const maximumRefusals = 1_000;

/** The calls of the local cloud stay on this machine; those of the same functions on AWS go by TLS. */
const always: Context = { 'aws:SecureTransport': ['true'] };

/** The roles and policies of a template, and what they allow: AWS's rules within one account. */
export class LocalIam {
  readonly #accountId: string;
  readonly #roles = new Map<string, Role>();
  /** By the ARN of the resource. */
  readonly #resourcePolicies = new Map<string, readonly Statement[]>();
  readonly #listeners = new Set<(decided: Decided) => void>();
  #refusals: Decided[] = [];

  constructor({ accountId }: { readonly accountId: string }) {
    this.#accountId = accountId;
  }

  get roles(): readonly Role[] {
    return [...this.#roles.values()];
  }

  /** What was refused, the newest last: also what AWS does in a function's name and tells nobody of. */
  get refusals(): readonly Decided[] {
    return this.#refusals;
  }

  /** Calls `listener` at each decision from now on. Returns what ends it. */
  onDecision(listener: (decided: Decided) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  addRole(name: string, arn: string, trust: PolicyDocument): void {
    this.#roles.set(arn, { arn, name, trust: compilePolicy(name, trust), statements: [] });
  }

  /** @throws {Error} when there is no such role */
  attachPolicy(roleName: string, policyName: string, document: PolicyDocument): void {
    const role = this.roles.find(({ name }) => name === roleName);
    if (role === undefined) throw new Error(`policy ${policyName}: there is no role ${roleName} in the template`);
    role.statements.push(...compilePolicy(policyName, document));
  }

  setResourcePolicy(resource: string, policyName: string, document: PolicyDocument): void {
    this.#resourcePolicies.set(resource, compilePolicy(policyName, document));
  }

  /** @throws {Error} when a service may not take the role on: AWS refuses to make what would need it to */
  requireTrust(roleArn: string, service: string, source: string): void {
    const role = this.#roles.get(roleArn);
    if (role === undefined) throw new Error(`${source}: there is no role ${roleArn} in the template`);
    const principal: Principal = { kind: 'service', service, source };
    const about = role.trust.filter(({ principals }) => isAbout(principals, principal));
    if (decide(about, this.#completed(principal, { action: 'sts:AssumeRole', resource: roleArn })).allowed) return;
    throw new Error(
      `${source}: its role ${role.name} cannot be assumed by ${service}; its trust policy does not say so`,
    );
  }

  /** Whether a request is allowed: the same as `decide`. */
  allows(principal: Principal, request: AccessRequest): boolean {
    return this.decide(principal, request).allowed;
  }

  decide(principal: Principal, request: AccessRequest): Decision {
    const decision = this.#decide(principal, this.#completed(principal, request));
    const decided = { principal, request, decision };
    if (!decision.allowed) this.#keep(decided);
    for (const listener of this.#listeners) listener(decided);
    return decision;
  }

  /**
   * A role needs its own policy or the resource's, and no denial in either; a service needs the resource's. A key's own
   * policy has to admit the account, whatever the role's says.
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-non-req-context.html
   */
  #decide(principal: Principal, request: AccessRequest): Decision {
    const policy = this.#resourcePolicies.get(request.resource) ?? [];
    const byResource = decide(
      policy.filter(({ principals }) => isAbout(principals, principal)),
      request,
    );
    if (principal.kind === 'service' || isDenial(byResource)) return byResource;
    const byRole = decide(this.#roles.get(principal.role)?.statements ?? [], request);
    if (isDenial(byRole) || byResource.allowed) return isDenial(byRole) ? byRole : byResource;
    if (!request.action.startsWith('kms:') || !byRole.allowed) return byRole;
    const account = `arn:aws:iam::${this.#accountId}:root`;
    const admitsAccount = decide(
      policy.filter(({ principals }) => principals?.aws.includes(account)),
      request,
    );
    return admitsAccount.allowed ? byRole : admitsAccount;
  }

  #completed(principal: Principal, request: AccessRequest): AccessRequest {
    const source: Context =
      principal.kind === 'role' ? {} : { 'aws:SourceArn': [principal.source], 'aws:SourceAccount': [this.#accountId] };
    return { ...request, context: { ...always, ...source, ...request.context } };
  }

  #keep(refused: Decided): void {
    this.#refusals.push(refused);
    if (this.#refusals.length > maximumRefusals) this.#refusals = this.#refusals.slice(-maximumRefusals / 2);
  }
}

/** The account's own ARN is not about a role: it leaves the decision to the role's policy. */
function isAbout(principals: Principals | undefined, principal: Principal): boolean {
  if (principals === undefined) return false;
  if (principals.anybody) return true;
  return principal.kind === 'role'
    ? principals.aws.includes(principal.role)
    : principals.services.includes(principal.service);
}

function isDenial(decision: Decision): decision is Extract<Decision, { reason: 'explicit-deny'; by: Match }> {
  return !decision.allowed && decision.reason === 'explicit-deny';
}
