import type { Activity } from '../activity.ts';
import { type ResultStatus, type StepResult, stepTimeoutSeconds } from '../agent/agent.ts';
import type { CommandDocument } from '../agent/document.ts';
import type { LocalEvent } from '../service.ts';
import { commandEvent, invocationEvent } from './events.ts';
import type { Host, HostRun } from './host.ts';
import {
  cancelled,
  cancelling,
  deliveryTimedOut,
  finalCommandStatus,
  inProgress,
  isError,
  isFinal,
  pending,
  statusOfResult,
  terminated,
  type WireStatus,
} from './status.ts';

/** What SendCommand was asked for, checked and with its defaults. */
export interface CommandRequest {
  readonly documentName: string;
  readonly documentVersion: string;
  readonly document: CommandDocument;
  readonly comment: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly instanceIds: readonly string[];
  readonly targets: readonly { readonly Key: string; readonly Values: readonly string[] }[];
  /** As asked for: a number, or a share like `10%`. */
  readonly maxConcurrency: string;
  readonly maxErrors: string;
  /** Seconds until a host that does not take the command is given up. */
  readonly timeoutSeconds: number;
}

/** What a command needs from its surroundings. */
export interface CommandSurroundings {
  readonly clock: { now(): number };
  readonly emit: (event: LocalEvent) => void;
  readonly activity: Pick<Activity, 'track'>;
}

/** One host's copy of a command. */
export interface Invocation {
  readonly host: Host;
  status: WireStatus;
  /** Epoch milliseconds at which the command was sent to the host. */
  sentAt: number;
  finishedAt: number | undefined;
  run: HostRun | undefined;
  /** Stops the run; there while it runs. */
  abort: AbortController | undefined;
}

/** A command and its fan-out. */
export class Command {
  readonly id = crypto.randomUUID();
  readonly request: CommandRequest;
  /** Epoch milliseconds. */
  readonly requestedAt: number;
  readonly expiresAt: number;
  readonly invocations: readonly Invocation[];
  readonly #surroundings: CommandSurroundings;
  readonly #maxConcurrency: number;
  readonly #maxErrors: number;
  /** How far the fan-out has come: invocations before it have been sent or dropped. */
  #next = 0;
  #open = 0;
  #errors = 0;
  #unfinished: number;
  #closed = false;
  #status: WireStatus = pending;

  constructor(request: CommandRequest, hosts: readonly Host[], surroundings: CommandSurroundings) {
    this.request = request;
    this.#surroundings = surroundings;
    this.requestedAt = this.#now();
    const runSeconds = request.document.steps.reduce(
      (sum, step) => sum + stepTimeoutSeconds(step, request.parameters),
      0,
    );
    this.expiresAt = this.requestedAt + (request.timeoutSeconds + runSeconds) * 1_000;
    this.#maxConcurrency = Math.max(1, countOf(request.maxConcurrency, hosts.length));
    this.#maxErrors = countOf(request.maxErrors, hosts.length);
    this.#unfinished = hosts.length;
    this.invocations = hosts.map((host) => ({
      host,
      status: pending,
      sentAt: this.requestedAt,
      finishedAt: undefined,
      run: undefined,
      abort: undefined,
    }));
  }

  get status(): WireStatus {
    return this.#status;
  }

