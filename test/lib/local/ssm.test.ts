import { describe, expect, it } from 'vitest';
import { firstHost, parameters, SlowHost, SsmFixture, simulated, startedAt, targets } from './ssm-fixture.ts';

const fails = (): { exitCode: number; stdout: string } => ({ exitCode: 1, stdout: '' });

describe('a command', () => {
  it('is Pending in the answer of SendCommand, and Success when every host has answered', async () => {
    const cloud = simulated(3);
    const { Command } = await cloud.ssm.handle('SendCommand', {
      DocumentName: 'rounds-morning',
      Targets: targets,
      Parameters: parameters,
      Comment: 'round 7',
    });
    expect(Command).toMatchObject({
      DocumentName: 'rounds-morning',
      Comment: 'round 7',
      Status: 'Pending',
      StatusDetails: 'Pending',
      Parameters: parameters,
      MaxConcurrency: '50',
      MaxErrors: '0',
      TargetCount: 3,
      RequestedDateTime: startedAt / 1_000,
      ExpiresAfter: startedAt / 1_000 + 3_600 + 2 * 60,
    });
    const { CommandId } = Command as { CommandId: string };
    await cloud.settle();
    expect(await cloud.command(CommandId)).toMatchObject({ Status: 'Success', CompletedCount: 3, ErrorCount: 0 });
  });

  it('has every step of every host in the detailed list', async () => {
    const cloud = simulated(2, (_, step) => {
      return { exitCode: step === 'step1' ? 2 : 0, stdout: 'out\n', stderr: 'err\n' };
    });
    const id = await cloud.send({ MaxErrors: '100%' });
    const [first] = await cloud.invocations(id, { Details: true });
    expect(first).toMatchObject({ InstanceId: firstHost, Status: 'Failed', StatusDetails: 'Failed' });
    const at = startedAt / 1_000;
    const times = { ResponseStartDateTime: at, ResponseFinishDateTime: at };
    const Output = 'out\n\n----------ERROR-------\nerr\n';
    expect(first?.CommandPlugins).toMatchObject([
      { Name: 'step0', Status: 'Success', StatusDetails: 'Success', ResponseCode: 0, Output, ...times },
      { Name: 'step1', Status: 'Failed', StatusDetails: 'Failed', ResponseCode: 2, Output, ...times },
    ]);
    expect((await cloud.invocations(id))[0]?.CommandPlugins).toEqual([]);
  });

  it('that matches no host ends at once as NoInstancesInTag with no target', async () => {
    const cloud = simulated(0);
    const id = await cloud.send();
    const ended = { Status: 'Success', StatusDetails: 'NoInstancesInTag', TargetCount: 0 };
    expect(await cloud.command(id)).toMatchObject(ended);
    expect(await cloud.invocations(id)).toEqual([]);
  });

  it('is Incomplete when some hosts fail within MaxErrors, and Failed when all do', async () => {
    const some = simulated(4, (id) => ({ exitCode: id === firstHost ? 1 : 0, stdout: '' }));
    const incomplete = { StatusDetails: 'Incomplete', ErrorCount: 1 };
    expect(await some.command(await some.send({ MaxErrors: '100%' }))).toMatchObject(incomplete);
    const all = simulated(4, fails);
    const failed = { StatusDetails: 'Failed', ErrorCount: 4 };
    expect(await all.command(await all.send({ MaxErrors: '100%' }))).toMatchObject(failed);
  });

  it('keeps its invocations out of sight right after it was sent', async () => {
    const cloud = simulated(1, undefined, { listLagMs: 20 });
    const id = await cloud.send();
    const get = { CommandId: id, InstanceId: firstHost, PluginName: 'step0' };
    expect(await cloud.invocations(id)).toEqual([]);
    await expect(cloud.ssm.handle('GetCommandInvocation', get)).rejects.toMatchObject({
      code: 'InvocationDoesNotExist',
    });
    cloud.now += 20;
    expect(await cloud.invocations(id)).toHaveLength(1);
    expect(await cloud.ssm.handle('GetCommandInvocation', get)).toMatchObject({ ResponseCode: 0 });
  });

  it('keeps nothing of what 10,000 simulated hosts print, but asks them again when it is listed', async () => {
    let answers = 0;
    const answer = (): { exitCode: number; stdout: string } => {
      answers += 1;
      return { exitCode: 0, stdout: `answer ${answers}` };
    };
    const cloud = simulated(10_000, answer, { steps: 7 });
    const id = await cloud.send();
    expect(await cloud.command(id)).toMatchObject({ Status: 'Success', CompletedCount: 10_000 });
    expect(answers).toBe(70_000);
    const [first] = await cloud.invocations(id, { Details: true, MaxResults: 1 });
    expect(first?.CommandPlugins).toMatchObject([{ Output: 'answer 70001' }, {}, {}, {}, {}, {}, {}]);
    expect(answers).toBe(70_007);
  });
});

