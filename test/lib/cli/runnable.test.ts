import { describe, expect, it } from 'vitest';
import type { HostCheck, Plan, PlanCheck, PlanRoutine } from '../../../functions/core/plan.ts';
import { changesOf, routineFor } from '../../../lib/cli/runnable.ts';
import { examplePlan } from '../../functions/core/example-plan.ts';

function hostCheck(title: string, source: Partial<HostCheck> = {}): PlanCheck {
  const host = { kind: 'host', thresholds: [], baselines: [], look: 'ls', timeoutSeconds: 10 } as const;
  return { title, rules: [], dependsOn: [], source: { ...host, ...source } };
}

function routine(title: string, checks: readonly string[], changes: Partial<PlanRoutine> = {}): PlanRoutine {
  return { title, fleet: 'app', schedule: 'on-demand', checks, remedies: [], deadlineSeconds: 300, ...changes };
}

const daily = { days: 'every-day', at: ['03:00'] } as const;

const plan: Plan = {
  ...examplePlan,
  checks: {
    disk: hostCheck('Disk usage', { remedy: 'clear' }),
    clear: hostCheck('Clearing', { changes: 'removes old files' }),
    restart: hostCheck('Restart', { changes: 'restarts the backend' }),
    vacuum: hostCheck('Vacuum', { changes: 'rewrites the database' }),
    rotate: hostCheck('Rotation', { changes: 'moves the logs' }),
  },
  routines: {
    nightly: routine('Night', ['restart'], { schedule: daily }),
    'by-hand': routine('By hand', ['restart']),
    weekly: routine('Week', ['disk', 'vacuum'], { schedule: daily, remedies: ['clear'] }),
    logs: routine('Logs', ['rotate'], { schedule: daily }),
  },
};

describe('what a person asks to be run', () => {
  it.each([
    ['weekly', 'weekly', 'a routine'],
    ['restart', 'by-hand', 'a job, of its routines that which is on demand'],
    ['rotate', 'logs', 'a job that runs alone by a schedule'],
  ])('%s is the routine %s: %s', (name, expected) => {
    expect(routineFor(plan, name)).toBe(expected);
  });

  it.each([
    ['vacuum', "'vacuum' cannot be run alone: the routine weekly runs it with others. Write rounds run demo weekly."],
    ['clear', "'clear' cannot be run alone: it is run where disk is newly CRITICAL, and only there."],
    [
      'constructor',
      "There is no routine or job 'constructor' in the runbook of demo; its routines are: nightly, by-hand, weekly, logs; " +
        'its jobs: clear, restart, vacuum, rotate.',
    ],
  ])('%s is refused, with what can be done', (name, expected) => {
    expect(() => routineFor(plan, name)).toThrow(expected);
  });

  it('changes what its jobs do, and nothing where it has none', () => {
    expect(changesOf(plan, 'weekly')).toEqual([
      'Vacuum: rewrites the database, on Hosts of the shop',
      expect.stringMatching(/, on Hosts of the shop where it is needed$/),
    ]);
    expect(changesOf({ ...plan, routines: { disks: routine('Disks', ['disk']) } }, 'disks')).toEqual([]);
  });
});