  get isFinished(): boolean {
    return isFinal(this.#status);
  }

  /** Sends to as many hosts as MaxConcurrency allows, until MaxErrors is passed. */
  advance(): void {
    if (this.#closed) return;
    while (this.#next < this.invocations.length && this.#open < this.#maxConcurrency) {
      const invocation = this.invocations[this.#next];
      this.#next += 1;
      if (!invocation || isFinal(invocation.status)) continue;
      if (this.#errors > this.#maxErrors) this.#finish(invocation, terminated);
      else this.#send(invocation);
    }
    if (this.#unfinished === 0 && !isFinal(this.#status)) this.#end();
  }

  /** Gives up what the clock has overtaken: not taken in TimeoutSeconds, or not answered before the command expired. */
  expire(): void {
    if (this.isFinished) return;
    const now = this.#now();
    for (const invocation of this.invocations.slice(0, this.#next)) {
      if (isFinal(invocation.status)) continue;
      // AWS reports Delivery Timed Out even for a host that began and was lost: only the agent itself reports an
      // execution time-out.
      const deadline = invocation.run ? this.expiresAt : invocation.sentAt + this.request.timeoutSeconds * 1_000;
      if (now >= deadline) this.#answer(invocation, deliveryTimedOut);
    }
  }

  /** Cancels on the hosts that have not finished; a running one is Cancelling until its agent has stopped it. */
  cancel(instanceIds: readonly string[]): void {
    // Backwards: what waits to be sent must be out of the way before a place becomes free.
    for (const invocation of this.invocations.toReversed()) {
      if (isFinal(invocation.status) || !(instanceIds.length === 0 || instanceIds.includes(invocation.host.id)))
        continue;
      if (invocation.run) {
        this.#change(invocation, cancelling);
        invocation.abort?.abort();
      } else if (invocation.status === inProgress) this.#answer(invocation, cancelled);
      else this.#finish(invocation, cancelled);
    }
    if (instanceIds.length === 0 && !isFinal(this.#status)) this.#changeStatus(cancelling);
    this.advance();
  }

  /** Kills what runs and never speaks again. */
  close(): void {
    this.#closed = true;
    for (const { abort } of this.invocations) abort?.abort();
  }

  #send(invocation: Invocation): void {
    this.#open += 1;
    invocation.sentAt = this.#now();
    if (this.#status === pending) this.#changeStatus(inProgress);
    this.#change(invocation, inProgress);
    if (invocation.host.connection !== 'online') return;
    invocation.abort = new AbortController();
    const run = invocation.host.start({
      document: this.request.document,
      parameters: this.request.parameters,
      now: () => this.#now(),
      signal: invocation.abort.signal,
    });
    invocation.run = run;
    void this.#surroundings.activity.track(() => run.done.then((result) => this.#answered(invocation, result)));
  }

  #answered(invocation: Invocation, result: ResultStatus): void {
    const { connection } = invocation.host;
    const heard = connection === 'online' || connection === 'silent';
    if (heard && !this.#closed && !isFinal(invocation.status)) this.#answer(invocation, statusOfResult(result));
  }

  #answer(invocation: Invocation, status: WireStatus): void {
    this.#open -= 1;
    if (isError(status)) this.#errors += 1;
    this.#finish(invocation, status);
    this.advance();
  }

  #finish(invocation: Invocation, status: WireStatus): void {
    invocation.finishedAt = this.#now();
    invocation.abort = undefined;
    this.#unfinished -= 1;
    this.#change(invocation, status);
  }

  #end(): void {
    const statuses = this.invocations.map(({ status }) => status);
    this.#changeStatus(finalCommandStatus(statuses, this.#maxErrors));
  }

  #now(): number {
    return this.#surroundings.clock.now();
  }

  #change(invocation: Invocation, status: WireStatus): void {
    invocation.status = status;
    this.#surroundings.emit(invocationEvent(this, invocation));
  }

  #changeStatus(status: WireStatus): void {
    this.#status = status;
    this.#surroundings.emit(commandEvent(this));
  }
}

/** The result of a step, or undefined while it has not ended. */
export function stepResults(invocation: Invocation): ReadonlyMap<string, StepResult> {
  return new Map(invocation.run?.steps().map((result) => [result.name, result]));
}

/** A share is rounded down, as AWS does with error thresholds (?); the caller sees to a least. */
function countOf(text: string, total: number): number {
  return text.endsWith('%') ? Math.floor((total * Number.parseInt(text, 10)) / 100) : Number.parseInt(text, 10);
}
