import { describe, expect, it } from 'vitest';
import type { Alert, Observation } from '../../../functions/core/alert.ts';
import { decide, newAlert } from '../../../functions/core/decide.ts';
import { bounded, dueAt, isUneventful, numbered, struckOut, unnumbered } from '../../../functions/core/outbox.ts';
import { policyOf } from '../../../functions/core/policy.ts';
import type { Iso } from '../../../functions/core/time.ts';
import { examplePlan } from './example-plan.ts';
import { observation } from './timeline.ts';

/** After every observation here. */
const tonight = '2026-11-23T20:00:00.000Z';

const nothingElse = { silences: [], alerts: new Map() };

function observe(hour: number, hosts: string): Observation {
  return observation(examplePlan, `2026-11-23T${String(hour).padStart(2, '0')}:00:00.000Z`, hosts);
}

/** The alert after some observations, with all that it owes. */
function alertAfter(...observations: readonly Observation[]): Alert {
  return observations.reduce((alert, each) => next(alert, each, tonight), newAlert('disk', tonight));
}

function next(alert: Alert, each: Observation, now: Iso): Alert {
  return decide(alert, { kind: 'observation', observation: each }, policyOf(examplePlan, 'disk', now, nothingElse), now)
    .next;
}

const oneBad = 'a=CRITICAL b=OK';
const allBad = 'a=CRITICAL b=CRITICAL';
const allWell = 'a=OK b=OK';

describe('an alert that is stored', () => {
  it('changes by the same round only once', () => {
    for (const rounds of [[observe(8, oneBad)], [observe(8, oneBad), observe(9, allWell)], [observe(8, allWell)]]) {
      const last = rounds.at(-1);
      expect(last && alertAfter(...rounds, last)).toEqual(alertAfter(...rounds));
    }
  });

  it('does not change by a round that is older than what is known', () => {
    expect(alertAfter(observe(9, oneBad), observe(8, allWell))).toEqual(alertAfter(observe(9, oneBad)));
    const { observedAt } = alertAfter(observe(8, oneBad), observe(10, oneBad), observe(9, allWell));
    expect(observedAt).toBe('2026-11-23T10:00:00.000Z');
  });

  it('is not kept from hearing by an observation that a wrong clock has dated into the future', () => {
    const ahead = alertAfter(observe(19, allWell));
    expect(next(ahead, observe(9, oneBad), '2026-11-23T10:00:00.000Z').incident).toBeDefined();
  });

  it('is UNKNOWN, not OK, where hosts did not answer', () => {
    expect(alertAfter(observe(8, 'a=OK b=lost')).status).toBe('UNKNOWN');
    expect(alertAfter(observe(8, 'a=lost b=lost')).status).toBe('UNKNOWN');
  });

  it('keeps since when it has its status', () => {
    expect(alertAfter(observe(8, oneBad), observe(9, oneBad)).since).toBe('2026-11-23T08:00:00.000Z');
  });

  it('is worth no write when it was well and still is', () => {
    const well = alertAfter(observe(8, allWell));
    expect(isUneventful(undefined, well)).toBe(true);
    expect(isUneventful(well, alertAfter(observe(8, allWell), observe(9, allWell)))).toBe(true);
    expect(isUneventful(well, alertAfter(observe(8, allWell), observe(9, oneBad)))).toBe(false);
  });

  it('is written at every observation while an incident is open, so that no older round ends it', () => {
    expect(isUneventful(alertAfter(observe(8, oneBad)), alertAfter(observe(8, oneBad), observe(10, oneBad)))).toBe(
      false,
    );
  });

  it('needs every host to answer when too many were bad to name them', () => {
    const alert = alertAfter(observe(8, oneBad));
    if (!alert.facts) throw new Error('no facts');
    const crowd = { ...alert, facts: { ...alert.facts, troubled: { total: 9_000, named: ['x'] } } };
    const oneSilent = next(crowd, observe(9, 'a=OK b=lost'), tonight);
    expect(oneSilent.incident).toBeDefined();
    expect(next(oneSilent, observe(10, 'a=OK b=OK'), tonight).incident).toBeUndefined();
    const half = next(crowd, observe(9, 'a=CRITICAL ...'), tonight);
    expect(next(half, observe(10, 'a=OK b=lost'), tonight).incident).toBeDefined();
  });
});

