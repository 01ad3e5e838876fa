import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../functions/core/plan.ts';
import {
  type AskedSignOff,
  type Signature,
  sign,
  signOffObservation,
  signOffsOf,
} from '../../../functions/core/sign-off.ts';
import { examplePlan, usualRules } from './example-plan.ts';

const slot = '2026-11-23T07:00:00.000Z';

const plan: Plan = {
  ...examplePlan,
  checks: {
    ...examplePlan.checks,
    access: {
      title: 'Access review',
      rules: usualRules,
      dependsOn: [],
      source: { kind: 'sign-off', question: 'Has nobody too many rights?', dueMinutes: 60, note: 'optional' },
    },
  },
  routines: {
    morning: { ...examplePlan.routines.morning, checks: ['disk', 'access', 'gone'] } as NonNullable<
      Plan['routines'][string]
    >,
  },
};

const asked: AskedSignOff = {
  id: 'access',
  routine: 'morning',
  slot,
  title: 'Access review',
  question: 'Has nobody too many rights?',
  note: 'optional',
  dueAt: '2026-11-23T08:00:00.000Z',
  signatures: [],
};

const good: Signature = { by: 'ann', at: '2026-11-23T07:30:00.000Z', note: '', isGood: true };
const wrong: Signature = { by: 'bob', at: '2026-11-23T07:40:00.000Z', note: 'carl is still there', isGood: false };

const withAll = (...signatures: readonly Signature[]): AskedSignOff => ({ ...asked, signatures });

describe('what a routine asks of people', () => {
  it('is each of its sign-offs, for a slot, with all that its record has to say', () => {
    expect(signOffsOf(plan, 'morning', slot)).toEqual([asked]);
  });

  it('is nothing where there is no such routine, and where it has none', () => {
    expect([...signOffsOf(plan, 'evening', slot), ...signOffsOf(examplePlan, 'morning', slot)]).toEqual([]);
  });
});

describe('a signature', () => {
  const name = `Access review (${slot})`;
  const many = Array.from({ length: 20 }, (_, index) => ({ ...wrong, note: `${index}` }));

  it.each<[what: string, before: AskedSignOff, says: Signature, answer: string]>([
    ['the first, without a note', asked, good, `${name} is signed off by ann`],
    ['the first, with a note', asked, { ...good, note: 'two removed' }, `${name} is signed off by ann: two removed`],
    ['that something is wrong', asked, wrong, `${name} is reported as wrong by bob: carl is still there`],
    ['wrong after all', withAll(good), wrong, `${name} is reported as wrong by bob: carl is still there`],
    ['wrong again', withAll(wrong), { ...wrong, note: 'and dora' }, `${name} is reported as wrong by bob: and dora`],
    ['in order at last', withAll(good, wrong), good, `${name} is signed off by ann`],
    [
      'with the note that is asked for',
      { ...asked, note: 'required' },
      { ...good, note: 'x' },
      `${name} is signed off by ann: x`,
    ],
  ])('is added: %s', (_what, before, says, answer) => {
    expect(sign(before, says)).toEqual({ next: { ...before, signatures: [...before.signatures, says] }, answer });
  });

  it.each<[what: string, before: AskedSignOff, says: Signature, answer: string]>([
    [
      'is signed already',
      withAll(good),
      { ...good, by: 'bob' },
      `ann has signed off ${name} already, at ${good.at}; nothing`,
    ],
    [
      'asks for a note',
      { ...asked, note: 'required' },
      good,
      `${name} asks for a note; nothing was changed: add a note.`,
    ],
    ['is found wrong without one', asked, { ...wrong, note: '' }, 'nobody knows why without a note'],
    ['has been signed too often', withAll(...many), wrong, `${name} has 20 signatures; nothing was changed`],
  ])('changes nothing where it %s', (_what, before, says, answer) => {
    const { next, answer: given } = sign(before, says);
    expect(next).toBeUndefined();
    expect(given).toContain(answer);
  });
});

describe('a signature from an older page', () => {
  const says = { ...good, by: 'carl' };

  it('overrules nobody whom its reader has not seen, and says who that is', () => {
    expect(sign(withAll(wrong), says, 0)).toEqual({
      answer: `Access review (${slot}) is reported as wrong by bob: carl is still there, at ${wrong.at}; nothing was changed: look at it again.`,
    });
    expect(sign(withAll(good), wrong, 0).next).toBeUndefined();
    expect(sign(withAll(wrong, good, wrong), says, 2).next).toBeUndefined();
  });

  it('is added where its reader has seen all', () => {
    expect(sign(withAll(wrong), says, 1).next).toEqual(withAll(wrong, says));
    expect(sign(asked, says, 0).next).toEqual(withAll(says));
  });
});

describe('what is so of a sign-off', () => {
  const on = '2026-11-23T07:59:59.999Z';
  const late = '2026-11-23T09:30:00.000Z';

  it.each<[what: string, asked: AskedSignOff, now: string, headline: string | undefined, at: string, counts: object]>([
    ['nothing, while there is time', asked, on, undefined, '', {}],
    [
      'that nobody has, from its time on',
      asked,
      asked.dueAt,
      'Access review: not signed off',
      asked.dueAt,
      { WARNING: 1 },
    ],
    ['that nobody has, since its time', asked, late, 'Access review: not signed off', asked.dueAt, { WARNING: 1 }],
    ['that somebody has, before its time', withAll(good), on, 'Access review: signed off by ann', good.at, { OK: 1 }],
    [
      'that something is wrong',
      withAll(wrong),
      on,
      'Access review: bob has found something',
      wrong.at,
      { CRITICAL: 1 },
    ],
    ['the last word', withAll(wrong, { ...good, at: late }), late, 'Access review: signed off by ann', late, { OK: 1 }],
    [
      'the last word, by a clock that is behind',
      withAll(wrong, good),
      on,
      'Access review: signed off by ann',
      wrong.at,
      { OK: 1 },
    ],
    [
      'what was said after its time, by a clock that is behind',
      withAll(good),
      late,
      'Access review: signed off by ann',
      asked.dueAt,
      { OK: 1 },
    ],
  ])('is %s', (_what, given, now, headline, at, counts) => {
    const found = signOffObservation(plan, given, now);
    if (headline === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject({ check: 'access', headline, at, round: `morning/${slot}`, counts, final: true });
  });

  it('says what was asked, and until when, on the clock of the platform', () => {
    expect(signOffObservation(plan, asked, late)?.worst).toMatchObject([
      { name: 'a person', text: 'nobody has signed off by 2026-11-23 09:00 GMT+1: Has nobody too many rights?' },
    ]);
  });

  it('says what is wrong, and matches the rules', () => {
    expect(signOffObservation(plan, withAll(wrong), on)).toMatchObject({
      matches: [1, 1, 0],
      worst: [{ status: 'CRITICAL', text: 'carl is still there' }],
      troubled: { total: 1 },
    });
  });
});
