import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../functions/core/alert.ts';
import { type Command, obey } from '../../../functions/core/command.ts';
import { ann, bob, exampleAlert, exampleIncident, openedAt, parkedNotice } from './example-alert.ts';

const now = '2026-11-23T07:10:00.000Z';
const number = 'DAILY-20261123-001';
const acknowledge: Command = { kind: 'acknowledge', by: 'ann', incident: number };
const resolve: Command = { kind: 'resolve', by: 'ann', incident: number };

const { incident: _over, ...healthy } = exampleAlert;
const acknowledged: Alert = {
  ...exampleAlert,
  incident: { ...exampleIncident, acknowledged: { by: 'bob', at: '2026-11-23T07:07:00.000Z', sequence: 2 } },
};

describe('an acknowledgement', () => {
  it('stops the clock, and stands in the records without telling anybody', () => {
    const { next, isDone, answer } = obey(exampleAlert, acknowledge, now);
    expect(isDone).toBe(true);
    expect(answer).toBe(`${number} (Disk usage) is acknowledged by ann: nobody else is told to take it.`);
    const { escalateAt: _stopped, ...incident } = exampleIncident;
    expect(next?.incident).toEqual({ ...incident, acknowledged: { by: 'ann', at: now, sequence: 2 }, notices: 2 });
    expect(next?.outbox).toEqual([
      {
        notice: expect.objectContaining({
          kind: 'acknowledgement',
          incident: number,
          sequence: 2,
          by: 'ann',
          at: now,
          reason: 'acknowledged by ann',
        }),
        to: [],
      },
    ]);
  });

  it('keeps what has still to be told, and comes after it', () => {
    const owed = { notice: parkedNotice('problem').notice, to: [ann] };
    const { next } = obey({ ...exampleAlert, outbox: [owed] }, acknowledge, now);
    expect(next?.outbox.map(({ notice, to }) => [notice.kind, to.length])).toEqual([
      ['problem', 1],
      ['acknowledgement', 0],
    ]);
  });

  it('makes one line of a problem that is parked, told at its time', () => {
    const { next } = obey({ ...exampleAlert, parked: [parkedNotice('problem')] }, acknowledge, now);
    expect(next?.parked).toEqual([
      {
        ...parkedNotice('problem'),
        notice: { ...parkedNotice('problem').notice, kind: 'digest', reason: 'acknowledged by ann' },
      },
    ]);
  });

  it.each<[when: string, alert: Alert | undefined, command: Partial<Command>, answer: string]>([
    [
      'is told who was first, and since when',
      acknowledged,
      {},
      `bob has acknowledged ${number} (Disk usage) already, 3 minutes ago (2026-11-23T07:07:00.000Z); nothing was changed.`,
    ],
    ['comes too late', healthy, {}, `${number} is over already: there is nothing to acknowledge.`],
    [
      'means an incident before the present one',
      exampleAlert,
      { incident: 'DAILY-20261120-003' },
      `DAILY-20261120-003 is over already: there is nothing to acknowledge; what is open of the check now is ${number} (Disk usage).`,
    ],
    [
      'means a check that is well',
      { ...healthy, status: 'OK' },
      { incident: '' },
      'The check disk has no open incident to acknowledge: it is OK.',
    ],
    [
      'means a check that is asked again first',
      { ...healthy, soft: { attempt: 1, attempts: 3, priority: 'P2', openedAt } },
      { incident: '' },
      'The check disk has no open incident to acknowledge: it is CRITICAL, with 1 of the 3 bad results in a row that make an incident.',
    ],
    [
      'means a check that nobody knows',
      undefined,
      { incident: '' },
      'Nothing is known of such a check: there is no incident to acknowledge.',
    ],
  ])('changes nothing when it %s', (_when, alert, { incident = number }, expected) => {
    const command: Command = { kind: 'acknowledge', by: 'ann', ...(incident !== '' && { incident }) };
    expect(obey(alert, command, now)).toEqual({ isDone: false, answer: expected });
  });

  it('takes the place of one that counts as forgotten', () => {
    const until = '2026-11-23T07:10:00.000Z';
    const forgotten = { ...exampleIncident, acknowledged: { by: 'bob', at: openedAt, sequence: 2, until } };
    const { next } = obey({ ...exampleAlert, incident: forgotten }, acknowledge, now);
    expect(next?.incident?.acknowledged).toEqual({ by: 'ann', at: now, sequence: 2 });
  });

  it('by the check reaches an incident that has no number yet', () => {
    const alert = { ...exampleAlert, incident: { ...exampleIncident, number: '' } };
    const { isDone, answer } = obey(alert, { kind: 'acknowledge', by: 'ann' }, now);
    expect(isDone).toBe(true);
    expect(answer).toContain('The incident of Disk usage is acknowledged');
  });
});

describe('a resolution by hand', () => {
  it('ends the incident, and tells exactly those who were told', () => {
    const told = { ...exampleAlert, incident: { ...exampleIncident, told: [ann, bob] } };
    const { next, isDone } = obey({ ...told, status: 'OK' }, resolve, now);
    expect(isDone).toBe(true);
    expect(next?.incident).toBeUndefined();
    const recovery = expect.objectContaining({
      kind: 'recovery',
      sequence: 2,
      by: 'ann',
      at: now,
      reason: 'resolved by ann',
    });
    expect(next?.outbox).toEqual([{ notice: recovery, to: [] }]);
    // The hour at which its priority is told is the tick's to know.
    expect(next?.parked).toMatchObject([{ notice: recovery, to: { recipients: [ann, bob] }, notBefore: now }]);
  });

  it('says what follows while the check is still bad, whose next result begins anew', () => {
    const { next, answer } = obey(exampleAlert, resolve, now);
    expect(answer).toBe(
      `${number} (Disk usage) is resolved by ann, and everybody who was told of it hears of that; ` +
        'the check is still CRITICAL: if its next result is bad too, a new incident opens.',
    );
    expect(next).toMatchObject({ status: 'CRITICAL', since: openedAt });
    expect(next?.facts).toBeUndefined();
  });

  it('says when nobody had been told', () => {
    const untold = { ...exampleAlert, status: 'OK', incident: { ...exampleIncident, told: [] } } as const;
    expect(obey(untold, resolve, now).answer).toBe(
      `${number} (Disk usage) is resolved by ann, and nobody had been told of it.`,
    );
  });

  it('makes one line of what is parked, and drops what was held back', () => {
    const parked = [parkedNotice('problem'), parkedNotice('update', { heldBy: 'silence by bob' })];
    const untold = { ...exampleAlert, incident: { ...exampleIncident, told: [] }, parked };
    const { next } = obey(untold, resolve, now);
    expect(next?.parked.map(({ notice }) => [notice.kind, notice.reason])).toEqual([['digest', 'resolved by ann']]);
  });

  it('ends what somebody else has acknowledged', () => {
    expect(obey(acknowledged, resolve, now)).toMatchObject({ isDone: true, next: { check: 'disk' } });
  });

  it('that comes second is told so', () => {
    const { next } = obey(exampleAlert, resolve, now);
    expect(obey(next, { ...resolve, by: 'bob' }, now)).toEqual({
      isDone: false,
      answer: `${number} is over already: there is nothing to resolve.`,
    });
  });
});
