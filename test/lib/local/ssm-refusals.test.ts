import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/local/service.ts';
import { documentOf } from './documents.ts';
import { firstHost, nonce, parameters, simulated } from './ssm-fixture.ts';

const absentHost = 'i-0ffffffffffffffff';
const many = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const ids = many(51).map((index) => `i-0${index.toString(16).padStart(16, '0')}`);

describe('SendCommand refuses', () => {
  it.each<[string, JsonObject, string]>([
    ['an unknown document', { DocumentName: 'absent' }, 'InvalidDocument'],
    ['an unknown version', { DocumentVersion: '2' }, 'InvalidDocumentVersion'],
    ['a missing parameter', { Parameters: {} }, 'InvalidParameters'],
    ['an unknown parameter', { Parameters: { ...parameters, other: ['x'] } }, 'InvalidParameters'],
    ['a parameter outside its pattern', { Parameters: { nonce: ['$(id)'] } }, 'InvalidParameters'],
    ['two values for one parameter', { Parameters: { nonce: [nonce, nonce] } }, 'InvalidParameters'],
    ['neither kind of target', { Targets: [] }, 'ValidationException'],
    ['both kinds of target', { InstanceIds: [firstHost] }, 'ValidationException'],
    ['51 instances', { Targets: [], InstanceIds: ids }, 'ValidationException'],
    ['an instance twice', { Targets: [], InstanceIds: [firstHost, firstHost] }, 'DuplicateInstanceId'],
    ['an unknown instance', { Targets: [], InstanceIds: [absentHost] }, 'InvalidInstanceId'],
    ['a target that is no tag', { Targets: [{ Key: 'resource-groups:Name', Values: ['x'] }] }, 'InvalidTarget'],
    ['6 targets', { Targets: many(6).map((n) => ({ Key: `tag:${n}`, Values: ['x'] })) }, 'ValidationException'],
    ['6 values of a tag', { Targets: [{ Key: 'tag:x', Values: many(6).map(String) }] }, 'ValidationException'],
    ['a comment of 101 characters', { Comment: 'x'.repeat(101) }, 'ValidationException'],
    ['a delivery time-out below 30 s', { TimeoutSeconds: 29 }, 'ValidationException'],
    ['a MaxErrors that is no count or share', { MaxErrors: 'all' }, 'ValidationException'],
    ['a MaxConcurrency of 0', { MaxConcurrency: '0' }, 'ValidationException'],
    ['a field that is not served', { OutputS3BucketName: 'bucket' }, 'ValidationException'],
  ])('%s', async (_, input, code) => {
    await expect(simulated(1).send(input)).rejects.toMatchObject({ code });
  });

  it('parameters that take a document over 64 KB', async () => {
    const cloud = simulated(1);
    cloud.ssm.putDocument('large', documentOf([{ run: 'x'.repeat(60_000) }], { p: { type: 'String' } }), '/');
    const send = (length: number): Promise<string> =>
      cloud.send({ DocumentName: 'large', Parameters: { p: ['y'.repeat(length)] } });
    await expect(send(10)).resolves.toMatch(/^[0-9a-f-]{36}$/);
    await expect(send(6_000)).rejects.toMatchObject({ code: 'MaxDocumentSizeExceeded' });
  });
});

describe('putDocument refuses', () => {
  const document = documentOf([{ run: 'true' }]);
  const unknownPlugin = documentOf([{ run: 'true' }], {}, { action: 'aws:x' });
  const large = documentOf([{ run: 'x'.repeat(65_536) }]);
  it.each<[string, string, string | JsonObject, string, string]>([
    ['a reserved name', 'aws-thing', document, '/', 'ValidationException'],
    ['no target type', 'thing', document, '', 'ValidationException'],
    ['content over 64 KB', 'thing', large, '/', 'MaxDocumentSizeExceeded'],
    ['content that is no JSON', 'thing', '{', '/', 'InvalidDocumentContent'],
    ['a plugin that the agent does not know', 'thing', unknownPlugin, '/', 'InvalidDocumentContent'],
  ])('%s', (_, name, content, targetType, code) => {
    const { ssm } = simulated(1);
    expect(() => ssm.putDocument(name, content, targetType)).toThrow(expect.objectContaining({ code }));
  });
});

describe('CancelCommand refuses', () => {
  it('a command that was never sent, and a host that it was not sent to', async () => {
    const cloud = simulated(1);
    const unsent = cloud.ssm.handle('CancelCommand', { CommandId: crypto.randomUUID() });
    await expect(unsent).rejects.toMatchObject({ code: 'InvalidCommandId' });
    const elsewhere = cloud.ssm.handle('CancelCommand', { CommandId: await cloud.send(), InstanceIds: [absentHost] });
    await expect(elsewhere).rejects.toMatchObject({ code: 'InvalidInstanceId' });
  });
});

it('refuses an operation that it does not serve', async () => {
  const refused = simulated(1).ssm.handle('StartSession', {});
  await expect(refused).rejects.toMatchObject({ code: 'UnknownOperationException' });
});
