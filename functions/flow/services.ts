import type { Metrics } from '../adapters/cloudwatch.ts';
import type { Table } from '../adapters/dynamodb.ts';
import type { Topics } from '../adapters/sns.ts';
import type { RunCommand } from '../adapters/ssm.ts';
import type { Plan } from '../core/plan.ts';
import { type Lease, retentionDays } from '../core/round.ts';
import { isoOf } from '../core/time.ts';
import type { Journal } from './journal.ts';

/** All that a handler works with: the plan, the four services, and what only the outside can give. */
export interface Services {
  readonly plan: Plan;
  /** Document name by routine id. */
  readonly documents: Readonly<Record<string, string>>;
  readonly table: Table;
  readonly commands: RunCommand;
  readonly topics: Topics;
  readonly metrics: Metrics;
  readonly journal: Journal;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** 32 random hexadecimal digits. */
  readonly newNonce: () => string;
  /** Names this invocation in leases. */
  readonly owner: string;
}

/** Whether somebody else works on an item now. */
export function isHeld(lease: Lease | undefined, { owner, now }: Services): boolean {
  return lease !== undefined && lease.owner !== owner && lease.until > isoOf(now());
}

export function newLease({ owner, now }: Services, ms: number): Lease {
  return { owner, until: isoOf(now() + ms) };
}

/** When what a round leaves behind may be forgotten. */
export function expiry({ now }: Services): { readonly expiresAt: number } {
  return { expiresAt: Math.ceil(now() / 1_000) + retentionDays * 86_400 };
}
