import type { ResultStatus } from '../agent/agent.ts';

/** `Status` and `StatusDetails` of a command or an invocation, spelt as they come over the wire. */
export interface WireStatus {
  readonly status: 'Pending' | 'InProgress' | 'Cancelling' | 'Success' | 'Failed' | 'TimedOut' | 'Cancelled';
  readonly details: string;
}

export const pending: WireStatus = { status: 'Pending', details: 'Pending' };
export const inProgress: WireStatus = { status: 'InProgress', details: 'InProgress' };
export const cancelling: WireStatus = { status: 'Cancelling', details: 'Cancelling' };
export const cancelled: WireStatus = { status: 'Cancelled', details: 'Cancelled' };
export const failed: WireStatus = { status: 'Failed', details: 'Failed' };
export const succeeded: WireStatus = { status: 'Success', details: 'Success' };
export const deliveryTimedOut: WireStatus = { status: 'TimedOut', details: 'DeliveryTimedOut' };
export const executionTimedOut: WireStatus = { status: 'TimedOut', details: 'ExecutionTimedOut' };
/** Not sent, because other hosts had failed more often than MaxErrors allows. */
export const terminated: WireStatus = { status: 'Cancelled', details: 'Terminated' };
/** AWS calls a command that no host matched a success: one more reason never to read health from it. */
export const noInstances: WireStatus = { status: 'Success', details: 'NoInstancesInTag' };
/** Attempted everywhere, neither all well nor enough errors for Failed. Its Status was not seen on AWS (?). */
export const incomplete: WireStatus = { status: 'Failed', details: 'Incomplete' };

export function isFinal({ status }: WireStatus): boolean {
  return status !== 'Pending' && status !== 'InProgress' && status !== 'Cancelling';
}

/** Failed and Execution Timed Out count against MaxErrors; Delivery Timed Out does not. */
export function isError(status: WireStatus): boolean {
  return status.details === failed.details || status.details === executionTimedOut.details;
}

export function statusOfResult(result: ResultStatus): WireStatus {
  switch (result) {
    case 'Success':
      return succeeded;
    case 'Failed':
      return failed;
    case 'TimedOut':
      return executionTimedOut;
    case 'Cancelled':
      return cancelled;
  }
}

/**
 * Status of a command all of whose invocations are final.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
 */
export function finalCommandStatus(invocations: readonly WireStatus[], maxErrors: number): WireStatus {
  if (invocations.length === 0) return noInstances;
  const count = (wanted: WireStatus): number => invocations.filter(({ details }) => details === wanted.details).length;
  const enough = Math.max(1, maxErrors);
  if (count(succeeded) === invocations.length) return succeeded;
  if (count(failed) > 0 && count(failed) + count(executionTimedOut) >= enough) return failed;
  if (count(executionTimedOut) >= enough) return executionTimedOut;
  if (count(deliveryTimedOut) >= enough) return deliveryTimedOut;
  if (count(cancelled) + count(succeeded) === invocations.length) return cancelled;
  return incomplete;
}
