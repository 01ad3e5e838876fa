import { afterEach, describe, expect, it } from 'vitest';
import { isoOf } from '../../../functions/core/time.ts';
import { alertKey, roundKey, slotKey } from '../../../functions/flow/keys.ts';
import { type RoundReport, readResults } from '../../../lib/cli/records.ts';
import type { InterceptedCall } from '../../../lib/local/gateway.ts';
import { ServiceError } from '../../../lib/local/service.ts';
import { everyDay } from '../../../lib/runbook/schedule.ts';
import {
  another,
  commandsSent,
  fine,
  full,
  incidentsOf,
  minute,
  mondayMorning,
  mondaySlot,
  morning,
  plan,
  roundOf,
  type Stage,
  shop,
  startStage,
  told,
} from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

describe('a command that SSM does not simply take', () => {
  it('is not sent again when its answer got lost', async () => {
    let dropped = false;
    stage = await startStage({
      intercept: ({ operation }) => {
        if (operation !== 'SendCommand' || dropped) return 'pass';
        dropped = true;
        return 'drop-after';
      },
    });
    await morning(stage, 10);
    expect(await commandsSent(stage)).toBe(1);
    expect(await roundOf(stage)).toMatchObject({ status: 'collected', hosts: { answered: 3 } });
  });

  it('is sent later when SSM is throttled', async () => {
    let refusals = 2;
    stage = await startStage({
      intercept: ({ operation }) =>
        operation === 'SendCommand' && refusals-- > 0
          ? new ServiceError('ThrottlingException', 'Rate exceeded')
          : 'pass',
    });
    await morning(stage, 10);
    expect(await commandsSent(stage)).toBe(1);
    expect(await roundOf(stage)).toMatchObject({ status: 'collected' });
    expect(told(stage)).toEqual([]);
  });

  it('is given up after a quarter of an hour of throttling, and paged', async () => {
    stage = await startStage({
      intercept: ({ operation }) =>
        operation === 'SendCommand' ? new ServiceError('ThrottlingException', 'Rate exceeded') : 'pass',
    });
    await morning(stage, 20);
    expect(await roundOf(stage)).toMatchObject({ status: 'failed', reason: expect.stringContaining('Rate exceeded') });
    expect(told(stage)).toEqual([
      'problem P1 DAILY-20261123-001 to ann@example.com',
      'problem P1 DAILY-20261123-001 to bob@example.com',
    ]);
  });

  it('is a P1 about ourselves at once when it is refused, and is well again with the next round', async () => {
    let isRefused = true;
    stage = await startStage({
      intercept: ({ operation }) =>
        operation === 'SendCommand' && isRefused ? new ServiceError('AccessDeniedException', 'not authorized') : 'pass',
    });
    await morning(stage, 1);
    expect(await roundOf(stage)).toMatchObject({ status: 'failed' });
    expect(stage.cloud.calls.count({ operation: 'SendCommand' })).toBe(1);
    isRefused = false;
    await another(stage);
    expect(told(stage)).toEqual([
      'problem P1 DAILY-20261123-001 to ann@example.com',
      'problem P1 DAILY-20261123-001 to bob@example.com',
      'recovery P1 DAILY-20261123-001 to ann@example.com',
      'recovery P1 DAILY-20261123-001 to bob@example.com',
    ]);
  });
});

