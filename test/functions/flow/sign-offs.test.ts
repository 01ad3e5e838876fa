import { afterEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../functions/core/alert.ts';
import { type AskedSignOff, type Signature, sign } from '../../../functions/core/sign-off.ts';
import { isoOf, msOf } from '../../../functions/core/time.ts';
import { alertKey, partition, roundKey, signOffKey } from '../../../functions/flow/keys.ts';
import type { InterceptedCall, Verdict } from '../../../lib/local/gateway.ts';
import { incidentsCheck, routine, signOff } from '../../../lib/runbook/builders.ts';
import { everyDay, onDemand } from '../../../lib/runbook/schedule.ts';
import type { Runbook } from '../../../lib/runbook/types.ts';
import {
  another,
  day,
  incidentsOf,
  minute,
  mondayMorning,
  mondaySlot,
  type Stage,
  shop,
  startStage,
  told,
} from './stage.ts';

/**
 * The shop that asks people too: in its morning round; in one twice a day of which nothing runs on hosts; and on
 * demand. A P3 escalates.
 */
const askingShop: Runbook = {
  ...shop,
  priorities: {
    ...shop.priorities,
    P3: {
      meaning: 'to be looked at',
      channels: ['email'],
      delivery: 'immediately',
      levels: [{ tell: ['operations'], acknowledgeMinutes: 60 }, { tell: ['lead'] }],
    },
  },
  routines: [
    ...shop.routines.map((morning) => ({
      ...morning,
      checks: [...morning.checks, signOff('access', { title: 'Access review', dueMinutes: 60 })],
    })),
    routine('review', {
      title: 'Review',
      schedule: everyDay.at('09:30', '10:30'),
      checks: [
        incidentsCheck('yesterday', { title: 'Yesterday', since: '18:00', priorities: ['P1', 'P2'] }),
        signOff('backups', { title: 'Backups', dueMinutes: 20 }),
        signOff('patches', { title: 'Patches', dueMinutes: 50 }),
      ],
    }),
    routine('drill', {
      title: 'Drill',
      schedule: onDemand,
      checks: [signOff('evacuation', { title: 'Evacuation', dueMinutes: 30 })],
    }),
  ],
};

const reviewSlot = '2026-11-23T08:30:00.000Z';
const laterSlot = '2026-11-23T09:30:00.000Z';

let stage: Stage;
afterEach(() => stage.close());

const start = (options: object = {}) => startStage({ runbook: askingShop, ...options });

function until(time: string): Promise<void> {
  return stage.cloud.advanceTo(msOf(time));
}

async function asked(id?: string): Promise<string[]> {
  const items = await stage.table.query<AskedSignOff>({ pk: partition.signOff, limit: 100 });
  return items.filter(({ body }) => id === undefined || body.id === id).map(({ sk }) => sk);
}

/** What a person says, as the command line stores it; the tick does the rest within a minute. */
async function say(id: string, slot: string, said: Partial<Signature> = {}): Promise<void> {
  const stored = await stage.table.get<AskedSignOff>(signOffKey({ slot, id }));
  const at = isoOf(stage.cloud.clock.now());
  const { next, answer } = stored ? sign(stored.body, { by: 'ann', at, note: '', isGood: true, ...said }) : {};
  if (!stored || !next) throw new Error(`nothing was signed: ${answer}`);
  if (!(await stage.table.put(stored, stored.version, next, { dueAt: at }))) throw new Error('somebody was faster');
  await stage.cloud.advanceTo(stage.cloud.clock.now() + minute);
}

const wrong = { isGood: false, note: 'carl is still there' };

const statusOf = async (check: string) => (await stage.table.get<Alert>(alertKey(check)))?.body.status;

describe('a sign-off', () => {
  it('is asked for in the slots of its routine, once each', async () => {
    stage = await start();
    await until('2026-11-23T09:31:00.000Z');
    stage.cloud.fire('morning', Date.parse(mondaySlot));
    await stage.cloud.settled();
    expect(await asked('access')).toEqual([`${mondaySlot}#access`]);
    expect(await asked('backups')).toEqual([`${reviewSlot}#backups`, `${laterSlot}#backups`]);
    expect(await asked('evacuation')).toEqual([]);
  });

  it('is not asked for on a holiday that its routine keeps', async () => {
    stage = await start({ at: mondayMorning + 2 * day });
    await stage.cloud.advanceTo(mondayMorning + 2 * day + 2 * 60 * minute);
    expect(await asked()).toEqual(['2026-11-25T08:30:00.000Z#backups', '2026-11-25T08:30:00.000Z#patches']);
  });

  it('is not asked for by whoever asks for a round of hosts', async () => {
    stage = await start({ at: mondayMorning - 10 * minute });
    await another(stage);
    expect(await asked()).toEqual([]);
  });

  it('is asked for by whoever asks for a round that has nothing else', async () => {
    stage = await start();
    const slot = isoOf(stage.cloud.clock.now());
    const answer = await stage.cloud.invoke('dispatch', { routine: 'drill', slot, requestedBy: 'ann' });
    expect(answer).toMatchObject({ ok: true });
    expect(await asked('evacuation')).toEqual([`${slot}#evacuation`]);
  });

  it('is asked for by a round that somebody has left to the tick', async () => {
    stage = await start();
    const round = { routine: 'drill', slot: isoOf(mondayMorning + 5_000) };
    const requestedAt = isoOf(stage.cloud.clock.now());
    const sending = { ...round, nonce: 'e'.repeat(32), requestedAt, requestedBy: 'ann', status: 'sending' } as const;
    await stage.table.put(roundKey(round), 0, sending, { dueAt: requestedAt });
    await until('2026-11-23T07:02:00.000Z');
    expect(await asked('evacuation')).toEqual([`${round.slot}#evacuation`]);
    expect((await stage.table.get(roundKey(round)))?.body).toMatchObject({ status: 'collected', requestedBy: 'ann' });
  });

  it('that is signed in time is nobody to be told of', async () => {
    stage = await start();
    await until('2026-11-23T07:10:00.000Z');
    await say('access', mondaySlot);
    await until('2026-11-23T08:20:00.000Z');
    expect([told(stage), await incidentsOf(stage)]).toEqual([[], []]);
  });

  it('that nobody signs is an incident by its rule, escalates, and recovers when somebody does', async () => {
    stage = await start();
    await until('2026-11-23T07:59:59.000Z');
    expect(told(stage)).toEqual([]);
    await until('2026-11-23T08:01:00.000Z');
    const problem = 'problem P3 DAILY-20261123-001 to ann@example.com';
    expect(told(stage)).toEqual([problem]);
    await until('2026-11-23T09:02:00.000Z');
    const escalation = 'escalation P3 DAILY-20261123-001 to bob@example.com';
    expect(told(stage).filter((line) => line.includes('-001'))).toEqual([problem, escalation]);
    await say('access', mondaySlot);
    expect(told(stage).slice(-2).sort()).toEqual([
      'recovery P3 DAILY-20261123-001 to ann@example.com',
      'recovery P3 DAILY-20261123-001 to bob@example.com',
    ]);
    const mail = stage.cloud.sns.deliveries.find(({ attributes }) => attributes.kind?.includes('problem'));
    expect(mail?.body).toContain('nobody has signed off by 2026-11-23 09:00');
  });

  it('recovers though the clock of who has signed is behind', async () => {
    stage = await start();
    await until('2026-11-23T08:05:00.000Z');
    await say('access', mondaySlot, { at: '2026-11-23T07:58:00.000Z' });
    expect(told(stage).map((line) => line.split(' ')[0])).toEqual(['problem', 'recovery']);
  });

  it('that finds something wrong is told at once, and recovers when it is in order', async () => {
    stage = await start();
    await until('2026-11-23T07:10:00.000Z');
    await say('access', mondaySlot, wrong);
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
    expect(stage.cloud.sns.deliveries.at(-1)?.body).toContain('carl is still there');
    await say('access', mondaySlot, { by: 'bob' });
    expect(told(stage).slice(1)).toEqual(['recovery P2 DAILY-20261123-001 to ann@example.com']);
  });
});

describe('of two slots that are open', () => {
  const reviews = { at: msOf(reviewSlot) - 2 * minute };

  it('the newer one is overdue though the old one was signed', async () => {
    stage = await start(reviews);
    await until('2026-11-23T08:40:00.000Z');
    await say('patches', reviewSlot);
    await until('2026-11-23T10:19:00.000Z');
    expect(await statusOf('patches')).toBeUndefined();
    await until('2026-11-23T10:20:30.000Z');
    expect(await statusOf('patches')).toBe('WARNING');
  });

  it('the old one that is signed late ends its own incident, while the new one is not due', async () => {
    stage = await start(reviews);
    await until('2026-11-23T09:31:00.000Z');
    expect(await statusOf('backups')).toBe('WARNING');
    await say('backups', reviewSlot);
    expect(await statusOf('backups')).toBe('OK');
    await until('2026-11-23T09:51:00.000Z');
    expect(await statusOf('backups')).toBe('WARNING');
  });

  it('the old one that is signed late changes nothing of the new one that is overdue', async () => {
    stage = await start(reviews);
    await until('2026-11-23T09:53:00.000Z');
    const before = await stage.table.get<Alert>(alertKey('backups'));
    expect(before?.body).toMatchObject({ status: 'WARNING', incident: { priority: 'P3' } });
    await say('backups', reviewSlot);
    expect((await stage.table.get<Alert>(alertKey('backups')))?.body).toEqual(before?.body);
    await say('backups', laterSlot);
    expect(await statusOf('backups')).toBe('OK');
  });

  it('the old one that is found wrong late is told all the same', async () => {
    stage = await start(reviews);
    await until('2026-11-23T09:31:00.000Z');
    await say('patches', laterSlot);
    await say('patches', reviewSlot, wrong);
    expect(told(stage).filter((line) => line.includes(' P2 '))).toEqual([
      expect.stringMatching(/^(problem|update) P2/),
    ]);
  });
});

describe('a sign-off, whatever fails', () => {
  const isOfSignOff = ({ operation, input }: InterceptedCall) =>
    operation === 'PutItem' && JSON.stringify(input).includes(`"pk":{"S":"${partition.signOff}"}`);
  const isOurs = ({ caller }: InterceptedCall) => /dispatch|collect|tick/i.test(caller);

  it.each<[verdict: Verdict]>([['kill-before'], ['kill-after']])(
    'is told once though the tick dies between its writes: %s',
    async (verdict) => {
      let count = 0;
      stage = await start({
        intercept: (call: InterceptedCall) => {
          if (!isOfSignOff(call) || !/tick/i.test(call.caller)) return 'pass';
          count += 1;
          return count === 1 ? verdict : 'pass';
        },
      });
      await until('2026-11-23T08:20:00.000Z');
      expect(count).toBe(verdict === 'kill-before' ? 2 : 1);
      expect(told(stage)).toEqual(['problem P3 DAILY-20261123-001 to ann@example.com']);
      const item = (await stage.cloud.items()).find(({ pk }) => pk === partition.signOff);
      expect(item).not.toHaveProperty('dueAt');
    },
  );

  it('is asked for though dispatch dies before it asks', async () => {
    let isKilled = false;
    stage = await start({
      intercept: (call: InterceptedCall) => {
        if (isKilled || !isOfSignOff(call)) return 'pass';
        isKilled = true;
        return 'kill-before';
      },
    });
    await until('2026-11-23T07:10:00.000Z');
    expect(await asked()).toEqual([`${mondaySlot}#access`]);
  });

  it.each<[what: string, isBegun: boolean]>([
    ['of which nothing has fired', false],
    ['whose round was begun', true],
  ])('is asked for in a slot %s, once an outage is over', async (_what, isBegun) => {
    let isOut = false;
    stage = await start({
      at: mondayMorning - 2 * minute,
      intercept: (call: InterceptedCall) => {
        const now = isoOf(stage.cloud.clock.now());
        isOut ||= isBegun ? isOfSignOff(call) : now >= mondaySlot;
        return isOut && isOurs(call) && now < '2026-11-23T07:30:00.000Z' ? 'drop-before' : 'pass';
      },
    });
    await until('2026-11-23T07:35:00.000Z');
    const round = await stage.table.get(roundKey({ routine: 'morning', slot: mondaySlot }));
    expect(round?.body).toMatchObject({ status: isBegun ? 'failed' : 'missed' });
    expect(await asked('access')).toEqual([`${mondaySlot}#access`]);
  });
});

describe('a round of records and sign-offs', () => {
  it('needs neither fleet nor document, and is collected by the tick', async () => {
    stage = await start({ at: msOf(reviewSlot) - minute });
    await until('2026-11-23T08:32:00.000Z');
    const round = await stage.table.get(roundKey({ routine: 'review', slot: reviewSlot }));
    expect(round?.body).toMatchObject({
      status: 'collected',
      summary: {
        hosts: { answered: 0, lost: 0, gone: 0, missing: 0 },
        verdicts: { yesterday: { status: 'OK', text: 'no incident of P1 or P2 since 2026-11-20 18:00 GMT+1' } },
      },
    });
    expect(round?.body).not.toHaveProperty('commandId');
    expect(told(stage)).toEqual([]);
  });
});
