import { z } from 'zod';
import { eventPatternSchema } from '../event-pattern.ts';
import { filterPolicySchema } from '../filter-policy.ts';
import { handedOver } from '../iam/hand-over.ts';
import { LocalQueue } from '../queue.ts';
import { required } from '../services.ts';
import type { Target } from '../targets.ts';
import { arnOf, byName, kept, type ResourceKind, resourceKind, wholeNumber } from './kind.ts';

/** SQS's default. */
const defaultVisibilitySeconds = 30;

/** A hand-over fails here only for lack of a permission, which no retry brings. */
const deliveryProperties = {
  DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
  RetryPolicy: kept,
};

const queueKind = resourceKind({
  type: 'AWS::SQS::Queue',
  properties: z.strictObject({
    MessageRetentionPeriod: kept,
    RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: wholeNumber }).optional(),
    SqsManagedSseEnabled: kept,
    Tags: kept,
    VisibilityTimeout: wholeNumber.default(defaultVisibilitySeconds),
  }),
  identify: (name, place) => ({
    ref: `https://sqs.${place.region}.amazonaws.com/${place.accountId}/${name}`,
    attributes: { Arn: arnOf('sqs', place, name), QueueName: name },
  }),
  create({ VisibilityTimeout, RedrivePolicy }, { attributes }, { queues, targets, clock, timers }) {
    const [name, arn] = [String(attributes.QueueName), String(attributes.Arn)];
    const queue = new LocalQueue({ name, arn, visibilityTimeoutMs: VisibilityTimeout * 1_000, clock, timers });
    if (RedrivePolicy !== undefined) {
      const { deadLetterTargetArn, maxReceiveCount } = RedrivePolicy;
      queue.redrive = {
        // Looked up when it is needed: the dead-letter queue may stand later in the template.
        deadLetters: () => required(queues.get(deadLetterTargetArn), 'queue', deadLetterTargetArn),
        maximumReceives: maxReceiveCount,
      };
    }
    queues.set(arn, queue);
    targets.add(arn, (payload) => queue.send(JSON.stringify(payload)));
  },
});

const topicKind = resourceKind({
  type: 'AWS::SNS::Topic',
  properties: z.strictObject({
    DisplayName: z.string().optional(),
    KmsMasterKeyId: z.string().startsWith('arn:').optional(),
    Tags: kept,
  }),
  identify: (name, place) => {
    const arn = arnOf('sns', place, name);
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  },
  create({ DisplayName, KmsMasterKeyId }, { ref }, { sns, topicKeys }) {
    if (KmsMasterKeyId !== undefined) topicKeys.set(ref, KmsMasterKeyId);
    sns.createTopic(ref, DisplayName);
  },
});

const subscriptionKind = resourceKind({
  type: 'AWS::SNS::Subscription',
  properties: z.strictObject({
    Endpoint: z.string(),
    FilterPolicy: filterPolicySchema.optional(),
    Protocol: z.enum(['email', 'sms', 'https']),
    // Nothing fails to be delivered here, so whether its queue lets SNS in is not asked either.
    RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string() }).optional(),
    TopicArn: z.string(),
  }),
  identify: (name, place) => byName(arnOf('sns', place, name)),
  create({ Endpoint, FilterPolicy, Protocol, TopicArn }, { ref }, { sns }) {
    sns.subscribe({ arn: ref, topic: TopicArn, protocol: Protocol, endpoint: Endpoint, filterPolicy: FilterPolicy });
  },
});

const ruleKind = resourceKind({
  type: 'AWS::Events::Rule',
  properties: z.strictObject({
    Description: kept,
    EventPattern: eventPatternSchema,
    State: z.literal('ENABLED').optional(),
    Tags: kept,
    Targets: z.array(z.strictObject({ Arn: z.string(), Id: z.string(), ...deliveryProperties })).min(1),
  }),
  identify: (name, place) => ({ ref: name, attributes: { Arn: arnOf('events', place, `rule/${name}`) } }),
  create({ EventPattern, Targets }, { ref, attributes }, { bus, targets, iam }) {
    const principal = { kind: 'service', service: 'events.amazonaws.com', source: String(attributes.Arn) } as const;
    const handOver = (arn: string, otherwise?: Target) =>
      handedOver({ iam, principal, arn, target: targets.require(arn), otherwise });
    const taking = Targets.map(({ Arn, DeadLetterConfig }) =>
      handOver(Arn, DeadLetterConfig && handOver(DeadLetterConfig.Arn)),
    );
    bus.addRule({ name: ref, pattern: EventPattern, targets: taking });
  },
});

export const messagingKinds: readonly ResourceKind[] = [queueKind, topicKind, subscriptionKind];
export const ruleKinds: readonly ResourceKind[] = [ruleKind];
