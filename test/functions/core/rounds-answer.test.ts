import { describe, expect, it } from 'vitest';
import { onDemand, type Plan, type PlanRoutine, type Schedule } from '../../../functions/core/plan.ts';
import type { Round } from '../../../functions/core/round.ts';
import { roundsAnswer } from '../../../functions/core/rounds-answer.ts';
import { collectedAt } from './collected-rounds.ts';
import { examplePlan } from './example-plan.ts';

const hourly: Schedule = { days: 'every-day', everyMinutes: 60 };

/** Only this routine; its rounds have to have ended 35 minutes after their slot. */
function planWith(schedule: PlanRoutine['schedule']): Plan {
  const { morning } = examplePlan.routines;
  if (!morning) throw new Error('the example has no morning');
  return { ...examplePlan, routines: { morning: { ...morning, schedule, deadlineSeconds: 300 } } };
}

const on = (day: number, time: string) => `2026-11-${String(day).padStart(2, '0')}T${time}:00.000Z`;

/** From 05:00 until 10:00 on a Tuesday: the slots of 05:00 to 09:00. */
const window = { from: on(24, '05:00'), to: on(24, '10:00') };

const slots = ['05:00', '06:00', '07:00', '08:00', '09:00'];

function answerTo(
  rounds: readonly Round[],
  { schedule = hourly as PlanRoutine['schedule'], from = window.from, to = window.to, first = on(1, '00:00') } = {},
) {
  return roundsAnswer(planWith(schedule), rounds, from, to, new Map([['morning', first]]));
}

const allBut = (...times: string[]) =>
  slots.filter((time) => !times.includes(time)).map((time) => collectedAt(on(24, time)));

function ended(time: string, status: 'failed' | 'missed' | 'skipped'): Round {
  const slot = on(24, time);
  return { routine: 'morning', slot, nonce: '', requestedAt: slot, status, reason: 'so it is' };
}

function begun(time: string, deadlineAt: string): Round {
  const slot = on(24, time);
  return {
    routine: 'morning',
    slot,
    nonce: '',
    requestedAt: slot,
    status: 'running',
    commandId: 'c',
    sentAt: slot,
    deadlineAt,
  };
}

const countsOf = ({ metrics }: ReturnType<typeof answerTo>) => metrics.map(({ value }) => value);

describe('whether all rounds ran', () => {
  it('says how many did', () => {
    expect(answerTo(allBut())).toEqual({
      status: 'OK',
      text: '5 rounds ran since 2026-11-24 06:00 GMT+1',
      metrics: [
        expect.objectContaining({ label: 'expected', value: 5 }),
        expect.objectContaining({ label: 'missing', value: 0 }),
      ],
    });
  });

  it.each<[what: string, rounds: Round[], why: string]>([
    ['left no trace', [], 'never begun'],
    ['failed', [ended('07:00', 'failed')], 'failed'],
    ['were missed', [ended('07:00', 'missed')], 'its slot did not fire'],
    ['were never collected', [begun('07:00', on(24, '07:05'))], 'never collected'],
    ['were never sent', [{ ...ended('07:00', 'failed'), status: 'sending' }], 'never sent'],
    ['a person asked for', [{ ...collectedAt(on(24, '07:00')), requestedBy: 'ann' }], 'never begun'],
    [
      'are rechecks',
      [collectedAt(on(24, '07:00'), { recheck: { checks: [], hosts: [], populations: {} } })],
      'never begun',
    ],
    ['are of another routine', [collectedAt(on(24, '07:00'), { routine: 'evening' })], 'never begun'],
  ])('misses those that %s', (_what, rounds, why) => {
    const answer = answerTo([...allBut('07:00'), ...rounds]);
    expect(answer.status).toBe('CRITICAL');
    expect(answer.text).toBe(`1 of 5 rounds missing since 2026-11-24 06:00 GMT+1: Morning of 08:00 GMT+1 (${why})`);
    expect(countsOf(answer)).toEqual([5, 1]);
  });

  it('names ten of many', () => {
    const { text } = answerTo([], { from: on(23, '05:00') });
    expect(text).toMatch(/^29 of 29 rounds .*: Morning of 2026-11-23 06:00 GMT\+1 \(never begun\); .*; and 19 more$/);
  });

  it.each<[what: string, to: string, expected: number]>([
    ['while it may still be read', on(24, '09:34'), 4],
    ['when that time is over', on(24, '09:35'), 5],
  ])('expects a round %s or not', (_what, to, expected) => {
    expect(countsOf(answerTo(allBut(), { to }))[0]).toBe(expected);
  });

  it('waits for a round that was sent late', () => {
    expect(countsOf(answerTo([...allBut('09:00'), begun('09:00', on(24, '09:31'))]))).toEqual([4, 0]);
  });

  it('expects nothing of the time before a routine is known, and nothing of one that is new', () => {
    expect(countsOf(answerTo(allBut('05:00', '06:00'), { first: on(24, '07:00') }))).toEqual([3, 0]);
    const answer = roundsAnswer(planWith(hourly), [], window.from, window.to, new Map());
    expect(answer).toMatchObject({ status: 'OK', text: 'no round was expected since 2026-11-24 06:00 GMT+1' });
  });

  it('expects nothing of a routine on demand', () => {
    expect(countsOf(answerTo([], { schedule: onDemand }))).toEqual([0, 0]);
  });

  it.each<[what: string, schedule: Schedule, expected: number]>([
    ['holidays and weekends of business-days routines', { days: 'business-days', at: ['08:00'] }, 2],
    ['no holiday of others', { days: 'every-day', at: ['08:00'] }, 5],
  ])('leaves out %s', (_what, schedule, expected) => {
    // From Thursday over the holiday of 25 December, a Friday, until Monday.
    const answer = answerTo([], { schedule, from: '2026-12-24T05:00:00.000Z', to: '2026-12-28T10:00:00.000Z' });
    expect(countsOf(answer)).toEqual([expected, expected]);
  });

  it('does not expect a round that was skipped for a reason of its day', () => {
    expect(countsOf(answerTo([...allBut('07:00'), ended('07:00', 'skipped')]))).toEqual([4, 0]);
  });

  it('is UNKNOWN rather than OK where there are more slots than it looks at', () => {
    const start = Date.parse(on(1, '00:00'));
    const rounds = Array.from({ length: 5_000 }, (_, minute) =>
      collectedAt(new Date(start + minute * 60_000).toISOString()),
    );
    const schedule: Schedule = { days: 'every-day', everyMinutes: 1 };
    const { status, text } = answerTo(rounds, { schedule, from: on(1, '00:00'), to: on(20, '00:00') });
    expect(status).toBe('UNKNOWN');
    expect(text).toBe(
      '5000 rounds ran since 2026-11-01 01:00 GMT+1; of Morning only the first 5000 slots were looked at',
    );
  });
});
