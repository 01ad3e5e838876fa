import { describe, expect, it } from 'vitest';
import { readTemplate } from '../../../lib/local/provision.ts';
import type { JsonObject } from '../../../lib/local/service.ts';
import { fixtureTemplate, placeholder } from './fixtures/template.ts';

const place = { region: 'eu-central-1', accountId: '000000000000' };
const read = (template: unknown) => readTemplate(template, 'Rounds', place);
const topic = (Properties: JsonObject) => ({ Type: 'AWS::SNS::Topic', Properties });

describe('reading a template', () => {
  it('gives every resource its name and ARN', () => {
    const { resources } = read(fixtureTemplate());
    expect(resources.get('Topic')?.ref).toBe('arn:aws:sns:eu-central-1:000000000000:Rounds-Topic');
    expect(resources.get('Direct')?.properties).toMatchObject({
      Code: { S3Bucket: 'assets-000000000000-eu-central-1' },
      Environment: { Variables: { TABLE: 'Rounds-Table' } },
    });
  });

  it('names at once every type, property and function that it does not understand', () => {
    const template = {
      Resources: {
        Bucket: { Type: 'AWS::S3::Bucket' },
        Fifo: topic({ FifoTopic: true, DisplayName: { 'Fn::Base64': 'x' } }),
        Plain: topic({ TopicName: 'x' }),
        Queue: { Type: 'AWS::SQS::Queue', Properties: { RedrivePolicy: { deadLetterTargetArn: 'x', max: 1 } } },
        Rule: { Type: 'AWS::Events::Rule', Properties: { EventPattern: { a: [{ numeric: ['>', 1] }] }, Targets: [] } },
      },
    };
    const lines = ((): string[] => {
      try {
        read(template);
      } catch (error) {
        return (error as Error).message.split('\n');
      }
      return [];
    })();
    expect(lines).toEqual([
      'The local cloud does not understand this of the template:',
      'Bucket (AWS::S3::Bucket): the local cloud does not know the type AWS::S3::Bucket',
      'Fifo (AWS::SNS::Topic): the local cloud does not know the intrinsic function Fn::Base64',
      'Plain (AWS::SNS::Topic): (top level): Unrecognized key: "TopicName"',
      expect.stringMatching(/^Queue \(AWS::SQS::Queue\): RedrivePolicy.maxReceiveCount: /),
      'Queue (AWS::SQS::Queue): RedrivePolicy: Unrecognized key: "max"',
      expect.stringMatching(/^Rule \(AWS::Events::Rule\): EventPattern.a: /),
      expect.stringMatching(/^Rule \(AWS::Events::Rule\): Targets: /),
      'Teach it to lib/local/resources, or leave it out of the stack.',
    ]);
  });

  it('refuses a section that it does not know', () => {
    expect(() => read({ Resources: {}, Transform: 'AWS::Serverless-2016-10-31' })).toThrow(
      'Unrecognized key: "Transform"',
    );
  });

  it('evaluates intrinsic functions wherever they stand', () => {
    const { outputs } = read({
      Conditions: {
        IsHere: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-central-1'] },
        Never: { 'Fn::Not': [{ Condition: 'IsHere' }] },
      },
      Parameters: { BootstrapVersion: { Type: 'String', Default: '/cdk/version' } },
      Resources: { Topic: topic({}), Gone: { ...topic({}), Condition: 'Never' } },
      Outputs: Object.fromEntries(
        Object.entries({
          Join: { 'Fn::Join': ['-', ['a', { Ref: 'AWS::AccountId' }]] },
          Sub: {
            'Fn::Sub': [
              `${placeholder('Topic.TopicName')}/${placeholder('own')}/${placeholder('!literal')}`,
              { own: { Ref: 'AWS::Region' } },
            ],
          },
          Select: { 'Fn::Select': [1, { 'Fn::Split': [':', { Ref: 'Topic' }] }] },
          If: { 'Fn::If': ['IsHere', 'here', 'there'] },
          Parameter: { Ref: 'BootstrapVersion' },
          NoValue: { kept: 1, dropped: { Ref: 'AWS::NoValue' } },
        }).map(([name, Value]) => [name, { Value }]),
      ),
    });
    expect(outputs).toEqual({
      Join: 'a-000000000000',
      Sub: `Rounds-Topic/eu-central-1/${placeholder('literal')}`,
      Select: 'aws',
      If: 'here',
      Parameter: '/cdk/version',
      NoValue: { kept: 1 },
    });
  });

  it('leaves out a resource whose condition does not hold', () => {
    const Conditions = { Never: { 'Fn::Equals': ['a', 'b'] } };
    const { resources } = read({
      Conditions,
      Resources: { Topic: topic({}), Gone: { ...topic({}), Condition: 'Never' } },
    });
    expect([...resources.keys()]).toEqual(['Topic']);
  });
});
