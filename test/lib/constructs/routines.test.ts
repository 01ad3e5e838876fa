import { describe, expect, it } from 'vitest';
import { synthesized } from '../synthesized.ts';

const { resource, resources } = synthesized();

describe('the schedules', () => {
  it('are one for each routine and one for the tick', () => {
    const ids = resources('AWS::Scheduler::Schedule').map(({ id }) => id.slice(0, -8));
    expect(ids.filter((id) => id.startsWith('Routines'))).toEqual([
      'Routinesmorning',
      'Routineshealth',
      'RoutinesEveryMinute',
    ]);
  });

  it.each([
    ['morning', 'cron(0 8 ? * MON-FRI *)'],
    ['health', 'cron(0 0,4,8,12,16,20 * * ? *)'],
  ])('fire %s in the zone of the platform, to the minute', (routine, expression) => {
    expect(resource('AWS::Scheduler::Schedule', `Routines${routine}`).properties).toMatchObject({
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
    });
  });

  it('tell dispatch the routine and the planned time, and keep a firing that could not be handed over', () => {
    expect(resource('AWS::Scheduler::Schedule', 'Routinesmorning').properties.Target).toEqual({
      Arn: 'FunctionsDispatch.Arn',
      RoleArn: 'RoutinesRole.Arn',
      Input: '{"routine":"morning","slot":"<aws.scheduler.scheduled-time>"}',
      RetryPolicy: { MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 10 },
      DeadLetterConfig: { Arn: 'DeadLetters.Arn' },
    });
  });

  it('tick every minute, and never late', () => {
    const { properties } = resource('AWS::Scheduler::Schedule', 'RoutinesEveryMinute');
    expect(properties.ScheduleExpression).toBe('rate(1 minute)');
    expect(properties.Target).toEqual({
      Arn: 'FunctionsTick.Arn',
      RoleArn: 'RoutinesRole.Arn',
      RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
    });
  });

  it('may invoke those two functions, in the name of this account only', () => {
    expect(resource('AWS::IAM::Policy', 'RoutinesRole').properties.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: ['FunctionsDispatch.Arn', 'FunctionsTick.Arn'],
      },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'DeadLetters.Arn' },
    ]);
    expect(resource('AWS::IAM::Role', 'RoutinesRole').properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': 'AWS::AccountId' } },
      },
    ]);
  });
});
