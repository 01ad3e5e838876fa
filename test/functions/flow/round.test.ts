import { afterEach, describe, expect, it } from 'vitest';
import { isoOf } from '../../../functions/core/time.ts';
import { slotKey } from '../../../functions/flow/keys.ts';
import type { InterceptedCall } from '../../../lib/local/gateway.ts';
import { ServiceError } from '../../../lib/local/service.ts';
import {
  commandsSent,
  day,
  incidentsOf,
  minute,
  mondayMorning,
  mondaySlot,
  roundOf,
  type Stage,
  startStage,
  told,
} from './stage.ts';

const full = [0, "full|'disk_used'=97%"] as const;
const fine = [0, "fine|'disk_used'=10%"] as const;

let stage: Stage;
afterEach(() => stage.close());

/** Lets the morning round of Monday fire and everything that follows happen, so many minutes long. */
async function morning(minutes = 2): Promise<void> {
  await stage.cloud.advanceTo(mondayMorning + minutes * minute);
}

/** A round that somebody asks for, after that of the schedule; the slot it has. */
async function another(): Promise<string> {
  const { cloud } = stage;
  const slot = isoOf(cloud.clock.now());
  await cloud.invoke('dispatch', { routine: 'morning', slot, requestedBy: 'ann' });
  await cloud.advanceTo(cloud.clock.now() + 3 * minute);
  return slot;
}

/** The metrics that Rounds put about its own failures. */
function failures(): number {
  return stage.cloud.calls.count({ service: 'monitoring', operation: 'PutMetricData' });
}

describe('a scheduled round', () => {
  it('runs at its local time, is collected when the hosts have answered, and tells nobody of a good day', async () => {
    stage = await startStage();
    await morning(1);
    expect(await roundOf(stage)).toMatchObject({ status: 'collected', hosts: { answered: 3, lost: 0, gone: 0 } });
    expect((await roundOf(stage))?.verdicts.map(({ check, status }) => `${check} ${status}`)).toEqual([
      'disk OK',
      'load OK',
      'overnight OK',
    ]);
    expect(told(stage)).toEqual([]);
    expect(await commandsSent(stage)).toBe(1);
  });

  it('pages those whom the priority names, and tells the same of the recovery in the next round', async () => {
    stage = await startStage();
    stage.answer(1, 'disk', full);
    await morning();
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
    expect(await incidentsOf(stage)).toMatchObject([{ number: 'DAILY-20261123-001', priority: 'P2', status: 'open' }]);

    stage.answer(1, 'disk', fine);
    await another();
    expect(told(stage)).toEqual([
      'problem P2 DAILY-20261123-001 to ann@example.com',
      'recovery P2 DAILY-20261123-001 to ann@example.com',
    ]);
    expect(await incidentsOf(stage)).toMatchObject([{ status: 'resolved' }]);
  });

  it('rises to P1 when every host has it, and then tells the lead as well', async () => {
    stage = await startStage();
    stage.answer(0, 'disk', full);
    await morning();
    for (const host of [1, 2]) stage.answer(host, 'disk', full);
    await another();
    expect(told(stage)).toEqual([
      'problem P2 DAILY-20261123-001 to ann@example.com',
      'rise P1 DAILY-20261123-001 to ann@example.com',
      'rise P1 DAILY-20261123-001 to bob@example.com',
    ]);
  });

  it('names the critical incidents of the night, and tells nobody a second time', async () => {
    stage = await startStage({ at: mondayMorning - 8 * 60 * minute });
    for (const host of [0, 1, 2]) stage.answer(host, 'load', [2, 'overload']);
    await another();
    const problems = told(stage);
    const round = await roundOf(stage, await another());
    expect(round?.verdicts.find(({ check }) => check === 'overnight')).toMatchObject({
      status: 'CRITICAL',
      text: '1 incident of P0 or P1 since 2026-11-20 18:00 GMT+1: DAILY-20261122-001 Load (open)',
    });
    expect(problems).toHaveLength(2);
    expect(told(stage)).toEqual(problems);
  });

  it('is skipped on a holiday, and says why', async () => {
    stage = await startStage({ at: mondayMorning + 2 * day });
    await stage.cloud.advanceTo(mondayMorning + 2 * day + minute);
    expect(await roundOf(stage, '2026-11-25T07:00:00.000Z')).toMatchObject({
      status: 'skipped',
      reason: 'Founders Day is a holiday',
    });
    expect(await commandsSent(stage)).toBe(0);
  });

  it('is one round although its slot fires twice', async () => {
    stage = await startStage();
    await morning();
    stage.cloud.fire('morning', Date.parse(mondaySlot));
    await stage.cloud.settled();
    expect(await commandsSent(stage)).toBe(1);
  });

  it('runs on any day when somebody asks for it', async () => {
    stage = await startStage({ at: mondayMorning - day });
    expect(await roundOf(stage, await another())).toMatchObject({ status: 'collected' });
  });

  it('refuses a routine that the runbook does not have, and names those it has', async () => {
    stage = await startStage();
    const answer = await stage.cloud.invoke('dispatch', { routine: 'evening', slot: mondaySlot });
    expect(answer).toMatchObject({
      ok: false,
      error: { errorMessage: expect.stringContaining('its routines are: morning') },
    });
  });
});

