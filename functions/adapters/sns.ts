import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
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
        [messageAttribute.channel]: list(channels),
        [messageAttribute.role]: list(attributes.role),
        [messageAttribute.incident]: list(attributes.incident),
        [messageAttribute.kind]: list(attributes.kind),
        [messageAttribute.priority]: list(attributes.priority),
        'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' },
      },
    });
    await call('Publish', () => this.#client.send(request));
  }
}

function list(values: readonly string[]) {
  return { DataType: 'String.Array', StringValue: JSON.stringify(values) };
}
