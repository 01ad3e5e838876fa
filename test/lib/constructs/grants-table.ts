import type { Grant } from '../../../lib/local/iam/grants.ts';

const head = `# Grants

Everything that a role of Rounds may do, and a call that has used it: made by \`test/lib/constructs/grants.test.ts\`, which
lets one platform live through a morning in the local cloud. The local cloud evaluates the policies of the template as
AWS does and refuses whatever they do not allow, so no role lacks anything of what it did there; a grant that nothing uses
fails the test, unless a reason stands for it below. Only roles are listed: what AWS's own services may put into queues and
topics stands in the policies of these, and is asked as well, but for the dead letters of SNS, which fails nowhere here.

Names are the template's, without the hash at their end. \`Contacts...\` are one topic a contact, \`Documents...\` one
document a routine.
`;

/**
 * @param unused reasons for what nothing uses, by the role and the action
 * @returns the page, in markdown
 */
export function grantsTable(grants: readonly Grant[], unused: ReadonlyMap<string, string>): string {
  const roles = [...new Set(grants.map(({ role }) => role))];
  const sections = roles.map((role) => {
    return section(
      readable(role),
      grants.filter((grant) => grant.role === role),
      unused,
    );
  });
  return [head, ...sections].join('\n');
}

/** Where a grant stands among the reasons. */
export function grantName({ role, action }: Pick<Grant, 'role' | 'action'>): string {
  return `${readable(role)} ${action}`;
}

function section(role: string, grants: readonly Grant[], unused: ReadonlyMap<string, string>): string {
  const rows = grants.map((grant) => {
    const used = usesOf(grant).join('<br>') || `not used: ${unused.get(grantName(grant)) ?? 'no reason is given'}`;
    return `| \`${grant.action}\` | \`${readable(grant.resource)}\` | ${conditionOf(grant)} | ${used} |`;
  });
  return [`## ${role}`, '', '| may | on | only where | used by |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

function conditionOf({ values }: Grant): string {
  const keys = [...new Set(values.map(({ key }) => key))];
  return keys
    .map(
      (key) =>
        `\`${key}\` is ${code(values.filter((each) => each.key === key).map(({ value }) => value)).join(' or ')}`,
    )
    .join('<br>');
}

/** The parts of the scenario in which a grant was used first; where a call meets one value of several, each of them. */
function usesOf({ action, uses, values }: Grant): string[] {
  const firsts = [...uses].map(([call, part]) => (call === action ? part : `\`${call}\` in ${part}`));
  const later = [...new Set(values.map(({ usedIn }) => usedIn))].filter((part) => part && !firsts.includes(part));
  return [...firsts, ...later].map((part) => {
    const met = values.filter(({ usedIn }) => usedIn === part).map(({ value }) => value);
    return met.length === 0 || met.length === values.length ? String(part) : `${part}: ${code(met).join(', ')}`;
  });
}

function code(texts: readonly string[]): string[] {
  return texts.map((text) => `\`${text}\``);
}

/** An ARN without account and region, names without the stack's and without the hash. */
export function readable(text: string): string {
  return text.replace(/^arn:aws:(\w+):[^:]*:[^:]*:/, '$1 ').replaceAll(/Rounds-(\w+?)[0-9A-F]{8}(?!\w)/g, '$1');
}
