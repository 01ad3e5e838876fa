import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../functions/core/plan.ts';
import { compare } from '../../../lib/replay/compare.ts';
import { replay } from '../../../lib/replay/replay.ts';
import { examplePlan, patientRules, usualRules } from '../../functions/core/example-plan.ts';
import { lineOf, recorded } from './recorded.ts';

const { disk } = examplePlan.checks;
if (!disk) throw new Error('the example has changed');

function withRules(rules: typeof usualRules): Plan {
  return { ...examplePlan, checks: { ...examplePlan.checks, disk: { ...disk, rules } } } as Plan;
}

const patient = withRules(patientRules);
const urgent = withRules(usualRules.map((rule) => ({ ...rule, priority: 'P1' })));

const { P3 } = examplePlan.priorities;
const eager = {
  ...examplePlan,
  priorities: { ...examplePlan.priorities, P3: { ...P3, delivery: 'immediately' } },
} as Plan;

/** What a changed runbook tells otherwise, without its reasons. */
function changes(before: Plan, after: Plan, course: readonly string[]): string[] {
  const recording = recorded(...course);
  const options = { until: '2026-11-24T23:00:00.000Z' };
  return compare(replay(before, recording, options), replay(after, recording, options)).map((change) => {
    const short = (line: string) => line.replace(/ of disk to .*$/, '');
    const moved = change.change === 'moved' ? ` from ${short(lineOf(change.before))}` : '';
    return `${change.change} ${short(lineOf(change.notification))}${moved}`;
  });
}

const blip = ['23 10:00 disk a=CRITICAL b=OK', '23 10:01 disk a=OK'];
const steady = [
  '23 10:00 disk a=CRITICAL b=OK',
  '23 10:01 disk a=CRITICAL',
  '23 10:03 disk a=CRITICAL',
  '23 10:30 ann ack disk',
  '23 12:00 disk a=OK',
];

describe('a changed runbook', () => {
  it.each([
    ['that is the same tells the same', examplePlan, examplePlan, steady, []],
    [
      'that waits for rechecks loses the page of a blip',
      examplePlan,
      patient,
      blip,
      ['lost 23 10:00 problem P2 level 1', 'lost 23 10:01 recovery P2 level 1'],
    ],
    [
      'that does not wait gains it',
      patient,
      examplePlan,
      blip,
      ['gained 23 10:00 problem P2 level 1', 'gained 23 10:01 recovery P2 level 1'],
    ],
    [
      'that waits moves what lasts',
      examplePlan,
      patient,
      steady,
      ['moved 23 10:03 problem P2 level 1 from 23 10:00 problem P2 level 1'],
    ],
    [
      'that tells at once what was told in the morning makes a page of a digest',
      examplePlan,
      eager,
      ['23 19:00 disk a=WARNING b=OK'],
      ['moved 23 19:00 problem P3 level 1 from 24 08:00 digest P3 level 1'],
    ],
    [
      'that tells by other channels moves what it tells at the same time',
      examplePlan,
      urgent,
      ['23 10:00 disk a=CRITICAL b=OK', '23 10:10 disk a=OK'],
      [
        'moved 23 10:00 problem P1 level 1 from 23 10:00 problem P2 level 1',
        'moved 23 10:10 recovery P1 level 1 from 23 10:10 recovery P2 level 1',
      ],
    ],
    [
      'loses one page among others, which stay what they were',
      examplePlan,
      patient,
      [...blip, ...steady.map((line) => line.replace('23', '24'))],
      [
        'lost 23 10:00 problem P2 level 1',
        'lost 23 10:01 recovery P2 level 1',
        'moved 24 10:03 problem P2 level 1 from 24 10:00 problem P2 level 1',
      ],
    ],
  ])('%s', (_name, before, after, course, expected) => {
    expect(changes(before, after, course)).toEqual(expected);
  });
});