describe('a service that fails', () => {
  it('SNS: what is refused stays owed, is sent later, and rings the alarm over the independent topic', async () => {
    const refusals = [
      new ServiceError('InternalError', 'down', 500),
      new ServiceError('Throttled', 'Rate exceeded', 429),
      new ServiceError('KMSThrottling', 'Rate exceeded', 400),
    ];
    let outage = true;
    let calls = 0;
    stage = await startStage({
      intercept: ({ service }) => (service === 'sns' && outage ? (refusals[calls++ % 3] ?? 'pass') : 'pass'),
    });
    stage.answer(1, 'disk', full);
    await morning(stage, 5);
    expect(told(stage)).toEqual([]);
    expect(calls).toBeGreaterThanOrEqual(refusals.length);
    outage = false;
    await morning(stage, 8);
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
    const alarms = stage.cloud.sns.deliveries.filter(({ attributes }) => !attributes.incident);
    expect(alarms.some(({ endpoint, subject }) => endpoint === 'bob@example.com' && subject?.includes('ALARM'))).toBe(
      true,
    );
  });

  it('CloudWatch: an outage delays no page and no round', async () => {
    stage = await startStage({
      intercept: ({ service }) =>
        service === 'monitoring' ? new ServiceError('InternalServiceFault', 'down', 500) : 'pass',
    });
    stage.answer(1, 'disk', full);
    await morning(stage, 1);
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
    expect(await roundOf(stage)).toMatchObject({ status: 'collected' });
    expect(stage.cloud.calls.count({ service: 'monitoring', operation: 'PutMetricData' })).toBeGreaterThan(0);
  });

  it('DescribeInstanceInformation: a round that cannot be ended is given up, and is a P1 about ourselves', async () => {
    stage = await startStage({
      intercept: ({ operation }) =>
        operation === 'DescribeInstanceInformation' ? new ServiceError('AccessDeniedException', 'no') : 'pass',
    });
    await morning(stage, 45);
    expect(await roundOf(stage)).toMatchObject({ status: 'failed', reason: expect.stringContaining('30 minutes') });
    expect(told(stage)).toContain('problem P1 DAILY-20261123-001 to bob@example.com');
  });

  it('DynamoDB: one alert that cannot be written keeps no other from being told', async () => {
    stage = await startStage({
      intercept: ({ operation, input }) =>
        operation === 'PutItem' && JSON.stringify(input).includes('"sk":{"S":"disk"}')
          ? new ServiceError('ValidationException', 'Item size has exceeded the maximum allowed size')
          : 'pass',
    });
    for (const check of ['disk', 'load']) stage.answer(1, check, [2, 'bad']);
    await morning(stage, 2);
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
    expect(await incidentsOf(stage)).toMatchObject([{ check: 'load' }]);
  });

  it('DynamoDB: a command that was sent is not sent again because writing that down was throttled', async () => {
    let refusals = 8;
    stage = await startStage({
      intercept: ({ operation, input }) =>
        operation === 'PutItem' && JSON.stringify(input).includes('commandId') && refusals-- > 0
          ? new ServiceError('ProvisionedThroughputExceededException', 'slow down')
          : 'pass',
    });
    stage.answer(1, 'disk', full);
    await morning(stage, 14);
    expect(await commandsSent(stage)).toBe(1);
    expect(await roundOf(stage)).toMatchObject({ status: 'collected' });
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
  });

  it('DescribeInstanceInformation: what is known to be bad is told, and the round ends later', async () => {
    let outage = true;
    stage = await startStage({
      intercept: ({ operation }) =>
        operation === 'DescribeInstanceInformation' && outage
          ? new ServiceError('InternalServerError', 'down', 500)
          : 'pass',
    });
    stage.answer(1, 'disk', full);
    await morning(stage, 1);
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
    expect((await roundOf(stage))?.status).toBe('running');
    outage = false;
    await morning(stage, 5);
    expect((await roundOf(stage))?.status).toBe('collected');
    expect(told(stage)).toHaveLength(1);
  });
});

