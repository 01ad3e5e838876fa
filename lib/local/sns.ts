import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { LocalClock } from './clock.ts';
import { type FilterPolicy, matchesFilter } from './filter-policy.ts';
import { parseInput } from './parse.ts';
import { type JsonObject, type LocalService, ServiceError } from './service.ts';
import { checkSize, checkSubject, maximumSmsCharacters, messagePerProtocol, smsPrefix } from './sns-limits.ts';

/** A message as one endpoint gets it. */
export interface Delivery {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly messageId: string;
  /** ARN. */
  readonly topic: string;
  readonly protocol: SubscriptionProtocol;
  /** Address, phone number or URL. */
  readonly endpoint: string;
  readonly subject?: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** Why the endpoint gets nothing although the publish succeeded, as on AWS. */
  readonly failure?: string;
}

export type SubscriptionProtocol = 'email' | 'sms' | 'https';

export interface Subscription {
  readonly arn: string;
  readonly topic: string;
  readonly protocol: SubscriptionProtocol;
  readonly endpoint: string;
  readonly filterPolicy?: FilterPolicy | undefined;
}

/** The deliveries that are kept; the oldest go first. */
const maximumDeliveries = 10_000;

const attributeSchema = z.strictObject({
  DataType: z.enum(['String', 'String.Array', 'Number']),
  StringValue: z.string().min(1),
});

const publishSchema = z.strictObject({
  TopicArn: z.string(),
  Message: z.string(),
  Subject: z.string().optional(),
  MessageStructure: z.literal('json').optional(),
  MessageAttributes: z.record(z.string(), attributeSchema).optional(),
});
type Publish = z.infer<typeof publishSchema>;

const listSchema = z.strictObject({ TopicArn: z.string(), NextToken: z.string().optional() });

/** Subscriptions of one page: https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
const pageSize = 100;

/** SNS: every delivery is kept and shown, none leaves the machine. Subscriptions count as confirmed. */
export class LocalSns implements LocalService {
  readonly #clock: LocalClock;
  /** Display names by ARN. */
  readonly #topics = new Map<string, string>();
  readonly #subscriptions: Subscription[] = [];
  /** ARNs of those that nobody has confirmed. */
  readonly #pending = new Set<string>();
  readonly #listeners = new Set<(delivery: Delivery) => void>();
  #deliveries: Delivery[] = [];

  constructor({ clock }: { readonly clock: LocalClock }) {
    this.#clock = clock;
  }

  /** Oldest first. */
  get deliveries(): readonly Delivery[] {
    return this.#deliveries;
  }

  get subscriptions(): readonly Subscription[] {
    return this.#subscriptions;
  }

  /** Calls `listener` for each delivery from now on. Returns what ends it. */
  onDelivery(listener: (delivery: Delivery) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  createTopic(arn: string, displayName = ''): void {
    this.#topics.set(arn, displayName);
  }

  subscribe(subscription: Subscription): void {
    this.#requireTopic(subscription.topic);
    this.#subscriptions.push(subscription);
  }

  /** As if the owner of the endpoint had confirmed a subscription, or not: then nothing is delivered to it. */
  setConfirmed(arn: string, isConfirmed: boolean): void {
    if (isConfirmed) this.#pending.delete(arn);
    else this.#pending.add(arn);
  }

  async handle(operation: string, input: JsonObject): Promise<JsonObject> {
    switch (operation) {
      case 'Publish':
        return { MessageId: this.publish(parseInput(publishSchema, input, operation, 'InvalidParameter')) };
      case 'ListSubscriptionsByTopic':
        return this.#list(parseInput(listSchema, input, operation, 'InvalidParameter'));
      default: {
        const message = `The local SNS has no operation ${operation}, only Publish and ListSubscriptionsByTopic.`;
        throw new ServiceError('InvalidAction', message);
      }
    }
  }

  /** Delivers to every subscription whose filter lets the message through. Returns the message id. */
  publish(message: Publish): string {
    const { TopicArn: topic, Message, Subject: subject, MessageAttributes = {} } = message;
    const displayName = this.#requireTopic(topic);
    checkSize(Message, MessageAttributes);
    if (subject !== undefined) checkSubject(subject);
    const texts = message.MessageStructure === 'json' ? messagePerProtocol(Message) : { default: Message };
    const attributes = Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, each]) => [name, values(each)]),
    );
    const head = { at: this.#clock.now(), messageId: randomUUID(), topic, attributes };
    for (const { arn, protocol, endpoint, filterPolicy, topic: subscribed } of this.#subscriptions) {
      if (subscribed !== topic || this.#pending.has(arn) || !matchesFilter(filterPolicy ?? {}, attributes)) continue;
      const text = texts[protocol] ?? texts.default ?? '';
      const body = protocol === 'sms' ? smsPrefix(displayName) + text : text;
      // Only email shows a subject; an SMS or a webhook has none of its own.
      const shown = protocol === 'email' && subject !== undefined ? { subject } : {};
      this.#keep({ ...head, protocol, endpoint, ...shown, body, ...smsFailure(protocol, body) });
    }
    return head.messageId;
  }

  /** The token is where the next page begins. */
  #list({ TopicArn, NextToken }: z.infer<typeof listSchema>): JsonObject {
    this.#requireTopic(TopicArn);
    const all = this.#subscriptions.filter(({ topic }) => topic === TopicArn);
    const start = Number(NextToken ?? 0);
    const end = start + pageSize;
    return {
      Subscriptions: all.slice(start, end).map(({ arn, protocol, endpoint, topic }) => ({
        SubscriptionArn: this.#pending.has(arn) ? 'PendingConfirmation' : arn,
        Owner: topic.split(':')[4] ?? '',
        Protocol: protocol,
        Endpoint: endpoint,
        TopicArn: topic,
      })),
      ...(end < all.length && { NextToken: String(end) }),
    };
  }

  #keep(delivery: Delivery): void {
    this.#deliveries.push(delivery);
    if (this.#deliveries.length > maximumDeliveries) this.#deliveries = this.#deliveries.slice(-maximumDeliveries / 2);
    for (const listener of this.#listeners) listener(delivery);
  }

  #requireTopic(arn: string): string {
    const displayName = this.#topics.get(arn);
    if (displayName === undefined) throw new ServiceError('NotFound', `Topic does not exist: ${arn}`, 404);
    return displayName;
  }
}

function values({ DataType, StringValue }: z.infer<typeof attributeSchema>): readonly string[] {
  return DataType === 'String.Array' ? (JSON.parse(StringValue) as unknown[]).map(String) : [StringValue];
}

/** SNS accepts a text that no phone gets. */
function smsFailure(protocol: SubscriptionProtocol, body: string): { failure?: string } {
  if (protocol !== 'sms' || body.length <= maximumSmsCharacters) return {};
  return { failure: `SMS has ${body.length} characters; at most ${maximumSmsCharacters} are delivered.` };
}
