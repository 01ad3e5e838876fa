import { describe, expect, it } from 'vitest';
import type { Alert, Incident } from '../../../functions/core/alert.ts';
import { type Letter, type Mailbox, received } from '../../../functions/core/mailbox.ts';
import { quieted } from '../../../functions/core/quieted.ts';
import { diskProblem, letterOf } from './letters.ts';

const { openedAt } = diskProblem;
const tenLater = '2026-11-23T07:10:00.000Z';

const open: Incident = {
  number: 'DAILY-20261123-001',
  openedAt,
  priority: 'P2',
  level: 1,
  told: [],
  notices: 1,
};
const bad: Alert = { check: 'disk', status: 'CRITICAL', since: openedAt, observedAt: openedAt, parked: [], outbox: [] };
const isOpen: Alert = { ...bad, incident: open };
const isAcknowledged: Alert = { ...bad, incident: { ...open, acknowledged: { by: 'bob', at: tenLater, sequence: 3 } } };
const isOver: Alert = { ...bad, status: 'OK', since: tenLater, observedAt: tenLater };
const isNewlyOpen: Alert = { ...bad, incident: { ...open, openedAt: tenLater } };

const recovery = {
  kind: 'recovery',
  sequence: 2,
  at: tenLater,
  headline: 'Disk usage is OK again',
  worst: [],
} as const;

/** The mailbox after a look at the alert, a line a letter: `digest 1 email: acknowledged by bob`. */
function seen(letters: readonly Letter[], alert: Alert | undefined, before?: Mailbox): string[] {
  const mailbox = received(before, 'ann', letters);
  const once = quieted(mailbox, new Map([['disk', alert]]));
  expect(quieted(once, new Map([['disk', alert]]))).toEqual(once);
  return once.letters.map(({ notice, channels }) => {
    const reason = notice.kind === 'digest' ? `: ${notice.reason}` : '';
    return `${notice.kind} ${notice.sequence} ${channels.join('+')}${reason}`;
  });
}

const toldByEmail: Letter = { ...letterOf({}, ['sms']), isTold: true };

describe('a page that has not been sent', () => {
  it.each<[what: string, letter: Letter, alert: Alert | undefined, expected: string[]]>([
    ['goes on while its incident is open', letterOf(), isOpen, ['problem 1 sms+email']],
    ['goes on while nothing is known of its check', letterOf(), undefined, ['problem 1 sms+email']],
    [
      'goes on when it came after the acknowledgement',
      letterOf({ kind: 'update', sequence: 4 }),
      isAcknowledged,
      ['update 4 sms+email'],
    ],
    [
      'came before the acknowledgement, although the clock of who sends it is ahead',
      letterOf({ kind: 'escalation', at: '2026-11-23T07:20:00.000Z', sequence: 2 }),
      isAcknowledged,
      ['digest 2 email: acknowledged by bob'],
    ],
    ['says who has it, and wakes nobody', letterOf(), isAcknowledged, ['digest 1 email: acknowledged by bob']],
    ['says when it was over', letterOf(), isOver, ['digest 1 email: it was over at 2026-11-23T07:10:00.000Z']],
    ['says that it is over when there is another incident', letterOf(), isNewlyOpen, ['digest 1 email: it is over']],
    [
      'is one line by SMS to whom nothing else reaches',
      letterOf({ kind: 'reminder' }, ['sms']),
      isAcknowledged,
      ['digest 1 sms: acknowledged by bob'],
    ],
    ['is left out by SMS when the email has gone', toldByEmail, isOver, []],
    ['still goes by SMS while it is open, though the email has gone', toldByEmail, isOpen, ['problem 1 sms']],
    [
      'about a fleet that flaps is quieted too',
      letterOf({ kind: 'flapping-start' }),
      isOver,
      ['digest 1 email: it was over at 2026-11-23T07:10:00.000Z'],
    ],
    ['is not what a recovery is', letterOf(recovery), isOver, ['recovery 2 sms+email']],
  ])('%s', (_, letter, alert, expected) => {
    expect(seen([letter], alert)).toEqual(expected);
  });

  it('keeps what was, for the line that says that it is over', () => {
    const { letters } = quieted(received(undefined, 'ann', [letterOf()]), new Map([['disk', isAcknowledged]]));
    expect(letters[0]?.notice).toEqual({ ...diskProblem, kind: 'digest', reason: 'acknowledged by bob', worst: [] });
  });
});

describe('a recovery', () => {
  it('is one line with a problem that nobody was told of', () => {
    expect(seen([letterOf(), letterOf(recovery)], isOver)).toEqual([
      'digest 2 email: it was over at 2026-11-23T07:10:00.000Z',
    ]);
    const { letters } = quieted(received(undefined, 'ann', [letterOf(), letterOf(recovery)]), new Map());
    expect(letters[0]?.notice).toMatchObject({ headline: diskProblem.headline, sequence: 2, at: tenLater });
  });

  it('goes by the channel that has told the problem, and not by the one that has not', () => {
    expect(seen([toldByEmail, letterOf(recovery)], isOver)).toEqual(['recovery 2 email']);
  });

  it('is one line by SMS where there is only SMS', () => {
    expect(seen([letterOf({}, ['sms']), letterOf(recovery, ['sms'])], isOver)).toEqual([
      'digest 2 sms: it was over at 2026-11-23T07:10:00.000Z',
    ]);
  });

  it('stays a recovery by every channel to whom was told before, and takes the place of the reminder', () => {
    const before: Mailbox = { ...received(undefined, 'ann', [letterOf()]), letters: [] };
    const letters = [letterOf({ kind: 'reminder', sequence: 2 }), letterOf({ ...recovery, sequence: 3 })];
    expect(seen(letters, isOver, before)).toEqual(['recovery 3 sms+email']);
  });

  it('says who has resolved it', () => {
    const resolved = letterOf({ ...recovery, by: 'bob', reason: 'resolved by bob' });
    expect(seen([letterOf(), resolved], { ...bad })).toEqual(['digest 2 email: resolved by bob']);
  });

  it('of another incident changes nothing', () => {
    const other = letterOf({ ...recovery, openedAt: '2026-11-20T07:00:00.000Z' });
    expect(seen([other, letterOf()], isOpen)).toEqual(['recovery 2 sms+email', 'problem 1 sms+email']);
  });
});
