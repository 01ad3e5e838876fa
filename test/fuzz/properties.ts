import { eventProperties } from './event-properties.ts';
import { flowProperties } from './flow-properties.ts';
import { logProperties } from './log-properties.ts';
import type { Property } from './property.ts';
import { recordProperties } from './record-properties.ts';
import { resultProperties } from './result-properties.ts';
import { scriptProperties } from './script-properties.ts';
import { textProperties } from './text-properties.ts';

/** Everything that must hold, whatever hosts and callers try. */
export const properties: readonly Property[] = [
  ...resultProperties,
  ...textProperties,
  ...eventProperties,
  ...flowProperties,
  ...recordProperties,
  ...scriptProperties,
  ...logProperties,
];

/** How many cases each property gets: by its share, none more than it can have, and each at least one. */
export function casesOf(some: readonly Property[], cases: number): ReadonlyMap<Property, number> {
  const given = new Map<Property, number>();
  let left = cases;
  // Those that can have few leave the rest to the others.
  const bySize = [...some].sort(
    (one, other) => (one.most ?? Infinity) / one.share - (other.most ?? Infinity) / other.share,
  );
  let shares = bySize.reduce((sum, { share }) => sum + share, 0);
  for (const property of bySize) {
    const count = Math.max(1, Math.min(property.most ?? Infinity, Math.round((left * property.share) / shares)));
    given.set(property, count);
    left = Math.max(0, left - count);
    shares -= property.share;
  }
  return given;
}
