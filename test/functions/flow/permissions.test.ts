import { expect, it, onTestFinished } from 'vitest';
import { identityPolicySchema } from '../../../lib/local/iam/policy-schema.ts';
import { withoutGrant } from '../../lib/local/without-grant.ts';
import { commandsSent, full, morning, roundOf, type Stage, startStage, told } from './stage.ts';

/** A stage whose roles lack some grants: see `withoutGrant`. */
async function stageWithout(policy: string, actions: readonly string[]): Promise<Stage> {
  const stage = await startStage({ change: (template) => withoutGrant(template, policy, ...actions) });
  onTestFinished(() => stage.close());
  return stage;
}

it('a dispatch that may not send commands is a P1 about ourselves at once, and is not tried again', async () => {
  const stage = await stageWithout('FunctionsDispatchRole', ['ssm:SendCommand']);
  await morning(stage, 3);
  expect(await roundOf(stage)).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(/not authorized to perform: ssm:SendCommand on resource: arn:aws:ssm:.*:document/),
  });
  expect(stage.cloud.calls.count({ operation: 'SendCommand' })).toBe(1);
  expect(await commandsSent(stage)).toBe(0);
  expect(told(stage)).toEqual([
    'problem P1 DAILY-20261123-001 to ann@example.com',
    'problem P1 DAILY-20261123-001 to bob@example.com',
  ]);
});

it('what nobody may encrypt stays owed, rings the alarm over the independent topic, and is told when it may be', async () => {
  const stage = await stageWithout('RoleDefaultPolicy', ['kms:Decrypt']);
  const { cloud } = stage;
  stage.answer(1, 'disk', full);
  await morning(stage, 6);
  expect(told(stage)).toEqual([]);
  const alarms = cloud.sns.deliveries.filter(({ attributes }) => !attributes.incident);
  expect(alarms.map(({ endpoint, subject }) => [endpoint, subject])).toContainEqual([
    'bob@example.com',
    expect.stringMatching(/^ALARM: .*Failures/),
  ]);
  const statement = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' };
  const granted = identityPolicySchema.parse({ Version: '2012-10-17', Statement: [statement] });
  for (const { name } of cloud.iam.roles) cloud.iam.attachPolicy(name, 'Restored', granted);
  await morning(stage, 9);
  expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
});

it('a collect that may not read its queue, nor write its log, is made up for by the tick', async () => {
  const stage = await stageWithout('FunctionsCollectRole', ['sqs:ReceiveMessage', 'logs:PutLogEvents']);
  stage.answer(1, 'disk', full);
  await morning(stage, 4);
  expect(stage.cloud.messages('CommandEventsQueue').length).toBeGreaterThan(0);
  expect(stage.cloud.log('Collect')).toEqual([]);
  expect(await roundOf(stage)).toMatchObject({ status: 'collected' });
  expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
});

it('a slot that Scheduler may not fire is kept by the dead letters, as it would have been given to dispatch', async () => {
  // The tick is not fired either: its role is the same. That is what the alarm on the heartbeat is for.
  const stage = await stageWithout('RoutinesRole', ['lambda:InvokeFunction']);
  await morning(stage, 1);
  const firings = stage.cloud.messages('DeadLetters').map(({ body }) => JSON.parse(body));
  expect(firings).toEqual([{ routine: 'morning', slot: '2026-11-23T07:00:00Z' }]);
  expect(await roundOf(stage)).toBeUndefined();
});
