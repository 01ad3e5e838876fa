import { beforeEach, describe, expect, it } from 'vitest';
import type { Item } from '../../../functions/adapters/dynamodb.ts';
import { type HostPack, hostRecordsIn } from '../../../functions/core/host-pack.ts';
import type { Recheck, Round, RunningRound, SendingRound } from '../../../functions/core/round.ts';
import { isoOf, msOf } from '../../../functions/core/time.ts';
import { failRound, resumeSending } from '../../../functions/flow/dispatch-round.ts';
import { findRound } from '../../../functions/flow/find-round.ts';
import { resultsKey, roundKey } from '../../../functions/flow/keys.ts';
import { readRound } from '../../../functions/flow/read-round.ts';
import { planRecheck } from '../../../functions/flow/recheck.ts';
import { examplePlan } from '../core/example-plan.ts';
import { type SmallCloud, startSmallCloud } from './small-cloud.ts';

const slot = '2026-11-23T07:01:02.000Z';
const idOf = (host: number) => `i-0${host.toString(16).padStart(16, '0')}`;

let cloud: SmallCloud;
beforeEach(async () => {
  cloud = await startSmallCloud(examplePlan, slot, 4);
});

function planned(hosts: readonly number[], rest: Partial<Recheck> = {}): Round {
  const recheck = { checks: ['disk'], hosts: hosts.map(idOf), populations: { disk: 4 }, ...rest };
  return { routine: 'morning', slot, requestedAt: slot, nonce: 'e'.repeat(32), recheck, status: 'sending' };
}

async function stored(key = roundKey({ routine: 'morning', slot })): Promise<Item<Round>> {
  const item = await cloud.services.table.get<Round>(key);
  if (!item) throw new Error(`there is no round ${key.sk}`);
  return item;
}

/** Plans and sends a recheck; it has been answered when it is returned. */
async function sent(round: Round): Promise<RunningRound> {
  await planRecheck(cloud.services, round);
  await resumeSending(cloud.services, (await stored()) as Item<SendingRound>);
  const { body } = await stored();
  if (body.status !== 'running') throw new Error(`the recheck is ${body.status}`);
  return body;
}

const diskOf = async (round: RunningRound) => {
  const { tally, ...reading } = await readRound(cloud.services, round);
  return { ...reading, ...tally.checks.get('disk'), unjudged: tally.unjudged, checks: [...tally.checks.keys()] };
};

describe('a planned recheck', () => {
  it('is due at its time, and stays as it is when it is planned again', async () => {
    await planRecheck(cloud.services, planned([1]));
    await planRecheck(cloud.services, { ...planned([1]), nonce: 'd'.repeat(32) });
    expect(await cloud.items()).toMatchObject([{ sk: slot, dueAt: slot, owed: 'owed' }]);
    expect((await stored()).body).toMatchObject({ nonce: 'e'.repeat(32), status: 'sending' });
  });

  it('stands beside another one of the same moment', async () => {
    await planRecheck(cloud.services, planned([1]));
    await planRecheck(cloud.services, planned([2]));
    await planRecheck(cloud.services, planned([2]));
    const before = '2026-11-23T07:01:01.999Z';
    expect((await cloud.items()).map(({ sk }) => sk).sort()).toEqual([before, slot]);
    expect((await stored(roundKey({ routine: 'morning', slot: before }))).body.recheck?.hosts).toEqual([idOf(2)]);
  });

  it('is the same one whatever order SSM lists its hosts in', async () => {
    await planRecheck(cloud.services, planned([1, 2, 3]));
    await planRecheck(cloud.services, planned([3, 1, 2]));
    expect(await cloud.items()).toHaveLength(1);
    await planRecheck(cloud.services, planned([1, 2]));
    expect(await cloud.items()).toHaveLength(2);
  });

  it('that runs a remedy is the same one whichever hosts a second reading names', async () => {
    await planRecheck(cloud.services, planned([1, 2], { remedies: ['load'] }));
    await planRecheck(cloud.services, planned([3], { remedies: ['load'] }));
    expect(await cloud.items()).toHaveLength(1);
    expect((await stored()).body.recheck?.hosts).toEqual([1, 2].map(idOf));
  });

  it('never takes the place of a slot, whose round would not be run', async () => {
    await planRecheck(cloud.services, { ...planned([1]), slot: '2026-11-23T07:02:00.000Z' });
    expect(await cloud.items()).toMatchObject([{ sk: '2026-11-23T07:01:59.999Z' }]);
  });

  it('is still tried to be sent when its time had come long before it was planned', async () => {
    cloud.clock.advanceTo(msOf(slot) + 60 * 60_000);
    expect(await sent(planned([1]))).toMatchObject({ status: 'running', slot });
  });
});

