import { describe, expect, it } from 'vitest';
import { LocalClock } from '../../../../lib/local/clock.ts';
import type { LocalCloud } from '../../../../lib/local/cloud.ts';
import type { Json, JsonObject } from '../../../../lib/local/service.ts';
import { fixtureCloud } from '../fixtures/cloud.ts';
import type { Errand } from '../fixtures/errand.ts';
import { fixtureResources, fixtureTemplate } from '../fixtures/template.ts';
import { withoutGrant } from '../without-grant.ts';

const monday = Date.parse('2026-03-02T06:59:30Z');
const publish: Errand = { do: 'publish', text: 'x' };
const errands = (...list: Errand[]) => ({ errands: list as unknown as Json });

function cloudWithout(policy: string, ...actions: readonly string[]): Promise<LocalCloud> {
  const template = withoutGrant(fixtureTemplate(), policy, ...actions);
  return fixtureCloud({ template, clock: new LocalClock(monday) });
}

const refused = ({ iam }: LocalCloud) => iam.refusals.map(({ request: { action } }) => action);

describe('what AWS does in the name of a role or by a policy of a resource', () => {
  it.each([
    [
      'an event reaches a queue only where its policy lets the rule in',
      'rule/Rounds-Rule',
      'rule/Other',
      'sqs:SendMessage',
    ],
    [
      'an alarm reaches a topic only where its policy lets CloudWatch in',
      'cloudwatch.amazonaws.com',
      'events.amazonaws.com',
      'sns:Publish',
    ],
  ])('%s', async (_what, granted, other, action) => {
    // The template names the rule by a reference.
    const text = JSON.stringify(fixtureTemplate());
    const aboutRule = '{"aws:SourceArn":{"Fn::GetAtt":["Rule","Arn"]}}';
    const ruleArn = `arn:aws:events:us-east-1:000000000000:${other}`;
    const template = JSON.parse(
      granted.startsWith('rule')
        ? text.replace(aboutRule, `{"aws:SourceArn":"${ruleArn}"}`)
        : text.replace(granted, other),
    );
    const cloud = await fixtureCloud({ template, clock: new LocalClock(monday) });
    cloud.bus.put({ source: 'test', detailType: 'Errand', detail: errands(publish) });
    await cloud.advanceTo(monday + 60_000);
    expect(refused(cloud)).toEqual([action]);
    const delivered = cloud.sns.deliveries.map(({ body }) => (body === 'x' ? 'errand' : 'alarm'));
    expect(delivered).toEqual([action === 'sns:Publish' ? 'errand' : 'alarm']);
  });
});

describe('an alarm', () => {
  it.each([
    [['kms:GenerateDataKey', 'kms:Decrypt'], []],
    [['kms:GenerateDataKey'], ['kms:Decrypt']],
    [[], ['kms:GenerateDataKey']],
  ])('reaches an encrypted topic whose key lets CloudWatch do %j but for %j', async (granted, lacking) => {
    const { Topic, ...resources } = fixtureResources as Record<string, JsonObject>;
    const statement = (Action: string, Service: string) => ({
      ...{ Effect: 'Allow', Action, Resource: '*', Principal: { Service } },
    });
    const Key = {
      Type: 'AWS::KMS::Key',
      Properties: {
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [
            statement('kms:*', 'events.amazonaws.com'),
            ...granted.map((action) => statement(action, 'cloudwatch.amazonaws.com')),
          ],
        },
      },
    };
    const encrypted = { ...Topic, Properties: { KmsMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } } };
    const template = fixtureTemplate({ ...resources, Key, Topic: encrypted });
    const cloud = await fixtureCloud({ template, clock: new LocalClock(monday) });
    await cloud.advanceTo(monday + 60_000);
    expect(refused(cloud)).toEqual(lacking);
    expect(cloud.sns.deliveries).toHaveLength(lacking.length === 0 ? 1 : 0);
  });
});

describe('a function whose role', () => {
  it('may not publish fails in the words of SNS, while a person may do everything', async () => {
    const cloud = await cloudWithout('FunctionPolicy', 'sns:Publish');
    expect(await cloud.invoke('Direct', errands(publish))).toMatchObject({
      ok: false,
      error: {
        errorType: 'AuthorizationErrorException',
        errorMessage: expect.stringContaining(
          'assumed-role/Rounds-FunctionRole/Rounds-Direct is not authorized to perform: sns:Publish',
        ),
      },
    });
    expect(cloud.calls.recent.map(({ outcome }) => outcome)).toEqual(['AuthorizationError']);
  });

  it('may not delete messages does everything again, until they are dead letters', async () => {
    const cloud = await cloudWithout('FunctionPolicy', 'sqs:DeleteMessage');
    cloud.bus.put({ source: 'test', detailType: 'Errand', detail: errands(publish) });
    await cloud.settled();
    await cloud.advanceTo(cloud.clock.now() + 90_000);
    expect(cloud.sns.deliveries.filter(({ body }) => body === 'x')).toHaveLength(2);
    expect(cloud.messages('DeadLetters')).toHaveLength(1);
  });

  it('may not write to its failure destination loses what has failed, as on AWS', async () => {
    const cloud = await cloudWithout('FunctionPolicy', 'sqs:SendMessage', 'dynamodb:PutItem');
    cloud.fire('Morning');
    await cloud.advanceTo(cloud.clock.now() + 90_000);
    expect(cloud.messages('DeadLetters')).toEqual([]);
    expect(refused(cloud)).toContain('sqs:SendMessage');
  });

  it('does not trust Lambda is refused before anything runs', async () => {
    const template = JSON.parse(JSON.stringify(fixtureTemplate()).replace('lambda.amazonaws.com', 'ec2.amazonaws.com'));
    await expect(fixtureCloud({ template })).rejects.toThrow('cannot be assumed by lambda.amazonaws.com');
  });
});
