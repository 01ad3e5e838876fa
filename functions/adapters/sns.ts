import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { messageAttribute } from '../contract.ts';
import type { Notice, Recipient } from '../core/alert.ts';
import type { Message } from '../core/messages.ts';
import { call } from './adapter-error.ts';

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
  async publish(notice: Notice, { contact, role, channels }: Recipient, message: Message): Promise<void> {
    const { subject, email, sms, https } = message;
    const request = new PublishCommand({
      TopicArn: this.#arns[contact],
      Subject: subject,
      MessageStructure: 'json',
      Message: JSON.stringify({ default: email, email, sms, https }),
      MessageAttributes: {
        [messageAttribute.channel]: { DataType: 'String.Array', StringValue: JSON.stringify(channels) },
        [messageAttribute.role]: text(role),
        [messageAttribute.incident]: text(notice.incident),
        [messageAttribute.kind]: text(notice.kind),
        [messageAttribute.priority]: text(notice.priority),
        'AWS.SNS.SMS.SMSType': text('Transactional'),
      },
    });
    await call('Publish', () => this.#client.send(request));
  }
}

function text(value: string) {
  return { DataType: 'String', StringValue: value };
}
