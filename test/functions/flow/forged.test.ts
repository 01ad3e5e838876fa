import { expect, it, vi } from 'vitest';
import type { Round } from '../../../functions/core/round.ts';
import { dispatchRound } from '../../../functions/flow/dispatch-round.ts';
import { roundKey } from '../../../functions/flow/keys.ts';
import { runCollect } from '../../../functions/flow/run-collect.ts';
import { examplePlan } from '../core/example-plan.ts';
import { type SmallCloud, startSmallCloud } from './small-cloud.ts';

const at = '2026-11-23T07:00:10.000Z';
const slot = '2026-11-23T07:00:00.000Z';

/** A round that runs on two hosts, and the id of its command. */
async function startRound(): Promise<{ cloud: SmallCloud; commandId: string }> {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const cloud = await startSmallCloud(examplePlan, at, 2);
  await dispatchRound(cloud.services, { routine: 'morning', slot });
  const [command] = await cloud.commands();
  return { cloud, commandId: String(command?.CommandId) };
}

function eventOf(detail: unknown, index: number) {
  return { messageId: `m${index}`, body: JSON.stringify({ source: 'aws.ssm', detail }) };
}

const reads = ({ count }: SmallCloud) => count('ListCommands') + count('ListCommandInvocations');

it('an event of a command that is not ours has nothing read, written or told', async () => {
  const { cloud, commandId } = await startRound();
  const before = { items: await cloud.items(), reads: reads(cloud) };
  const forged = [
    { 'command-id': '0b5f2f3e-7a51-4a43-9b7b-2f9f1f5e0c11', 'document-name': 'rounds-morning', status: 'Failed' },
    { 'command-id': commandId, 'document-name': 'rounds-of-another-platform', status: 'Failed' },
    { 'command-id': commandId, 'document-name': 'AWS-RunShellScript', status: 'Success' },
    { 'command-id': commandId, 'document-name': 'constructor' },
    { 'command-id': [commandId], 'document-name': { toString: 'rounds-morning' } },
    { 'command-id': commandId },
    'rounds-morning',
    null,
    [],
  ];
  const Records = [...forged.map(eventOf), { messageId: 'x', body: '{' }, { messageId: 'y', body: '' }];
  expect(await runCollect(cloud.services, { Records })).toEqual({ batchItemFailures: [] });
  expect(await cloud.items()).toEqual(before.items);
  expect(reads(cloud)).toBe(before.reads);
});

it('an event says only where to look: hosts and states that it names are not believed', async () => {
  const { cloud, commandId } = await startRound();
  const detail = { 'command-id': commandId, 'document-name': 'rounds-morning' };
  const lies = [
    // It stands before the others, and must not stand for them.
    { ...detail, 'document-name': 'rounds-of-another-platform', status: 'Success' },
    { ...detail, 'instance-id': 'i-0eeeeeeeeeeeeeeee', status: 'Failed' },
    { ...detail, 'instance-id': { length: 1 }, status: 'Undeliverable' },
    { ...detail, status: 'Success', 'exit-code': 0, output: `ROUNDS/1 ${'f'.repeat(32)} exit=2 stdout=0 stderr=0` },
  ];
  expect(await runCollect(cloud.services, { Records: lies.map(eventOf) })).toEqual({ batchItemFailures: [] });
  const stored = await cloud.services.table.get<Round>(roundKey({ routine: 'morning', slot }));
  expect(stored?.body).toMatchObject({
    status: 'collected',
    summary: { hosts: { answered: 2, lost: 0 }, verdicts: { disk: { status: 'OK' }, load: { status: 'OK' } } },
  });
});

it('an event of a round that is over changes nothing any more', async () => {
  const { cloud, commandId } = await startRound();
  const Records = [eventOf({ 'command-id': commandId, 'document-name': 'rounds-morning', status: 'Failed' }, 0)];
  await runCollect(cloud.services, { Records });
  const [before, readsBefore] = [await cloud.items(), reads(cloud)];
  await runCollect(cloud.services, { Records });
  expect(await cloud.items()).toEqual(before);
  expect(reads(cloud)).toBe(readsBefore);
});

it.each<[what: string, input: object, refusal: RegExp]>([
  ['a routine of nobody', { routine: '__proto__', slot }, /There is no routine '__proto__'/],
  ['a routine that every object has', { routine: 'constructor', slot }, /There is no routine 'constructor'/],
  ['a slot that is no time', { routine: 'morning', slot: 'now' }, /now/],
  ['somebody who is no text', { routine: 'morning', slot, requestedBy: { name: 'ann' } }, /requestedBy: got .* object/],
  ['a slot that has not come', { routine: 'morning', slot: '2031-01-01T00:00:00Z' }, /expected one that has come/],
])('whoever starts a round of %s is refused, and nothing is sent', async (_what, input, refusal) => {
  const cloud = await startSmallCloud(examplePlan, at, 2);
  await expect(dispatchRound(cloud.services, input as never)).rejects.toThrow(refusal);
  expect(await cloud.commands()).toEqual([]);
  expect(await cloud.items()).toEqual([]);
});

it('whoever asks for a round is recorded without what a page or a terminal would obey, and without secrets', async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const cloud = await startSmallCloud(examplePlan, at, 2);
  const requestedBy = `\x1b[31mann\u202e\n password=hunter2 ${'x'.repeat(200)}`;
  await dispatchRound(cloud.services, { routine: 'morning', slot, requestedBy });
  const stored = await cloud.services.table.get<Round>(roundKey({ routine: 'morning', slot }));
  expect(stored?.body.requestedBy).toMatch(/^ann password=\[redacted\] x+…$/);
  expect(Array.from(stored?.body.requestedBy ?? '')).toHaveLength(80);
});
