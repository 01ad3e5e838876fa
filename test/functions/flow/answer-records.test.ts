import { afterEach, describe, expect, it } from 'vitest';
import type { Round, Verdict } from '../../../functions/core/round.ts';
import { isoOf, msOf } from '../../../functions/core/time.ts';
import { roundKey, slotKey } from '../../../functions/flow/keys.ts';
import type { InterceptedCall } from '../../../lib/local/gateway.ts';
import { ServiceError } from '../../../lib/local/service.ts';
import {
  incidentsCheck,
  metricCheck,
  roundsCheck,
  routine,
  trendCheck,
  uptimeCheck,
} from '../../../lib/runbook/builders.ts';
import { compile } from '../../../lib/runbook/compile.ts';
import { everyDay } from '../../../lib/runbook/schedule.ts';
import type { Runbook } from '../../../lib/runbook/types.ts';
import { full, minute, mondayMorning, mondaySlot, type Stage, shop, startStage, told } from './stage.ts';

const hostChecks = shop.routines.flatMap(({ checks }) => checks.filter(({ id }) => id !== 'overnight'));

const available = uptimeCheck('available', {
  title: 'Available',
  checks: ['load'],
  hours: 1,
  thresholds: [{ metric: 'uptime', warning: '99.9:' }],
});

/** The shop with a round every ten minutes, and a report of our own records at 09:05. */
const reportingShop: Runbook = {
  ...shop,
  routines: [
    routine('watch', {
      title: 'Watch',
      fleet: 'app',
      schedule: everyDay.everyMinutes(10),
      checks: [...hostChecks, uptimeCheck('up-today', { title: 'Up today', checks: ['load'], hours: 1 })],
    }),
    routine('report', {
      title: 'Report',
      schedule: everyDay.at('09:05'),
      checks: [
        incidentsCheck('yesterday', { title: 'Yesterday', since: '18:00', priorities: ['P2'] }),
        roundsCheck('all-ran', { title: 'All ran', since: '18:00' }),
        available,
        metricCheck('usage', { title: 'Usage', check: 'disk', metric: 'disk_used', hours: 1 }),
        trendCheck('forecast', {
          title: 'Forecast',
          check: 'disk',
          metric: 'disk_used',
          days: 3,
          limit: 90,
          thresholds: [{ metric: 'days_left', warning: '14:' }],
        }),
      ],
    }),
  ],
};

const reportSlot = '2026-11-23T08:05:00.000Z';

let stage: Stage;
afterEach(() => stage.close());

const until = (time: string) => stage.cloud.advanceTo(msOf(time));

async function verdictsIn(routineId: string, slot: string): Promise<Readonly<Record<string, Verdict>>> {
  const round = (await stage.table.get<Round>(roundKey({ routine: routineId, slot })))?.body;
  if (round?.status !== 'collected') throw new Error(`the round is ${round?.status}`);
  return round.summary.verdicts;
}

/** A round of the past like that of 08:00, but in which the fullest disk was so full. */
async function remember(slot: string, most: number): Promise<void> {
  const round = (await stage.table.get<Round>(roundKey({ routine: 'watch', slot: mondaySlot })))?.body;
  const disk = round?.status === 'collected' && round.summary.distributions?.disk?.disk_used;
  if (!disk) throw new Error('the round of 08:00 keeps no distribution');
  const distributions = { disk: { disk_used: { ...disk, most } } };
  const summary = { ...round.summary, collectedAt: slot, distributions };
  const past: Round = { ...round, slot, sentAt: slot, summary };
  await stage.table.put(roundKey(past), 0, past);
}

