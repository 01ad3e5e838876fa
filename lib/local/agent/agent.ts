import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandDocument, DocumentStep } from './document.ts';
import { combinedOutput, streamLimit, streamText } from './output.ts';
import { substitute } from './parameters.ts';
import { type ProcessResult, preemptedExitCode, runScript } from './process.ts';

/**
 * The SSM agent's document worker, as far as Rounds depends on it. What is done here was read off the open-source agent
 * (agent/framework/runpluginutil) and checked by running it.
 */
export interface AgentHost {
  readonly id: string;
  /** The folder that stands for `/`: working directories and scripts lie under it. */
  readonly root: string;
  /** Everything that a script finds in its environment, PATH included. */
  readonly environment: Readonly<Record<string, string>>;
  readonly platformType: 'Linux' | 'MacOS' | 'Windows';
}

export type ResultStatus = 'Success' | 'Failed' | 'TimedOut' | 'Cancelled';

export interface StepResult {
  readonly name: string;
  readonly status: ResultStatus;
  readonly exitCode: number;
  /** As in ListCommandInvocations: both streams, at most 2,500 bytes. */
  readonly output: string;
  /** As in GetCommandInvocation. */
  readonly stdout: string;
  readonly stderr: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly finishedAt: number;
}

export interface DocumentTask {
  readonly document: CommandDocument;
  readonly parameters: Readonly<Record<string, string>>;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Called as each step ends, like the agent's replies to the service. */
  readonly onStep: (result: StepResult) => void;
}

/** "Reboot the host and run this step again." */
const rebootExitCode = 194;
/** On AWS a step that always asks for a reboot goes on until its command expires; here it fails after so many. */
const maxReboots = 5;
/** "End the document; this step succeeded", and the same for "failed". */
const exitWithSuccess = 168;
const exitWithFailure = 169;

/** Seconds; outside of these a time-out silently becomes the default. */
const timeoutRange = { least: 5, most: 172_800, default: 3_600 } as const;

/** Runs the steps in order, really, on this machine. A failing step stops nothing unless the document says so. */
export async function runDocument(host: AgentHost, task: DocumentTask): Promise<ResultStatus> {
  const statuses: ResultStatus[] = [];
  let ended = false;
  for (const [index, step] of task.document.steps.entries()) {
    // Only the last step can be a finally step; anywhere else the agent ignores the word.
    const runsAnyway = step.inputs.finallyStep === true && index === task.document.steps.length - 1;
    const result = await runStep(host, task, step, ended && !runsAnyway);
    ended ||= endsDocument(step, result);
    statuses.push(result.status);
    task.onStep(result);
  }
  return documentStatus(statuses);
}

/** Failed before TimedOut before Cancelled before Success. */
export function documentStatus(statuses: readonly ResultStatus[]): ResultStatus {
  const worstFirst: readonly ResultStatus[] = ['Failed', 'TimedOut', 'Cancelled'];
  return worstFirst.find((status) => statuses.includes(status)) ?? 'Success';
}

/** Seconds that a step may take. */
export function stepTimeoutSeconds(step: DocumentStep, parameters: Readonly<Record<string, string>>): number {
  const { timeoutSeconds } = step.inputs;
  const seconds = Math.trunc(
    typeof timeoutSeconds === 'string' ? Number(substitute(timeoutSeconds, parameters)) : (timeoutSeconds ?? 0),
  );
  return seconds >= timeoutRange.least && seconds <= timeoutRange.most ? seconds : timeoutRange.default;
}

/** A step that ran out of time is not "Failed" to the agent: `onFailure: exit` does not see it. */
function endsDocument({ inputs }: DocumentStep, { status, exitCode }: StepResult): boolean {
  return (
    exitCode === exitWithSuccess ||
    exitCode === exitWithFailure ||
    (status === 'Failed' && inputs.onFailure === 'exit') ||
    (status === 'Success' && inputs.onSuccess === 'exit')
  );
}

async function runStep(host: AgentHost, task: DocumentTask, step: DocumentStep, skip: boolean): Promise<StepResult> {
  const startedAt = task.now();
  const skipped = skip
    ? `Plugin with name ${step.action} and id ${step.name} skipped due to prior step with an exit condition`
    : unsatisfied(step, host);
  const result =
    skipped === undefined
      ? await runUntilNoReboot(host, task, step).then((ended) => judge(step, ended), crashed)
      : { ...success, output: skipped };
  return { name: step.name, ...result, startedAt, finishedAt: task.now() };
}

