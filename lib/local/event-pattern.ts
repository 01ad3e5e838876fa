import { z } from 'zod';
import type { Json, JsonObject } from './service.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** The operators that the local bus knows; any other is refused when the rule is read. */
const matcher = z.union([
  scalar,
  z.strictObject({ prefix: z.string() }),
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ 'anything-but': z.union([scalar, z.array(scalar), z.strictObject({ prefix: z.string() })]) }),
]);
type Matcher = z.infer<typeof matcher>;

/**
 * The event pattern of a rule: for each field the values that match, nested like the event itself.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export interface EventPattern {
  readonly [field: string]: readonly Matcher[] | EventPattern;
}

export const eventPatternSchema: z.ZodType<EventPattern> = z.lazy(() =>
  z.record(
    z.string().refine((name) => !name.startsWith('$'), 'operators on patterns ($or) are unknown to the local cloud'),
    z.union([z.array(matcher).min(1), eventPatternSchema]),
  ),
);

/** Whether every field of the pattern has one of its values in the event. */
export function matchesPattern(pattern: EventPattern, event: JsonObject): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const value = event[field];
    if (isMatchers(wanted)) return wanted.some((each) => matches(each, value));
    return matchesPattern(wanted, isObject(value) ? value : {});
  });
}

function matches(wanted: Matcher, value: Json | undefined): boolean {
  // A pattern matches an array when it matches one of its elements.
  if (Array.isArray(value)) return value.some((element) => matches(wanted, element));
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if ('exists' in wanted) return wanted.exists === (value !== undefined);
  if ('prefix' in wanted) return typeof value === 'string' && value.startsWith(wanted.prefix);
  if (value === undefined) return false;
  const excluded = wanted['anything-but'];
  if (typeof excluded === 'object' && excluded !== null && 'prefix' in excluded) return !matches(excluded, value);
  return ![excluded].flat().some((each) => value === each);
}

function isMatchers(wanted: readonly Matcher[] | EventPattern): wanted is readonly Matcher[] {
  return Array.isArray(wanted);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
