import type { Decided, LocalIam } from './local-iam.ts';
import type { Statement } from './policy.ts';

/** One thing that a role may do: an action of a statement on one of its resources. */
export interface Grant {
  /** Name of the role. */
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  /** The values that its conditions ask for; of several of one key a call meets one, or some. */
  readonly values: readonly GrantedValue[];
  /** The calls that have used it, by the part of the scenario in which each did so first. */
  readonly uses: ReadonlyMap<string, string>;
}

export interface GrantedValue {
  readonly key: string;
  readonly value: string;
  /** The part of the scenario in which a call met it first. */
  readonly usedIn: string | undefined;
}

interface Kept extends Grant {
  readonly values: { readonly key: string; readonly value: string; usedIn: string | undefined }[];
  readonly uses: Map<string, string>;
}

/** Holds everything that the roles of a cloud may do against what they do from now on. */
export class GrantReport {
  /** What happens at the moment, in words. */
  part = '';
  readonly #byStatement = new Map<Statement, Kept[]>();

  constructor(iam: LocalIam) {
    for (const { name, statements } of iam.roles) {
      for (const statement of statements) {
        if (statement.effect === 'Allow') this.#byStatement.set(statement, grantsOf(name, statement));
      }
    }
    iam.onDecision((decided) => this.#note(decided));
  }

  get grants(): readonly Grant[] {
    return [...this.#byStatement.values()].flat();
  }

  /** What nothing has used. */
  get unused(): readonly Grant[] {
    return this.grants.filter(
      ({ uses, values }) => uses.size === 0 || values.some(({ usedIn }) => usedIn === undefined),
    );
  }

  #note({ request, decision }: Decided): void {
    if (!decision.allowed) return;
    const { statement, action, resource, values } = decision.by;
    const grant = this.#byStatement
      .get(statement)
      ?.find((each) => each.action === action && each.resource === resource);
    if (grant === undefined) return;
    const call = request.call ?? request.action;
    if (!grant.uses.has(call)) grant.uses.set(call, this.part);
    for (const each of grant.values) if (values.includes(`${each.key} ${each.value}`)) each.usedIn ??= this.part;
  }
}

function grantsOf(role: string, { actions, resources, conditions }: Statement): Kept[] {
  const asked = conditions.flatMap(({ key, values }) => values.map(({ text }) => ({ key, value: text })));
  return actions.flatMap((action) =>
    resources.map((resource) => ({
      role,
      action: action.text,
      resource: resource.text,
      values: asked.map((each) => ({ ...each, usedIn: undefined })),
      uses: new Map(),
    })),
  );
}
