import { describe, expect, it } from 'vitest';
import type { Plan, Rotation } from '../../../functions/core/plan.ts';
import { examplePlan } from './example-plan.ts';
import { told } from './timeline.ts';

const down = 'a=CRITICAL b=CRITICAL';
const some = 'a=CRITICAL b=OK';
const well = 'a=OK b=OK';
const p1 = 'P1 level 1 to ann by sms+email';

/** P1: ann (operations), 15 minutes later bob and ann (administrator), reminded every hour; 4 h after an acknowledgement again. */
describe('an escalation', () => {
  it.each([
    [
      'goes up a level when nobody acknowledges, and reminds the last level for as long as nobody does',
      [`Mon 03:00 ${down}`, 'Mon 05:30 -'],
      [
        `Mon 03:00 problem ${p1}`,
        'Mon 03:15 escalation P1 level 2 to bob, ann by sms+email',
        'Mon 04:15 reminder P1 level 2 to bob, ann by sms+email',
        'Mon 05:15 reminder P1 level 2 to bob, ann by sms+email',
      ],
    ],
    [
      'stops its clock when somebody acknowledges, and tells a second one who was first',
      [`Mon 03:00 ${down}`, 'Mon 03:10 bob acknowledges', 'Mon 03:12 ann acknowledges', 'Mon 06:00 -'],
      [
        `Mon 03:00 problem ${p1}`,
        expect.stringContaining('acknowledged'),
        expect.stringMatching(/bob has acknowledged .* already, 2 min/),
      ],
    ],
    [
      'has been told when the acknowledgement comes a minute after the deadline',
      [`Mon 03:00 ${down}`, 'Mon 03:16 bob acknowledges', 'Mon 06:00 -'],
      [
        `Mon 03:00 problem ${p1}`,
        'Mon 03:15 escalation P1 level 2 to bob, ann by sms+email',
        expect.stringContaining('acknowledged'),
      ],
    ],
    [
      'begins again when an acknowledgement was forgotten',
      [`Mon 03:00 ${down}`, 'Mon 03:10 bob acknowledges', 'Mon 07:30 -'],
      [
        `Mon 03:00 problem ${p1}`,
        expect.stringContaining('acknowledged'),
        `Mon 07:10 reminder ${p1}`,
        'Mon 07:25 escalation P1 level 2 to bob, ann by sms+email',
      ],
    ],
    [
      'recovers to level 1 only when level 2 was never told',
      [`Mon 03:00 ${down}`, `Mon 03:10 ${well}`, 'Mon 06:00 -'],
      [`Mon 03:00 problem ${p1}`, 'Mon 03:10 recovery P1 level 1 to ann by sms+email'],
    ],
    [
      'recovers to both levels when both were told',
      [`Mon 03:00 ${down}`, `Mon 03:20 ${well}`, 'Mon 06:00 -'],
      [
        `Mon 03:00 problem ${p1}`,
        'Mon 03:15 escalation P1 level 2 to bob, ann by sms+email',
        'Mon 03:20 recovery P1 level 2 to ann, bob by sms+email',
      ],
    ],
    [
      'ends when somebody resolves it, and a later acknowledgement is told so',
      [`Mon 03:00 ${down}`, 'Mon 03:05 bob resolves', 'Mon 03:06 ann acknowledges', 'Mon 06:00 -'],
      [
        `Mon 03:00 problem ${p1}`,
        'Mon 03:05 recovery P1 level 1 to ann by sms+email',
        expect.stringContaining('resolved'),
        expect.stringContaining('no open incident'),
      ],
    ],
    [
      'starts over at the first level, for everybody, when an acknowledged problem gets worse',
      [`Mon 09:00 ${some}`, 'Mon 09:05 ann acknowledges', `Mon 09:10 ${down}`, 'Mon 09:30 -'],
      [
        'Mon 09:00 problem P2 level 1 to ann by email',
        expect.stringContaining('acknowledged'),
        'Mon 09:10 update P1 level 1 to ann by sms+email',
        'Mon 09:25 escalation P1 level 2 to bob, ann by sms+email',
      ],
    ],
  ])('%s', (_name, course, expected) => {
    const lines = told(course);
    // Answers come after what they cause.
    expect([...lines].sort(byKind)).toEqual([...expected].sort(byKind));
    expect(lines.filter(isTold)).toEqual(expected.filter(isTold));
  });
});

const isTold = (line: unknown) => typeof line === 'string' && !line.startsWith('(');
const byKind = (one: unknown, other: unknown) => Number(isTold(other)) - Number(isTold(one));

describe('three levels', () => {
  const levels = [
    { tell: ['operations'], acknowledgeMinutes: 15 },
    { tell: ['administrator'], acknowledgeMinutes: 15 },
    { tell: ['management'], acknowledgeMinutes: 15 },
  ];
  const plan = withP1({ levels }, { management: { title: 'Management', contacts: ['carol'] } });

  it('recover to levels 1 and 2 only when level 3 was never told', () => {
    expect(told([`Mon 03:00 ${down}`, `Mon 03:20 ${well}`, 'Mon 04:00 -'], plan).at(-1)).toBe(
      'Mon 03:20 recovery P1 level 2 to ann, bob by sms+email',
    );
    expect(told([`Mon 03:00 ${down}`, `Mon 03:40 ${well}`, 'Mon 04:00 -'], plan).at(-1)).toBe(
      'Mon 03:40 recovery P1 level 3 to ann, bob, carol by sms+email',
    );
  });
});

describe('a rotation', () => {
  const rotation: Rotation = { every: 'day', from: '2026-10-01', at: '09:00', contacts: ['ann', 'bob'], overrides: [] };
  const plan = withP1(
    { levels: [{ tell: ['duty'], acknowledgeMinutes: 30 }] },
    { duty: { title: 'On duty', rotation } },
  );

  it('tells whoever has taken over when an escalation comes after the hand-over', () => {
    const [before, after] = told([`Mon 08:45 ${down}`, 'Mon 09:20 -'], plan);
    expect([before, after]).toEqual([
      'Mon 08:45 problem P1 level 1 to ann by sms+email',
      'Mon 09:15 reminder P1 level 1 to bob by sms+email',
    ]);
  });

  it('tells both of the recovery', () => {
    expect(told([`Mon 08:45 ${down}`, `Mon 09:20 ${well}`], plan).at(-1)).toBe(
      'Mon 09:20 recovery P1 level 1 to ann, bob by sms+email',
    );
  });

  it('waits in real minutes on the day on which the clocks go back', () => {
    // 02:50 comes at 00:50 UTC; half an hour later it is 02:20 again.
    expect(told(['2026-10-25 02:50 a=CRITICAL b=CRITICAL', '2026-10-25 04:00 -'], plan).slice(0, 3)).toEqual([
      '2026-10-25 02:50 problem P1 level 1 to bob by sms+email',
      '2026-10-25 02:20 reminder P1 level 1 to bob by sms+email',
      '2026-10-25 02:50 reminder P1 level 1 to bob by sms+email',
    ]);
  });
});

function withP1(policy: object, roles: Plan['roles']): Plan {
  const { P1 } = examplePlan.priorities;
  if (!P1) throw new Error('the example has changed');
  return {
    ...examplePlan,
    contacts: { ...examplePlan.contacts, carol: { name: 'Carol', channels: ['email', 'sms'] } },
    roles: { ...examplePlan.roles, ...roles },
    priorities: { ...examplePlan.priorities, P1: { ...P1, ...policy } },
  };
}
