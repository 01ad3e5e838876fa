import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../functions/core/plan.ts';
import { examplePlan } from './example-plan.ts';
import { told } from './timeline.ts';

const down = 'a=CRITICAL b=CRITICAL';
const some = 'a=CRITICAL b=OK';
const warned = 'a=WARNING b=OK';
const well = 'a=OK b=OK';

/** Monday, 30 November, is a holiday here. */
const plan: Plan = {
  ...examplePlan,
  calendar: { ...examplePlan.calendar, holidays: [{ date: '2026-11-30', name: "St Andrew's Day" }] },
};

describe('what is told later', () => {
  it.each([
    ['P2 at 17:59 is told at once', [`Mon 17:59 ${some}`], ['Mon 17:59 problem P2 level 1 to ann by email']],
    [
      'P2 at 23:00 is told when people are awake',
      [`Mon 23:00 ${some}`, 'Tue 09:00 -'],
      ['Tue 07:00 problem P2 level 1 to ann by email'],
    ],
    [
      'P2 on a Saturday before a Monday holiday is told on that Saturday',
      [`Sat 11:00 ${some}`],
      ['Sat 11:00 problem P2 level 1 to ann by email'],
    ],
    [
      'P3 on a Saturday before a Monday holiday is told on Tuesday',
      [`Sat 11:00 ${warned}`, 'Wed2 12:00 -'],
      ['Tue2 08:00 digest P3 level 1 to ann by email'],
    ],
    [
      'P3 raised on Friday evening and gone by Monday is one line, and no recovery',
      [`Fri 19:00 ${warned}`, `Sun 10:00 ${well}`, 'Wed2 12:00 -'],
      ['Tue2 08:00 digest P3 level 1 to ann by email'],
    ],
    [
      'P2 of the night that is gone by morning is one line',
      [`Mon 23:00 ${some}`, `Tue 02:00 ${well}`, 'Tue 09:00 -'],
      ['Tue 07:00 digest P2 level 1 to ann by email'],
    ],
    [
      'the recovery of a P2 waits for the morning as the problem would',
      [`Mon 21:00 ${some}`, `Mon 23:00 ${well}`, 'Tue 09:00 -'],
      ['Mon 21:00 problem P2 level 1 to ann by email', 'Tue 07:00 recovery P2 level 1 to ann by email'],
    ],
    [
      'the clock of a level that is told in the morning starts in the morning',
      [`Mon 23:00 ${some}`, 'Tue 12:00 -'],
      ['Tue 07:00 problem P2 level 1 to ann by email', 'Tue 11:00 escalation P2 level 2 to bob, ann by email'],
    ],
    [
      'a P3 that rises to P1 while it is parked is told once, at once',
      [`Fri 19:00 ${warned}`, `Sat 03:00 ${down}`, 'Sat 03:05 ann acknowledges', `Sat 03:30 ${well}`, 'Wed2 12:00 -'],
      [
        'Sat 03:00 update P1 level 1 to ann by sms+email',
        expect.stringMatching(/^\(/),
        'Sat 03:30 recovery P1 level 1 to ann by sms+email',
      ],
    ],
    [
      'what somebody has acknowledged before it was told is one line',
      [`Mon 23:00 ${some}`, 'Mon 23:30 bob acknowledges', 'Tue 12:00 -'],
      [expect.stringMatching(/^\(/), 'Tue 07:00 digest P2 level 1 to ann by email'],
    ],
  ])('%s', (_name, course, expected) => {
    expect(told(course, plan)).toEqual(expected);
  });
});

describe('a resolution by hand', () => {
  it('is told at the hour of its priority', () => {
    const lines = told([`Mon 21:00 ${some}`, 'Mon 23:30 bob resolves', 'Tue 09:00 -'], plan);
    expect(lines.filter((line) => !line.startsWith('('))).toEqual([
      'Mon 21:00 problem P2 level 1 to ann by email',
      'Tue 07:00 recovery P2 level 1 to ann by email',
    ]);
  });
});

describe('a silence', () => {
  it.each([
    [
      'holds back a problem that is still there at its end, and then tells it',
      ['Mon 10:00 silence 2h', `Mon 10:30 ${some}`, 'Mon 13:00 -'],
      ['Mon 12:00 problem P2 level 1 to ann by email'],
    ],
    [
      'tells nothing of what began and ended within it',
      ['Mon 10:00 silence 2h', `Mon 10:30 ${some}`, `Mon 11:00 ${well}`, 'Mon 13:00 -'],
      [],
    ],
    [
      'does not tell again what was bad before it and still is after it',
      [`Mon 09:00 ${some}`, 'Mon 10:00 silence 2h', `Mon 11:00 ${some}`, 'Mon 12:30 -'],
      ['Mon 09:00 problem P2 level 1 to ann by email'],
    ],
    [
      'stops the clock of a level, which has its whole time again after it',
      [`Mon 09:50 ${down}`, 'Mon 10:00 silence 2h', 'Mon 12:30 -'],
      ['Mon 09:50 problem P1 level 1 to ann by sms+email', 'Mon 12:15 escalation P1 level 2 to bob, ann by sms+email'],
    ],
    [
      'keeps nobody who was told from hearing of the recovery',
      [`Mon 09:00 ${some}`, 'Mon 10:00 silence 2h', `Mon 11:00 ${well}`],
      ['Mon 09:00 problem P2 level 1 to ann by email', 'Mon 11:00 recovery P2 level 1 to ann by email'],
    ],
    [
      'tells at once what is bad when it is ended early',
      ['Mon 10:00 silence 2h', `Mon 10:30 ${some}`, 'Mon 11:00 unsilence', 'Mon 13:00 -'],
      ['Mon 11:00 problem P2 level 1 to ann by email'],
    ],
    [
      'that is ended early lets the next level be told after its minutes, counted from then',
      [`Mon 09:50 ${down}`, 'Mon 10:00 silence 36h', 'Mon 10:06 -', 'Mon 10:20 unsilence', 'Mon 11:00 -'],
      ['Mon 09:50 problem P1 level 1 to ann by sms+email', 'Mon 10:35 escalation P1 level 2 to bob, ann by sms+email'],
    ],
    [
      'tells nothing of what somebody has acknowledged within it and was over before its end',
      ['Mon 10:00 silence 2h', `Mon 10:30 ${down}`, 'Mon 10:40 bob acknowledges', `Mon 11:00 ${well}`, 'Mon 13:00 -'],
      [expect.stringMatching(/^\(/)],
    ],
    [
      'leaves what it holds back to the time at which its priority is told',
      ['Mon 21:00 silence 2h', `Mon 21:30 ${some}`, 'Tue 09:00 -'],
      ['Tue 07:00 problem P2 level 1 to ann by email'],
    ],
    [
      'does not put a P3 off to the next day that it held back over the opening',
      [`Fri 19:00 ${warned}`, 'Tue2 07:45 silence 1h', 'Tue2 10:00 -'],
      ['Tue2 08:45 digest P3 level 1 to ann by email'],
    ],
    [
      'leaves a P3 that came within it to the next opening',
      ['Mon 10:00 silence 2h', `Mon 10:30 ${warned}`, 'Tue 09:00 -'],
      ['Tue 08:00 digest P3 level 1 to ann by email'],
    ],
    [
      'is about the checks that it names',
      ['Mon 10:00 silence 2h load', `Mon 10:30 ${some}`, `Mon 10:30 load: ${some}`, 'Mon 11:30 -'],
      ['Mon 10:30 problem P2 level 1 to ann by email'],
    ],
    [
      'tells in one line, at its end, what somebody has acknowledged within it',
      ['Mon 10:00 silence 2h', `Mon 10:30 ${down}`, 'Mon 10:40 bob acknowledges', 'Mon 13:00 -'],
      [expect.stringMatching(/^\(/), 'Mon 12:00 digest P1 level 1 to ann by email'],
    ],
    [
      'of 36 hours over a change of the clocks ends after 36 real hours',
      ['2026-10-24 10:00 silence 36h', `2026-10-24 12:00 ${some}`, '2026-10-25 23:00 -'],
      // 36 hours later by the sun; an hour earlier by the clock on the wall.
      ['2026-10-25 21:00 problem P2 level 1 to ann by email'],
    ],
    [
      'lets a priority rise within it, and tells the one that it is at the end',
      ['Mon 10:00 silence 2h', `Mon 10:30 ${warned}`, `Mon 11:00 ${down}`, 'Mon 12:10 -'],
      ['Mon 12:00 update P1 level 1 to ann by sms+email'],
    ],
  ])('%s', (_name, course, expected) => {
    expect(told(course, plan)).toEqual(expected);
  });

  it('that comes again every morning when business opens lets a P3 be told after it', () => {
    const schedule = { days: 'every-day', at: ['07:45'] } as const;
    const maintained = { ...plan, maintenance: [{ title: 'Backup', checks: [], schedule, minutes: 60 }] };
    expect(told([`Mon 06:00 ${warned}`, 'Wed 12:00 -'], maintained)).toEqual([
      'Mon 08:45 digest P3 level 1 to ann by email',
    ]);
  });

  it('that comes again and again is a maintenance window', () => {
    const schedule = { days: 'every-day', at: ['02:00'] } as const;
    const maintained = { ...plan, maintenance: [{ title: 'Backup', checks: ['disk'], schedule, minutes: 60 }] };
    expect(told([`Tue 02:30 ${down}`, 'Tue 03:05 -'], maintained)).toEqual([
      'Tue 03:00 problem P1 level 1 to ann by sms+email',
    ]);
  });
});

describe('a check that depends on another', () => {
  const { disk, load } = examplePlan.checks;
  if (!disk || !load) throw new Error('the example has changed');
  const dependent = { ...plan, checks: { ...plan.checks, load: { ...load, dependsOn: ['disk'] } } };

  it.each([
    [
      'is not told while the other has an open incident, and not at all when it is well with it',
      [
        `Mon 10:00 ${down}`,
        'Mon 10:00 ann acknowledges',
        `Mon 10:00 load: ${down}`,
        `Mon 10:30 ${well}`,
        `Mon 10:30 load: ${well}`,
        'Mon 12:00 -',
      ],
      ['Mon 10:00 problem P1 level 1 to ann by sms+email', 'Mon 10:30 recovery P1 level 1 to ann by sms+email'],
    ],
    [
      'is told when the other is well and it is not',
      [
        `Mon 10:00 ${down}`,
        'Mon 10:00 ann acknowledges',
        `Mon 10:00 load: ${some}`,
        `Mon 10:28 ${well}`,
        'Mon 12:00 -',
      ],
      [
        'Mon 10:00 problem P1 level 1 to ann by sms+email',
        'Mon 10:28 recovery P1 level 1 to ann by sms+email',
        'Mon 10:30 problem load P2 level 1 to ann by email',
      ],
    ],
    [
      'is told all the same when it is more urgent than the other',
      [`Mon 10:00 ${warned}`, `Mon 10:00 load: ${down}`],
      ['Mon 10:00 problem load P1 level 1 to ann by sms+email'],
    ],
  ])('%s', (_name, course, expected) => {
    expect(told(course, dependent).filter((line) => !line.startsWith('('))).toEqual(expected);
  });

  it('is held back by its fleet when that is unreachable, and not when one host of it is lost', () => {
    const onFleet = { ...plan, checks: { ...plan.checks, load: { ...load, dependsOn: ['fleet-app'] } } };
    const fleetOf = (hosts: string) => told([`Mon 10:00 fleet-app: ${hosts}`, `Mon 10:00 load: ${some}`], onFleet);
    expect(fleetOf('a=CRITICAL b=OK').at(-1)).toBe('Mon 10:00 problem load P2 level 1 to ann by email');
    expect(fleetOf('a=CRITICAL b=CRITICAL')).toHaveLength(1);
  });
});
