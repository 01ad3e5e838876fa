import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../functions/core/plan.ts';
import { examplePlan, patientRules, usualRules } from './example-plan.ts';
import { told } from './timeline.ts';

const oneBad = 'a=CRITICAL b=OK';
const allBad = 'a=CRITICAL b=CRITICAL';
const allWell = 'a=OK b=OK';

describe('an alert, at its observations', () => {
  it.each([
    ['says nothing while all is well', [`Mon 08:00 ${allWell}`, `Mon 09:00 ${allWell}`], []],
    [
      'opens as P1 when every host is critical',
      [`Mon 08:00 ${allBad}`],
      ['Mon 08:00 problem P1 level 1 to ann by sms+email'],
    ],
    [
      'opens as P2 when some hosts are critical',
      [`Mon 08:00 ${oneBad}`],
      ['Mon 08:00 problem P2 level 1 to ann by email'],
    ],
    [
      'does not open again while it is bad',
      [`Mon 08:00 ${oneBad}`, `Mon 09:00 ${oneBad}`],
      ['Mon 08:00 problem P2 level 1 to ann by email'],
    ],
    [
      'tells again when its priority rises',
      [`Mon 08:00 ${oneBad}`, `Mon 09:00 ${allBad}`],
      ['Mon 08:00 problem P2 level 1 to ann by email', 'Mon 09:00 update P1 level 1 to ann by sms+email'],
    ],
    [
      'does not fall in priority before it has recovered',
      [`Mon 08:00 ${allBad}`, 'Mon 08:01 bob acknowledges', `Mon 09:00 ${oneBad}`, `Mon 10:00 ${allBad}`],
      ['Mon 08:00 problem P1 level 1 to ann by sms+email', expect.stringContaining('bob')],
    ],
    [
      'tells the recovery to those who were told, by the channels that told them',
      [`Mon 08:00 ${oneBad}`, `Mon 09:00 ${allWell}`],
      ['Mon 08:00 problem P2 level 1 to ann by email', 'Mon 09:00 recovery P2 level 1 to ann by email'],
    ],
    [
      'does not recover on UNKNOWN',
      [`Mon 08:00 ${oneBad}`, 'Mon 09:00 a=UNKNOWN b=OK'],
      ['Mon 08:00 problem P2 level 1 to ann by email'],
    ],
    [
      'does not recover while a host is lost that was bad in mid-incident',
      [`Mon 08:00 ${oneBad}`, 'Mon 09:00 a=lost b=OK', 'Mon 10:00 a=lost b=OK'],
      ['Mon 08:00 problem P2 level 1 to ann by email'],
    ],
    [
      'recovers when the host that was bad is gone from the fleet',
      [`Mon 08:00 ${oneBad}`, 'Mon 09:00 a=lost b=OK', 'Mon 10:00 b=OK'],
      ['Mon 08:00 problem P2 level 1 to ann by email', 'Mon 10:00 recovery P2 level 1 to ann by email'],
    ],
    [
      'does not recover because another host that was bad is well',
      ['Mon 08:00 a=CRITICAL b=CRITICAL c=OK', 'Mon 09:00 a=OK b=lost c=OK', 'Mon 10:00 a=OK b=lost c=OK'],
      ['Mon 08:00 problem P2 level 1 to ann by email'],
    ],
    [
      'does not recover in the middle of a round',
      [`Mon 08:00 ${oneBad}`, `Mon 09:00 ${allWell} ...`],
      ['Mon 08:00 problem P2 level 1 to ann by email'],
    ],
    [
      'opens before slow hosts have answered',
      ['Mon 08:00 a=CRITICAL b=lost ...'],
      ['Mon 08:00 problem P1 level 1 to ann by sms+email'],
    ],
    [
      'opens nothing anew when the round is read again that somebody has resolved',
      [`Mon 08:00 a=CRITICAL b=lost ...`, 'Mon 08:00 ann resolves', `Mon 08:00 ${oneBad}`, 'Mon 14:00 -'],
      [
        'Mon 08:00 problem P1 level 1 to ann by sms+email',
        'Mon 08:00 recovery P1 level 1 to ann by sms+email',
        expect.stringContaining('resolved by ann'),
      ],
    ],
    ['does nothing when nobody answered', ['Mon 08:00 a=lost b=lost'], []],
  ])('%s', (_name, course, expected) => {
    expect(told(course)).toEqual(expected);
  });
});

/** The example with three attempts. */
const patient: Plan = {
  ...examplePlan,
  checks: { ...examplePlan.checks, disk: { ...present(examplePlan.checks.disk), rules: patientRules } },
};

