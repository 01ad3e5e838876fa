import { describe, expect, it } from 'vitest';
import { synthesized } from '../synthesized.ts';

const { template, resource, resources } = synthesized();
const contacts = resources('AWS::SNS::Topic').filter(({ id }) => id.startsWith('Contacts'));
const subscriptions = resources('AWS::SNS::Subscription')
  .filter(({ id }) => id.startsWith('Contacts'))
  .map(({ properties }) => properties);

describe('the topics of the contacts', () => {
  it('are one for each contact, and carry no name of their own', () => {
    expect(contacts).toHaveLength(2);
    for (const { properties } of contacts) expect(properties).not.toHaveProperty('TopicName');
  });

  it('put a short name before an SMS, whatever the name of the platform', () => {
    for (const { properties } of contacts) expect(properties.DisplayName).toBe('Rounds');
  });

  it('are encrypted by a key of the stack, which rotates', () => {
    for (const { properties } of contacts) expect(properties.KmsMasterKeyId).toBe('ContactsKey.Arn');
    expect(resource('AWS::KMS::Key', 'ContactsKey').properties.EnableKeyRotation).toBe(true);
  });

  it('refuse a publisher without TLS', () => {
    for (const { id } of contacts) {
      const { properties } = resource('AWS::SNS::TopicPolicy', `${id.slice(0, -8)}Policy`);
      expect(properties.PolicyDocument.Statement).toMatchObject([
        { Effect: 'Deny', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ]);
    }
  });

  it('reach each address of a contact, and only through its own channel', () => {
    const reached = subscriptions.map(({ TopicArn, Protocol, Endpoint, FilterPolicy }) => [
      TopicArn,
      Protocol,
      Endpoint,
      FilterPolicy,
    ]);
    expect(reached).toEqual([
      ['Contactsoperator', 'email', 'olivia@example.com', { channel: ['email'] }],
      ['Contactsoperator', 'sms', '+12025550100', { channel: ['sms'] }],
      ['Contactschat', 'https', 'https://example.com/chat', { channel: ['https'] }],
    ]);
  });

  it('keep what could not be delivered', () => {
    for (const { RedrivePolicy } of subscriptions)
      expect(RedrivePolicy).toEqual({ deadLetterTargetArn: 'DeadLetters.Arn' });
    const senders = resource('AWS::SQS::QueuePolicy', 'DeadLettersPolicy')
      .properties.PolicyDocument.Statement.filter(
        ({ Principal }: { Principal: { Service?: string } }) => Principal.Service === 'sns.amazonaws.com',
      )
      .map(({ Condition }: { Condition: unknown }) => Condition);
    for (const topic of ['Contactsoperator', 'Contactschat', 'WatchTopic'])
      expect(senders).toContainEqual({ ArnEquals: { 'aws:SourceArn': topic } });
  });

  it('are the only encrypted ones', () => {
    template.resourceCountIs('AWS::KMS::Key', 1);
    expect(resource('AWS::SNS::Topic', 'WatchTopic').properties).not.toHaveProperty('KmsMasterKeyId');
  });
});