describe('what an alert owes', () => {
  it('gets the number of its incident once, in all of its notices', () => {
    const alert = alertAfter(observe(8, oneBad), observe(9, allWell), observe(10, oneBad));
    const first = numbered(alert, '2026-11-23T08:00:00.000Z', 'D-001');
    expect(first.outbox.map(({ notice }) => notice.incident)).toEqual(['D-001', 'D-001', '']);
    expect(unnumbered(first)?.openedAt).toBe('2026-11-23T10:00:00.000Z');
    const second = numbered(first, '2026-11-23T10:00:00.000Z', 'D-002');
    expect(unnumbered(second)).toBeUndefined();
    expect(second.incident?.number).toBe('D-002');
  });

  it('gets its number also where it is parked', () => {
    const parked = alertAfter(observe(8, 'a=WARNING b=OK'));
    expect(numbered(parked, '2026-11-23T08:00:00.000Z', 'D-001').parked[0]?.notice.incident).toBe('D-001');
  });

  it('is at most 20 notices, of which the first and the newest stay, and says how many were dropped', () => {
    const [out] = alertAfter(observe(8, allBad)).outbox;
    if (!out) throw new Error('no notice');
    let outbox: Alert['outbox'] = [];
    for (let sequence = 0; sequence < 24; sequence++) {
      outbox = bounded([...outbox, { ...out, notice: { ...out.notice, sequence } }]);
    }
    expect(outbox.map(({ notice }) => notice.sequence)).toEqual([0, ...Array.from({ length: 19 }, (_, n) => n + 5)]);
    expect(outbox[1]?.notice.droppedBefore).toBe(4);
  });

  it('fits into its item however much hosts have said', () => {
    const host = { host: 'i-0123456789abcdef0', name: '☃'.repeat(64), status: 'CRITICAL' } as const;
    const worst = Array.from({ length: 5 }, () => ({ ...host, text: '☃'.repeat(300), longText: '☃'.repeat(1_500) }));
    const [out] = alertAfter(observe(8, allBad)).outbox;
    if (!out) throw new Error('no notice');
    let outbox: Alert['outbox'] = [];
    for (let sequence = 1; sequence <= 50; sequence++) {
      outbox = bounded([...outbox, { ...out, notice: { ...out.notice, sequence, worst } }]);
    }
    expect(new TextEncoder().encode(JSON.stringify(outbox)).length).toBeLessThan(180_000);
  });

  it('keeps of a page that waits no long output: it is told as it is then', () => {
    const said = {
      host: 'i-1',
      name: 'app-1',
      status: 'WARNING',
      text: 'disk is full',
      longText: '/var is full',
    } as const;
    const warned = { ...observe(8, 'a=WARNING b=OK'), worst: [said] };
    const alert = next(newAlert('disk', tonight), warned, tonight);
    expect(alert.parked.map(({ notice }) => notice.worst)).toEqual([[{ ...said, longText: '' }]]);
    // The records have all of it.
    expect(alert.outbox).toMatchObject([{ notice: { worst: [said] }, to: [] }]);
    const morning = '2026-11-24T07:00:00.000Z';
    const policy = policyOf(examplePlan, 'disk', morning, nothingElse);
    const { outbox } = decide({ ...alert, outbox: [] }, { kind: 'time' }, policy, morning).next;
    expect(outbox).toMatchObject([{ notice: { kind: 'problem', worst: [said] }, isRecorded: true }]);
  });

  it('goes when it is done, and what was added meanwhile stays', () => {
    const before = alertAfter(observe(8, allBad));
    const later = alertAfter(observe(8, allBad), observe(9, allWell));
    expect(struckOut(later, before.outbox).outbox.map(({ notice }) => notice.kind)).toEqual(['recovery']);
  });
});

describe('when an alert is due', () => {
  const quiet = newAlert('disk', tonight);

  it.each([
    ['never, while nothing is the matter', quiet, undefined],
    ['at once, while something is owed', alertAfter(observe(8, allBad)), '2026-11-23T08:00:00.000Z'],
    ['when the next level is told', { ...alertAfter(observe(8, allBad)), outbox: [] }, '2026-11-23T20:15:00.000Z'],
    ['when business opens', { ...alertAfter(observe(8, 'a=WARNING b=OK')), outbox: [] }, '2026-11-24T07:00:00.000Z'],
  ])('%s', (_name, alert, due) => {
    expect(dueAt(alert)).toBe(due);
  });
});