describe('a slot that nobody fires', () => {
  const dispatchFails = ({ caller }: InterceptedCall) =>
    /dispatch/i.test(caller) ? new ServiceError('InternalServerError', 'down', 500) : ('pass' as const);

  it('is fired by the tick a few minutes later', async () => {
    stage = await startStage({ intercept: dispatchFails, at: mondayMorning - 3 * minute });
    await morning(stage, 10);
    expect(await roundOf(stage)).toMatchObject({ status: 'collected', hosts: { answered: 3 } });
    expect(await commandsSent(stage)).toBe(1);
  });

  it('is recorded as missed, and is a P1 about ourselves, when it is found too late', async () => {
    stage = await startStage({ at: Date.parse(mondaySlot) + 60 * minute });
    await stage.table.put(slotKey('morning'), 0, { slot: mondaySlot }, { dueAt: mondaySlot });
    await stage.cloud.advanceTo(Date.parse(mondaySlot) + 65 * minute);
    expect(await roundOf(stage)).toMatchObject({ status: 'missed', reason: expect.stringContaining('did not fire') });
    expect(told(stage)).toEqual([
      'problem P1 DAILY-20261123-001 to ann@example.com',
      'problem P1 DAILY-20261123-001 to bob@example.com',
    ]);
    await another(stage);
    expect(told(stage)).toHaveLength(4);
  });

  it('is skipped all the same when its day is a holiday', async () => {
    const slot = '2026-11-25T07:00:00.000Z';
    stage = await startStage({ at: Date.parse(slot) + 60 * minute });
    await stage.table.put(slotKey('morning'), 0, { slot }, { dueAt: slot });
    await stage.cloud.advanceTo(Date.parse(slot) + 65 * minute);
    expect(await roundOf(stage, slot)).toMatchObject({ status: 'skipped' });
    expect(told(stage)).toEqual([]);
  });

  it('for its time does not exist on that day runs when the clocks have jumped, and says so', async () => {
    const routines = shop.routines.map((each) => ({ ...each, schedule: everyDay.at('02:30') }));
    stage = await startStage({ runbook: { ...shop, routines }, at: Date.parse('2027-03-28T00:58:00.000Z') });
    await stage.cloud.advanceTo(Date.parse('2027-03-28T01:10:00.000Z'));
    expect(await roundOf(stage, '2027-03-28T01:00:00.000Z')).toMatchObject({
      status: 'collected',
      note: '02:30 does not exist on this day: moved to 03:00',
    });
    expect(await commandsSent(stage)).toBe(1);
  });

  it('is forgotten when the runbook has moved the routine', async () => {
    const slot = '2026-11-23T06:30:00.000Z';
    stage = await startStage();
    await stage.table.put(slotKey('morning'), 0, { slot }, { dueAt: slot });
    await morning(stage);
    expect(await roundOf(stage, slot)).toBeUndefined();
    expect(await roundOf(stage)).toMatchObject({ status: 'collected' });
  });
});

describe('a contact whose topic is refused', () => {
  it('is told late, and does not put the incident back to what it was', async () => {
    let outage = true;
    stage = await startStage({
      intercept: ({ operation, input }) =>
        operation === 'Publish' && outage && String(input.TopicArn).includes('ann')
          ? new ServiceError('InternalError', 'down', 500)
          : 'pass',
    });
    stage.answer(1, 'disk', full);
    await morning(stage, 1);
    for (const host of [0, 2]) stage.answer(host, 'disk', full);
    await another(stage);
    outage = false;
    await morning(stage, 10);
    expect(await incidentsOf(stage)).toMatchObject([{ priority: 'P1', status: 'open' }]);
    expect(told(stage)).toEqual([
      'update P1 DAILY-20261123-001 to bob@example.com',
      // The problem that it was before stands in the same message.
      'update P1 DAILY-20261123-001 to ann@example.com',
    ]);
  });
});

describe('a round that fails after its hosts have been read', () => {
  /** The first round is refused, and the second can never write what matches. */
  async function secondRound(match: string): Promise<string> {
    let isFirst = true;
    stage = await startStage({
      intercept: ({ operation, input }) => {
        if (operation === 'SendCommand' && isFirst) return new ServiceError('AccessDeniedException', 'no');
        const isRefused = operation === 'PutItem' && !isFirst && JSON.stringify(input).includes(match);
        return isRefused ? new ServiceError('ValidationException', 'Item size has exceeded') : 'pass';
      },
    });
    await morning(stage, 1);
    isFirst = false;
    stage.answer(1, 'disk', full);
    const slot = isoOf(stage.cloud.clock.now());
    await stage.cloud.invoke('dispatch', { routine: 'morning', slot, requestedBy: 'ann' });
    await stage.cloud.advanceTo(stage.cloud.clock.now() + 55 * minute);
    return slot;
  }

  it('does not say that Rounds is well again because others of its alerts could be written', async () => {
    const slot = await secondRound('"sk":{"S":"disk"}');
    expect(await roundOf(stage, slot)).toMatchObject({ status: 'failed' });
    expect(told(stage)).toEqual([
      'problem P1 DAILY-20261123-001 to ann@example.com',
      'problem P1 DAILY-20261123-001 to bob@example.com',
    ]);
  });

  it('is a P1 about ourselves although it was well in the meantime', async () => {
    const slot = await secondRound('collectedAt');
    expect(await roundOf(stage, slot)).toMatchObject({ status: 'failed' });
    expect(told(stage).filter((line) => line.startsWith('problem P1'))).toHaveLength(4);
  });
});