const success = { status: 'Success', exitCode: 0, output: '', stdout: '', stderr: '' } as const;

/** The agent survives a step that it cannot even begin (a full disk, a missing folder). */
function crashed(error: unknown): Judged {
  const message = `Plugin crashed with message ${String(error)}!`;
  return { status: 'Failed', exitCode: 1, output: message, stdout: '', stderr: message };
}

/** Why the precondition skips the step on this host, if it does. */
function unsatisfied(step: DocumentStep, host: AgentHost): string | undefined {
  const platform = step.precondition?.StringEquals.find((operand) => operand !== 'platformType');
  if (platform === undefined || platform.toLowerCase() === host.platformType.toLowerCase()) return undefined;
  return (
    `Step execution skipped due to unsatisfied preconditions: '"StringEquals": [platformType, ${platform}]'. ` +
    `Step name: ${step.name}`
  );
}

async function runUntilNoReboot(host: AgentHost, task: DocumentTask, step: DocumentStep): Promise<ProcessResult> {
  for (let reboots = 0; ; reboots += 1) {
    const result = await runOnce(host, task, step);
    if (result.exitCode !== rebootExitCode || reboots === maxReboots) return result;
  }
}

async function runOnce(host: AgentHost, task: DocumentTask, step: DocumentStep): Promise<ProcessResult> {
  if (task.signal.aborted) {
    return { exitCode: preemptedExitCode, ended: 'cancelled', stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  }
  const directory = join(host.root, 'var/lib/amazon/ssm', crypto.randomUUID());
  mkdirSync(directory, { recursive: true });
  try {
    const file = join(directory, '_script.sh');
    const lines = step.inputs.runCommand.map((line) => substitute(line, task.parameters));
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o700 });
    const { workingDirectory } = step.inputs;
    return await runScript(file, {
      directory: workingDirectory ? join(host.root, substitute(workingDirectory, task.parameters)) : directory,
      environment: { ...host.environment, AWS_SSM_INSTANCE_ID: host.id },
      timeoutMs: stepTimeoutSeconds(step, task.parameters) * 1_000,
      signal: task.signal,
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

type Judged = Omit<StepResult, 'name' | 'startedAt' | 'finishedAt'>;

/** What the agent makes of an exit code, and the sentences that it adds to the streams (never to `output`). */
function judge(step: DocumentStep, result: ProcessResult): Judged {
  const stdout = streamText(result.stdout, streamLimit.stdout);
  const stderr = streamText(result.stderr, streamLimit.stderr);
  const judged: Judged = {
    status: statusOf(result),
    exitCode: result.exitCode,
    output: combinedOutput(result.stdout, result.stderr),
    stdout,
    stderr,
  };
  if (result.exitCode === exitWithSuccess) {
    const note =
      '\nStep exited with code 168. Therefore, marking step as succeeded. Further document steps will be skipped.';
    return { ...judged, status: 'Success', stdout: stdout + note, stderr: '' };
  }
  if (result.exitCode === exitWithFailure) {
    const note =
      '\nStep exited with code 169. Therefore, marking step as Failed. Further document steps will be skipped.';
    return { ...judged, stdout: stdout + note, stderr: stderr + note };
  }
  if (judged.status === 'Failed' && step.inputs.onFailure !== undefined) {
    const note = '\nStep was found to have onFailure property. Further document steps will be skipped.';
    const noted = { ...judged, stdout: stdout + note, stderr: stderr + note };
    return step.inputs.onFailure === 'successAndExit'
      ? { ...noted, status: 'Success', exitCode: exitWithSuccess }
      : noted;
  }
  return judged;
}

/** 137 means a time-out wherever it comes from, even from a script that exits with it. */
function statusOf({ exitCode, ended }: ProcessResult): ResultStatus {
  if (ended === 'cancelled') return 'Cancelled';
  if (exitCode === 0) return 'Success';
  return exitCode === preemptedExitCode ? 'TimedOut' : 'Failed';
}
