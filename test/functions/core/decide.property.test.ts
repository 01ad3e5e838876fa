import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert, NoticeKind } from '../../../functions/core/alert.ts';
import { obey } from '../../../functions/core/command.ts';
import { type AlertEvent, decide, newAlert } from '../../../functions/core/decide.ts';
import { dueAt } from '../../../functions/core/outbox.ts';
import type { Plan } from '../../../functions/core/plan.ts';
import { policyOf } from '../../../functions/core/policy.ts';
import type { Silence } from '../../../functions/core/silence.ts';
import { type Act, act, checks, course, type Happening, happenings, large, later, plan, start } from './happenings.ts';
import { observation } from './timeline.ts';

/** What has to be told is told within a weekend and its holidays. */
const ending: readonly Act[] = [
  { kind: 'unsilence' },
  ...checks.map((check) => ({ kind: 'resolve', check, by: 'ann' }) as const),
  { kind: 'wait', minutes: 5 * 24 * 60 },
];

/** Holds for whatever happens to any platform. */
function always(holds: (happening: Happening, plan: Plan) => void): void {
  fc.assert(
    fc.property(plan, course, (plan, acts) => {
      for (const happening of happenings(plan, acts)) holds(happening, plan);
    }),
    { numRuns: 200 },
  );
}

/** What tells a level. */
const levelKinds: readonly NoticeKind[] = ['problem', 'escalation', 'reminder', 'update'];

/** Events at the moment of a happening. */
function events({ at, check }: Happening, plan: Plan, found = 'a=CRITICAL b=OK c=WARNING'): AlertEvent[] {
  return [{ kind: 'time' }, { kind: 'observation', observation: observation(plan, at, `${check}: ${found}`) }];
}

describe('whatever happens to an alert', () => {
  it('the same event twice changes nothing the second time', () => {
    always((happening, plan) => {
      const { at, after } = happening;
      const policy = happening.policyAt(at);
      for (const event of events(happening, plan)) {
        const { next } = decide(after, event, policy, at);
        expect(decide(next, event, policy, at).next).toEqual(next);
      }
    });
  });

  it('an older observation changes no alert that has an incident', () => {
    always(({ at, check, after, policyAt }, plan) => {
      if (!after.incident || at < after.observedAt) return;
      for (const hosts of ['a=OK b=OK c=OK', 'a=CRITICAL b=CRITICAL c=CRITICAL']) {
        const older = observation(plan, later(after.observedAt, -1), `${check}: ${hosts}`);
        expect(decide(after, { kind: 'observation', observation: older }, policyAt(at), at).next).toBe(after);
      }
    });
  });

  it('nobody is paged between an acknowledgement and its lapse, or a rise', () => {
    always(({ at, before, after, told }) => {
      const { acknowledged, openedAt, priority } = before.incident ?? {};
      const isLapsed = acknowledged?.until !== undefined && acknowledged.until <= at;
      const hasRisen = after.incident?.openedAt === openedAt && after.incident?.priority !== priority;
      if (!acknowledged || isLapsed || hasRisen) return;
      const ofIncident = told.filter((each) => each.openedAt === openedAt);
      expect(ofIncident.filter(({ event }) => levelKinds.includes(event))).toEqual([]);
    });
    always(({ at, after, policyAt }) => {
      const { acknowledged } = after.incident ?? {};
      for (const minutes of acknowledged ? [1, 60, 239, 10_000] : []) {
        const time = later(at, minutes);
        if (acknowledged?.until !== undefined && acknowledged.until <= time) return;
        const { next } = decide(after, { kind: 'time' }, policyAt(time), time);
        expect(next.outbox.filter(({ notice, to }) => to.length > 0 && levelKinds.includes(notice.kind))).toEqual([]);
      }
    });
  });

  it('everybody who was told since an incident opened hears of its end, and nobody else', () => {
    fc.assert(
      fc.property(plan, course, (plan, acts) => {
        const heard = new Map<string, string[]>();
        const closed = new Map<string, string[]>();
        for (const { check, before, after, told } of happenings(plan, [...acts, ...ending])) {
          const ended = before.incident?.openedAt === after.incident?.openedAt ? undefined : before.incident?.openedAt;
          if (ended) closed.set(`${check} ${ended}`, heard.get(`${check} ${ended}`) ?? []);
          for (const { event, openedAt, to } of told) {
            const incident = `${check} ${openedAt}`;
            const contacts = to.map(({ contact }) => contact);
            if (event === 'recovery' || (event === 'flapping-end' && closed.has(incident))) {
              expect([incident, contacts.sort()]).toEqual([incident, closed.get(incident)]);
              closed.set(incident, []);
            } else if (!closed.has(incident)) {
              heard.set(incident, [...new Set([...(heard.get(incident) ?? []), ...contacts])].sort());
            }
          }
        }
        for (const [incident, contacts] of closed) expect([incident, contacts]).toEqual([incident, []]);
      }),
      { numRuns: 200 },
    );
  });

  it('an incident is told, waits for a time that is known, or is in the hands of somebody', () => {
    always(({ after }) => {
      const { incident, parked } = after;
      if (!incident) return;
      const waiting = parked.filter(({ notice, notBefore }) => notice.openedAt === incident.openedAt && notBefore);
      expect(incident.told.length > 0 || waiting.length > 0).toBe(true);
    });
  });

  it('an incident that nobody has taken is looked at again, unless its last level has no deadline', () => {
    always(({ after }, { priorities }) => {
      const { incident } = after;
      if (!incident || incident.acknowledged || dueAt(after)) return;
      const { levels = [] } = priorities[incident.priority] ?? {};
      expect(incident.level).toBe(levels.length);
      expect(levels.at(-1)?.acknowledgeMinutes).toBeUndefined();
    });
  });

  it('what is stored decides as what was decided', () => {
    always((happening, plan) => {
      const { at, after } = happening;
      const policy = happening.policyAt(at);
      const stored: Alert = JSON.parse(JSON.stringify(after));
      for (const event of events(happening, plan)) {
        expect(decide(stored, event, policy, at)).toEqual(decide(after, event, policy, at));
      }
    });
  });
});

it('an alert of which nothing can be sent stays under 100 KB', () => {
  fc.assert(
    fc.property(plan, fc.array(act, { minLength: 100, maxLength: 200 }), (plan, acts) => {
      let alert = newAlert('disk', start);
      let now = start;
      const silences: Silence[] = [];
      const happen = (event: AlertEvent) => {
        const policy = policyOf(plan, 'disk', now, { silences, alerts: new Map() });
        alert = decide(alert, event, policy, now).next;
      };
      for (const act of acts) {
        if (act.kind === 'wait') {
          const end = later(now, act.minutes);
          for (let minutes = 0; minutes < act.minutes; minutes += 60) {
            now = later(now, 60);
            happen({ kind: 'time' });
          }
          now = end > now ? end : now;
        } else if (act.kind === 'round') {
          now = later(now, 1);
          happen({ kind: 'observation', observation: large(plan, { ...act, check: 'disk', at: now }) });
        } else if (act.kind === 'silence') {
          silences.push({ id: 's', by: 'ann', reason: 'works', from: now, until: later(now, act.minutes), checks: [] });
        } else if (act.kind !== 'unsilence') {
          alert = obey(alert, act, now).next ?? alert;
        }
        expect(JSON.stringify(alert).length).toBeLessThan(100_000);
      }
    }),
    { numRuns: 30 },
  );
});