describe('hosts that do not answer', () => {
  it('are an incident of the fleet and not of its checks', async () => {
    stage = await startStage();
    const [host] = stage.hosts.hosts();
    if (host) host.connection = 'lost';
    await morning();
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
    expect(await incidentsOf(stage)).toMatchObject([{ check: 'fleet-app' }]);
    expect((await roundOf(stage))?.verdicts[0]).toMatchObject({ status: 'UNKNOWN' });
  });

  it('keep nobody from being paged about the others meanwhile', async () => {
    stage = await startStage();
    const [silent] = stage.hosts.hosts();
    if (silent) silent.connection = 'silent';
    stage.answer(1, 'load', [2, 'overload']);
    await morning(1);
    expect((await roundOf(stage))?.status).toBe('running');
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);

    await morning(6);
    expect(await roundOf(stage)).toMatchObject({ status: 'collected', hosts: { answered: 2, lost: 1 } });
    expect(told(stage)).toEqual([
      'problem P2 DAILY-20261123-001 to ann@example.com',
      'problem P2 DAILY-20261123-002 to ann@example.com',
    ]);
  });

  it('are no problem when they were terminated on purpose', async () => {
    stage = await startStage({ hosts: 4 });
    const [host] = stage.hosts.hosts();
    if (host) host.connection = 'silent';
    await morning(1);
    if (host) host.connection = 'terminated';
    await morning(10);
    expect(await roundOf(stage)).toMatchObject({ status: 'collected', hosts: { answered: 3, lost: 0, gone: 1 } });
    expect(told(stage)).toEqual([]);
  });

  it('are lost when SSM lists no answer of them, although the command is over', async () => {
    stage = await startStage();
    const [host] = stage.hosts.hosts();
    if (host) host.connection = 'unlisted';
    await morning(15);
    expect(await roundOf(stage)).toMatchObject({ status: 'collected', hosts: { answered: 2, lost: 1 } });
    expect((await roundOf(stage))?.verdicts[0]).toMatchObject({ status: 'UNKNOWN' });
    expect(await incidentsOf(stage)).toMatchObject([{ check: 'fleet-app', priority: 'P2' }]);
  });

  it('count for the floor when they have joined during the round', async () => {
    stage = await startStage();
    const [old, joined, slow] = stage.hosts.hosts();
    if (!old || !joined || !slow) throw new Error('three hosts expected');
    joined.connection = 'lost';
    slow.connection = 'silent';
    await morning(1);
    joined.connection = 'online';
    slow.connection = 'terminated';
    await morning(10);
    expect(await roundOf(stage)).toMatchObject({
      status: 'collected',
      hosts: { answered: 1, lost: 0, gone: 1, missing: 0 },
    });
    expect(told(stage)).toEqual([]);
  });

  it('do not count as well because they are back when the round is read', async () => {
    stage = await startStage();
    stage.answer(0, 'disk', full);
    await morning();
    const [bad, slow] = stage.hosts.hosts();
    if (bad) bad.connection = 'lost';
    if (slow) slow.connection = 'silent';
    const slot = isoOf(stage.cloud.clock.now());
    await stage.cloud.invoke('dispatch', { routine: 'morning', slot, requestedBy: 'ann' });
    if (bad) bad.connection = 'online';
    await stage.cloud.advanceTo(stage.cloud.clock.now() + 10 * minute);
    expect(await roundOf(stage, slot)).toMatchObject({ status: 'collected' });
    expect(told(stage).filter((line) => line.startsWith('recovery'))).toEqual([]);
  });

  it('are a P1 when there is none at all', async () => {
    stage = await startStage();
    for (const host of stage.hosts.hosts()) host.connection = 'terminated';
    await morning(10);
    expect(await roundOf(stage)).toMatchObject({ status: 'collected', hosts: { answered: 0 } });
    expect(told(stage)).toEqual([
      'problem P1 DAILY-20261123-001 to ann@example.com',
      'problem P1 DAILY-20261123-001 to bob@example.com',
    ]);
  });
});

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
    await morning(10);
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
    await morning(10);
    expect(await commandsSent(stage)).toBe(1);
    expect(await roundOf(stage)).toMatchObject({ status: 'collected' });
    expect(told(stage)).toEqual([]);
  });

  it('is given up after a quarter of an hour of throttling, and paged', async () => {
    stage = await startStage({
      intercept: ({ operation }) =>
        operation === 'SendCommand' ? new ServiceError('ThrottlingException', 'Rate exceeded') : 'pass',
    });
    await morning(20);
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
    await morning(1);
    expect(await roundOf(stage)).toMatchObject({ status: 'failed' });
    expect(stage.cloud.calls.count({ operation: 'SendCommand' })).toBe(1);
    isRefused = false;
    await another();
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
    let outage = true;
    stage = await startStage({
      intercept: ({ service }) =>
        service === 'sns' && outage ? new ServiceError('InternalError', 'down', 500) : 'pass',
    });
    stage.answer(1, 'disk', full);
    await morning(5);
    expect(told(stage)).toEqual([]);
    outage = false;
    await morning(8);
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
    await morning(1);
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
    expect(await roundOf(stage)).toMatchObject({ status: 'collected' });
    expect(failures()).toBeGreaterThan(0);
  });

  it('DescribeInstanceInformation: a round that cannot be ended is given up, and is a P1 about ourselves', async () => {
    stage = await startStage({
      intercept: ({ operation }) =>
        operation === 'DescribeInstanceInformation' ? new ServiceError('AccessDeniedException', 'no') : 'pass',
    });
    await morning(45);
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
    await morning(2);
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
    await morning(14);
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
    await morning(1);
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
    expect((await roundOf(stage))?.status).toBe('running');
    outage = false;
    await morning(5);
    expect((await roundOf(stage))?.status).toBe('collected');
    expect(told(stage)).toHaveLength(1);
  });
});

