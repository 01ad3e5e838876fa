import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Plan } from '../../../functions/core/plan.ts';
import type { SendingRound } from '../../../functions/core/round.ts';
import { dispatchRound, resumeSending } from '../../../functions/flow/dispatch-round.ts';
import { roundKey, slotKey } from '../../../functions/flow/keys.ts';
import type { Services } from '../../../functions/flow/services.ts';
import { type SlotWatch, watchAllSlots } from '../../../functions/flow/slot-watch.ts';
import { ServiceError } from '../../../lib/local/service.ts';
import { examplePlan } from '../core/example-plan.ts';
import { startSmallCloud } from './small-cloud.ts';

beforeEach(() => void vi.spyOn(console, 'log').mockReturnValue());
afterEach(() => vi.restoreAllMocks());

const slot = '2026-11-23T07:00:00.000Z';
const later = '2026-11-23T09:30:12.345Z';

async function started(plan: Plan = examplePlan) {
  const cloud = await startSmallCloud(plan, slot, 2);
  const watch = async () => (await cloud.services.table.get<SlotWatch>(slotKey('morning')))?.body;
  await watchAllSlots(cloud.services);
  return { ...cloud, watch };
}

it('a round of the schedule is found by it, which costs no write more', async () => {
  const { services, watch, count } = await started();
  const before = count('PutItem') + count('BatchWriteItem');
  await dispatchRound(services, { routine: 'morning', slot });
  expect(await watch()).toMatchObject({ slot: '2026-11-24T07:00:00.000Z', newest: slot });
  // The round before and after it is sent, and what is waited for.
  expect(count('PutItem') + count('BatchWriteItem') - before).toBe(3);
});

it('a round on request is found by it, and the schedule goes on', async () => {
  const { services, watch, items } = await started();
  await dispatchRound(services, { routine: 'morning', slot });
  await dispatchRound(services, { routine: 'morning', slot: later, requestedBy: 'ann' });
  expect(await watch()).toMatchObject({ slot: '2026-11-24T07:00:00.000Z', newest: later });
  expect((await items()).find(({ pk }) => pk === 'slot')).toMatchObject({ dueAt: '2026-11-24T07:03:00.000Z' });
  await dispatchRound(services, { routine: 'morning', slot: '2026-11-24T07:00:00.000Z' });
  expect(await watch()).toMatchObject({ slot: '2026-11-25T07:00:00.000Z', newest: '2026-11-24T07:00:00.000Z' });
});

const asked: SendingRound = {
  routine: 'morning',
  slot: later,
  nonce: 'e'.repeat(32),
  requestedAt: later,
  requestedBy: 'ann',
  status: 'sending',
};

async function sent(services: Services, round: SendingRound) {
  const { table } = services;
  await table.put(roundKey(round), 0, round);
  const stored = await table.get<SendingRound>(roundKey(round));
  if (stored) await resumeSending(services, stored);
  return (await table.get<SendingRound>(roundKey(round)))?.body.status;
}

it('a round that somebody has left to the tick is found by it, and a recheck is not', async () => {
  const { services, watch } = await started();
  await sent(services, asked);
  const recheck = { checks: ['disk'], hosts: [], populations: {} };
  await sent(services, { ...asked, slot: '2026-11-23T09:31:00.500Z', recheck });
  expect((await watch())?.newest).toBe(later);
});

it('what is newest is kept when a deployment changes the schedule, or takes it away', async () => {
  const { services, watch } = await started();
  await sent(services, asked);
  const { morning } = examplePlan.routines;
  if (!morning) throw new Error('the example has no routine "morning"');
  const changed = (schedule: typeof morning.schedule) =>
    watchAllSlots({ ...services, plan: { ...examplePlan, routines: { morning: { ...morning, schedule } } } });
  await changed({ days: 'every-day', at: ['07:00'] });
  expect(await watch()).toMatchObject({ slot: '2026-11-24T06:00:00.000Z', newest: later });
  await changed('on-demand');
  expect(await watch()).toEqual({ slot: null, isOnDemand: true, newest: later });
});

it('a round is sent though it cannot be noted', async () => {
  const { services, watch, intercept } = await started();
  const isPointer = ({ pk }: { pk?: { S?: string } }) => pk?.S === 'slot';
  intercept(({ operation, input }) =>
    operation === 'PutItem' && isPointer(input.Item as object)
      ? new ServiceError('AccessDeniedException', 'no')
      : 'pass',
  );
  expect(await sent(services, asked)).toBe('running');
  expect((await watch())?.newest).toBeUndefined();
});
