import {
  type Command,
  type CommandInvocation,
  DescribeInstanceInformationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { cleanText, redact } from '../core/clean.ts';
import { type Invocation, normalizeStatus } from '../core/invocation.ts';
import { isoOf, msOf } from '../core/time.ts';
import { call } from './adapter-error.ts';

/** Hosts by their tags, keys ANDed and values ORed; or by their ids, at most 50. */
export type Selection =
  | { readonly tags: Readonly<Record<string, readonly string[]>> }
  | { readonly hosts: readonly string[] };

/** A command to send to some hosts. */
export interface CommandRequest {
  readonly document: string;
  readonly to: Selection;
  readonly parameters: Readonly<Record<string, string>>;
  /** At most 100 characters. */
  readonly comment: string;
  /** Seconds until a host that did not take the command counts as unreachable; 30 or more. */
  readonly deliverySeconds: number;
}

export interface CommandState {
  /** No host will change its answer any more. */
  readonly over: boolean;
  /** Hosts that the command was sent to. */
  readonly targets: number;
}

/** A host registered with SSM. */
export interface ManagedHost {
  readonly host: string;
  readonly name: string;
  readonly online: boolean;
}

/** A page of a list, and the token of the next one, if there is one. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly next?: string;
}

/** Which invocations of a command to list, and from which page on. */
export interface InvocationsAsked {
  /** Only those that have failed. */
  readonly onlyFailed?: boolean;
  /** A page's `next`. @default the first page */
  readonly from?: string | undefined;
}

/** Most items of one page of the list operations. */
export const pageSize = 50;

/** Pages read at most: 100,000 hosts, and some. */
export const pagesLimit = 2_100;

/** Clocks differ: a command is looked for from so long before the time it was asked for, in milliseconds. */
const clockSkewMs = 60_000;

const hostNameLimit = 64;

const unfinishedStatuses = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

/** SSM Run Command. SendCommand has no token: a client that tries it twice may run it twice. */
export class RunCommand {
  readonly #client: SSMClient;
  readonly #sendClient: SSMClient;

  /** @param sendClient for SendCommand alone: tries once */
  constructor(client: SSMClient, sendClient: SSMClient) {
    this.#client = client;
    this.#sendClient = sendClient;
  }

  /** @returns the command's id */
  async send({ document, to, parameters, comment, deliverySeconds }: CommandRequest): Promise<string> {
    const request = new SendCommandCommand({
      DocumentName: document,
      ...('hosts' in to ? { InstanceIds: [...to.hosts] } : { Targets: filtersOf(to) }),
      Parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]])),
      Comment: comment,
      TimeoutSeconds: deliverySeconds,
      MaxConcurrency: '100%',
      // The default of 0 stops the fan-out at the first host that is not well.
      MaxErrors: '100%',
    });
    const { Command: command } = await call('SendCommand', () => this.#sendClient.send(request));
    return command?.CommandId ?? '';
  }

  /** The command that was sent with this comment, if it was: for a SendCommand whose answer got lost. */
  async find(comment: string, after: string): Promise<string | undefined> {
    // Not by its document, which a deployment may have given another name meanwhile.
    const filters = [{ key: 'InvokedAfter' as const, value: `${isoOf(msOf(after) - clockSkewMs).slice(0, 19)}Z` }];
    let token: string | undefined;
    for (let page = 0; page < pagesLimit; page++) {
      const request = new ListCommandsCommand({
        Filters: filters,
        MaxResults: pageSize,
        ...(token && { NextToken: token }),
      });
      const answer = await call('ListCommands', () => this.#client.send(request));
      const found = answer.Commands?.find((command) => command.Comment === comment);
      if (found || !answer.NextToken) return found?.CommandId;
      token = answer.NextToken;
    }
    return undefined;
  }

  /** `undefined` while SSM does not list the command yet. */
  async state(commandId: string): Promise<CommandState | undefined> {
    const request = new ListCommandsCommand({ CommandId: commandId });
    const { Commands: [command] = [] } = await call('ListCommands', () => this.#client.send(request));
    return command && stateOf(command);
  }

  /** The hosts' answers, a page at a time. */
  async *invocations(commandId: string, { onlyFailed, from }: InvocationsAsked = {}): AsyncGenerator<Page<Invocation>> {
    yield* pages(`command ${commandId}`, from, async (NextToken) => {
      const request = new ListCommandInvocationsCommand({
        CommandId: commandId,
        Details: true,
        MaxResults: pageSize,
        ...(onlyFailed && { Filters: [{ key: 'Status', value: 'Failed' }] }),
        ...(NextToken && { NextToken }),
      });
      const answer = await call('ListCommandInvocations', () => this.#client.send(request));
      return { entries: (answer.CommandInvocations ?? []).map(invocationOf), ...nextOf(answer) };
    });
  }

  /** Those of some hosts that are registered with SSM, a page at a time. @param from a page's `next` */
  async *hosts(selection: Selection, from?: string): AsyncGenerator<Page<ManagedHost>> {
    yield* pages('the fleet', from, async (NextToken) => {
      const request = new DescribeInstanceInformationCommand({
        Filters: filtersOf(selection),
        MaxResults: pageSize,
        ...(NextToken && { NextToken }),
      });
      const answer = await call('DescribeInstanceInformation', () => this.#client.send(request));
      const entries = (answer.InstanceInformationList ?? []).map(({ InstanceId = '', ComputerName, PingStatus }) => ({
        host: InstanceId,
        name: nameOf(ComputerName, InstanceId),
        online: PingStatus === 'Online',
      }));
      return { entries, ...nextOf(answer) };
    });
  }
}

async function* pages<Entry>(
  whole: string,
  from: string | undefined,
  read: (token: string | undefined) => Promise<Page<Entry>>,
): AsyncGenerator<Page<Entry>> {
  let token = from;
  for (let count = 0; count < pagesLimit; count++) {
    const page = await read(token);
    yield page;
    token = page.next;
    if (!token) return;
  }
  throw new Error(`There are more than ${pagesLimit * pageSize} hosts in ${whole}; Rounds reads no more.`);
}

function nextOf({ NextToken: next }: { readonly NextToken?: string | undefined }) {
  return next ? { next } : {};
}

function filtersOf(selection: Selection): { Key: string; Values: string[] }[] {
  if ('hosts' in selection) return [{ Key: 'InstanceIds', Values: [...selection.hosts] }];
  return Object.entries(selection.tags).map(([key, values]) => ({ Key: `tag:${key}`, Values: [...values] }));
}

function stateOf({ Status, StatusDetails, TargetCount = 0 }: Command): CommandState {
  // `No Instances In Tag` and the like stand in the details only; whatever is not under way is over.
  return { over: !unfinishedStatuses.has(normalizeStatus(StatusDetails ?? Status ?? '')), targets: TargetCount };
}

function invocationOf(invocation: CommandInvocation): Invocation {
  const host = invocation.InstanceId ?? '';
  return {
    host,
    name: nameOf(invocation.InstanceName, host),
    status: invocation.StatusDetails ?? invocation.Status ?? '',
    steps: (invocation.CommandPlugins ?? []).map(({ Name = '', StatusDetails, Status, Output = '' }) => ({
      name: Name,
      status: StatusDetails ?? Status ?? '',
      output: Output,
    })),
  };
}

/** A host gives its name itself, so it is text like any other output, and one line of it. */
function nameOf(name: string | undefined, host: string): string {
  const given = name ?? '';
  // Redacted before it is cut: half a secret no longer looks like one.
  const clean = cleanText(redact(cleanText(given, given.length)).replaceAll(/\s+/g, ' ').trim(), hostNameLimit);
  return clean === '' ? host : clean;
}