describe('a recheck is sent', () => {
  it('to the hosts that were bad, for the checks that were', async () => {
    const { commandId } = await sent(planned([1, 3], { checks: ['disk', 'load'] }));
    expect(await cloud.commands()).toMatchObject([
      {
        CommandId: commandId,
        InstanceIds: [idOf(1), idOf(3)],
        Targets: [],
        Parameters: { nonce: ['e'.repeat(32)], checks: ['disk load'] },
        Comment: `rounds demo morning/${slot}`,
      },
    ]);
    expect(await findRound(cloud.services, 'rounds-morning', commandId ?? '')).toMatchObject({ sk: slot });
  });

  it('to the whole fleet where no hosts are named', async () => {
    await sent(planned([]));
    expect(await cloud.commands()).toMatchObject([
      { InstanceIds: [], Targets: [{ Key: 'tag:Role', Values: ['app'] }], Parameters: { checks: ['disk'] } },
    ]);
  });

  it('to the whole fleet where SSM refuses one of the hosts, and reads only those that were asked', async () => {
    const [, gone] = cloud.hosts.hosts();
    if (gone) gone.connection = 'terminated';
    cloud.disks.set(0, 95).set(2, 95);
    const round = await sent(planned([1, 2]));
    expect(await cloud.commands()).toMatchObject([{ Targets: [{ Key: 'tag:Role' }] }]);
    expect(await diskOf(round)).toMatchObject({
      final: true,
      gone: 1,
      counts: { OK: 0, CRITICAL: 1 },
      troubled: { named: [idOf(2)] },
      unjudged: { total: 0 },
    });
  });

  it('once, although the answer of SSM got lost', async () => {
    const first = await sent(planned([1]));
    const { version } = await stored();
    const again = await cloud.services.table.put(roundKey(first), version, planned([1]));
    await resumeSending(cloud.services, again as Item<SendingRound>);
    expect((await stored()).body).toMatchObject({ status: 'running', commandId: first.commandId });
    expect(await cloud.commands()).toHaveLength(1);
  });
});

/** The hosts of each command so far. */
async function askedHosts(): Promise<readonly unknown[]> {
  return (await cloud.commands()).map(({ InstanceIds }) => InstanceIds);
}

describe('a remedy of which a named host is gone', () => {
  const remedy = { remedies: ['load'] };

  it('is run on the others of them, and on no host that was not named', async () => {
    for (const host of cloud.hosts.hosts().slice(1, 2)) host.connection = 'terminated';
    await sent(planned([1, 2], remedy));
    expect(await askedHosts()).toEqual([[idOf(2)]]);
  });

  it('is run nowhere when they are all gone: the round is skipped, and says why', async () => {
    for (const host of cloud.hosts.hosts().slice(1, 3)) host.connection = 'lost';
    await planRecheck(cloud.services, planned([1, 2], remedy));
    await resumeSending(cloud.services, (await stored()) as Item<SendingRound>);
    expect((await stored()).body).toMatchObject({
      status: 'skipped',
      reason: 'the hosts that were to be mended are gone',
    });
    expect(await askedHosts()).toEqual([]);
  });
});

