import { type Baselines, baselinesOf } from './baseline.ts';
import { type CheckResult, judge } from './judge.ts';
import type { PlanCheck } from './plan.ts';
import { readStepOutput, type StepOutput } from './result-line.ts';

/** One host's part in a command, as SSM reports it. */
export interface Invocation {
  readonly host: string;
  /** The host's name, or its id where it has none. */
  readonly name: string;
  /** `StatusDetails`, as spelled by SSM. */
  readonly status: string;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly name: string;
  readonly status: string;
  /** At most 2,500 characters: stdout, then `----------ERROR-------`, then stderr. */
  readonly output: string;
}

/** What a round knows of one host. `lost`: it was expected to answer and did not, and why. */
export type HostReport =
  | { readonly kind: 'answered'; readonly host: string; readonly name: string; readonly results: CheckResults }
  | { readonly kind: 'lost'; readonly host: string; readonly name: string; readonly reason: string }
  | { readonly kind: 'pending'; readonly host: string; readonly name: string };

/** Results by check id. */
export type CheckResults = Readonly<Record<string, CheckResult>>;

const answeredStatuses = new Set(['Success', 'Failed', 'ExecutionTimedOut', 'TimedOut']);
const pendingStatuses = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

/**
 * Why a host did not answer, by the status that SSM gives.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
 */
const lossReasons: Readonly<Record<string, string>> = {
  DeliveryTimedOut: 'the command was not delivered in time: the agent does not answer',
  Undeliverable: 'the command cannot be delivered: the host is gone or its agent does not answer',
  Terminated: 'SSM ended the command before it reached the host, because of errors on other hosts',
  Cancelled: 'the command was cancelled',
  InvalidPlatform: 'the document does not run on the platform of this host',
  AccessDenied: 'the host or its role is not allowed to run the command',
  RateExceeded: 'SSM cancelled the command: rate exceeded',
};

/** SSM spells the same status with and without spaces. */
export function normalizeStatus(status: string): string {
  return status.replaceAll(' ', '');
}

/**
 * Reads one host's answers to some checks.
 * @param final nothing more will come: what is still pending is lost.
 */
export function readInvocation(
  invocation: Invocation,
  checks: readonly (readonly [id: string, check: PlanCheck])[],
  nonce: string,
  final: boolean,
  baselines?: Baselines,
): HostReport {
  const { host, name } = invocation;
  const status = normalizeStatus(invocation.status);
  if (answeredStatuses.has(status)) {
    const results = checks.flatMap(([id, check]) => {
      if (check.source.kind !== 'host') return [];
      const { thresholds, timeoutSeconds } = check.source;
      const step = readStep(invocation, id, nonce);
      return [[id, judge(step, thresholds, timeoutSeconds, baselinesOf(id, check, baselines))]];
    });
    return { kind: 'answered', host, name, results: Object.fromEntries(results) };
  }
  if (!final && (pendingStatuses.has(status) || !Object.hasOwn(lossReasons, status)))
    return { kind: 'pending', host, name };
  return { kind: 'lost', host, name, reason: lossOf(invocation.status, status) };
}

function lossOf(spelled: string, status: string): string {
  const known = Object.hasOwn(lossReasons, status) && lossReasons[status];
  if (known) return known;
  if (pendingStatuses.has(status)) return `the host had not finished when the round's time was over (${spelled})`;
  return `SSM reports the status '${spelled}', which Rounds does not know`;
}

function readStep(invocation: Invocation, check: string, nonce: string): StepOutput {
  const step = invocation.steps.find((candidate) => candidate.name === check);
  if (!step) return { kind: 'unreadable', reason: 'SSM reports no such step for this host' };
  const output = readStepOutput(step.output, nonce);
  if (output.kind === 'finished') return output;
  const status = normalizeStatus(step.status);
  if (/^(Execution)?TimedOut$/.test(status)) {
    return { kind: 'unreadable', reason: 'SSM stopped the step at its time-out' };
  }
  if (pendingStatuses.has(status)) return { kind: 'unreadable', reason: `the step has not finished (${step.status})` };
  return output;
}
