import { ServiceError } from '../service.ts';
import type { Command } from './command.ts';
import type { Host } from './host.ts';
import { isFinal, type WireStatus } from './status.ts';

export interface CommandFilter {
  readonly key: string;
  readonly value: string;
}

/** Values of the Status filter that both lists know, and those that only one of them does. */
const commonStatuses = [
  'Pending',
  'InProgress',
  'Success',
  'Cancelled',
  'Failed',
  'TimedOut',
  'AccessDenied',
  'DeliveryTimedOut',
  'ExecutionTimedOut',
];
const statusesOf = {
  command: [...commonStatuses, 'Incomplete', 'NoInstancesInTag', 'LimitExceeded'],
  invocation: [...commonStatuses, 'Delayed', 'Undeliverable', 'InvalidPlatform', 'Terminated'],
};

/** A test by the filters, which all have to hold; `status` is the command's or the invocation's own. */
export type CommandMatcher = (command: Command, status: WireStatus) => boolean;

/** @throws {ServiceError} for a key or a value that the list does not know. */
export function commandMatcher(kind: 'command' | 'invocation', filters: readonly CommandFilter[]): CommandMatcher {
  const tests = filters.map((filter) => testOf(kind, filter));
  return (command, status) => tests.every((test) => test(command, status));
}

function testOf(kind: 'command' | 'invocation', { key, value }: CommandFilter): CommandMatcher {
  switch (key) {
    case 'InvokedAfter': {
      const at = timeOf(key, value);
      return (command) => command.requestedAt >= at;
    }
    case 'InvokedBefore': {
      const at = timeOf(key, value);
      return (command) => command.requestedAt <= at;
    }
    case 'DocumentName':
      return (command) => command.request.documentName === value;
    case 'Status':
      expectOneOf(key, value, statusesOf[kind]);
      return (_, { status, details }) => value === status || value === details;
    case 'ExecutionStage':
      if (kind === 'invocation') break;
      expectOneOf(key, value, ['Executing', 'Complete']);
      return (command) => isFinal(command.status) === (value === 'Complete');
  }
  throw new ServiceError('InvalidFilterKey', `The filter key ${key} is not valid for a list of ${kind}s.`);
}

function timeOf(key: string, value: string): number {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(value) || Number.isNaN(Date.parse(value))) {
    throw new ServiceError('ValidationException', `The filter ${key} is "${value}", expected 2024-07-07T00:00:00Z.`);
  }
  return Date.parse(value);
}

function expectOneOf(key: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new ServiceError(
    'ValidationException',
    `The filter ${key} is "${value}", expected one of ${known.join(', ')}.`,
  );
}

/** @throws {ServiceError} for a key that the inventory does not know, or tags mixed with other keys. */
export function matchesInstance(
  host: Host,
  filters: readonly { readonly Key: string; readonly Values: readonly string[] }[],
): boolean {
  const tagFilters = filters.filter(({ Key }) => Key.startsWith('tag'));
  if (tagFilters.length > 0 && tagFilters.length < filters.length) {
    throw new ServiceError(
      'ValidationException',
      'Tag filters cannot be combined with other filter types; use one kind.',
    );
  }
  return filters.every(({ Key, Values }) => instanceValues(host, Key).some((value) => Values.includes(value)));
}

function instanceValues(host: Host, key: string): readonly string[] {
  if (key.startsWith('tag:')) return [host.tags[key.slice('tag:'.length)] ?? []].flat();
  switch (key) {
    case 'tag-key':
      return Object.keys(host.tags);
    case 'InstanceIds':
      return [host.id];
    case 'PingStatus':
      return [pingStatus(host)];
    case 'PlatformTypes':
      return [host.platformType];
    case 'ResourceType':
      return ['EC2Instance'];
    default:
      throw new ServiceError('InvalidFilterKey', `The filter key ${key} is not served locally.`);
  }
}

export function pingStatus({ connection }: Host): 'Online' | 'ConnectionLost' {
  return connection === 'lost' ? 'ConnectionLost' : 'Online';
}
