import { describe, expect, it } from 'vitest';
import { sampleRunbook } from '../runbook/sample-runbook.ts';
import { synthesized } from '../synthesized.ts';

const { resource, resources } = synthesized();

describe('the topic of the watchers', () => {
  it('does not depend on the key whose failure it has to report', () => {
    expect(resource('AWS::SNS::Topic', 'WatchTopic').properties).toEqual({ DisplayName: 'Rounds Sample' });
  });

  it('reaches the email addresses of the watchers', () => {
    const subscriptions = resources('AWS::SNS::Subscription').filter(({ id }) => id.startsWith('WatchTopic'));
    expect(subscriptions.map(({ properties }) => properties)).toEqual([
      {
        TopicArn: 'WatchTopic',
        Protocol: 'email',
        Endpoint: 'olivia@example.com',
        RedrivePolicy: { deadLetterTargetArn: 'DeadLetters.Arn' },
      },
    ]);
  });

  it('reaches everybody of a rotation, whoever is on duty', () => {
    const { contacts, roles } = sampleRunbook();
    const deputy = { name: 'Derek Deputy', email: 'derek@example.com', phone: '+12025550101' };
    const rotation = { every: 'day', from: '2026-11-02', at: '09:00', contacts: ['operator', 'deputy'] } as const;
    const duty = synthesized({
      contacts: { ...contacts, deputy },
      roles: { ...roles, duty: { title: 'On duty', rotation } },
      watchers: 'duty',
    });
    const subscriptions = duty.resources('AWS::SNS::Subscription').filter(({ id }) => id.startsWith('WatchTopic'));
    expect(subscriptions.map(({ properties }) => properties.Endpoint)).toEqual([
      'olivia@example.com',
      'derek@example.com',
    ]);
  });

  it('lets alarms of this account in, over TLS, and nobody else', () => {
    expect(resource('AWS::SNS::TopicPolicy', 'WatchTopicPolicy').properties.PolicyDocument.Statement).toEqual([
      {
        Sid: 'AllowPublishThroughSSLOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: 'WatchTopic',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Sid: 'AlarmsOfThisAccount',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: 'WatchTopic',
        Condition: {
          ArnLike: { 'aws:SourceArn': 'arn:AWS::Partition:cloudwatch:AWS::Region:AWS::AccountId:alarm:*' },
          StringEquals: { 'aws:SourceAccount': 'AWS::AccountId' },
        },
      },
    ]);
  });

  it('is published to by no function of Rounds', () => {
    for (const { properties } of resources('AWS::IAM::Policy'))
      expect(JSON.stringify(properties.PolicyDocument)).not.toContain('WatchTopic');
  });
});
