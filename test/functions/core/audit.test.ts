import { describe, expect, it } from 'vitest';
import { channelsNeeded, nextAudit } from '../../../functions/core/audit.ts';
import { auditObservation } from '../../../functions/core/observations.ts';
import type { Plan } from '../../../functions/core/plan.ts';
import { examplePlan } from './example-plan.ts';

describe('the channels by which people may have to be told', () => {
  const { P1, P3 } = examplePlan.priorities;
  if (!P1 || !P3) throw new Error('the example plan has changed: expected P1 and P3');

  it('are those of every level of every priority, where the contact has an address', () => {
    const contacts = { ...examplePlan.contacts, bob: { name: 'Bob', channels: ['email', 'https'] } } as const;
    expect(channelsNeeded({ ...examplePlan, contacts })).toEqual(
      new Map([
        ['ann', ['sms', 'email']],
        ['bob', ['email']],
      ]),
    );
  });

  it('leave out what no priority uses, and who is never told', () => {
    const plan = { ...examplePlan, priorities: { P3 } };
    expect(channelsNeeded(plan)).toEqual(new Map([['ann', ['email']]]));
  });

  it('count everybody of a rotation, whoever is on duty now, and who stands in for a day', () => {
    const rotation = {
      every: 'week',
      from: '2026-11-23',
      at: '08:00',
      contacts: ['ann', 'bob'],
      overrides: [{ date: '2027-01-01', contact: 'eve' }],
    } as const;
    const contacts: Plan['contacts'] = { ...examplePlan.contacts, eve: { name: 'Eve', channels: ['sms'] } };
    const roles: Plan['roles'] = { operations: { title: 'On duty', rotation } };
    const priorities = { P1: { ...P1, levels: [{ tell: ['operations'] }] } };
    const needed = channelsNeeded({ ...examplePlan, contacts, roles, priorities });
    expect([...needed]).toEqual([
      ['ann', ['sms', 'email']],
      ['bob', ['sms', 'email']],
      ['eve', ['sms']],
    ]);
  });
});

describe('the next audit', () => {
  it.each([
    { after: '2026-11-23T06:59:59.999Z', expected: '2026-11-23T07:00:00.000Z', when: 'before business opens' },
    { after: '2026-11-23T07:00:00.000Z', expected: '2026-11-24T07:00:00.000Z', when: 'when it opens' },
    { after: '2026-11-27T12:00:00.000Z', expected: '2026-11-28T07:00:00.000Z', when: 'before a weekend' },
    { after: '2026-10-24T12:00:00.000Z', expected: '2026-10-25T07:00:00.000Z', when: 'before the clocks change' },
  ])('is at the next opening time of any day: $when', ({ after, expected }) => {
    expect(nextAudit(examplePlan, after)).toBe(expected);
  });
});

describe('what an audit found', () => {
  const at = '2026-11-23T07:00:00.000Z';

  it('names each contact and what is not confirmed', () => {
    const missing = new Map([
      ['ann', ['email']],
      ['bob', ['email', 'sms']],
    ] as const);
    expect(auditObservation(examplePlan, missing, at, true)).toMatchObject({
      check: 'contacts',
      headline: 'Ann cannot be told by email, and 1 more',
      counts: { OK: 0, CRITICAL: 1 },
      matches: [1],
      worst: [{ text: 'Ann: email not confirmed', longText: 'Bob: email and sms not confirmed' }],
    });
  });

  it('is well when nothing is missing', () => {
    expect(auditObservation(examplePlan, new Map(), at, true)).toMatchObject({
      headline: 'Everybody can be told again',
      counts: { OK: 1, CRITICAL: 0 },
      matches: [0],
      troubled: { total: 0 },
      worst: [],
    });
  });
});