describe('what our own records say', () => {
  it('is answered from real rounds, of the hour, the night and the days before', async () => {
    stage = await startStage({ runbook: reportingShop });
    await until('2026-11-23T07:05:00.000Z');
    // Two days in which it has grown by five percent each.
    for (let hours = 6; hours <= 48; hours += 6) {
      await remember(isoOf(msOf(mondaySlot) - hours * 60 * minute), 10 - (5 * hours) / 24);
    }
    await until('2026-11-23T07:15:00.000Z');
    stage.answer(1, 'load', [2, 'overload']);
    stage.answer(0, 'disk', [0, "half full|'disk_used'=50%"]);
    await until('2026-11-23T07:35:00.000Z');
    stage.answer(1, 'load', [0, 'fine']);
    await until('2026-11-23T08:07:00.000Z');
    const verdicts = await verdictsIn('report', reportSlot);
    expect(Object.entries(verdicts).map(([check, { status, text }]) => `${check} ${status}: ${text}`)).toEqual([
      'yesterday WARNING: 1 incident since 2026-11-20 18:00 GMT+1: 1 P2: DAILY-20261123-001 Load (resolved)',
      // Those of the last half hour may still be under way.
      'all-ran OK: 3 rounds ran since 2026-11-20 18:00 GMT+1',
      // One of three hosts, for 20 minutes of 60.
      expect.stringMatching(
        /^available WARNING: uptime is 88\.\d+%, under 99\.9% - uptime of the last 1 h: 88\.\d+%; Load 88\.\d+% \(100% of the time known\)$/,
      ),
      // Six rounds of three hosts, one of which was half full in five of them.
      'usage OK: Disk usage, disk_used of the last 1 h: ' +
        'mean 21.1111%, median 10%, p95 49.5147%, least 10%, most 50% (18 values)',
      'forecast WARNING: days_left is 8, under 14 - ' +
        'Disk usage, disk_used is 50% and grows by 5% a day: 90% in 8 days (15 rounds of the last 3 days)',
    ]);
    // Who was told of the incident itself is not told of it again.
    expect(told(stage).slice(-2)).toEqual([
      'problem P3 DAILY-20261123-002 to ann@example.com',
      'problem P3 DAILY-20261123-003 to ann@example.com',
    ]);
  }, 60_000);
});

describe('records that cannot be read', () => {
  it('are UNKNOWN, and keep nothing else from being told', async () => {
    const isQuestion = ({ operation, input, caller }: InterceptedCall) => {
      const { ExpressionAttributeValues: values = {} } = input as {
        ExpressionAttributeValues?: Record<string, { S?: string }>;
      };
      const isOfRounds = operation === 'Query' && values[':pk']?.S === 'round#watch';
      return isOfRounds && values[':from']?.S !== ' ' && /collect|tick/i.test(caller);
    };
    stage = await startStage({
      runbook: reportingShop,
      intercept: (call) => (isQuestion(call) ? new ServiceError('ThrottlingException', 'Rate exceeded', 400) : 'pass'),
    });
    stage.answer(1, 'disk', full);
    await until(isoOf(mondayMorning + 3 * minute));
    const { disk, load, 'up-today': upToday } = await verdictsIn('watch', mondaySlot);
    expect([disk?.status, load?.status]).toEqual(['CRITICAL', 'OK']);
    expect(upToday).toMatchObject({ status: 'UNKNOWN', text: 'our own records could not be read; see the log' });
    expect(told(stage).sort()).toEqual([
      'problem P2 DAILY-20261123-001 to ann@example.com',
      'problem P3 DAILY-20261123-002 to ann@example.com',
    ]);
    expect(stage.cloud.log('collect').some(({ text }) => text.includes('our own records could not be read'))).toBe(
      true,
    );
  });
});

describe('a question about a routine none of whose rounds was collected', () => {
  const at = msOf(reportSlot) - minute;
  const asked = ['available', 'usage'];

  it('is answered OK while the routine is so new that none had to be, and by no value', async () => {
    stage = await startStage({ runbook: reportingShop, at });
    await until('2026-11-23T08:07:00.000Z');
    const verdicts = await verdictsIn('report', reportSlot);
    expect(asked.map((check) => verdicts[check]?.status)).toEqual(['OK', 'OK']);
  });

  it('is UNKNOWN when the routine is older: what could not be checked is not well', async () => {
    stage = await startStage({ runbook: reportingShop, at });
    const { schedule } = compile(reportingShop).routines.watch ?? {};
    const next = '2026-11-23T08:10:00.000Z';
    const expected = { since: '2026-11-20T07:00:00.000Z', schedule: JSON.stringify(schedule) };
    await stage.table.put(slotKey('watch'), 0, { slot: next, expected }, { dueAt: next });
    await until('2026-11-23T08:07:00.000Z');
    const verdicts = await verdictsIn('report', reportSlot);
    expect(asked.map((check) => verdicts[check]?.status)).toEqual(['UNKNOWN', 'UNKNOWN']);
  });
});
