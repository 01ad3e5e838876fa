import { ListSubscriptionsByTopicCommand, PublishCommand } from '@aws-sdk/client-sns';
import type { Notice } from '../../functions/core/alert.ts';
import type { Channel } from '../../functions/core/plan.ts';

/** A notice as a message names it. */
export type ToldNotice = Pick<Notice, 'kind' | 'incident' | 'check' | 'openedAt' | 'sequence' | 'at' | 'round'> & {
  readonly droppedBefore?: number;
};

/** What SNS has taken. */
export interface Accepted {
  readonly contact: string;
  readonly channels: readonly Channel[];
  readonly subject: string;
  /** Everything that the message tells of, as its JSON says it. */
  readonly notices: readonly ToldNotice[];
}

const subjectLimit = 99;

/** ARNs of the contacts' topics. */
export function topicArns(contacts: readonly string[]): Record<string, string> {
  return Object.fromEntries(contacts.map((contact) => [contact, `arn:aws:sns:eu-central-1:123456789012:${contact}`]));
}

/** Contact whose topic a command is for; `undefined` for anything but a publish. */
export function contactOf(command: object): string | undefined {
  return command instanceof PublishCommand ? command.input.TopicArn?.split(':').at(-1) : undefined;
}

/** SNS as far as its adapter asks for it; what the real one would refuse is refused aloud. */
export class MemorySns {
  readonly #onAccepted: (accepted: Accepted) => void;

  constructor(onAccepted: (accepted: Accepted) => void) {
    this.#onAccepted = onAccepted;
  }

  apply(command: object): object {
    if (command instanceof ListSubscriptionsByTopicCommand) return subscriptionsOf(command);
    if (!(command instanceof PublishCommand)) {
      throw new Error(`The simulated SNS has no ${command.constructor.name}; teach it to memory-sns.ts.`);
    }
    const { Subject: subject = '', Message: message = '', MessageAttributes: attributes = {} } = command.input;
    const contact = contactOf(command);
    if (!contact) throw new Error('Publish has no topic.');
    if (!/^[\x20-\x7e]+$/.test(subject) || subject.length > subjectLimit) {
      throw new Error(`SNS refuses the subject ${JSON.stringify(subject)}; expected up to 99 ASCII characters.`);
    }
    const texts: Record<string, unknown> = JSON.parse(message);
    for (const protocol of ['default', 'email', 'sms', 'https']) {
      if (typeof texts[protocol] !== 'string' || texts[protocol] === '')
        throw new Error(`Publish has no ${protocol} text.`);
    }
    const channels: Channel[] = JSON.parse(attributes.channel?.StringValue ?? '[]');
    this.#onAccepted({ contact, channels, subject, notices: noticesIn(String(texts.https)) });
    return { MessageId: 'taken' };
  }
}

function noticesIn(json: string): ToldNotice[] {
  return JSON.parse(JSON.parse(json).metadata.additionalContext.notices);
}

/** Everybody has confirmed email and SMS; each stands on a page of its own. */
function subscriptionsOf({ input: { TopicArn: topic, NextToken: token } }: ListSubscriptionsByTopicCommand): object {
  const [Protocol, NextToken] = token === undefined ? ['email', '2'] : ['sms', undefined];
  return { Subscriptions: [{ Protocol, SubscriptionArn: `${topic}:${Protocol}` }], ...(NextToken && { NextToken }) };
}
