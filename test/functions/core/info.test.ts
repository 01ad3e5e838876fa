import { describe, expect, it } from 'vitest';
import type { Plan, PlanCheck, PriorityRule } from '../../../functions/core/plan.ts';
import { isMoreUrgent } from '../../../functions/core/priority.ts';
import { isoOf } from '../../../functions/core/time.ts';
import { VirtualPlatform } from '../../../lib/replay/virtual-platform.ts';
import { examplePlan } from './example-plan.ts';
import { observation, told } from './timeline.ts';

const rules: readonly PriorityRule[] = [
  { priority: 'P2', states: ['CRITICAL'], attempts: 1 },
  { priority: 'info', states: ['WARNING'], attempts: 1 },
];

const { disk, load } = examplePlan.checks;
const plan: Plan = {
  ...examplePlan,
  checks: {
    disk: { ...disk, rules } as PlanCheck,
    load: { ...load, dependsOn: ['disk'] } as PlanCheck,
  },
};

/** Every quarter of an hour from Monday morning on. */
function everyQuarter(...results: readonly string[]): string[] {
  return results.map((result, index) => {
    const minutes = 8 * 60 + index * 15;
    return `Mon ${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')} ${result}`;
  });
}

describe('what is only for awareness', () => {
  it('is less urgent than anything else', () => {
    for (const other of ['P0', 'P1', 'P2', 'P3'] as const) {
      expect([isMoreUrgent(other, 'info'), isMoreUrgent('info', other)]).toEqual([true, false]);
    }
  });

  it.each<[what: string, course: readonly string[]]>([
    ['where it comes and goes', ['Mon 08:00 a=WARNING', 'Mon 09:00 a=OK', 'Tue 12:00 -']],
    ['where it stays for days', ['Mon 08:00 a=WARNING', 'Tue 08:00 a=WARNING', 'Sun 08:00 -']],
    ['where a silence ends', ['Mon 08:00 silence 2h', 'Mon 08:10 a=WARNING', 'Tue 12:00 -']],
    [
      'where a silence is ended early',
      ['Mon 08:00 silence 9h', 'Mon 08:10 a=WARNING', 'Mon 09:00 unsilence', 'Tue 12:00 -'],
    ],
    ['where it flaps', everyQuarter(...Array.from({ length: 30 }, (_, index) => (index % 2 ? 'a=OK' : 'a=WARNING')))],
  ])('tells nobody, %s', (_what, course) => {
    expect(told(course, plan)).toEqual([]);
  });

  it('is an incident with a number and all its notices', () => {
    const at = isoOf(Date.parse('2026-11-23T07:00:00Z'));
    const platform = new VirtualPlatform(plan, at);
    platform.observe(observation(plan, at, 'a=WARNING b=OK'));
    const { incident } = platform.alert('disk') ?? {};
    expect(incident).toMatchObject({ number: 'DAILY-20261123-001', priority: 'info', notices: 1, told: [] });
    expect(incident).not.toHaveProperty('escalateAt');
    expect(platform.nextDue).toBeUndefined();
  });

  it('can be acknowledged and resolved, of which nobody is told', () => {
    const course = ['Mon 08:00 a=WARNING', 'Mon 08:10 ann acknowledges', 'Mon 08:20 ann resolves', 'Tue 12:00 -'];
    expect(told(course, plan)).toEqual([
      '(DAILY-20261123-001 (Disk usage) is acknowledged by ann: nobody else is told to take it.)',
      expect.stringContaining('is resolved by ann, and nobody had been told of it'),
    ]);
  });

  it('holds nothing else back', () => {
    expect(told(['Mon 08:00 a=WARNING', 'Mon 08:01 load: a=CRITICAL b=OK'], plan)).toEqual([
      'Mon 08:01 problem load P2 level 1 to ann by email',
    ]);
  });

  it('tells people when it rises, and the same people when it is over', () => {
    const course = ['Mon 08:00 a=WARNING', 'Mon 09:00 a=CRITICAL', 'Mon 09:30 a=WARNING', 'Mon 10:00 a=OK'];
    expect(told(course, plan)).toEqual([
      'Mon 09:00 update P2 level 1 to ann by email',
      'Mon 10:00 recovery P2 level 1 to ann by email',
    ]);
  });

  it('escalates from its rise on, and not from its beginning', () => {
    const course = ['Mon 08:00 a=WARNING', 'Mon 11:00 a=CRITICAL', 'Mon 16:00 -'];
    expect(told(course, plan)).toEqual([
      'Mon 11:00 update P2 level 1 to ann by email',
      'Mon 15:00 escalation P2 level 2 to bob, ann by email',
    ]);
  });
});
