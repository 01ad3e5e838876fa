import { afterEach, describe, expect, it } from 'vitest';
import { isoOf } from '../../../functions/core/time.ts';
import {
  another,
  commandsSent,
  day,
  fine,
  full,
  incidentsOf,
  minute,
  mondayMorning,
  mondaySlot,
  morning,
  roundOf,
  type Stage,
  startStage,
  told,
} from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

describe('a scheduled round', () => {
  it('runs at its local time, is collected when the hosts have answered, and tells nobody of a good day', async () => {
    stage = await startStage();
    await morning(stage, 1);
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
    await morning(stage);
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
    expect(await incidentsOf(stage)).toMatchObject([{ number: 'DAILY-20261123-001', priority: 'P2', status: 'open' }]);

    stage.answer(1, 'disk', fine);
    await another(stage);
    expect(told(stage)).toEqual([
      'problem P2 DAILY-20261123-001 to ann@example.com',
      'recovery P2 DAILY-20261123-001 to ann@example.com',
    ]);
    expect(await incidentsOf(stage)).toMatchObject([{ status: 'resolved' }]);
  });

  it('rises to P1 when every host has it, and then tells the lead as well', async () => {
    stage = await startStage();
    stage.answer(0, 'disk', full);
    await morning(stage);
    for (const host of [1, 2]) stage.answer(host, 'disk', full);
    await another(stage);
    expect(told(stage)).toEqual([
      'problem P2 DAILY-20261123-001 to ann@example.com',
      'update P1 DAILY-20261123-001 to ann@example.com',
      'update P1 DAILY-20261123-001 to bob@example.com',
    ]);
  });

  it('names the critical incidents of the night, and tells nobody a second time', async () => {
    stage = await startStage({ at: mondayMorning - 8 * 60 * minute });
    for (const host of [0, 1, 2]) stage.answer(host, 'load', [2, 'overload']);
    await another(stage);
    const problems = told(stage);
    const round = await roundOf(stage, await another(stage));
    expect(round?.verdicts.find(({ check }) => check === 'overnight')).toMatchObject({
      status: 'CRITICAL',
      text: '1 incident since 2026-11-20 18:00 GMT+1: 1 P1: DAILY-20261122-001 Load (open)',
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
    await morning(stage);
    stage.cloud.fire('morning', Date.parse(mondaySlot));
    await stage.cloud.settled();
    expect(await commandsSent(stage)).toBe(1);
  });

  it('runs on any day when somebody asks for it', async () => {
    stage = await startStage({ at: mondayMorning - day });
    expect(await roundOf(stage, await another(stage))).toMatchObject({ status: 'collected' });
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
    await morning(stage);
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
    expect(await incidentsOf(stage)).toMatchObject([{ check: 'fleet-app' }]);
    expect((await roundOf(stage))?.verdicts[0]).toMatchObject({ status: 'UNKNOWN' });
  });

  it('keep nobody from being paged about the others meanwhile', async () => {
    stage = await startStage();
    const [silent] = stage.hosts.hosts();
    if (silent) silent.connection = 'silent';
    stage.answer(1, 'load', [2, 'overload']);
    await morning(stage, 1);
    expect((await roundOf(stage))?.status).toBe('running');
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);

    await morning(stage, 6);
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
    await morning(stage, 1);
    if (host) host.connection = 'terminated';
    await morning(stage, 10);
    expect(await roundOf(stage)).toMatchObject({ status: 'collected', hosts: { answered: 3, lost: 0, gone: 1 } });
    expect(told(stage)).toEqual([]);
  });

  it('are lost when SSM lists no answer of them, although the command is over', async () => {
    stage = await startStage();
    const [host] = stage.hosts.hosts();
    if (host) host.connection = 'unlisted';
    await morning(stage, 15);
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
    await morning(stage, 1);
    joined.connection = 'online';
    slow.connection = 'terminated';
    await morning(stage, 10);
    expect(await roundOf(stage)).toMatchObject({
      status: 'collected',
      hosts: { answered: 1, lost: 0, gone: 1, missing: 0 },
    });
    expect(told(stage)).toEqual([]);
  });

  it('do not count as well because they are back when the round is read', async () => {
    stage = await startStage();
    stage.answer(0, 'disk', full);
    await morning(stage);
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
    await morning(stage, 10);
    expect(await roundOf(stage)).toMatchObject({ status: 'collected', hosts: { answered: 0 } });
    expect(told(stage)).toEqual([
      'problem P1 DAILY-20261123-001 to ann@example.com',
      'problem P1 DAILY-20261123-001 to bob@example.com',
    ]);
  });
});
