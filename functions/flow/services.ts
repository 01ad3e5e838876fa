import type { Metrics } from '../adapters/cloudwatch.ts';
import type { Table } from '../adapters/dynamodb.ts';
import type { Topics } from '../adapters/sns.ts';
import type { RunCommand } from '../adapters/ssm.ts';
import type { Plan } from '../core/plan.ts';
import { type Lease, retentionDays } from '../core/round.ts';
import { isoOf } from '../core/time.ts';
import type { Journal } from './journal.ts';

/** The records and the clock: all that is needed for what a person does to them. */
export interface Records {
  readonly table: Table;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What a handler works with that shows or changes the records, and calls no other service. */
export interface RecordServices extends Records {
  readonly plan: Plan;
  readonly journal: Journal;
}

/** What a handler works with that tells people as well. */
export interface TellingServices extends RecordServices {
  readonly topics: Topics;
  readonly metrics: Metrics;
  /** Names this invocation in leases. */
  readonly owner: string;
}

/** All that a handler can work with: the plan, the four services, and what only the outside can give. */
export interface Services extends TellingServices {
  /** Document name by routine id. */
  readonly documents: Readonly<Record<string, string>>;
  readonly commands: RunCommand;
  /** 32 random hexadecimal digits. */
  readonly newNonce: () => string;
  /** Epoch milliseconds from which on this invocation begins to read no more pages. */
  readonly readUntil: number;
  /** Lets so many milliseconds pass. */
  readonly wait: (ms: number) => Promise<void>;
}

/** Whether somebody else works on an item now. */
export function isHeld(lease: Lease | undefined, { owner, now }: Pick<TellingServices, 'owner' | 'now'>): boolean {
  return lease !== undefined && lease.owner !== owner && lease.until > isoOf(now());
}

export function newLease({ owner, now }: Pick<TellingServices, 'owner' | 'now'>, ms: number): Lease {
  return { owner, until: isoOf(now() + ms) };
}

/** When what a round, or a person, leaves behind may be forgotten. */
export function expiry({ now }: Pick<Records, 'now'>): { readonly expiresAt: number } {
  return { expiresAt: Math.ceil(now() / 1_000) + retentionDays * 86_400 };
}
