import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Subscription, SubscriptionFilter, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { messageAttribute } from '../../functions/contract.ts';
import { displayName } from '../../functions/core/sms.ts';
import type { Channel, Contact, Runbook } from '../runbook/types.ts';

export interface ContactTopicsProps {
  readonly contacts: Runbook['contacts'];
  /** Receives what SNS could not deliver to an address. */
  readonly deadLetters: IQueue;
}

/** How SNS reaches a contact in each channel. */
const channels: readonly {
  channel: Channel;
  protocol: SubscriptionProtocol;
  addressOf(contact: Contact): string | undefined;
}[] = [
  { channel: 'email', protocol: SubscriptionProtocol.EMAIL, addressOf: ({ email }) => email },
  { channel: 'sms', protocol: SubscriptionProtocol.SMS, addressOf: ({ phone }) => phone },
  { channel: 'https', protocol: SubscriptionProtocol.HTTPS, addressOf: ({ https }) => https },
];

/** One encrypted topic a contact, so that who is told is decided by where a message is published and by nothing else. */
export class ContactTopics extends Construct {
  /** By contact id. */
  readonly topics: Readonly<Record<string, ITopic>>;
  private readonly key: Key;

  constructor(scope: Construct, id: string, props: ContactTopicsProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Encrypts what Rounds tells people, between publishing and delivery',
      enableKeyRotation: true,
      // Nothing rests under it: a topic keeps no message.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.topics = Object.fromEntries(
      Object.entries(props.contacts).map(([contactId, contact]) => [
        contactId,
        this.topicOf(contactId, contact, props),
      ]),
    );
  }

  /** JSON object: contact id to the ARN of the contact's topic. */
  get arns(): string {
    const arns = Object.entries(this.topics).map(([contact, topic]) => [contact, topic.topicArn]);
    return Stack.of(this).toJsonString(Object.fromEntries(arns));
  }

  /** Lets `grantee` tell every contact. */
  grantPublish({ grantPrincipal }: IGrantable): void {
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'TellContacts',
        actions: ['sns:Publish'],
        resources: this.topicArns,
      }),
    );
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'EncryptWhatIsTold',
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        resources: [this.key.keyArn],
      }),
    );
  }

  /** Lets `grantee` see which subscriptions are confirmed. */
  grantAudit({ grantPrincipal }: IGrantable): void {
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'AuditContacts',
        actions: ['sns:ListSubscriptionsByTopic'],
        resources: this.topicArns,
      }),
    );
  }

  private get topicArns(): string[] {
    return Object.values(this.topics).map((topic) => topic.topicArn);
  }

  private topicOf(contactId: string, contact: Contact, { deadLetters }: ContactTopicsProps): Topic {
    const topic = new Topic(this, contactId, { displayName, masterKey: this.key, enforceSSL: true });
    for (const { channel, protocol, addressOf } of channels) {
      const endpoint = addressOf(contact);
      if (endpoint === undefined) continue;
      new Subscription(topic, channel, {
        topic,
        protocol,
        endpoint,
        filterPolicy: { [messageAttribute.channel]: SubscriptionFilter.stringFilter({ allowlist: [channel] }) },
        deadLetterQueue: deadLetters,
      });
    }
    return topic;
  }
}
