import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/local/service.ts';
import { firstHost, type SsmFixture, simulated } from './ssm-fixture.ts';

/** Ids of the commands that a list with these filters finds. */
async function find(cloud: SsmFixture, ...filters: readonly [string, string][]): Promise<unknown[]> {
  const Filters = filters.map(([key, value]) => ({ key, value }));
  const { Commands } = await cloud.ssm.handle('ListCommands', { Filters });
  return (Commands as JsonObject[]).map(({ CommandId }) => CommandId);
}

describe('ListCommands', () => {
  it('finds by document, time and status, the newest first', async () => {
    const cloud = simulated(1);
    const first = await cloud.send();
    cloud.now += 60_000;
    const second = await cloud.send();
    expect(await find(cloud, ['DocumentName', 'rounds-morning'])).toEqual([second, first]);
    expect(await find(cloud, ['DocumentName', 'other'])).toEqual([]);
    expect(await find(cloud, ['InvokedAfter', '2025-01-06T08:00:30Z'])).toEqual([second]);
    expect(await find(cloud, ['InvokedBefore', '2025-01-06T08:00:30Z'], ['Status', 'Success'])).toEqual([first]);
    expect(await find(cloud, ['Status', 'Failed'])).toEqual([]);
    expect(await find(cloud, ['ExecutionStage', 'Complete'])).toEqual([second, first]);
    expect(await find(cloud, ['ExecutionStage', 'Executing'])).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['Status', 'Terminated', 'ValidationException'],
    ['InvokedAfter', 'yesterday', 'ValidationException'],
    ['ExecutionStage', 'Done', 'ValidationException'],
    ['Comment', 'x', 'InvalidFilterKey'],
  ])('refuses the filter %s = %s', async (key, value, code) => {
    await expect(find(simulated(1), [key, value])).rejects.toMatchObject({ code });
  });
});

describe('ListCommandInvocations', () => {
  it('gives 50 hosts a page', async () => {
    const cloud = simulated(120);
    const CommandId = await cloud.send();
    const sizes: number[] = [];
    for (let next: JsonObject | undefined = {}; next; ) {
      const page: JsonObject = await cloud.ssm.handle('ListCommandInvocations', { CommandId, ...next });
      sizes.push((page.CommandInvocations as JsonObject[]).length);
      next = page.NextToken === undefined ? undefined : { NextToken: page.NextToken };
    }
    expect(sizes).toEqual([50, 50, 20]);
  });

  it('filters by status and by host', async () => {
    const cloud = simulated(3, (id) => ({ exitCode: id === firstHost ? 2 : 0, stdout: '' }));
    const id = await cloud.send({ MaxErrors: '100%' });
    const failed = await cloud.invocations(id, { Filters: [{ key: 'Status', value: 'Failed' }] });
    expect(failed.map(({ InstanceId }) => InstanceId)).toEqual([firstHost]);
    expect(await cloud.invocations(id, { InstanceId: firstHost })).toHaveLength(1);
    const byStage = cloud.invocations(id, { Filters: [{ key: 'ExecutionStage', value: 'Complete' }] });
    await expect(byStage).rejects.toMatchObject({ code: 'InvalidFilterKey' });
  });

  it('is empty for a command that nobody sent', async () => {
    expect(await simulated(1).invocations(crypto.randomUUID())).toEqual([]);
  });
});

describe('DescribeInstanceInformation', () => {
  it('gives 10 hosts a page unless asked for up to 50', async () => {
    const cloud = simulated(60);
    expect(await cloud.inventory({})).toHaveLength(10);
    expect(await cloud.inventory({ MaxResults: 50 })).toHaveLength(50);
    await expect(cloud.inventory({ MaxResults: 51 })).rejects.toMatchObject({ code: 'ValidationException' });
    const { NextToken = '' } = await cloud.ssm.handle('ListCommandInvocations', { CommandId: await cloud.send() });
    for (const token of [NextToken, 'bm9uc2Vuc2U']) {
      await expect(cloud.inventory({ NextToken: token })).rejects.toMatchObject({ code: 'InvalidNextToken' });
    }
  });

  it('filters by tag: keys are ANDed, values ORed', async () => {
    const cloud = simulated(1);
    const count = async (...Filters: JsonObject[]): Promise<number> => (await cloud.inventory({ Filters })).length;
    const platform = { Key: 'tag:Platform', Values: ['other', 'fossawork'] };
    expect(await count(platform, { Key: 'tag:Role', Values: ['app'] })).toBe(1);
    expect(await count(platform, { Key: 'tag:Role', Values: ['web'] })).toBe(0);
    expect(await count({ Key: 'tag-key', Values: ['Role'] })).toBe(1);
    const mixed = count(platform, { Key: 'PingStatus', Values: ['Online'] });
    await expect(mixed).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(count({ Key: 'Colour', Values: ['red'] })).rejects.toMatchObject({ code: 'InvalidFilterKey' });
  });
});

describe('GetCommandInvocation', () => {
  it('gives 24,000 characters of stdout and 8,000 of stderr of the step that is named', async () => {
    const cloud = simulated(1, () => ({ exitCode: 1, stdout: 'o'.repeat(30_000), stderr: 'e'.repeat(9_000) }));
    const id = await cloud.send();
    const get = (input: JsonObject): Promise<JsonObject> =>
      cloud.ssm.handle('GetCommandInvocation', { CommandId: id, InstanceId: firstHost, ...input });
    const answer = await get({ PluginName: 'step1' });
    const expected = { PluginName: 'step1', Status: 'Failed', ResponseCode: 1 };
    expect(answer).toMatchObject({ ...expected, ExecutionStartDateTime: '2025-01-06T08:00:00.000Z' });
    expect(answer.StandardOutputContent).toHaveLength(24_000);
    expect(answer.StandardErrorContent).toHaveLength(8_000);
    expect(await get({})).toMatchObject({ PluginName: '', StandardOutputContent: '' });
    await expect(get({ PluginName: 'step9' })).rejects.toMatchObject({ code: 'InvalidPluginName' });
  });

  it('needs no step name where there is only one', async () => {
    const cloud = simulated(1, undefined, { steps: 1 });
    const CommandId = await cloud.send();
    const answer = await cloud.ssm.handle('GetCommandInvocation', { CommandId, InstanceId: firstHost });
    expect(answer).toMatchObject({ PluginName: 'step0', StandardOutputContent: 'fine\n' });
  });
});