describe('a soft state', () => {
  it.each([
    [
      'is soft, soft, hard with 3 attempts',
      [`Mon 08:00 ${oneBad}`, `Mon 08:01 ${oneBad}`, `Mon 08:02 ${oneBad}`],
      ['Mon 08:02 problem P2 level 1 to ann by email'],
    ],
    ['recovers softly and tells nobody', [`Mon 08:00 ${oneBad}`, `Mon 08:01 ${oneBad}`, `Mon 08:02 ${allWell}`], []],
    [
      'begins anew after a soft recovery',
      [oneBad, oneBad, allWell, oneBad, oneBad, oneBad].map((hosts, minute) => `Mon 08:0${minute} ${hosts}`),
      ['Mon 08:05 problem P2 level 1 to ann by email'],
    ],
    [
      'counts a result that could not be had as bad: UNKNOWN never recovers anything',
      [`Mon 08:00 ${oneBad}`, 'Mon 08:01 a=lost b=OK', 'Mon 08:02 a=lost b=OK'],
      ['Mon 08:02 problem P2 level 1 to ann by email'],
    ],
    [
      'ends by one good result, whatever comes then',
      [`Mon 08:00 ${oneBad}`, 'Mon 08:01 a=OK b=OK', `Mon 08:02 ${oneBad}`, `Mon 08:03 ${allWell}`],
      [],
    ],
    [
      'counts a round once, however often it is read',
      [`Mon 08:00 a=CRITICAL b=lost ...`, `Mon 08:00 ${oneBad}`, `Mon 08:00 ${oneBad}`, `Mon 08:01 ${oneBad}`],
      [],
    ],
    [
      'has the priority of the last result',
      [`Mon 08:00 a=WARNING b=OK`, `Mon 08:01 ${oneBad}`, `Mon 08:02 ${allBad}`],
      ['Mon 08:02 problem P1 level 1 to ann by sms+email'],
    ],
  ])('%s', (_name, course, expected) => {
    expect(told(course, patient)).toEqual(expected);
  });

  it('ends when what is left is nothing that a rule asks about', () => {
    const [, someHost] = patientRules;
    const rules = { ...patient.checks, disk: { ...present(patient.checks.disk), rules: [present(someHost)] } };
    const milder = [`Mon 08:00 ${oneBad}`, 'Mon 08:01 a=WARNING b=OK', 'Mon 08:02 a=WARNING b=OK'];
    expect(told(milder, { ...patient, checks: rules })).toEqual([]);
    const unknown = [`Mon 08:00 ${oneBad}`, 'Mon 08:01 a=UNKNOWN b=OK', 'Mon 08:02 a=UNKNOWN b=OK'];
    expect(told(unknown, { ...patient, checks: rules })).toEqual(['Mon 08:02 problem P2 level 1 to ann by email']);
  });

  it('becomes an incident when its recheck never comes', () => {
    const course = [`Mon 08:00 ${oneBad}`, 'Mon 09:00 -'];
    // A minute to the recheck, twice the routine's deadline of five, five of grace.
    expect(told(course, patient, { expectsRechecks: true })).toEqual(['Mon 08:16 problem P2 level 1 to ann by email']);
    expect(told(course, patient)).toEqual([]);
  });

  it('is not waited for where one attempt is enough', () => {
    const [first, ...others] = patientRules;
    const mixed = {
      ...patient.checks,
      disk: { ...present(patient.checks.disk), rules: [{ ...present(first), attempts: 1 }, ...others] },
    };
    expect(told([`Mon 08:00 ${oneBad}`, `Mon 08:01 ${allBad}`], { ...patient, checks: mixed })).toEqual([
      'Mon 08:01 problem P1 level 1 to ann by sms+email',
    ]);
  });
});

describe('a priority rule', () => {
  const [everyHost, someHost] = usualRules;
  const withRules = (rules: Plan['checks'][string]['rules']): Plan => ({
    ...examplePlan,
    checks: { ...examplePlan.checks, disk: { ...present(examplePlan.checks.disk), rules } },
  });
  const range = { low: null, high: 95, alertInside: false };
  const metric = {
    priority: 'P1',
    states: ['WARNING', 'CRITICAL'],
    metric: { label: 'disk_used', range },
    attempts: 1,
  } as const;
  const lasting = { ...present(everyHost), lastingMinutes: 5 };

  it.each([
    [
      'matches by a metric',
      withRules([metric, present(someHost)]),
      ['Mon 08:00 a=CRITICAL/disk_used:91 b=OK', 'Mon 08:05 a=CRITICAL/disk_used:96 b=OK'],
      ['Mon 08:00 problem P2 level 1 to ann by email', 'Mon 08:05 update P1 level 1 to ann by sms+email'],
    ],
    [
      'matches when it has lasted',
      withRules([lasting, present(someHost)]),
      [`Mon 08:00 ${allBad}`, `Mon 08:04 ${allBad}`, `Mon 08:05 ${allBad}`],
      ['Mon 08:00 problem P2 level 1 to ann by email', 'Mon 08:05 update P1 level 1 to ann by sms+email'],
    ],
    [
      'begins to last anew after a good result',
      withRules([lasting]),
      [allBad, allWell, allBad].map((hosts, index) => `Mon 08:0${3 * index} ${hosts}`),
      [],
    ],
    ['tells nobody when none matches', withRules([]), [`Mon 08:00 ${allBad}`], []],
  ])('%s', (_name, plan, course, expected) => {
    expect(told(course, plan)).toEqual(expected);
  });
});

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the example has changed');
  return value;
}