describe('the fan-out', () => {
  it('stops at the first error unless MaxErrors allows more, and terminates the rest', async () => {
    const cloud = simulated(5, fails);
    const strict = await cloud.send({ MaxConcurrency: '1' });
    expect(await cloud.statuses(strict)).toEqual(['Failed', 'Terminated', 'Terminated', 'Terminated', 'Terminated']);
    expect(await cloud.command(strict)).toMatchObject({ Status: 'Failed', CompletedCount: 5, ErrorCount: 1 });
    const lenient = await cloud.send({ MaxConcurrency: '1', MaxErrors: '40%' });
    expect(await cloud.statuses(lenient)).toEqual(['Failed', 'Failed', 'Failed', 'Terminated', 'Terminated']);
  });

  it('sends to at most MaxConcurrency hosts at a time', async () => {
    const cloud = simulated(5);
    for (const host of cloud.hosts.hosts()) host.connection = 'silent';
    const id = await cloud.send({ MaxConcurrency: '40%' });
    expect(await cloud.statuses(id)).toEqual(['InProgress', 'InProgress', 'Pending', 'Pending', 'Pending']);
  });
});

describe('a host that is', () => {
  it('lost gets no invocation, and the inventory says ConnectionLost', async () => {
    const cloud = simulated(2);
    for (const host of cloud.hosts.hosts().slice(0, 1)) host.connection = 'lost';
    const invocations = await cloud.invocations(await cloud.send());
    expect(invocations.map(({ InstanceId }) => InstanceId)).toEqual(['i-00000000000000001']);
    const lost = await cloud.inventory({ Filters: [{ Key: 'PingStatus', Values: ['ConnectionLost'] }] });
    expect(lost).toMatchObject([{ InstanceId: firstHost, PingStatus: 'ConnectionLost' }]);
    const byId = cloud.send({ Targets: [], InstanceIds: [firstHost] });
    await expect(byId).rejects.toMatchObject({ code: 'InvalidInstanceId' });
  });

  it('silent looks online, and its delivery times out by the clock', async () => {
    const cloud = simulated(1);
    for (const host of cloud.hosts.hosts()) host.connection = 'silent';
    expect(await cloud.inventory({})).toMatchObject([{ PingStatus: 'Online' }]);
    const id = await cloud.send({ TimeoutSeconds: 30, MaxErrors: '100%' });
    cloud.now += 29_999;
    expect(await cloud.statuses(id)).toEqual(['InProgress']);
    cloud.now += 1;
    expect(await cloud.invocations(id)).toMatchObject([{ Status: 'TimedOut', StatusDetails: 'DeliveryTimedOut' }]);
    const ended = { StatusDetails: 'DeliveryTimedOut', DeliveryTimedOutCount: 1, ErrorCount: 0 };
    expect(await cloud.command(id)).toMatchObject(ended);
  });

  it('terminated during the run leaves the inventory and gives no answer until the command expires', async () => {
    const host = new SlowHost();
    const cloud = new SsmFixture(host, { steps: 1 });
    const id = await cloud.send();
    host.connection = 'terminated';
    host.finish('Success');
    await cloud.settle();
    expect(await cloud.inventory({})).toEqual([]);
    cloud.now += (3_600 + 60) * 1_000 - 1;
    expect(await cloud.statuses(id)).toEqual(['InProgress']);
    cloud.now += 1;
    expect(await cloud.statuses(id)).toEqual(['DeliveryTimedOut']);
  });
});

