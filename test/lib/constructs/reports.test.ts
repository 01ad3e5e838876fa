import { describe, expect, it } from 'vitest';
import { leaseMs } from '../../../functions/core/round.ts';
import { partition, reportKey } from '../../../functions/flow/keys.ts';
import { operator, report } from '../../../lib/runbook/reports.ts';
import { businessDays, monthly } from '../../../lib/runbook/schedule.ts';
import { synthesized } from '../synthesized.ts';

const reports = [
  report('log', { title: 'Daily log', schedule: businessDays.at('20:15'), tell: ['operations'], parts: [operator] }),
  report('audit', { title: 'Audit', schedule: monthly.onFirst('monday').at('09:00'), parts: [operator] }),
];
const { resource, resources } = synthesized({ reports });

const allow = (action: string | string[], resource: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...more,
});

describe('the reports', () => {
  it.each([
    ['log', 'cron(15 20 ? * MON-FRI *)'],
    ['audit', 'cron(0 9 ? * 2#1 *)'],
  ])('each have a schedule in the zone of the platform: %s', (id, expression) => {
    expect(resource('AWS::Scheduler::Schedule', `Reports${id}`).properties).toMatchObject({
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      Target: {
        Arn: 'ReportsReport.Arn',
        RoleArn: 'ReportsRole.Arn',
        Input: `{"report":"${id}","slot":"<aws.scheduler.scheduled-time>"}`,
        RetryPolicy: { MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 10 },
        DeadLetterConfig: { Arn: 'DeadLetters.Arn' },
      },
    });
  });

  it('are written by a function that its schedules alone may invoke', () => {
    expect(resource('AWS::IAM::Policy', 'ReportsRole').properties.PolicyDocument.Statement).toEqual([
      allow('lambda:InvokeFunction', 'ReportsReport.Arn'),
      allow('sqs:SendMessage', 'DeadLetters.Arn'),
    ]);
    expect(resources('AWS::Lambda::Permission').filter(({ id }) => id.startsWith('Reports'))).toEqual([]);
  });

  it('need the records and the contacts, and nothing of the hosts', () => {
    expect(resource('AWS::IAM::Policy', 'ReportsReportRole').properties.PolicyDocument.Statement).toEqual([
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], 'ReportsReportLog.Arn'),
      allow('sqs:SendMessage', 'DeadLetters.Arn'),
      allow(['dynamodb:GetItem', 'dynamodb:Query'], 'Table.Arn', { Sid: 'ReadItems' }),
      allow('dynamodb:PutItem', 'Table.Arn', {
        Sid: 'PutItems',
        Condition: {
          'ForAllValues:StringLike': {
            'dynamodb:LeadingKeys': [partition.report, reportKey({ id: '*', slot: '' }).pk],
          },
        },
      }),
      allow('sns:Publish', ['Contactschat', 'Contactsoperator'], { Sid: 'TellContacts' }),
      allow(['kms:Decrypt', 'kms:GenerateDataKey'], 'ContactsKey.Arn', { Sid: 'EncryptWhatIsTold' }),
      allow('cloudwatch:PutMetricData', '*', {
        Sid: 'OwnMetrics',
        Condition: { StringEquals: { 'cloudwatch:namespace': 'Rounds' } },
      }),
    ]);
  });

  it('have a function with every setting, which ends before its lease on a mailing does', () => {
    const { properties } = resource('AWS::Lambda::Function', 'ReportsReport');
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      MemorySize: 512,
      Timeout: 120,
      Environment: {
        Variables: {
          TABLE_NAME: 'Table',
          TOPICS: '{"operator":"Contactsoperator","chat":"Contactschat"}',
        },
      },
    });
    expect(properties.Timeout * 1_000).toBeLessThan(leaseMs);
    expect(resource('AWS::Lambda::EventInvokeConfig', 'ReportsReport').properties).toMatchObject({
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 900,
      DestinationConfig: { OnFailure: { Destination: 'DeadLetters.Arn' } },
    });
    expect(resource('AWS::Logs::LogGroup', 'ReportsReportLog').properties.RetentionInDays).toBe(90);
  });

  it('have an alarm on errors of their function', () => {
    expect(resource('AWS::CloudWatch::Alarm', 'AlarmsReportErrors').properties).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: 'ReportsReport' }],
      AlarmDescription: expect.stringMatching(/^Rounds \(sample\): the report function failed\..* read the log/),
    });
  });

  it('leave nothing in a stack whose runbook has none', () => {
    const without = synthesized({ reports: [] });
    const types = ['AWS::Lambda::Function', 'AWS::Scheduler::Schedule', 'AWS::IAM::Role', 'AWS::CloudWatch::Alarm'];
    const ids = types.flatMap((type) => without.resources(type).map(({ id }) => id));
    expect(ids.filter((id) => /report/i.test(id))).toEqual([]);
  });
});
