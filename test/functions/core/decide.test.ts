import { describe, expect, it } from 'vitest';
import type { Alert, Observation } from '../../../functions/core/alert.ts';
import { decide } from '../../../functions/core/decide.ts';
import {
  bounded,
  isUneventful,
  numbered,
  recipientsOf,
  recorded,
  struckOut,
  unnumbered,
} from '../../../functions/core/outbox.ts';
import type { Priority } from '../../../functions/core/plan.ts';
import type { Status } from '../../../functions/core/status.ts';
import { examplePlan, usualRules } from './example-plan.ts';

/** After every observation here. */
const tonight = '2026-11-23T23:00:00.000Z';

const policy = { rules: usualRules, recipients: (priority: Priority) => recipientsOf(examplePlan, priority) };

/** An observation of three hosts: `web-1=CRITICAL web-2=OK web-3=lost`, at an hour of one day. */
function observe(hour: number, hosts: string, final = true): Observation {
  const counts: Record<Status, number> = { OK: 0, WARNING: 0, CRITICAL: 0, UNKNOWN: 0 };
  const troubled: string[] = [];
  const unjudged: string[] = [];
  const worst: Observation['worst'][number][] = [];
  for (const [host = '', answer = ''] of hosts.split(' ').map((part) => part.split('='))) {
    if (answer === 'lost') unjudged.push(host);
    else counts[answer as Status] += 1;
    if (answer !== 'lost' && answer !== 'OK') {
      troubled.push(host);
      worst.push({ host, name: host, status: answer as 'CRITICAL', text: 'full', longText: '' });
    }
  }
  return {
    check: 'disk',
    title: 'Disk usage',
    headline: 'Disk usage',
    at: `2026-11-23T${String(hour).padStart(2, '0')}:00:00.000Z`,
    round: `morning/${hour}`,
    final,
    counts,
    population: counts.OK + counts.WARNING + counts.CRITICAL + counts.UNKNOWN,
    troubled: { total: troubled.length, named: troubled },
    worst,
    unjudged: { total: unjudged.length, named: unjudged },
  };
}

/** Runs observations one after the other; every notice that was put into the outbox, in order. */
function run(...observations: Observation[]) {
  let alert: Alert | undefined;
  const notices: string[] = [];
  for (const observation of observations) {
    const before = alert?.outbox.length ?? 0;
    alert = decide(alert, observation, policy, tonight).next;
    notices.push(
      ...alert.outbox.slice(before).map(({ notice, to }) => {
        const people = to.map(({ contact, channels }) => `${contact} by ${channels.join('+')}`).join(', ');
        return `${notice.sequence} ${notice.kind} ${notice.priority} ${notice.troubled}/${notice.population}: ${people}`;
      }),
    );
  }
  return { alert, notices };
}