describe('a round that a person has asked for by a clock of his own', () => {
  it.each([
    ['two hours behind', -120],
    ['two hours ahead', 120],
  ])('that is %s is sent, once, although the answer of SSM gets lost', async (_what, minutes) => {
    const requestedAt = isoOf(msOf(slot) + minutes * 60_000);
    const { recheck: _none, ...whole } = planned([]);
    const asked: Round = { ...whole, requestedAt, requestedBy: 'ann', slot: requestedAt, status: 'sending' };
    const key = roundKey(asked);
    await cloud.services.table.put<Round>(key, 0, asked, { dueAt: isoOf(0) });
    let isLost = false;
    cloud.intercept(({ operation }) => {
      if (operation !== 'SendCommand' || isLost) return 'pass';
      isLost = true;
      return 'drop-after';
    });
    await resumeSending(cloud.services, (await stored(key)) as Item<SendingRound>);
    expect((await stored(key)).body).toMatchObject({
      status: 'sending',
      refusal: expect.stringContaining('SendCommand'),
    });
    cloud.clock.advanceTo(cloud.clock.now() + 60_000);
    await resumeSending(cloud.services, (await stored(key)) as Item<SendingRound>);
    expect(await cloud.commands()).toHaveLength(1);
    expect((await stored(key)).body).toMatchObject({ status: 'running' });
  });
});

describe('what a recheck finds', () => {
  it('is of the asked hosts and checks only, and costs no list of the fleet', async () => {
    cloud.disks.set(0, 95).set(1, 95);
    const found = await diskOf(await sent(planned([1, 3])));
    expect(found).toMatchObject({ final: true, checks: ['disk'], counts: { OK: 1, CRITICAL: 1 }, matches: [1, 1, 0] });
    expect(found).toMatchObject({ gone: 0, unjudged: { total: 0 } });
    expect(cloud.count('DescribeInstanceInformation')).toBe(0);
    const kept = await cloud.services.table.query<HostPack>({ ...resultsKey({ routine: 'morning', slot }), limit: 9 });
    expect([...hostRecordsIn(kept).keys()].sort()).toEqual([idOf(1), idOf(3)]);
  });

  it.each<[what: string, connection: 'silent' | 'terminated', gone: number, unjudged: readonly string[]]>([
    ['is lost where it is still registered', 'silent', 0, [idOf(1)]],
    ['is gone where it is not', 'terminated', 1, []],
  ])('of a host that does not answer: it %s', async (_what, connection, gone, unjudged) => {
    const [, host] = cloud.hosts.hosts();
    if (host) host.connection = 'silent';
    const round = await sent(planned([1, 2]));
    expect(await diskOf(round)).toMatchObject({ final: false, counts: { OK: 1 } });
    if (host) host.connection = connection;
    cloud.clock.advanceTo(msOf(round.deadlineAt));
    expect(await diskOf(round)).toMatchObject({ final: true, gone, counts: { OK: 1 }, unjudged: { named: unjudged } });
  });

  it('is of every host where the whole fleet was asked', async () => {
    const { tally } = await readRound(cloud.services, await sent(planned([])));
    expect([...tally.checks.keys()]).toEqual(['disk']);
    expect(tally.fleet.counts.OK).toBe(4);
  });
});

it('a recheck that fails is still known as one', async () => {
  await planRecheck(cloud.services, planned([1]));
  await failRound(cloud.services, await stored(), 'refused');
  expect((await stored()).body).toMatchObject({ status: 'failed', recheck: { checks: ['disk'] } });
});

it('a command whose answer got lost is found even when it is too late to send it, and the round goes on', async () => {
  await planRecheck(cloud.services, planned([1]));
  cloud.intercept(({ operation }) => (operation === 'SendCommand' ? 'drop-after' : 'pass'));
  await resumeSending(cloud.services, (await stored()) as Item<SendingRound>);
  cloud.clock.advanceTo(msOf(slot) + 20 * 60_000);
  await resumeSending(cloud.services, (await stored()) as Item<SendingRound>);
  expect(await cloud.commands()).toHaveLength(1);
  expect((await stored()).body).toMatchObject({ status: 'running', commandId: (await cloud.commands())[0]?.CommandId });
});
