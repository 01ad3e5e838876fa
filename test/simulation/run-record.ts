import type { Key } from '../../functions/adapters/dynamodb.ts';
import type { Fault } from './faults.ts';
import type { Written } from './memory-dynamodb.ts';
import type { Accepted } from './memory-sns.ts';

export type FunctionName = 'dispatch' | 'collect' | 'tick' | 'person';

/** One invocation of a function, or one command that a person gave. */
export interface InvocationRecord {
  readonly id: number;
  readonly name: FunctionName;
  readonly input: unknown;
  readonly startedAt: number;
  /** How far its clock is wrong, in milliseconds. */
  readonly skewMs: number;
  /** How long it reads pages of answers. */
  readonly readMs: number;
  outcome: 'under way' | 'done' | 'threw' | 'killed';
  error?: string;
  endedAt?: number;
  /** Failures of Rounds itself that it has logged. */
  failures: number;
  /** Failures that the metric has counted for it. */
  reported: number;
}

/** A call, in the order in which they were done; `isApplied`: the service did what it was asked. */
export interface CallRecord {
  readonly number: number;
  readonly at: number;
  readonly invocation: InvocationRecord;
  readonly operation: string;
  readonly fault: Fault | undefined;
  readonly isApplied: boolean;
  /** What it was about: the alert that was read, where the call was such a read; all alerts where `sk` is missing. */
  readonly read?: { readonly pk: string; readonly sk?: string };
}

/** A write that the table has taken. */
export interface WriteRecord extends Written {
  readonly call: number;
  readonly at: number;
  readonly invocation: InvocationRecord;
}

/** A publish that SNS has taken. */
export interface PublishRecord extends Accepted {
  readonly call: number;
  readonly at: number;
  readonly invocation: InvocationRecord;
  readonly fault: Fault | undefined;
}

/** Everything that happened in a run. */
export interface RunRecord {
  readonly calls: CallRecord[];
  readonly invocations: InvocationRecord[];
  readonly writes: WriteRecord[];
  readonly publishes: PublishRecord[];
  /** What a person would read to understand the run, by time. */
  readonly timeline: { readonly at: number; readonly text: string }[];
}

export function newRecord(): RunRecord {
  return { calls: [], invocations: [], writes: [], publishes: [], timeline: [] };
}

export function keyText({ pk, sk }: Key): string {
  return `${pk} ${sk}`;
}