describe('what the table says too late', () => {
  it('decides nothing: an index that still owes what is done, and items whose time has run out', async () => {
    stage = await startStage();
    stage.answer(1, 'disk', full);
    await morning(stage, 4);
    const before = { told: told(stage), commands: await commandsSent(stage), incidents: await incidentsOf(stage) };
    // As if the index had not heard that the round and its incident are done, nor TTL that both should be gone.
    const owed = { dueAt: mondaySlot, expiresAt: mondayMorning / 1_000 - 86_400 };
    for (const key of [roundKey({ routine: 'morning', slot: mondaySlot }), alertKey('disk')]) {
      const stored = await stage.table.get(key);
      expect(await stage.table.put(key, stored?.version ?? 0, stored?.body, owed)).toBeDefined();
    }
    await morning(stage, 8);
    expect({ told: told(stage), commands: await commandsSent(stage), incidents: await incidentsOf(stage) }).toEqual(
      before,
    );
    expect(await roundOf(stage)).toMatchObject({ status: 'collected' });
  });
});

describe('a round that is read after a newer one', () => {
  it('is stored beside it, and changes no state', async () => {
    let first: unknown;
    let isUnreadable = true;
    stage = await startStage({
      intercept: ({ operation, input }) => {
        if (operation !== 'ListCommandInvocations') return 'pass';
        first ??= input.CommandId;
        // By this name the SDK does not repeat it.
        return isUnreadable && input.CommandId === first ? new ServiceError('RateExceeded', 'Rate exceeded') : 'pass';
      },
    });
    await morning(stage, 1);
    stage.answer(1, 'disk', full);
    const newer = await roundOf(stage, await another(stage));
    const alert = await stage.table.get(alertKey('disk'));
    expect([(await roundOf(stage))?.status, newer?.status]).toEqual(['running', 'collected']);
    // Simulated hosts answer when they are read.
    stage.answer(1, 'disk', fine);
    isUnreadable = false;
    await morning(stage, 10);
    const older = await roundOf(stage);
    expect(older?.status).toBe('collected');
    expect(await Promise.all([older, newer].map(disksIn))).toEqual([
      ['OK', 'OK', 'OK'],
      ['CRITICAL', 'OK', 'OK'],
    ]);
    expect(await stage.table.get(alertKey('disk'))).toEqual(alert);
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
  });

  /** What the hosts have told of their disks, the worst first. */
  async function disksIn(round: RoundReport | undefined): Promise<string[]> {
    const results = round ? await readResults(stage.table, plan, round) : [];
    return results.flatMap(({ check, status }) => (check === 'disk' ? [status] : [])).sort();
  }
});

describe('a tick that does not run any more', () => {
  it('is told by an alarm that takes silence for a failure, over a topic that needs nothing of Rounds', async () => {
    stage = await startStage({
      intercept: ({ caller }) => (/tick/i.test(caller) ? new ServiceError('InternalServerError', 'down', 500) : 'pass'),
    });
    await stage.cloud.advanceTo(mondayMorning + 12 * minute);
    const alarms = stage.cloud.sns.deliveries.filter(({ subject }) => /ALARM.*HeartbeatMissing/.test(subject ?? ''));
    expect(alarms.map(({ endpoint }) => endpoint)).toEqual(['bob@example.com']);
  });
});

describe('the tick', () => {
  it('costs one query a minute when nothing is owed', async () => {
    stage = await startStage();
    await morning(stage, 2);
    const tick = stage.cloud.calls.counts.find(({ caller }) => /tick/i.test(caller))?.caller ?? '';
    const queries = () => stage.cloud.calls.count({ service: 'dynamodb', caller: tick });
    const before = queries();
    await morning(stage, 12);
    expect(queries() - before).toBe(10);
  });
});