describe('CancelCommand', () => {
  it('is Cancelling until the agent has stopped, then Cancelled', async () => {
    const cloud = new SsmFixture(new SlowHost(), { steps: 1 });
    const id = await cloud.send();
    const [running] = await cloud.invocations(id, { Details: true });
    expect(running?.CommandPlugins).toMatchObject([{ Status: 'InProgress', ResponseCode: -1 }]);
    await cloud.ssm.handle('CancelCommand', { CommandId: id });
    expect(await cloud.statuses(id)).toEqual(['Cancelling']);
    await cloud.settle();
    expect(await cloud.statuses(id)).toEqual(['Cancelled']);
    expect(await cloud.command(id)).toMatchObject({ Status: 'Cancelled' });
  });

  it('cancels what waits without sending it', async () => {
    const cloud = simulated(3);
    for (const host of cloud.hosts.hosts()) host.connection = 'silent';
    const id = await cloud.send({ MaxConcurrency: '1' });
    cloud.events.splice(0);
    await cloud.ssm.handle('CancelCommand', { CommandId: id });
    expect(await cloud.statuses(id)).toEqual(['Cancelled', 'Cancelled', 'Cancelled']);
    expect(await cloud.command(id)).toMatchObject({ Status: 'Cancelled', CompletedCount: 3 });
    expect(cloud.events.map(({ detail }) => detail.status)).not.toContain('InProgress');
  });

  it('cancels only the hosts that are named', async () => {
    const cloud = simulated(2);
    for (const host of cloud.hosts.hosts()) host.connection = 'silent';
    const id = await cloud.send();
    await cloud.ssm.handle('CancelCommand', { CommandId: id, InstanceIds: [firstHost] });
    expect(await cloud.statuses(id)).toEqual(['Cancelled', 'InProgress']);
    expect(await cloud.command(id)).toMatchObject({ Status: 'InProgress' });
  });
});

describe('events', () => {
  it('tell each change of the command and of its invocations, once', async () => {
    const cloud = simulated(1, fails);
    const id = await cloud.send();
    expect(cloud.events.map(({ detailType, detail }) => [detailType, detail.status])).toEqual([
      ['EC2 Command Status-change Notification', 'InProgress'],
      ['EC2 Command Invocation Status-change Notification', 'InProgress'],
      ['EC2 Command Invocation Status-change Notification', 'Failed'],
      ['EC2 Command Status-change Notification', 'Failed'],
    ]);
    const [command, invocation] = cloud.events;
    const common = {
      'command-id': id,
      'document-name': 'rounds-morning',
      'requested-date-time': '2025-01-06T08:00:00.000Z',
      status: 'InProgress',
    };
    expect(command?.detail).toEqual({ ...common, 'expire-after': '2025-01-06T09:02:00.000Z', parameters });
    expect(invocation?.detail).toEqual({ ...common, 'instance-id': firstHost });
    expect(new Set(cloud.events.map(({ source }) => source))).toEqual(new Set(['aws.ssm']));
  });

  it('are not sent after close', async () => {
    const host = new SlowHost();
    const cloud = new SsmFixture(host);
    await cloud.send();
    const before = cloud.events.length;
    cloud.ssm.close();
    host.finish('Success');
    await cloud.settle();
    expect(cloud.events).toHaveLength(before);
  });
});
