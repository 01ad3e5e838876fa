import { describe, expect, it } from 'vitest';
import { noteKey, partition, silenceKey } from '../../../functions/flow/keys.ts';
import { synthesized } from '../synthesized.ts';

const { resource, resources, template } = synthesized();

const allow = (action: string | string[], sid?: string) => ({
  Effect: 'Allow',
  Action: action,
  Resource: 'Table.Arn',
  ...(sid && { Sid: sid }),
});
const writesItsLog = (name: string) => ({
  ...allow(['logs:CreateLogStream', 'logs:PutLogEvents']),
  Resource: `Widgets${name}Log.Arn`,
});
const reads = [
  allow(['dynamodb:GetItem', 'dynamodb:Query'], 'ReadItems'),
  allow('dynamodb:BatchGetItem', 'ReadManyItems'),
];

function statementsOf(name: string): unknown[] {
  return resource('AWS::IAM::Policy', `Widgets${name}Role`).properties.PolicyDocument.Statement;
}

describe('the functions of the console', () => {
  it('let the one that draws read the records, and nothing else', () => {
    expect(statementsOf('Console')).toEqual([writesItsLog('Console'), ...reads]);
  });

  it('let the one that acts write what people say as well, and no rounds, heads or mailboxes', () => {
    const partitions = [partition.alert, silenceKey.pk, partition.signOff, noteKey('*', '', 0).pk];
    const puts = {
      ...allow('dynamodb:PutItem', 'PutItems'),
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } },
    };
    expect(statementsOf('Act')).toEqual([writesItsLog('Act'), ...reads, puts]);
  });

  it('are invoked with the rights of whoever looks: nobody gets any by a policy of theirs', () => {
    expect(resources('AWS::Lambda::Permission').filter(({ id }) => id.startsWith('Widgets'))).toEqual([]);
  });

  it('are answered within 15 seconds or not at all, and not repeated', () => {
    for (const name of ['Console', 'Act']) {
      expect(resource('AWS::Lambda::Function', `Widgets${name}`).properties.Timeout).toBe(15);
      const { properties } = resource('AWS::Lambda::EventInvokeConfig', `Widgets${name}`);
      expect(properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    }
  });

  it('know the table, and the one that draws whom its buttons call', () => {
    const environmentOf = (name: string) =>
      resource('AWS::Lambda::Function', `Widgets${name}`).properties.Environment.Variables;
    expect(environmentOf('Console')).toEqual({ TABLE_NAME: 'Table', ACT_FUNCTION: 'WidgetsAct.Arn' });
    expect(environmentOf('Act')).toEqual({ TABLE_NAME: 'Table' });
  });

  it('are named to whoever has to permit people to use them', () => {
    const outputs = template.findOutputs('*');
    expect(outputs.ConsoleFunctionName?.Value).toEqual({ Ref: expect.stringMatching(/^WidgetsConsole/) });
    expect(outputs.ActFunctionName?.Value).toEqual({ Ref: expect.stringMatching(/^WidgetsAct/) });
  });
});
