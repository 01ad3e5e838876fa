import { describe, expect, it } from 'vitest';
import { synthesized } from '../synthesized.ts';

const { resource, resources } = synthesized();
const command = resource('AWS::Events::Rule', 'CommandEventsCommandRule').properties;
const invocation = resource('AWS::Events::Rule', 'CommandEventsCommandInvocationRule').properties;

describe('the events of commands', () => {
  it('are those of our own documents', () => {
    for (const { EventPattern } of [command, invocation]) {
      expect(EventPattern.source).toEqual(['aws.ssm']);
      expect(EventPattern.detail['document-name']).toEqual(['Documentsmorning', 'Documentshealth']);
    }
    expect(command.EventPattern['detail-type']).toEqual(['EC2 Command Status-change Notification']);
    expect(invocation.EventPattern['detail-type']).toEqual(['EC2 Command Invocation Status-change Notification']);
  });

  it.each([
    'Success',
    'Failed',
    'TimedOut',
    'Delivery Timed Out',
    'DeliveryTimedOut',
    'Execution Timed Out',
    'ExecutionTimedOut',
    'Incomplete',
    'Cancelled',
    'Rate Exceeded',
    'RateExceeded',
    'Access Denied',
    'AccessDenied',
    'No Instances In Tag',
    'NoInstancesInTag',
  ])('tell that a command ended as "%s"', (status) => {
    expect(command.EventPattern.detail.status).toContain(status);
  });

  it.each([
    'Failed',
    'TimedOut',
    'Delivery Timed Out',
    'DeliveryTimedOut',
    'Execution Timed Out',
    'ExecutionTimedOut',
    'Cancelled',
    'Undeliverable',
    'Terminated',
    'Invalid Platform',
    'InvalidPlatform',
    'Access Denied',
    'AccessDenied',
  ])('tell that a host ended as "%s", without waiting for the others', (status) => {
    expect(invocation.EventPattern.detail.status).toContain(status);
  });

  it.each(['Success', 'Pending', 'InProgress', 'In Progress', 'Delayed', 'Cancelling'])(
    'do not wake anybody for a host that is "%s"',
    (status) => {
      expect(invocation.EventPattern.detail.status).not.toContain(status);
    },
  );

  it.each(['Pending', 'InProgress', 'In Progress', 'Delayed', 'Cancelling'])(
    'do not tell of a command that is "%s"',
    (status) => {
      expect(command.EventPattern.detail.status).not.toContain(status);
    },
  );

  it('fit into an event pattern, which may have 2,048 characters, with room for ten more documents', () => {
    const nameLength = 80;
    for (const { EventPattern } of [command, invocation])
      expect(JSON.stringify(EventPattern).length + 12 * nameLength).toBeLessThan(2048);
  });

  it('go to the queue, and to the dead letters when they cannot', () => {
    for (const { Targets } of [command, invocation])
      expect(Targets).toMatchObject([{ Arn: 'CommandEventsQueue.Arn', DeadLetterConfig: { Arn: 'DeadLetters.Arn' } }]);
  });

  it('reach collect in batches, of which only what failed comes back', () => {
    expect(resources('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties)).toEqual([
      {
        EventSourceArn: 'CommandEventsQueue.Arn',
        FunctionName: 'FunctionsCollect',
        BatchSize: 100,
        MaximumBatchingWindowInSeconds: 1,
        ScalingConfig: { MaximumConcurrency: 5 },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    ]);
  });

  it('stay hidden for six time-outs of collect, and are dead letters after the third failure', () => {
    const { properties } = resource('AWS::SQS::Queue', 'CommandEventsQueue');
    expect(properties.VisibilityTimeout).toBe(
      6 * resource('AWS::Lambda::Function', 'FunctionsCollect').properties.Timeout,
    );
    expect(properties.RedrivePolicy).toEqual({ deadLetterTargetArn: 'DeadLetters.Arn', maxReceiveCount: 3 });
  });

  it('lie encrypted, in queues that are reached over TLS only', () => {
    for (const queue of ['CommandEventsQueue', 'DeadLetters']) {
      expect(resource('AWS::SQS::Queue', queue).properties.SqsManagedSseEnabled).toBe(true);
      expect(resource('AWS::SQS::QueuePolicy', `${queue}Policy`).properties.PolicyDocument.Statement).toContainEqual({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'sqs:*',
        Resource: `${queue}.Arn`,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      });
    }
  });
});
