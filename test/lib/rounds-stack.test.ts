import { App } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { RoundsStack } from '../../lib/rounds-stack.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { sampleRunbook } from './runbook/sample-runbook.ts';
import { synthesized } from './synthesized.ts';

const guard = 'CopyContactsExampleJsonToContactsJsonAndFillItIn';
const { template } = synthesized();
const resources = Object.entries(template.toJSON().Resources as Record<string, { Type: string; Properties: object }>);

const physicalNames = [
  'AlarmName',
  'DashboardName',
  'LogGroupName',
  'Name',
  'QueueName',
  'RoleName',
  'TableName',
  'TopicName',
];

const app = new App({
  outdir: scratchFolder(),
  analyticsReporting: false,
  builtinCloudFormationValidation: false,
});
const stack = new RoundsStack(app, { runbook: sampleRunbook(), placeholders: true });

describe('the stack', () => {
  it('is called after the platform', () => {
    expect(stack.stackName).toBe('Rounds-sample');
  });

  it('is the same in every account and region, and looks up nothing', () => {
    expect(stack.environment).toBe('aws://unknown-account/unknown-region');
    expect(app.synth().manifest.missing ?? []).toEqual([]);
  });

  it('gives nothing a physical name, by which two stacks would collide', () => {
    const named = resources.flatMap(([id, { Properties }]) =>
      physicalNames.filter((name) => name in Properties).map((name) => `${id}.${name}`),
    );
    expect(named).toEqual([]);
  });

  it('asks no alarm for an attribute, which not every CloudFormation can answer', () => {
    const alarms = resources.filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm').map(([id]) => id);
    for (const id of alarms) expect(JSON.stringify(template.toJSON())).not.toContain(`"Fn::GetAtt":["${id}"`);
  });

  it('passes the rules of AwsSolutions and Serverless', () => {
    for (const checks of [new AwsSolutionsChecks(), new ServerlessChecks()])
      expect(checks.validateScope(app).violations).toEqual([]);
  });

  it('prints what its operator needs next', () => {
    expect(Object.keys(template.findOutputs('*'))).toEqual([
      'DashboardUrl',
      'ConsoleFunctionName',
      'ActFunctionName',
      'UnconfirmedSubscriptions',
      'TableName',
      'WatchTopicArn',
      'RunARound',
      'DeadLettersUrl',
    ]);
  });
});

describe('a stack whose contacts are configured', () => {
  it('deploys without a question', () => {
    expect(template.findParameters(guard)).toEqual({});
  });
});

describe('a stack whose contacts are placeholders', () => {
  it('cannot be deployed: a parameter without a default says what to do', () => {
    const parameter = Template.fromStack(stack).findParameters(guard)[guard];
    expect(parameter).toMatchObject({ Type: 'String', Description: expect.stringContaining('contacts.json') });
    expect(parameter).not.toHaveProperty('Default');
  });

  it('says so when it is synthesized', () => {
    Annotations.fromStack(stack).hasWarning('/Rounds-sample', Match.stringLikeRegexp('placeholders'));
  });
});
