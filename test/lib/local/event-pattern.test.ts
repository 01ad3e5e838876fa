import { describe, expect, it } from 'vitest';
import { eventPatternSchema, matchesPattern } from '../../../lib/local/event-pattern.ts';

const event = { source: 'aws.ssm', detail: { status: 'TimedOut', code: 3, tags: ['a', 'b'] } };

describe('an event pattern', () => {
  it.each([
    { pattern: { source: ['aws.ssm'] }, matches: true },
    { pattern: { source: ['aws.ec2', 'aws.ssm'], detail: { code: [3] } }, matches: true },
    { pattern: { source: ['aws.ssm'], detail: { code: ['3'] } }, matches: false },
    { pattern: { detail: { tags: ['b'] } }, matches: true },
    { pattern: { detail: { status: [{ prefix: 'Timed' }] } }, matches: true },
    { pattern: { detail: { status: [{ prefix: 'Out' }] } }, matches: false },
    { pattern: { detail: { status: [{ 'anything-but': 'Success' }] } }, matches: true },
    { pattern: { detail: { status: [{ 'anything-but': ['Success', 'TimedOut'] }] } }, matches: false },
    { pattern: { detail: { status: [{ 'anything-but': { prefix: 'Timed' } }] } }, matches: false },
    { pattern: { detail: { missing: [{ 'anything-but': 'x' }] } }, matches: false },
    { pattern: { detail: { missing: [{ exists: false }] } }, matches: true },
    { pattern: { detail: { status: [{ exists: true }] } }, matches: true },
    { pattern: { detail: { missing: { deeper: [{ exists: true }] } } }, matches: false },
  ])('$pattern: $matches', ({ pattern, matches }) => {
    expect(matchesPattern(eventPatternSchema.parse(pattern), event)).toBe(matches);
  });

  it.each([{ a: [{ numeric: ['>', 1] }] }, { a: [{ wildcard: '*' }] }, { $or: [{ a: ['b'] }] }, { a: [] }, { a: 'b' }])(
    'refuses what it does not know: %j',
    (pattern) => {
      expect(eventPatternSchema.safeParse(pattern).success).toBe(false);
    },
  );
});
