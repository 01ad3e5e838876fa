import {
  ListSubscriptionsByTopicCommand,
  type MessageAttributeValue,
  PublishCommand,
  type SNSClient,
} from '@aws-sdk/client-sns';
import { messageAttribute } from '../contract.ts';
import type { Message } from '../core/messages.ts';
import type { Channel } from '../core/plan.ts';
import { call } from './adapter-error.ts';

/** A message to one contact, by some channels. */
export interface Publication {
  readonly contact: string;
  readonly channels: readonly Channel[];
  readonly message: Message;
}

/** Pages of 100 subscriptions that a contact's topic can have. */
const pagesLimit = 10;

/** Protocols that reach people, by the channel that they are. */
const channelOf: ReadonlyMap<string | undefined, Channel> = new Map([
  ['email', 'email'],
  ['email-json', 'email'],
  ['sms', 'sms'],
  ['https', 'https'],
]);

/** The contacts' topics. */
export class Topics {
  readonly #client: SNSClient;
  readonly #arns: Readonly<Record<string, string>>;

  /** @param arns topic of each contact, by contact id */
  constructor(client: SNSClient, arns: Readonly<Record<string, string>>) {
    this.#client = client;
    this.#arns = arns;
  }

  /** Whether the stack that is deployed has a topic for this contact. */
  has(contact: string): boolean {
    return this.#arns[contact] !== undefined;
  }

  /** Tells one contact. A success means that SNS has taken it, not that it has arrived. */
  async publish({ contact, channels, message }: Publication): Promise<void> {
    const { subject, email, sms, https, attributes } = message;
    const request = new PublishCommand({
      TopicArn: this.#arns[contact],
      Subject: subject,
      MessageStructure: 'json',
      Message: JSON.stringify({ default: email, email, sms, https }),
      MessageAttributes: {
        ...list(messageAttribute.channel, channels),
        ...list(messageAttribute.role, attributes.role),
        ...list(messageAttribute.incident, attributes.incident),
        ...list(messageAttribute.kind, attributes.kind),
        ...list(messageAttribute.priority, attributes.priority),
        'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' },
      },
    });
    await call('Publish', () => this.#client.send(request));
  }

  /** The channels in which a contact has a subscription that is confirmed: nothing reaches the others. */
  async confirmed(contact: string): Promise<ReadonlySet<Channel>> {
    const channels = new Set<Channel>();
    let start: string | undefined;
    for (let page = 0; page < pagesLimit; page++) {
      const request = new ListSubscriptionsByTopicCommand({
        TopicArn: this.#arns[contact],
        ...(start && { NextToken: start }),
      });
      const { Subscriptions: found = [], NextToken } = await call('ListSubscriptionsByTopic', () =>
        this.#client.send(request),
      );
      for (const { Protocol, SubscriptionArn } of found) {
        const channel = channelOf.get(Protocol);
        // Before it is confirmed, and after it was deleted, a word stands in place of the ARN.
        if (channel && SubscriptionArn?.startsWith('arn:')) channels.add(channel);
      }
      if (!NextToken) return channels;
      start = NextToken;
    }
    throw new Error(
      `The topic of ${contact} has more than ${pagesLimit} pages of subscriptions; the stack makes one a channel: delete the others.`,
    );
  }
}

/** An attribute by its name; none where there are no values, since SNS does not say that it takes an empty list. */
function list(name: string, values: readonly string[]): Record<string, MessageAttributeValue> {
  return values.length === 0 ? {} : { [name]: { DataType: 'String.Array', StringValue: JSON.stringify(values) } };
}
