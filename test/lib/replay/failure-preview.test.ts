import { describe, expect, it } from 'vitest';
import type { Plan, PlanCheck, PriorityPolicy } from '../../../functions/core/plan.ts';
import type { Failure } from '../../../lib/replay/failure.ts';
import { type FailurePreview, type FailureStep, previewFailure } from '../../../lib/replay/failure-preview.ts';
import { examplePlan, patientRules } from '../../functions/core/example-plan.ts';

const { disk } = examplePlan.checks;
const { P1, P2 } = examplePlan.priorities;
if (!disk || !P1 || !P2) throw new Error('the example has changed');

const everyHour = { days: 'every-day', everyMinutes: 60 } as const;
const { morning } = examplePlan.routines;

/** The example with a round every hour. */
const hourly = { ...examplePlan, routines: { morning: { ...morning, schedule: everyHour } } } as Plan;

function withDisk(changes: Partial<PlanCheck>): Plan {
  return { ...hourly, checks: { ...hourly.checks, disk: { ...disk, ...changes } as PlanCheck } };
}

function withP2(changes: Partial<PriorityPolicy>): Plan {
  return { ...hourly, priorities: { ...hourly.priorities, P2: { ...P2, ...changes } as PriorityPolicy } };
}

/** The example in a week of holidays. */
const holidays = Array.from({ length: 8 }, (_, day) => ({ date: `2026-11-${23 + day}`, name: 'Holiday' }));
const closed: Plan = { ...examplePlan, calendar: { ...examplePlan.calendar, holidays } };

/** Monday, 23 November 2026, 10:20 in Berlin. */
const at = '2026-11-23T09:20:00.000Z';
const failure: Failure = { at, check: 'disk', status: 'CRITICAL', hosts: 'some' };

/** A line for each step, with its time in UTC, and why there are no more. */
function course({ steps, ending }: FailurePreview): string[] {
  return [...steps.map((step) => `${step.at.slice(8, 16)} ${wordOf(step)}`), ending];
}

function wordOf(step: FailureStep): string {
  switch (step.kind) {
    case 'found':
      return step.attempt ? `found ${step.attempt.number}/${step.attempt.of}` : 'found';
    case 'waits':
      return `waits until ${step.parked.notBefore.slice(8, 16)}${step.parked.heldBy ? ` for ${step.parked.heldBy}` : ''}`;
    case 'told':
      return `${step.notification.kind} ${step.notification.priority} ${step.notification.to.map(({ contact }) => contact)}`;
  }
}

describe('a failure that nobody takes', () => {
  it.each<[string, Plan, Partial<Failure>, string[]]>([
    [
      'is found by the next round, and told through all levels',
      hourly,
      {},
      ['23T10:00 found', '23T10:00 problem P2 ann', '23T14:00 escalation P2 bob,ann', 'nothing-due'],
    ],
    [
      'is asked again a minute apart where its rule wants that',
      withDisk({ rules: patientRules }),
      {},
      [
        '23T10:00 found 1/3',
        '23T10:01 found 2/3',
        '23T10:02 found 3/3',
        '23T10:02 problem P2 ann',
        '23T14:02 escalation P2 bob,ann',
        'nothing-due',
      ],
    ],
    [
      'is followed until the second reminder of the last level',
      hourly,
      { hosts: 'all' },
      [
        '23T10:00 found',
        '23T10:00 problem P1 ann',
        '23T10:15 escalation P1 bob,ann',
        '23T11:15 reminder P1 bob,ann',
        '23T12:15 reminder P1 bob,ann',
        'reminders-go-on',
      ],
    ],
    [
      'waits for the day of those who hear of it',
      hourly,
      { at: '2026-11-23T21:30:00.000Z' },
      [
        '23T22:00 found',
        '23T22:00 waits until 24T06:00',
        '24T06:00 problem P2 ann',
        '24T10:00 escalation P2 bob,ann',
        'nothing-due',
      ],
    ],
    [
      'is held back by maintenance, which is named',
      {
        ...hourly,
        maintenance: [{ title: 'Backup', checks: [], schedule: { days: 'every-day', at: ['10:30'] }, minutes: 60 }],
      },
      {},
      [
        '23T10:00 found',
        '23T10:00 waits until 23T10:30 for maintenance "Backup" until 2026-11-23 11:30 GMT+1',
        '23T10:30 problem P2 ann',
        '23T14:30 escalation P2 bob,ann',
        'nothing-due',
      ],
    ],
    ['is found by no round of a week', closed, {}, ['never-found']],
    ['is told to nobody when no rule matches', withDisk({ rules: [] }), {}, ['23T10:00 found', 'nobody-told']],
    [
      'rises with what rounds find later',
      withDisk({
        rules: [
          { priority: 'P1', states: ['CRITICAL'], lastingMinutes: 120, attempts: 1 },
          { priority: 'P2', states: ['CRITICAL'], attempts: 1 },
        ],
      }),
      {},
      [
        '23T10:00 found',
        '23T10:00 problem P2 ann',
        '23T12:00 update P1 ann',
        '23T12:15 escalation P1 bob,ann',
        '23T13:15 reminder P1 bob,ann',
        '23T14:15 reminder P1 bob,ann',
        'reminders-go-on',
      ],
    ],
    [
      'rises also after reminders, of which the first two are shown',
      {
        ...withDisk({
          rules: [
            { priority: 'P1', states: ['CRITICAL'], lastingMinutes: 240, attempts: 1 },
            { priority: 'P2', states: ['CRITICAL'], attempts: 1 },
          ],
        }),
        priorities: withP2({ levels: [{ tell: ['operations'], acknowledgeMinutes: 60 }] }).priorities,
      },
      {},
      [
        '23T10:00 found',
        '23T10:00 problem P2 ann',
        '23T11:00 reminder P2 ann',
        '23T12:00 reminder P2 ann',
        '23T14:00 update P1 ann',
        '23T14:15 escalation P1 bob,ann',
        '23T15:15 reminder P1 bob,ann',
        '23T16:15 reminder P1 bob,ann',
        'reminders-go-on',
      ],
    ],
    [
      'of Rounds itself is one of its own',
      examplePlan,
      { check: 'round-morning' },
      [
        '24T07:00 found',
        '24T07:00 problem P1 ann',
        '24T07:15 escalation P1 bob,ann',
        '24T08:15 reminder P1 bob,ann',
        '24T09:15 reminder P1 bob,ann',
        'reminders-go-on',
      ],
    ],
  ])('%s', (_name, plan, changes, expected) => {
    expect(course(previewFailure(plan, { ...failure, ...changes }))).toEqual(expected);
  });

  it('of an unknown check is refused with those that there are', () => {
    expect(() => previewFailure(hourly, { ...failure, check: 'disc' })).toThrow(
      '--check got "disc"; expected one of disk, load, overnight, fleet-app, round-morning.',
    );
  });
});
