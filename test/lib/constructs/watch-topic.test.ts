import { describe, expect, it } from 'vitest';
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