describe('an alert', () => {
  const allBad = 'a=CRITICAL b=CRITICAL';
  const oneBad = 'a=CRITICAL b=OK';
  const allWell = 'a=OK b=OK';

  it.each([
    ['says nothing while all is well', [observe(8, allWell), observe(9, allWell)], []],
    [
      'opens as P1 when every host is critical',
      [observe(8, allBad)],
      ['1 problem P1 2/2: ann by sms+email, bob by sms+email'],
    ],
    ['opens as P2 when some hosts are critical', [observe(8, oneBad)], ['1 problem P2 1/2: ann by email']],
    ['opens as P3 on a warning', [observe(8, 'a=WARNING b=OK')], ['1 problem P3 1/2: ann by email']],
    ['opens as P3 when a check could not judge', [observe(8, 'a=UNKNOWN b=OK')], ['1 problem P3 1/2: ann by email']],
    [
      'does not open again while it is bad',
      [observe(8, oneBad), observe(9, oneBad)],
      ['1 problem P2 1/2: ann by email'],
    ],
    [
      'tells again, and more people, when its priority rises',
      [observe(8, oneBad), observe(9, allBad)],
      ['1 problem P2 1/2: ann by email', '2 rise P1 2/2: ann by sms+email, bob by sms+email'],
    ],
    [
      'does not fall in priority before it has recovered',
      [observe(8, allBad), observe(9, oneBad), observe(10, allBad)],
      ['1 problem P1 2/2: ann by sms+email, bob by sms+email'],
    ],
    [
      'tells the recovery to those who were told, by the channels that told them',
      [observe(8, oneBad), observe(9, allWell)],
      ['1 problem P2 1/2: ann by email', '2 recovery P2 0/2: ann by email'],
    ],
    [
      'does not recover on UNKNOWN',
      [observe(8, oneBad), observe(9, 'a=UNKNOWN b=OK')],
      ['1 problem P2 1/2: ann by email'],
    ],
    [
      'does not recover while a host that was bad has not been heard',
      [observe(8, oneBad), observe(9, 'a=lost b=OK'), observe(10, 'a=lost b=OK')],
      ['1 problem P2 1/2: ann by email'],
    ],
    [
      'recovers when the host that was bad is gone from the fleet',
      [observe(8, oneBad), observe(9, 'a=lost b=OK'), observe(10, 'b=OK')],
      ['1 problem P2 1/2: ann by email', '2 recovery P2 0/1: ann by email'],
    ],
    [
      'does not recover because another host that was bad is well',
      [observe(8, 'a=CRITICAL b=CRITICAL c=OK'), observe(9, 'a=OK b=lost c=OK'), observe(10, 'a=OK b=lost c=OK')],
      ['1 problem P2 2/3: ann by email'],
    ],
    [
      'does not recover in the middle of a round',
      [observe(8, oneBad), observe(9, allWell, false)],
      ['1 problem P2 1/2: ann by email'],
    ],
    [
      'remembers the bad hosts of a half read round',
      [
        observe(8, 'a=CRITICAL b=CRITICAL c=OK'),
        observe(9, 'a=CRITICAL b=lost c=lost', false),
        observe(9, 'a=OK b=lost c=OK'),
      ],
      ['1 problem P2 2/3: ann by email', '2 rise P1 1/1: ann by sms+email, bob by sms+email'],
    ],
    [
      'opens before slow hosts have answered',
      [observe(8, 'a=CRITICAL b=lost', false)],
      ['1 problem P1 1/1: ann by sms+email, bob by sms+email'],
    ],
    [
      'remembers a lost host through a half read round',
      [
        observe(8, 'a=CRITICAL b=OK c=OK'),
        observe(9, 'b=CRITICAL c=lost', false),
        observe(9, 'a=lost b=CRITICAL c=OK'),
        observe(10, 'a=lost b=OK c=OK'),
      ],
      ['1 problem P2 1/3: ann by email', '2 rise P1 1/1: ann by sms+email, bob by sms+email'],
    ],
    ['does nothing when nobody answered', [observe(8, 'a=lost b=lost')], []],
    [
      'keeps an older round from changing anything',
      [observe(9, oneBad), observe(8, allWell)],
      ['1 problem P2 1/2: ann by email'],
    ],
  ])('%s', (_name, observations, expected) => {
    expect(run(...observations).notices).toEqual(expected);
  });

  it('changes nothing when the same round is observed again', () => {
    for (const rounds of [[observe(8, oneBad)], [observe(8, oneBad), observe(9, allWell)], [observe(8, allWell)]]) {
      const once = run(...rounds).alert;
      const last = rounds.at(-1);
      expect(last && run(...rounds, last).alert).toEqual(once);
    }
  });

  it('becomes UNKNOWN, not OK, where hosts did not answer', () => {
    expect(run(observe(8, 'a=OK b=lost')).alert?.status).toBe('UNKNOWN');
    expect(run(observe(8, 'a=lost b=lost')).alert?.status).toBe('UNKNOWN');
  });

  it('keeps since when it has its status', () => {
    const { alert } = run(observe(8, oneBad), observe(9, oneBad));
    expect(alert?.since).toBe('2026-11-23T08:00:00.000Z');
  });

  it('is worth no write when it was well and still is', () => {
    const { alert } = run(observe(8, allWell));
    expect(alert && isUneventful(undefined, alert)).toBe(true);
    const { alert: later } = run(observe(8, allWell), observe(9, allWell));
    expect(alert && later && isUneventful(alert, later)).toBe(true);
    const { alert: bad } = run(observe(8, allWell), observe(9, oneBad));
    expect(alert && bad && isUneventful(alert, bad)).toBe(false);
  });

  it('needs every host to answer when too many were bad to name them', () => {
    const { alert } = run(observe(8, oneBad));
    const incident = alert?.incident;
    if (!alert || !incident) throw new Error('no incident');
    const crowd = { ...alert, incident: { ...incident, troubled: { total: 9_000, named: ['x'] } } };
    const oneSilent = decide(crowd, observe(9, 'a=OK b=lost'), policy, tonight).next;
    expect(oneSilent.incident).toBeDefined();
    expect(decide(oneSilent, observe(10, 'a=OK b=OK'), policy, tonight).next.incident).toBeUndefined();
  });

  it('is stored at every observation while an incident is open, so that no older round ends it', () => {
    const { alert } = run(observe(8, oneBad));
    const { alert: later } = run(observe(8, oneBad), observe(10, oneBad));
    expect(alert && later && isUneventful(alert, later)).toBe(false);
    expect(run(observe(8, oneBad), observe(10, oneBad), observe(9, allWell)).alert?.incident).toBeDefined();
  });

  it('is not kept from hearing by an observation that a wrong clock has dated into the future', () => {
    const { alert } = run(observe(20, allWell));
    const now = '2026-11-23T10:00:00.000Z';
    expect(decide(alert, observe(9, oneBad), policy, now).next.incident).toBeDefined();
  });

  it('gets its number once, for the incident and all of its notices', () => {
    const { alert } = run(observe(8, oneBad), observe(9, allWell), observe(10, oneBad));
    if (!alert) throw new Error('no alert');
    const first = numbered(alert, '2026-11-23T08:00:00.000Z', 'D-001');
    expect(first.outbox.map(({ notice }) => notice.incident)).toEqual(['D-001', 'D-001', '']);
    expect(unnumbered(first)?.openedAt).toBe('2026-11-23T10:00:00.000Z');
    const second = numbered(first, '2026-11-23T10:00:00.000Z', 'D-002');
    expect(unnumbered(second)).toBeUndefined();
    expect(second.incident?.number).toBe('D-002');
  });

  it('owes at most 20 notices, of which the first and the newest stay, and says how many were dropped', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => observe(hour, hour % 2 === 0 ? oneBad : allWell));
    const { alert } = run(...hours);
    const outbox = alert?.outbox ?? [];
    expect(outbox).toHaveLength(20);
    expect(outbox[0]?.notice).toMatchObject({ kind: 'problem', openedAt: '2026-11-23T00:00:00.000Z' });
    expect(outbox[1]?.notice.droppedBefore).toBe(4);
    expect(outbox.at(-1)?.notice.kind).toBe('recovery');
  });

  it('fits into its item however much hosts have said', () => {
    const host = { host: 'i-0123456789abcdef0', name: '☃'.repeat(64), status: 'CRITICAL' } as const;
    const worst = Array.from({ length: 5 }, () => ({ ...host, text: '☃'.repeat(300), longText: '☃'.repeat(1_500) }));
    const out = run(observe(8, allBad)).alert?.outbox[0];
    if (!out) throw new Error('no notice');
    let outbox: Alert['outbox'] = [];
    for (let sequence = 1; sequence <= 50; sequence++) {
      outbox = bounded([...outbox, { ...out, notice: { ...out.notice, sequence, worst } }]);
    }
    expect(new TextEncoder().encode(JSON.stringify(outbox)).length).toBeLessThan(300_000);
  });

  it('keeps a notice that tells nobody until it stands in the records', () => {
    const { alert } = run(observe(8, oneBad));
    const [out] = alert?.outbox ?? [];
    if (!alert || !out) throw new Error('one notice expected');
    const silent = { ...alert, outbox: [{ ...out, to: [] }] };
    expect(recorded(silent, []).outbox).toHaveLength(1);
    expect(recorded(silent, [out.notice]).outbox).toEqual([]);
  });

  it('remembers through a half read round that it cannot name all bad hosts', () => {
    const { alert } = run(observe(8, oneBad));
    if (!alert?.incident) throw new Error('no incident');
    const crowd = { ...alert, incident: { ...alert.incident, troubled: { total: 300, named: ['a'] } } };
    const half = decide(crowd, observe(9, 'a=CRITICAL', false), policy, tonight).next;
    expect(decide(half, observe(10, 'a=OK b=lost'), policy, tonight).next.incident).toBeDefined();
  });

  it('strikes one recipient of one notice out, and the notice with its last recipient', () => {
    const { alert } = run(observe(8, allBad), observe(9, allWell));
    const [problem, recovery] = alert?.outbox ?? [];
    if (!alert || !problem || !recovery) throw new Error('two notices expected');
    const first = struckOut(alert, problem.notice, 'ann');
    expect(first.outbox.map(({ to }) => to.map(({ contact }) => contact))).toEqual([['bob'], ['ann', 'bob']]);
    expect(struckOut(first, problem.notice, 'bob').outbox).toEqual([recovery]);
  });
});
