import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { BatchGetItemCommand, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { SNSClient } from '@aws-sdk/client-sns';
import {
  DescribeInstanceInformationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  type SendCommandCommandInput,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { Metrics } from '../../functions/adapters/cloudwatch.ts';
import { Table } from '../../functions/adapters/dynamodb.ts';
import { Topics } from '../../functions/adapters/sns.ts';
import { RunCommand } from '../../functions/adapters/ssm.ts';
import type { Plan } from '../../functions/core/plan.ts';
import { Journal } from '../../functions/flow/journal.ts';
import type { Services } from '../../functions/flow/services.ts';
import { MemoryDynamoDb } from '../simulation/memory-dynamodb.ts';
import { Random } from '../simulation/random.ts';

/** The services of a handler in memory, quick enough for very many cases. */
export interface MemoryStage {
  readonly services: Services;
  /** Every item as it is now, by its key. */
  items(): ReadonlyMap<string, string>;
  /** Every SendCommand so far. */
  readonly sent: readonly SendCommandCommandInput[];
  /** Ids of the commands that SSM was asked about. */
  readonly askedAbout: readonly string[];
  /** Lines of the log so far. */
  readonly log: readonly string[];
}

/** @param at ISO time at which the clock stands */
export function memoryStage(plan: Plan, at: string): MemoryStage {
  const now = () => Date.parse(at);
  const memory = new MemoryDynamoDb(now, new Random(1));
  const sent: SendCommandCommandInput[] = [];
  const askedAbout: string[] = [];
  const log: string[] = [];
  const dynamodb = { send: async (command: object) => answerOf(memory, command) } as unknown as DynamoDBClient;
  const ssm = { send: async (command: object) => ssmAnswer(command, sent, askedAbout) } as unknown as SSMClient;
  const nobody = { send: async () => ({}) };
  const services: Services = {
    plan,
    documents: { morning: 'rounds-morning' },
    table: new Table(dynamodb, 'rounds'),
    commands: new RunCommand(ssm, ssm),
    topics: new Topics(nobody as unknown as SNSClient, {}),
    metrics: new Metrics(nobody as unknown as CloudWatchClient, plan.platform.id),
    journal: new MemoryJournal(log),
    now,
    newNonce: () => 'f'.repeat(32),
    owner: 'test',
    readUntil: Number.POSITIVE_INFINITY,
    wait: async () => undefined,
  };
  const items = () => new Map(memory.items().map(({ pk, sk, ...item }) => [`${pk} ${sk}`, JSON.stringify(item)]));
  return { services, items, sent, askedAbout, log };
}

/** Keeps what would be printed. */
class MemoryJournal extends Journal {
  readonly #lines: string[];

  constructor(lines: string[]) {
    super();
    this.#lines = lines;
  }

  override info(message: string, data: object = {}): void {
    this.#lines.push(JSON.stringify({ message, ...data }));
  }

  override failure(message: string, error: unknown, data: object = {}): void {
    this.#lines.push(JSON.stringify({ message, error: String(error), ...data }));
  }
}

function answerOf(memory: MemoryDynamoDb, command: object): object {
  if (!(command instanceof BatchGetItemCommand)) return memory.apply(command);
  const [first] = Object.entries(command.input.RequestItems ?? {});
  const [name = '', { Keys: keys = [] } = {}] = first ?? [];
  const found = keys.flatMap((Key) => {
    const { Item: item } = memory.apply(new GetItemCommand({ TableName: name, Key })) as { Item?: object };
    return item ? [item] : [];
  });
  return { Responses: { [name]: found } };
}

/** SSM with a fleet of which no host has answered yet. */
function ssmAnswer(command: object, sent: SendCommandCommandInput[], askedAbout: string[]): object {
  if (command instanceof SendCommandCommand) {
    sent.push(command.input);
    return { Command: { CommandId: `command-${sent.length}` } };
  }
  if (command instanceof ListCommandsCommand) {
    if (command.input.CommandId) askedAbout.push(command.input.CommandId);
    return { Commands: [{ Status: 'InProgress', TargetCount: 2 }] };
  }
  if (command instanceof ListCommandInvocationsCommand) {
    askedAbout.push(command.input.CommandId ?? '');
    return { CommandInvocations: [] };
  }
  if (command instanceof DescribeInstanceInformationCommand) return { InstanceInformationList: [] };
  throw new Error(`The stage has no ${command.constructor.name}; teach it to memory-stage.ts.`);
}
