import { describe, expect, it } from 'vitest';
import type { Plan, PlanCheck } from '../../../functions/core/plan.ts';
import { type ReplayOptions, replay } from '../../../lib/replay/replay.ts';
import { examplePlan, patientRules } from '../../functions/core/example-plan.ts';
import { lineOf, recorded } from './recorded.ts';

/** What is told until Monday, 17:00. */
function told(
  course: readonly string[],
  plan: Plan = examplePlan,
  options: ReplayOptions = { until: evening },
): string[] {
  return replay(plan, recorded(...course), options).map(lineOf);
}

const evening = '2026-11-23T16:00:00.000Z';

const { disk } = examplePlan.checks;
if (!disk) throw new Error('the example has changed');

function withDisk(changes: Partial<PlanCheck>): Plan {
  return { ...examplePlan, checks: { ...examplePlan.checks, disk: { ...disk, ...changes } as PlanCheck } };
}

const patient = withDisk({ rules: patientRules });

describe('a replay', () => {
  it.each<[string, Plan, string[], string[]]>([
    [
      'tells a P3 of Friday evening that is gone by Monday in one line',
      examplePlan,
      ['20 19:00 disk a=WARNING b=OK', '21 19:00 disk a=OK b=OK'],
      ['23 08:00 digest P3 level 1 of disk to operations by email: it was over at 2026-11-21T18:00:00.000Z'],
    ],
    [
      'counts recorded rechecks, and tells nobody of what is gone at the third',
      patient,
      ['23 10:00 disk a=CRITICAL b=OK', '23 10:01 disk a=CRITICAL', '23 10:02 disk a=OK'],
      [],
    ],
    [
      'tells what is bad for the third time in a row, and leaves the hosts alone that were not asked again',
      patient,
      [
        '23 10:00 disk a=CRITICAL b=OK',
        '23 10:01 disk a=CRITICAL',
        '23 10:02 disk a=CRITICAL',
        '23 11:00 disk a=OK b=OK',
      ],
      [
        '23 10:02 problem P2 level 1 of disk to operations by email: Disk usage CRITICAL on 1 of 2 hosts',
        '23 11:00 recovery P2 level 1 of disk to operations by email: it is well',
      ],
    ],
    [
      'judges the hosts of one moment together, although they did not answer at once',
      examplePlan,
      [
        '23 10:00:00 disk a=CRITICAL',
        '23 10:00:50 disk b=CRITICAL',
        '23 10:05 ann ack disk',
        '23 10:06 disk a=OK b=OK',
      ],
      [
        '23 10:00 problem P1 level 1 of disk to operations by sms+email: Disk usage CRITICAL on all 2 hosts',
        '23 10:06 recovery P1 level 1 of disk to operations by sms+email: it is well',
      ],
    ],
    [
      'takes what comes more than 60 seconds later for another moment',
      examplePlan,
      [
        '23 10:00:00 disk a=CRITICAL',
        '23 10:01:01 disk b=CRITICAL',
        '23 10:05 ann ack disk',
        '23 10:30 disk a=OK b=OK',
      ],
      [
        '23 10:00 problem P2 level 1 of disk to operations by email: Disk usage CRITICAL on 1 of 2 hosts',
        '23 10:01 update P1 level 1 of disk to operations by sms+email: rose from P2 to P1: Disk usage CRITICAL on all 2 hosts',
        '23 10:30 recovery P1 level 1 of disk to operations by email+sms: it is well',
      ],
    ],
    [
      'keeps a host that does not answer any more as it was',
      examplePlan,
      ['23 10:00 disk a=CRITICAL b=OK', '23 11:00 disk b=OK', '23 14:30 disk b=OK'],
      [
        '23 10:00 problem P2 level 1 of disk to operations by email: Disk usage CRITICAL on 1 of 2 hosts',
        '23 14:00 escalation P2 level 2 of disk to administrator by email: nobody has acknowledged in 240 minutes',
      ],
    ],
    [
      'holds back what a lost fleet explains, however the lines of one moment are sorted',
      withDisk({ dependsOn: ['fleet-app'] }),
      [
        '23 10:00 disk b=CRITICAL',
        '23 10:00 fleet-app a=CRITICAL b=CRITICAL',
        '23 10:05 ann ack fleet-app',
        '23 10:30 disk a=OK b=OK',
        '23 10:30 fleet-app a=OK b=OK',
      ],
      [
        '23 10:00 problem P1 level 1 of fleet-app to operations by sms+email: Hosts of the shop CRITICAL on all 2 hosts',
        '23 10:30 recovery P1 level 1 of fleet-app to operations by sms+email: it is well',
      ],
    ],
    [
      'tells nobody of what a recorded silence covers until it ends',
      examplePlan,
      ['23 09:00 ann silence * until 23 12:00', '23 10:00 disk a=CRITICAL b=OK', '23 12:10 bob resolve disk'],
      [
        '23 12:00 problem P2 level 1 of disk to operations by email: Disk usage CRITICAL on 1 of 2 hosts',
        '23 12:10 recovery P2 level 1 of disk to operations by email: resolved by bob',
      ],
    ],
  ])('%s', (_name, plan, course, expected) => {
    expect(told(course, plan)).toEqual(expected);
  });

  it('tells of ten thousand hosts that fail at once in one notification for each level', () => {
    const hosts = Array.from({ length: 10_000 }, (_, index) => `i-${index}=CRITICAL`).join(' ');
    const notifications = replay(examplePlan, recorded(`23 10:00 disk ${hosts}`), {
      until: '2026-11-23T09:20:00.000Z',
    });
    expect(notifications.map(lineOf)).toEqual([
      '23 10:00 problem P1 level 1 of disk to operations by sms+email: Disk usage CRITICAL on all 10000 hosts',
      '23 10:15 escalation P1 level 2 of disk to administrator by sms+email: nobody has acknowledged in 15 minutes',
    ]);
    expect(notifications[0]?.hosts).toHaveLength(200);
  });

  it('runs the clock on for seven days after the last line, and no longer', () => {
    const reminders = told(['23 10:00 disk a=CRITICAL'], examplePlan, {});
    expect(reminders.at(-1)).toMatch(/^30 09:15 reminder P1 level 2/);
  });

  it('replays nothing after the end that was asked for', () => {
    const course = ['23 10:00 disk a=CRITICAL b=OK', '23 11:00 disk a=OK b=OK'];
    expect(told(course, examplePlan, { until: '2026-11-23T09:30:00.000Z' })).toHaveLength(1);
  });

  it('of one platform knows nothing of that of another', () => {
    const other: Plan = { ...patient, platform: { id: 'other', name: 'Other' }, timeZone: 'UTC' };
    const course = recorded('23 10:00 disk a=CRITICAL b=OK', '23 10:01 disk a=OK b=OK');
    const alone = [replay(examplePlan, course), replay(other, course)];
    expect([replay(examplePlan, course), replay(other, course), replay(examplePlan, course)]).toEqual([
      ...alone,
      alone[0],
    ]);
    expect(alone.map((notifications) => notifications.length)).toEqual([2, 0]);
  });

  it('takes the fleet for as large as the recording shows it anywhere', () => {
    const course = ['23 10:00 disk a=CRITICAL', '23 10:05 ann resolve disk', '23 12:00 disk a=OK b=OK c=OK'];
    expect(told(course)[0]).toContain(
      'problem P2 level 1 of disk to operations by email: Disk usage CRITICAL on 1 of 3',
    );
  });

  it('names checks that the runbook does not have', () => {
    expect(() => told(['23 10:00 disc a=OK', '23 10:00 fleet-old a=OK', '23 11:00 ann ack lod'])).toThrow(
      'the results are of checks that the runbook of demo does not have: got disc, lod; expected disk, load, overnight, fleet-* or round-*',
    );
  });
});

describe('recorded metrics', () => {
  const course = ['23 10:00 disk a=OK/disk_used:95 b=OK/disk_used:20', '23 10:05 ann ack disk'];

  it('change nothing of the status that stands', () => {
    expect(told(course)).toEqual([]);
  });

  it('are judged by the thresholds of the runbook where that is asked for', () => {
    expect(told(course, examplePlan, { rejudge: true, until: evening })).toEqual([
      '23 10:00 problem P2 level 1 of disk to operations by email: Disk usage CRITICAL on 1 of 2 hosts',
    ]);
  });

  it('decide which rule matches', () => {
    const metric = { label: 'disk_used', range: { low: null, high: 98, alertInside: false } };
    const plan = withDisk({ rules: [{ priority: 'P2', states: ['CRITICAL'], metric, attempts: 1 }] });
    expect(told(['23 10:00 disk a=CRITICAL/disk_used:97', '23 11:00 disk a=CRITICAL/disk_used:99'], plan)).toEqual([
      '23 11:00 problem P2 level 1 of disk to operations by email: Disk usage CRITICAL on 1 host',
      '23 15:00 escalation P2 level 2 of disk to administrator by email: nobody has acknowledged in 240 minutes',
    ]);
  });
});
