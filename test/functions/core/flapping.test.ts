import { describe, expect, it } from 'vitest';
import { flappingPercent, isFlapping, withResult } from '../../../functions/core/flapping.ts';
import { examplePlan, patientRules } from './example-plan.ts';
import { told } from './timeline.ts';

/** Of results such as `1011`, the oldest first: 1 is a change. */
function changesOf(results: string): number {
  return [...results].reduce((changes, result) => withResult(changes, result === '1'), 0);
}

describe("Icinga's measure of flapping", () => {
  it.each([
    ['nothing has changed', '0'.repeat(20), 0],
    // The sum of 0.8 to 1.18 in twenty steps is 19.8.
    ['every result was a change', '1'.repeat(20), 99],
    ['only the newest was', '1', 5.9],
    ['only the oldest that counts was', `1${'0'.repeat(19)}`, 4],
    ['the change is too old to count', `1${'0'.repeat(20)}`, 0],
  ])('when %s', (_name, results, percent) => {
    expect(flappingPercent(changesOf(results))).toBeCloseTo(percent, 6);
  });

  it('starts above 30 percent and ends at 25', () => {
    const five = changesOf('11111');
    const six = changesOf('111111');
    expect(flappingPercent(five)).toBeCloseTo(28.5);
    expect(flappingPercent(six)).toBeCloseTo(33.9);
    expect([isFlapping(five, false), isFlapping(five, true)]).toEqual([false, true]);
    expect(isFlapping(six, false)).toBe(true);
    // 25 exactly is no number that these weights make: the nearest ones on both sides.
    expect(isFlapping(changesOf('1111100000'), true)).toBe(true);
    expect(isFlapping(changesOf('111110000000000'), true)).toBe(false);
  });
});

const { disk } = examplePlan.checks;
if (!disk) throw new Error('the example has changed');

/** The example with three attempts. */
const patient = { ...examplePlan, checks: { ...examplePlan.checks, disk: { ...disk, rules: patientRules } } };

describe('a check that flaps', () => {
  const bad = 'a=CRITICAL b=OK';
  const well = 'a=OK b=OK';
  const toAndFro = Array.from({ length: 8 }, (_, index) => `Mon 09:0${index} ${index % 2 === 0 ? bad : well}`);
  const notices = [
    'Mon 09:00 problem P2 level 1 to ann by email',
    'Mon 09:01 recovery P2 level 1 to ann by email',
    'Mon 09:02 problem P2 level 1 to ann by email',
    'Mon 09:03 recovery P2 level 1 to ann by email',
    'Mon 09:04 problem P2 level 1 to ann by email',
    'Mon 09:05 recovery P2 level 1 to ann by email',
    'Mon 09:06 flapping-start P2 level 1 to ann by email',
  ];

  it('is told once when it starts, and then nothing of each change', () => {
    expect(told(toAndFro)).toEqual(notices);
  });

  it('is told once when it ends well, which is its recovery', () => {
    const steady = Array.from({ length: 20 }, (_, index) => `Mon 09:${10 + index} ${well}`);
    const lines = told([...toAndFro, ...steady]);
    expect(lines.slice(0, notices.length)).toEqual(notices);
    expect(lines.slice(notices.length)).toEqual([expect.stringMatching(/^Mon 09:\d\d flapping-end P2 level 1 to ann/)]);
  });

  it('stays an incident when it ends badly', () => {
    const steady = Array.from({ length: 20 }, (_, index) => `Mon 09:${10 + index} ${bad}`);
    const lines = told([...toAndFro, ...steady, `Mon 09:50 ${well}`]);
    expect(lines.slice(notices.length)).toEqual([
      expect.stringMatching(/^Mon 09:\d\d flapping-end/),
      'Mon 09:50 recovery P2 level 1 to ann by email',
    ]);
  });

  it('reminds nobody while it is well', () => {
    const down = 'a=CRITICAL b=CRITICAL';
    const course = Array.from({ length: 7 }, (_, index) => `Mon 09:0${index} ${index % 2 === 0 ? down : well}`);
    const days = ['Tue', 'Wed', 'Thu'].map((day) => `${day} 09:00 ${well}`);
    const lines = told([...course, `Mon 09:07 ${well}`, ...days]);
    expect(lines.filter((line) => !line.startsWith('Mon 09:0'))).toEqual([]);
  });

  it('is no check whose hosts come and go while all is well', () => {
    const course = Array.from(
      { length: 9 },
      (_, index) => `Mon 09:0${index} a=OK b=${index % 2 === 0 ? 'OK' : 'lost'}`,
    );
    expect(told([...course, 'Mon 09:10 a=CRITICAL b=OK'], patient)).toEqual([]);
  });

  it('is no check with the same warning all the time, of which one host is slow', () => {
    const course = Array.from({ length: 9 }, (_, index) => [
      `Mon 09:0${index} a=WARNING b=lost ...`,
      `Mon 09:0${index} a=WARNING b=OK`,
    ]).flat();
    expect(told([...course, `Mon 09:30 ${well}`, 'Tue 09:00 -'])).toEqual([
      'Tue 08:00 digest P3 level 1 to ann by email',
    ]);
  });

  it('is told at once all the same when it gets worse', () => {
    const worse = 'Mon 09:08 a=CRITICAL b=CRITICAL';
    expect(told([...toAndFro, worse]).at(-1)).toBe('Mon 09:08 update P1 level 1 to ann by sms+email');
  });
});
