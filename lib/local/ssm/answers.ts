import type { StepResult } from '../agent/agent.ts';
import type { JsonObject } from '../service.ts';
import { type Command, type Invocation, stepResults } from './command.ts';
import { pingStatus } from './filters.ts';
import type { Host } from './host.ts';
import { inProgress, isError, isFinal, pending, statusOfResult } from './status.ts';

/** The shapes in which commands, invocations and hosts go over the wire. Dates of JSON 1.1 are epoch seconds. */

export function commandAnswer(command: Command): JsonObject {
  const { request, invocations, status } = command;
  const final = invocations.filter((invocation) => isFinal(invocation.status));
  return {
    ...heading(command),
    ExpiresAfter: epochSeconds(command.expiresAt),
    Parameters: Object.fromEntries(Object.entries(request.parameters).map(([name, value]) => [name, [value]])),
    InstanceIds: request.instanceIds,
    Targets: request.targets.map(({ Key, Values }) => ({ Key, Values })),
    Status: status.status,
    StatusDetails: status.details,
    OutputS3BucketName: '',
    OutputS3KeyPrefix: '',
    MaxConcurrency: request.maxConcurrency,
    MaxErrors: request.maxErrors,
    TargetCount: invocations.length,
    CompletedCount: final.length,
    ErrorCount: final.filter((invocation) => isError(invocation.status)).length,
    DeliveryTimedOutCount: final.filter((invocation) => invocation.status.details === 'DeliveryTimedOut').length,
    TimeoutSeconds: request.timeoutSeconds,
  };
}

export function invocationAnswer(command: Command, invocation: Invocation, details: boolean): JsonObject {
  return {
    ...heading(command),
    InstanceId: invocation.host.id,
    InstanceName: invocation.host.name,
    Status: invocation.status.status,
    StatusDetails: invocation.status.details,
    TraceOutput: '',
    StandardOutputUrl: '',
    StandardErrorUrl: '',
    CommandPlugins: details ? pluginAnswers(command, invocation) : [],
  };
}

function pluginAnswers(command: Command, invocation: Invocation): readonly JsonObject[] {
  const results = stepResults(invocation);
  return command.request.document.steps.map(({ name }) => ({
    Name: name,
    ...pluginStatus(invocation, results.get(name)),
    ...pluginTimes(results.get(name)),
    Output: results.get(name)?.output ?? '',
    StandardOutputUrl: '',
    StandardErrorUrl: '',
    OutputS3BucketName: '',
    OutputS3KeyPrefix: '',
  }));
}

/** A step without a result stands as its invocation does; -1 is AWS's code for "did not run". */
function pluginStatus({ status, run }: Invocation, result: StepResult | undefined): JsonObject {
  if (!result) {
    const waiting = isFinal(status) ? status : run ? inProgress : pending;
    return { Status: waiting.status, StatusDetails: waiting.details, ResponseCode: -1 };
  }
  const { status: stepStatus, details } = statusOfResult(result.status);
  return { Status: stepStatus, StatusDetails: details, ResponseCode: result.exitCode };
}

function pluginTimes(result: StepResult | undefined): JsonObject {
  if (!result) return {};
  return {
    ResponseStartDateTime: epochSeconds(result.startedAt),
    ResponseFinishDateTime: epochSeconds(result.finishedAt),
  };
}

/** GetCommandInvocation: one step, with more of its output; its dates are ISO texts, empty before the step has run. */
export function stepAnswer(command: Command, invocation: Invocation, stepName: string | undefined): JsonObject {
  const result = stepName === undefined ? undefined : stepResults(invocation).get(stepName);
  const { RequestedDateTime: _, ...head } = heading(command);
  return {
    ...head,
    InstanceId: invocation.host.id,
    PluginName: stepName ?? '',
    ...(stepName === undefined
      ? { Status: invocation.status.status, StatusDetails: invocation.status.details, ResponseCode: -1 }
      : pluginStatus(invocation, result)),
    ExecutionStartDateTime: result ? new Date(result.startedAt).toISOString() : '',
    ExecutionEndDateTime: result ? new Date(result.finishedAt).toISOString() : '',
    ExecutionElapsedTime: result ? `PT${(result.finishedAt - result.startedAt) / 1_000}S` : '',
    StandardOutputContent: result?.stdout ?? '',
    StandardOutputUrl: '',
    StandardErrorContent: result?.stderr ?? '',
    StandardErrorUrl: '',
  };
}

/** How long ago a lost host is said to have pinged. */
const lostForMs = 600_000;

export function instanceAnswer(host: Host, now: number): JsonObject {
  return {
    InstanceId: host.id,
    PingStatus: pingStatus(host),
    LastPingDateTime: epochSeconds(host.connection === 'lost' ? now - lostForMs : now),
    AgentVersion: '3.3.2746.0',
    IsLatestVersion: true,
    PlatformType: host.platformType,
    PlatformName: 'Rounds local host',
    PlatformVersion: '1',
    ResourceType: 'EC2Instance',
    IPAddress: '127.0.0.1',
    ComputerName: host.name,
  };
}

function heading({ id, request, requestedAt }: Command): JsonObject {
  return {
    CommandId: id,
    DocumentName: request.documentName,
    DocumentVersion: request.documentVersion,
    Comment: request.comment,
    RequestedDateTime: epochSeconds(requestedAt),
  };
}

function epochSeconds(milliseconds: number): number {
  return milliseconds / 1_000;
}
