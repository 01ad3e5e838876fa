import { describe, expect, it } from 'vitest';
import type { HostPack } from '../../../functions/core/host-pack.ts';
import type { RunningRound } from '../../../functions/core/round.ts';
import { isoOf, msOf } from '../../../functions/core/time.ts';
import { collectRound } from '../../../functions/flow/collect-round.ts';
import { dispatchRound } from '../../../functions/flow/dispatch-round.ts';
import { resultsKey, roundKey } from '../../../functions/flow/keys.ts';
import { type Reading, readRound } from '../../../functions/flow/read-round.ts';
import { ServiceError } from '../../../lib/local/service.ts';
import { examplePlan } from '../core/example-plan.ts';
import { type SmallCloud, startSmallCloud } from './small-cloud.ts';

const slot = '2026-11-23T07:00:00.000Z';
const key = roundKey({ routine: 'morning', slot });

const started = (hosts: number) => startSmallCloud(examplePlan, slot, hosts);

async function sent({ services }: SmallCloud): Promise<RunningRound> {
  await dispatchRound(services, { routine: 'morning', slot, requestedBy: 'ann' });
  return stored(services);
}

async function stored({ table }: SmallCloud['services']): Promise<RunningRound> {
  const item = await table.get<RunningRound>(key);
  if (!item) throw new Error('there is no round');
  return item.body;
}

function connect(cloud: SmallCloud, number: number, connection: 'silent' | 'lost' | 'terminated'): void {
  const host = cloud.hosts.hosts()[number];
  if (host) host.connection = connection;
}

/** Reads a page at a time, each by an invocation of its own that has no time for a second one. */
async function readByPages({ services }: SmallCloud, round: RunningRound): Promise<{ reading: Reading; goes: number }> {
  let reading = await readRound({ ...services, readUntil: 0 }, round);
  let goes = 1;
  for (; reading.mark && goes < 100; goes++) {
    reading = await readRound({ ...services, readUntil: 0 }, { ...round, mark: reading.mark });
  }
  return { reading, goes };
}

describe('a reading that takes more than one invocation', () => {
  it('finds what one in a single go finds: values, the worst, the lost and the gone', async () => {
    const cloud = await started(230);
    for (const number of [0, 60, 120, 229]) cloud.disks.set(number, 85 + number / 20);
    for (const number of [70, 130]) connect(cloud, number, 'silent');
    const round = await sent(cloud);
    connect(cloud, 130, 'terminated');
    cloud.clock.advanceTo(msOf(round.deadlineAt));
    const whole = await readRound(cloud.services, round);
    expect(whole).toMatchObject({ final: true, gone: 1, tally: { fleet: { counts: { OK: 228, CRITICAL: 1 } } } });
    const { reading, goes } = await readByPages(cloud, round);
    expect(reading).toEqual(whole);
    // Five pages of answers, then five of the hosts.
    expect(goes).toBe(10);
  });

  it('goes on where it ended, by the tick, and ends as collected with every host once', async () => {
    const cloud = await started(120);
    cloud.disks.set(110, 95);
    await sent(cloud);
    const { services } = cloud;
    await collectRound({ ...services, readUntil: 0 }, key);
    expect((await stored(services)).mark).toMatchObject({ list: 'answers', pages: 1 });
    // What is only half read is due at once.
    const round = (await cloud.items()).find(({ sk }) => sk === slot);
    expect(String(round?.dueAt) <= isoOf(cloud.clock.now())).toBe(true);
    const read = cloud.count('ListCommandInvocations');
    await collectRound(services, key);
    expect(cloud.count('ListCommandInvocations') - read).toBe(2);
    const { mark, ...collected } = await stored(services);
    expect(mark).toBeUndefined();
    expect(collected).toMatchObject({
      status: 'collected',
      summary: { hosts: { answered: 120, lost: 0 }, verdicts: { disk: { counts: { OK: 119, CRITICAL: 1 } } } },
    });
  });

  it('counts no host twice, where an earlier reading has left other packs', async () => {
    const cloud = await started(120);
    cloud.disks.set(3, 95);
    const round = await sent(cloud);
    const { mark } = await readRound({ ...cloud.services, readUntil: 0 }, round);
    const { pk } = resultsKey(round);
    const [pack] = await cloud.services.table.query<HostPack>({ pk, limit: 1 });
    await cloud.services.table.putAll([{ pk, sk: 'answers#00001#01', body: pack?.body }]);
    const { tally } = mark ? await readRound(cloud.services, { ...round, mark }) : {};
    expect(tally?.checks.get('disk')?.counts).toMatchObject({ OK: 119, CRITICAL: 1 });
  });

  it('keeps what it has when SSM fails in the middle, and lets go of the round', async () => {
    const cloud = await started(120);
    await sent(cloud);
    let lists = 0;
    cloud.intercept(({ operation }) => {
      if (operation === 'ListCommandInvocations') lists += 1;
      return operation === 'ListCommandInvocations' && lists > 2
        ? new ServiceError('ThrottlingException', 'x')
        : 'pass';
    });
    await collectRound(cloud.services, key);
    expect(await stored(cloud.services)).toMatchObject({ mark: { list: 'answers', pages: 2 } });
    // Not a page could be read: nothing is new, and nobody has to wait for the lease.
    await expect(collectRound(cloud.services, key)).rejects.toThrow('ThrottlingException');
    const round = await stored(cloud.services);
    expect(round).toMatchObject({ mark: { pages: 2 } });
    expect(round).not.toHaveProperty('lease');
    cloud.intercept(() => 'pass');
    await collectRound(cloud.services, key);
    expect(await stored(cloud.services)).toMatchObject({ status: 'collected', summary: { hosts: { answered: 120 } } });
  });

  it('begins the list of hosts anew where SSM does not know its page any more', async () => {
    const cloud = await started(120);
    const round = await sent(cloud);
    let { mark } = await readRound({ ...cloud.services, readUntil: 0 }, round);
    for (let go = 0; mark?.list === 'answers' && go < 9; go++) {
      ({ mark } = await readRound({ ...cloud.services, readUntil: 0 }, { ...round, mark }));
    }
    expect(mark).toMatchObject({ list: 'hosts' });
    const odd = mark && { ...mark, next: 'a-token-of-yesterday' };
    const anew = odd && (await readRound(cloud.services, { ...round, mark: odd })).mark;
    expect(anew).toEqual({ list: 'hosts', pages: 0, answerPages: 3 });
    expect(anew && (await readRound(cloud.services, { ...round, mark: anew }))).toMatchObject({ final: true });
  });

  it('begins anew where SSM does not know the page any more', async () => {
    const cloud = await started(120);
    const round = await sent(cloud);
    const mark = { list: 'answers' as const, pages: 1, next: 'a-token-of-yesterday' };
    expect(await readRound(cloud.services, { ...round, mark })).toMatchObject({ final: false, gone: 0 });
    expect(await readRound(cloud.services, round)).toMatchObject({ final: true });
  });
});

