import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { DispatchInput } from '../../functions/contract.ts';
import { nonceParameter, type ReportInput } from '../../functions/contract.ts';
import type { Round } from '../../functions/core/round.ts';
import { dispatchRound } from '../../functions/flow/dispatch-round.ts';
import { roundKey } from '../../functions/flow/keys.ts';
import { runCollect } from '../../functions/flow/run-collect.ts';
import { writeReport } from '../../functions/flow/write-report.ts';
import { examplePlan } from '../functions/core/example-plan.ts';
import { hostileText, isClean, mutated, oddValue } from './hostile.ts';
import { type MemoryStage, memoryStage } from './memory-stage.ts';
import { type Property, property } from './property.ts';

const now = '2026-11-23T07:10:00.000Z';
const slot = '2026-11-23T07:00:00.000Z';
const commandId = '0b5f2f3e-7a51-4a43-9b7b-2f9f1f5e0c11';

const running: Round = {
  ...{ routine: 'morning', slot, nonce: 'f'.repeat(32), requestedAt: slot, sentAt: slot, commandId },
  deadlineAt: '2026-11-23T07:15:00.000Z',
  status: 'running',
};

async function runningStage(): Promise<MemoryStage> {
  const stage = memoryStage(examplePlan, now);
  await stage.services.table.put(roundKey(running), 0, running);
  return stage;
}

const detail = fc.record(
  {
    'command-id': fc.oneof(fc.constantFrom<unknown>(commandId, commandId.toUpperCase(), `${commandId} `, ''), oddValue),
    'document-name': fc.oneof(
      fc.constantFrom<unknown>('rounds-morning', 'AWS-RunShellScript', 'constructor'),
      oddValue,
    ),
    'instance-id': fc.oneof(fc.constant<unknown>('i-0123456789abcdef0'), oddValue),
    status: fc.oneof(fc.constantFrom<unknown>('Failed', 'Success', 'No Instances In Tag'), oddValue),
    'requested-date-time': oddValue,
  },
  { requiredKeys: [] },
);

const body = fc.oneof(
  { weight: 4, arbitrary: detail.map((each) => JSON.stringify({ source: 'aws.ssm', detail: each })) },
  mutated(detail.map((each) => JSON.stringify({ detail: each }))),
  oddValue.map((value) => JSON.stringify({ detail: value }) ?? ''),
  oddValue.map((value) => JSON.stringify(value) ?? ''),
  hostileText,
);

const batch = fc.array(fc.record({ messageId: fc.uuid(), body }), { maxLength: 5 });

function namesOurs(text: string): boolean {
  try {
    const { detail } = JSON.parse(text) as { readonly detail?: Readonly<Record<string, unknown>> };
    return detail?.['command-id'] === commandId && detail['document-name'] === 'rounds-morning';
  } catch {
    return false;
  }
}

/** A call of a function by somebody who may, with anything: it is refused, or does what it always does. */
async function refusedOr(deed: Promise<void>): Promise<boolean> {
  try {
    await deed;
    return false;
  } catch (error) {
    assert.ok(error instanceof Error, `it throws ${typeof error}`);
    return true;
  }
}

const time = fc.oneof(
  fc.constantFrom<unknown>(
    slot,
    '2026-11-23T07:00:00Z',
    '2026-11-23T08:00:00+01:00',
    '2026-11-22T07:00:00Z',
    '0000-01-01T00:00:00Z',
  ),
  fc.constantFrom<unknown>(
    '9999-12-31T23:59:59Z',
    '+275760-09-13T00:00:00Z',
    '-271821-04-20T00:00:00Z',
    '2026-11-23',
    '24:00',
    '',
  ),
  fc
    .date({ noInvalidDate: true, min: new Date('1971-01-01'), max: new Date('9998-01-01') })
    .map((date) => date.toISOString()),
  oddValue,
);

const dispatchInput = fc.record(
  {
    routine: fc.oneof(
      { weight: 3, arbitrary: fc.constant<unknown>('morning') },
      fc.constantFrom('__proto__', 'constructor'),
      oddValue,
    ),
    slot: time,
    requestedBy: fc.oneof(fc.constant<unknown>('ann'), hostileText, oddValue),
    hosts: oddValue,
    document: oddValue,
    parameters: oddValue,
  },
  { requiredKeys: ['routine', 'slot'] },
);

export const flowProperties: readonly Property[] = [
  property('an event says only at which round to look, and of none but ours', { share: 5 }, batch, async (Records) => {
    const stage = await runningStage();
    const { batchItemFailures } = await runCollect(stage.services, { Records });
    assert.deepEqual(batchItemFailures, [], 'an event that nobody can do anything with comes again');
    const isOurs = Records.some((record) => namesOurs(record.body));
    assert.deepEqual([...new Set(stage.askedAbout)], isOurs ? [commandId] : []);
    assert.deepEqual(stage.sent, []);
    if (!isOurs) assert.equal(stage.items().size, 1);
    for (const line of stage.log) assert.ok(line.length < 2_000, `an event fills the log: ${line.length} characters`);
  }),
  property(
    'whoever may start a round starts one of the runbook, and nothing else',
    { share: 4 },
    dispatchInput,
    async (input) => {
      const stage = memoryStage(examplePlan, now);
      const { services, sent } = stage;
      const event = JSON.parse(JSON.stringify(input)) as DispatchInput;
      const isRefused = await refusedOr(dispatchRound(services, event));
      // The same once more, as Lambda may: one command at most.
      await refusedOr(dispatchRound(services, event));
      assert.ok(sent.length <= 1, 'one slot has two commands');
      if (isRefused) assert.deepEqual(sent, []);
      for (const { DocumentName, Targets, InstanceIds, Parameters, Comment = '' } of sent) {
        assert.equal(DocumentName, 'rounds-morning');
        assert.deepEqual(
          { Targets, InstanceIds },
          { Targets: [{ Key: 'tag:Role', Values: ['app'] }], InstanceIds: undefined },
        );
        assert.deepEqual(Object.keys(Parameters ?? {}), ['nonce']);
        assert.match(Parameters?.nonce?.[0] ?? '', new RegExp(nonceParameter.pattern));
        assert.match(Comment, /^rounds demo morning\/[-+]?\d{4,6}-[\dT:.-]+Z$/);
      }
      const stored = await services.table.query<Round>({ pk: roundKey(running).pk, limit: 9 });
      for (const { body } of stored) {
        const { requestedBy = '' } = body;
        assert.ok(isClean(requestedBy) && !requestedBy.includes('\n') && Array.from(requestedBy).length <= 80);
      }
      for (const key of stage.items().keys())
        assert.match(key, /^(?:round#morning|slot|alert|mailbox|incident|incident#\S+) /);
    },
  ),
  property(
    'whoever may write a report writes one of the runbook, of the past',
    { share: 2 },
    dispatchInput,
    async (input) => {
      const stage = memoryStage(
        {
          ...examplePlan,
          reports: { log: { title: 'Log', schedule: { days: 'every-day', at: ['07:30'] }, tell: [], parts: [] } },
        },
        now,
      );
      const event = JSON.parse(
        JSON.stringify({ ...input, report: input.routine === 'morning' ? 'log' : input.routine }),
      );
      await refusedOr(writeReport(stage.services, event as ReportInput));
      for (const key of stage.items().keys()) {
        assert.match(key, /^report(?:#log)? /);
        assert.ok(!key.startsWith('report 9'), 'a report of the future');
      }
    },
  ),
];
