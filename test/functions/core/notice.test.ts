import { describe, expect, it } from 'vitest';
import { noticeOf, overtaken, withoutPages } from '../../../functions/core/notice.ts';
import { exampleAlert, exampleIncident, openedAt, parkedNotice } from './example-alert.ts';

const at = '2026-11-23T07:05:00.000Z';

describe('a notice', () => {
  it('is the next one of its incident, and says what is so now', () => {
    expect(noticeOf(exampleAlert, exampleIncident, 'escalation', at, 'nobody has acknowledged')).toEqual({
      kind: 'escalation',
      incident: 'DAILY-20261123-001',
      sequence: 2,
      round: 'morning/2026-11-23T07:00:00.000Z',
      check: 'disk',
      title: 'Disk usage',
      headline: 'Disk usage CRITICAL on 1 of 3 hosts',
      priority: 'P2',
      level: 1,
      openedAt,
      at,
      troubled: 1,
      population: 3,
      worst: exampleAlert.facts?.worst,
      reason: 'nobody has acknowledged',
    });
  });

  it('names the person who did it', () => {
    expect(noticeOf(exampleAlert, exampleIncident, 'recovery', at, 'resolved by ann', 'ann').by).toBe('ann');
  });

  it('is told by its check where the facts are missing', () => {
    const { facts: _none, ...alert } = exampleAlert;
    expect(noticeOf(alert, exampleIncident, 'problem', at, 'opened')).toMatchObject({
      title: 'disk',
      headline: 'disk',
      troubled: 0,
    });
  });
});

describe('parked notices', () => {
  const held = { heldBy: 'silence by ann' };
  const other = { notice: { ...parkedNotice('problem').notice, openedAt: '2026-11-20T07:00:00.000Z' } };
  const digest = { kind: 'digest', reason: 'acknowledged by ann' };

  it.each(['escalation', 'reminder'] as const)(
    'of kind %s are not told any more when somebody has the incident in hand: who waits for them knows nothing of it',
    (kind) => {
      expect(overtaken([parkedNotice(kind)], openedAt, 'acknowledged by ann')).toEqual([]);
    },
  );

  it.each(['problem', 'update', 'flapping-start'] as const)(
    'of kind %s become one line when somebody has the incident in hand, at their time',
    (kind) => {
      const [parked] = overtaken([parkedNotice(kind)], openedAt, 'acknowledged by ann');
      expect(parked).toMatchObject({ notice: digest, notBefore: '2026-11-24T07:00:00.000Z' });
    },
  );

  it.each([
    ['a recovery', parkedNotice('recovery')],
    ['the end of flapping', parkedNotice('flapping-end')],
    ['what is held by a silence', parkedNotice('problem', held)],
    ['a page of another incident', parkedNotice('problem', other)],
  ])('stay as they are then: %s', (_what, parked) => {
    expect(overtaken([parked], openedAt, 'acknowledged by ann')).toEqual([parked]);
  });

  it('are one line when the incident is over, and those that were held are not told at all', () => {
    const parked = [
      parkedNotice('problem'),
      parkedNotice('update', held),
      parkedNotice('problem', { ...other, ...held }),
    ];
    const left = withoutPages(parked, openedAt, 'resolved by ann');
    expect(left).toEqual([
      {
        ...parkedNotice('problem'),
        notice: { ...parkedNotice('problem').notice, kind: 'digest', reason: 'resolved by ann' },
      },
      parkedNotice('problem', { ...other, ...held }),
    ]);
  });
});
