interface Statement {
  readonly Action: string | readonly string[];
}

interface Policies {
  readonly Resources: Readonly<
    Record<string, { readonly Properties?: { PolicyDocument?: { Statement: readonly Statement[] } } }>
  >;
}

/**
 * A copy of a template in which a policy does not grant some actions any more.
 * @param policy which the policy's logical id contains
 * @throws {Error} when it has granted none of them
 */
export function withoutGrant(template: unknown, policy: string, ...actions: readonly string[]): unknown {
  const copy = structuredClone(template) as Policies;
  let removed = 0;
  for (const [id, { Properties }] of Object.entries(copy.Resources)) {
    const document = Properties?.PolicyDocument;
    if (!id.includes(policy) || !document) continue;
    document.Statement = document.Statement.flatMap((statement) => {
      const all = [statement.Action].flat();
      const Action = all.filter((action) => !actions.includes(action));
      removed += all.length - Action.length;
      return Action.length > 0 ? [{ ...statement, Action }] : [];
    });
  }
  if (removed === 0) throw new Error(`No policy like "${policy}" grants ${actions.join(' or ')}; nothing was removed.`);
  return copy;
}