describe('while a host is still at work', () => {
  it('an early reading finds those that have failed by one page, and says nothing of the others', async () => {
    const cloud = await started(120);
    connect(cloud, 5, 'silent');
    cloud.disks.set(7, 99).set(8, 99);
    const reading = await readRound(cloud.services, await sent(cloud), true);
    expect(reading).toMatchObject({ final: false, tally: { targets: 120 } });
    expect(reading.isStorm).toBeUndefined();
    expect(reading.tally.checks.get('disk')?.counts).toEqual({ OK: 0, WARNING: 0, CRITICAL: 2, UNKNOWN: 0 });
    expect(cloud.count('ListCommandInvocations')).toBe(1);
  });

  it('a storm is read once: what comes after it is left to the tick and the end of the round', async () => {
    const cloud = await started(120);
    connect(cloud, 5, 'silent');
    for (let number = 10; number < 100; number++) cloud.disks.set(number, 99);
    await sent(cloud);
    for (let event = 0; event < 3; event++) await collectRound(cloud.services, key, true);
    expect(cloud.count('ListCommandInvocations')).toBe(1);
    expect((await stored(cloud.services)).isStorm).toBe(true);
    const incidents = (await cloud.items()).filter(({ pk }) => pk === 'incident');
    expect(incidents).toHaveLength(1);
    // The tick reads all hosts of a fleet of this size, those that are bad by a threshold too.
    await collectRound(cloud.services, key);
    expect(cloud.count('ListCommandInvocations')).toBe(4);
  });

  it('of many hosts all are read from time to time, for what only a threshold finds, and else those that have failed', async () => {
    const cloud = await started(501);
    connect(cloud, 5, 'silent');
    cloud.disks.set(7, 99).set(8, 97);
    const round = await sent(cloud);
    const diskOf = ({ tally }: Reading) => tally.checks.get('disk')?.counts;
    const { read, ...first } = await readRound(cloud.services, round);
    expect(diskOf(first)).toMatchObject({ OK: 498, CRITICAL: 2 });
    expect(read).toMatchObject({ over: false });
    const again = read && (await readRound(cloud.services, { ...round, read }));
    expect(again && diskOf(again)).toMatchObject({ OK: 0, CRITICAL: 1 });
  });

  it('an early reading that comes late declares no storm for it', async () => {
    const cloud = await started(120);
    connect(cloud, 5, 'silent');
    cloud.disks.set(7, 99);
    const reading = await readRound({ ...cloud.services, readUntil: 0 }, await sent(cloud), true);
    expect(reading.isStorm).toBeUndefined();
    expect(reading.tally.checks.get('disk')?.counts.CRITICAL).toBe(1);
  });
});

it('people are told of the first hosts that have failed before all of many are read', async () => {
  const cloud = await started(501);
  for (let number = 0; number < 501; number++) cloud.disks.set(number, 99);
  await sent(cloud);
  const calls: string[] = [];
  cloud.intercept(({ operation }) => {
    if (['ListCommandInvocations', 'Publish'].includes(operation)) calls.push(operation);
    return 'pass';
  });
  await collectRound(cloud.services, key);
  expect(calls.slice(0, 2)).toEqual(['ListCommandInvocations', 'Publish']);
  expect(calls.filter((operation) => operation === 'ListCommandInvocations')).toHaveLength(1 + 11);
  expect(await stored(cloud.services)).toMatchObject({
    status: 'collected',
    summary: { verdicts: { disk: { counts: { CRITICAL: 501 } } } },
  });
});

it('an alert that cannot be changed keeps none of many hosts from being read', async () => {
  const cloud = await started(501);
  cloud.disks.set(7, 99);
  await sent(cloud);
  cloud.intercept(({ operation, input }) => {
    const isAlert = operation === 'PutItem' && JSON.stringify(input).includes('"pk":{"S":"alert"}');
    return isAlert ? new ServiceError('ValidationException', 'refused') : 'pass';
  });
  await expect(collectRound(cloud.services, key)).rejects.toThrow('could not be changed');
  expect(cloud.count('ListCommandInvocations')).toBe(1 + 11);
});
