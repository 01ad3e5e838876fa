import { describe, expect, it } from 'vitest';
import type { Round } from '../../../functions/core/round.ts';
import { isoOf, msOf } from '../../../functions/core/time.ts';
import { uptimeAnswer } from '../../../functions/core/uptime-answer.ts';
import { collectedAt } from './collected-rounds.ts';

const from = '2026-11-23T00:00:00.000Z';
const to = '2026-11-23T10:00:00.000Z';

const at = (minute: number) => isoOf(msOf(from) + minute * 60_000);

const down = { counts: { CRITICAL: 1 } };

const never = () => false;

/** Every 10 minutes, unless something else is said; `found` tells what a round finds. */
function rounds(found: (minute: number) => Parameters<typeof collectedAt>[1], start = 0, end = 600): Round[] {
  return Array.from({ length: Math.floor((end - start) / 10) }, (_, index) => {
    const minute = start + index * 10;
    return collectedAt(at(minute), found(minute));
  });
}

function answerTo(some: readonly Round[], isDown: (check: string, at: string) => boolean = never) {
  const question = { kind: 'uptime', checks: ['disk'], hours: 10 } as const;
  return uptimeAnswer(question, some, from, to, isDown, { disk: 'Disk' });
}

const uptimeOf = (some: readonly Round[], isDown = never as Parameters<typeof answerTo>[1]) =>
  answerTo(some, isDown).metrics.find(({ label }) => label === 'uptime_disk')?.value;

const within = (start: number, end: number) => (minute: number) => minute >= start && minute < end;