describe('a slot that nobody fires', () => {
  const dispatchFails = ({ caller }: InterceptedCall) =>
    /dispatch/i.test(caller) ? new ServiceError('InternalServerError', 'down', 500) : ('pass' as const);

  it('is fired by the tick a few minutes later', async () => {
    stage = await startStage({ intercept: dispatchFails, at: mondayMorning - 3 * minute });
    await morning(10);
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
    await another();
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

  it('is forgotten when the runbook has moved the routine', async () => {
    const slot = '2026-11-23T06:30:00.000Z';
    stage = await startStage();
    await stage.table.put(slotKey('morning'), 0, { slot }, { dueAt: slot });
    await morning();
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
    await morning(1);
    for (const host of [0, 2]) stage.answer(host, 'disk', full);
    await another();
    outage = false;
    await morning(10);
    expect(await incidentsOf(stage)).toMatchObject([{ priority: 'P1', status: 'open' }]);
    expect(told(stage)).toEqual([
      'rise P1 DAILY-20261123-001 to bob@example.com',
      'problem P2 DAILY-20261123-001 to ann@example.com',
      'rise P1 DAILY-20261123-001 to ann@example.com',
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
    await morning(1);
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

describe('the tick', () => {
  it('costs one query a minute when nothing is owed', async () => {
    stage = await startStage();
    await morning(2);
    const tick = stage.cloud.calls.counts.find(({ caller }) => /tick/i.test(caller))?.caller ?? '';
    const queries = () => stage.cloud.calls.count({ service: 'dynamodb', caller: tick });
    const before = queries();
    await morning(12);
    expect(queries() - before).toBe(10);
  });
});
