import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand } from '@aws-sdk/client-sns';
import { table as names } from '../../functions/contract.ts';
import type { Client } from './gate.ts';

/** A mistake that the code could make, made between it and the services. */
export type Mutation = (client: Client) => Client;

type Body = Record<string, unknown>;

/** What an alert owes is not stored with it. */
export const losesOutbox: Mutation = changed((command) =>
  withBody(command, 'alert', (body) => ({ ...body, outbox: [] })),
);

/** Every message is published once more. */
export const publishesTwice: Mutation = ({ send }) => ({
  send: async (command) => {
    if (command instanceof PublishCommand) await send(command);
    return send(command);
  },
});

/** A mailbox forgets which letters it has had. */
export const forgetsLetters: Mutation = changed((command) =>
  withBody(command, 'mailbox', (body) => ({ ...body, known: [] })),
);

/** Nobody looks at an alert when its time has come. */
export const forgetsTimers: Mutation = changed((command) => withoutDueTime(command, 'alert'));

/** Nobody looks at a round that no event announces. */
export const forgetsRounds: Mutation = changed((command) => withoutDueTime(command, 'round#'));

/** Whoever sends from a mailbox does not see that somebody has an incident in hand. */
export const overlooksAcknowledgements: Mutation = ({ send }) => {
  let isDelivering = false;
  return {
    send: async (command) => {
      const answer: { Item?: Record<string, { S?: string }> } = await send(command);
      const read = command instanceof GetItemCommand ? command.input.Key?.pk?.S : undefined;
      // After a mailbox alerts are read to be held against its letters, until one is written again.
      if (read === 'mailbox') isDelivering = true;
      if (command instanceof PutItemCommand && command.input.Item?.pk?.S === 'alert') isDelivering = false;
      const body = read === 'alert' && isDelivering && answer.Item?.body?.S;
      if (!body) return answer;
      const seen = JSON.parse(body);
      delete seen.incident?.acknowledged;
      return { ...answer, Item: { ...answer.Item, body: { S: JSON.stringify(seen) } } };
    },
  };
};

/** Failures of Rounds itself are logged, and not counted. */
export const countsNoFailures: Mutation = changed((command) => {
  if (!(command instanceof PutMetricDataCommand)) return command;
  const { MetricData: data = [], Namespace } = command.input;
  return new PutMetricDataCommand({
    Namespace,
    MetricData: data.filter(({ MetricName }) => MetricName !== 'Failures'),
  });
});

function changed(change: (command: object) => object): Mutation {
  return ({ send }) => ({ send: (command) => send(change(command)) });
}

function withBody(command: object, partition: string, change: (body: Body) => Body): object {
  if (!(command instanceof PutItemCommand) || command.input.Item?.pk?.S !== partition) return command;
  const { Item: item = {} } = command.input;
  const body = JSON.stringify(change(JSON.parse(item.body?.S ?? '{}')));
  return new PutItemCommand({ ...command.input, Item: { ...item, body: { S: body } } });
}

function withoutDueTime(command: object, partition: string): object {
  if (!(command instanceof PutItemCommand) || !command.input.Item?.pk?.S?.startsWith(partition)) return command;
  const { [names.dueIndex.partitionKey]: _owed, [names.dueIndex.sortKey]: _dueAt, ...item } = command.input.Item;
  return new PutItemCommand({ ...command.input, Item: item });
}