describe('uptime', () => {
  it.each<[what: string, found: (minute: number) => Parameters<typeof collectedAt>[1], uptime: number]>([
    ['all well', () => ({}), 100],
    ['a tenth CRITICAL', (minute) => (within(60, 120)(minute) ? down : {}), 90],
    ['a tenth UNKNOWN, which is no better', (m) => (within(60, 120)(m) ? { counts: { UNKNOWN: 1 } } : {}), 90],
    ['a tenth WARNING, which is up', (m) => (within(60, 120)(m) ? { counts: { WARNING: 1 } } : {}), 100],
    [
      'one of four hosts down for a tenth',
      (m) => (within(0, 60)(m) ? { counts: { OK: 3, CRITICAL: 1 } } : { counts: { OK: 4 } }),
      97.5,
    ],
    ['one of two hosts lost for a tenth', (m) => (within(0, 60)(m) ? { lost: 1 } : { counts: { OK: 2 } }), 95],
    ['one of two hosts missing for a tenth', (m) => (within(0, 60)(m) ? { missing: 1 } : { counts: { OK: 2 } }), 95],
    ['a fleet that is lost for a tenth', (m) => (within(0, 60)(m) ? { counts: { OK: 0 }, lost: 2 } : {}), 90],
    ['a fleet without hosts', () => ({ counts: { OK: 0 } }), 0],
  ])('with %s', (_what, found, uptime) => {
    expect(uptimeOf(rounds(found))).toBe(uptime);
  });

  it('is 90 % in the example of Icinga DB: half of a failure is in downtime', () => {
    const some = rounds((minute) => (within(120, 300)(minute) ? down : {}), 0, 600);
    const isDown = (_check: string, now: string) =>
      [within(60, 180), within(240, 360)].some((is) => is((msOf(now) - msOf(from)) / 60_000));
    expect(uptimeOf(some, isDown)).toBe(90);
  });

  it('asks of a downtime to the minute, by the check, and only where there is a problem', () => {
    const asked: string[] = [];
    const isDown = (check: string, now: string) => {
      asked.push(check);
      return now >= at(50) && now < at(90);
    };
    expect(
      uptimeOf(
        rounds((m) => (within(60, 120)(m) ? down : {})),
        isDown,
      ),
    ).toBe(95);
    expect(asked).toEqual(Array.from({ length: 60 }, () => 'disk'));
  });

  it('counts no time of which nothing is known: before the first round, and in a gap', () => {
    const some = [...rounds(() => ({}), 300, 400), ...rounds(() => down, 500, 600)];
    const answer = answerTo(some);
    // The last round before the gap, at 390, stands for twice ten minutes.
    expect(answer.metrics[0]?.value).toBe(Math.floor((100_000 * 110) / 210) / 1_000);
    expect(answer.text).toBe('uptime of the last 10 h: 52.38%; Disk 52.38% (35% of the time known)');
  });

  it('counts what a round before the window has found, while it stands', () => {
    expect(answerTo(rounds(() => down, -10, 10)).text).toContain('Disk 0.00% (3% of the time known)');
    expect(uptimeOf([collectedAt(at(-15), down), ...rounds(() => ({}), -5, 595)])).toBe(100);
  });

  it('lets a lone verdict stand for an hour', () => {
    expect(answerTo([collectedAt(at(60))]).text).toContain('10% of the time known');
  });

  it('lets a failure end with the recheck that finds it gone', () => {
    const recheck = { checks: ['disk'], hosts: ['h1'], populations: { disk: 2 } };
    const failing = { counts: { OK: 1, CRITICAL: 1 } };
    const some = rounds((minute) => (minute === 60 ? failing : { counts: { OK: 2 } }));
    const again = (minute: number, found: typeof down | { counts: { OK: number } }) =>
      collectedAt(at(minute), { ...found, recheck });
    const percent = (minutes: number) => Math.floor(100_000 * (1 - minutes / 600)) / 1_000;
    // One of two hosts, for 10 minutes, for 1, and for 10 although asked again.
    expect(uptimeOf(some)).toBe(percent(5));
    expect(uptimeOf([...some, again(61, { counts: { OK: 1 } })])).toBe(percent(0.5));
    expect(uptimeOf([...some, again(61, down), again(62, down)])).toBe(percent(5));
    expect(uptimeOf([...some, collectedAt(at(61), { counts: { OK: 0 }, lost: 1, recheck })])).toBe(percent(5));
  });

  it('takes rechecks for no usual distance', () => {
    const recheck = { checks: ['disk'], hosts: ['h1'], populations: { disk: 1 } };
    const some = [0, 100, 200].map((minute) => collectedAt(at(minute)));
    const again = [201, 202, 203, 204].map((minute) => collectedAt(at(minute), { recheck }));
    expect(answerTo([...some, ...again]).text).toContain('(67% of the time known)');
  });

  it('keeps a host down that a recheck does not ask because it was lost', () => {
    const recheck = { checks: ['disk'], hosts: ['h1'], populations: { disk: 2 } };
    const some = [
      collectedAt(at(0), { counts: { OK: 1, CRITICAL: 1 }, lost: 2 }),
      collectedAt(at(300), { counts: { OK: 2 }, lost: 2 }),
      collectedAt(at(1), { counts: { OK: 1 }, recheck }),
    ];
    expect(uptimeOf(some)).toBe(Math.floor(100_000 * (1 - (0.75 * 1 + 0.5 * 599) / 600)) / 1_000);
  });

  it('is never shown as 100 % where there was a failure', () => {
    const found = (minute: number) =>
      minute === 0 ? { counts: { OK: 9_999, CRITICAL: 1 } } : { counts: { OK: 10_000 } };
    const answer = answerTo(rounds(found));
    expect(answer.metrics.map(({ value }) => value)).toEqual([99.999, 99.999]);
    expect(answer.text).toContain('Disk 99.99%');
  });

  it('is of all checks together their mean, and UNKNOWN while nothing is known of one', () => {
    const question = { kind: 'uptime', checks: ['disk', 'api'], hours: 10 } as const;
    const disk = rounds((minute) => (within(0, 60)(minute) ? down : {}));
    const both = disk.map((round): Round => {
      if (round.status !== 'collected' || !round.summary.verdicts.disk) return round;
      const api = { status: 'OK', text: '', counts: { OK: 1, WARNING: 0, CRITICAL: 0, UNKNOWN: 0 } } as const;
      return { ...round, summary: { ...round.summary, verdicts: { ...round.summary.verdicts, api } } };
    });
    const titles = { disk: 'Disk', api: 'API' };
    const answer = (some: readonly Round[]) => uptimeAnswer(question, some, from, to, never, titles);
    expect(answer(both)).toMatchObject({
      status: 'OK',
      text: 'uptime of the last 10 h: 95.00%; Disk 90.00% (100% of the time known), API 100.00% (100% of the time known)',
      metrics: [
        { label: 'uptime', value: 95, unit: '%' },
        { label: 'uptime_disk', value: 90, unit: '%' },
        { label: 'uptime_api', value: 100, unit: '%' },
      ],
    });
    expect(answer(disk)).toMatchObject({ status: 'UNKNOWN', metrics: [{ value: 90 }, { label: 'uptime_disk' }] });
    expect(answer(disk).text).toContain('nothing is known of API');
    expect(answer([])).toMatchObject({ status: 'UNKNOWN', metrics: [] });
  });
});
