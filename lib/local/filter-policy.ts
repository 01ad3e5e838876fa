import { z } from 'zod';

/**
 * A subscription's filter policy on message attributes: exact strings only. Every attribute that the policy names must
 * be there with one of the values. Other operators are refused when the policy is read.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export const filterPolicySchema = z.record(z.string(), z.array(z.string()).min(1));
export type FilterPolicy = z.infer<typeof filterPolicySchema>;

/** @param attributes message attributes; a `String.Array` has several values. */
export function matchesFilter(policy: FilterPolicy, attributes: Readonly<Record<string, readonly string[]>>): boolean {
  return Object.entries(policy).every(([name, accepted]) =>
    (attributes[name] ?? []).some((value) => accepted.includes(value)),
  );
}
