import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../functions/core/alert.ts';
import { type Letter, received } from '../../../functions/core/mailbox.ts';
import { messageOf } from '../../../functions/core/messages.ts';
import { smsText } from '../../../functions/core/sms.ts';
import { subjectText } from '../../../functions/core/subject.ts';
import { examplePlan } from './example-plan.ts';
import { diskProblem, letterOf } from './letters.ts';

const now = '2026-11-23T08:00:30.000Z';

function messageAbout(...letters: readonly Letter[]) {
  return messageOf(examplePlan, 'ann', letters, now);
}

const loadProblem: Partial<Notice> = {
  check: 'load',
  title: 'Load',
  incident: 'DAILY-20261123-002',
  openedAt: '2026-11-23T07:00:10.000Z',
  headline: 'Load CRITICAL on all 212 hosts',
  priority: 'P1',
  troubled: 212,
  worst: [{ host: 'i-0a1', name: 'web-1', status: 'CRITICAL', text: 'load is 40', longText: '' }],
};

/** One that waited for Monday, and is over. */
const oldLogs: Partial<Notice> = {
  kind: 'digest',
  check: 'logs',
  title: 'Log sizes',
  incident: 'DAILY-20261120-003',
  sequence: 2,
  openedAt: '2026-11-20T16:00:00.000Z',
  headline: 'Log sizes WARNING on 1 of 212 hosts',
  priority: 'P3',
  reason: 'it was over at 2026-11-21T10:00:00.000Z',
  worst: [],
};

describe('a message about one incident', () => {
  it('tells a woken person what, where, since when and what to do', () => {
    const { subject, email, sms } = messageAbout(letterOf());
    expect(subject).toBe('[P2] Demo Shop: Disk usage CRITICAL on 7 of 212 hosts for 1 h (DAILY-20261123-001)');
    expect(sms).toBe(
      'P2 DAILY-20261123-001 Demo Shop: Disk usage CRITICAL on 7 of 212 hosts since 08:00 GMT+1. web-1: disk_used is 97 %, over 90 %',
    );
    expect(email).toBe(`Demo Shop: Disk usage CRITICAL on 7 of 212 hosts

Incident   DAILY-20261123-001
What       Disk usage (check disk)
Where      7 of 212 hosts: web-1 (i-0a1), i-0a2 and 5 more
Since      2026-11-23 08:00 GMT+1
Priority   P2: the shop is impaired

web-1 says CRITICAL:
    disk_used is 97 %, over 90 %
    /var 97%
    / 4%

i-0a2 says WARNING:
    disk_used is 85 %

To look further:
    aws ssm start-session --target i-0a1
    df -h
To acknowledge, or System administrator is told in 4 hours:
    rounds ack DAILY-20261123-001 --stack Rounds-demo

The procedure: https://example.com/procedure

You are told as Operations. DAILY-20261123-001/1
`);
  });

  const nobody = 'nobody has acknowledged in 15 minutes';

  it.each<[kind: Notice['kind'], about: Partial<Notice>, start: string, why: string | undefined]>([
    ['escalation', { level: 2, reason: nobody }, 'ESCALATED: Disk', `ESCALATED, level 2: ${nobody}`],
    [
      'reminder',
      { reason: 'bob acknowledged it at 2026-11-23T03:00:00.000Z, and it is still open' },
      'STILL OPEN: Disk',
      'bob acknowledged it at 04:00 GMT+1, and it is still open',
    ],
    ['update', { reason: 'rose from P3 to P2' }, 'WORSE: Disk', 'rose from P3 to P2'],
    [
      'flapping-start',
      { reason: 'it goes to and fro' },
      'FLAPPING: Disk',
      'it goes to and fro; you are told when it stays one way, and not of each change',
    ],
    ['flapping-end', { reason: 'it goes to and fro no more' }, 'STEADY: Disk', 'it goes to and fro no more'],
    ['problem', { reason: 'CRITICAL on 7 of 212 hosts' }, 'Disk', undefined],
  ])('of the kind %s says what has happened, and why it comes now', (kind, about, start, why) => {
    const { subject, email, sms } = messageAbout(letterOf({ kind, sequence: 2, ...about }));
    expect(subject).toBe(`[P2] Demo Shop: ${start} usage CRITICAL on 7 of 212 hosts for 1 h (DAILY-20261123-001)`);
    expect(email).toMatch(new RegExp(`^Demo Shop: ${start} usage CRITICAL`));
    expect(/^Why now {4}(.*)$/m.exec(email)?.[1]).toBe(why);
    expect(sms).toContain(`P2 DAILY-20261123-001/2 Demo Shop: ${start} usage CRITICAL`);
    expect(email).toContain('You are told as Operations. DAILY-20261123-001/2\n');
    expect(email.includes('rounds ack')).toBe(kind !== 'flapping-end');
  });

  it.each([
    ['P1', 1, ', or System administrator is told in 15 minutes'],
    ['P1', 2, ', or you are told again in 60 minutes'],
    ['P2', 2, ''],
    ['P3', 1, ''],
  ] as const)('of a %s at level %i says what happens unless somebody acknowledges', (priority, level, consequence) => {
    const { email } = messageAbout(letterOf({ priority, level }));
    expect(email).toContain(`\nTo acknowledge${consequence}:\n    rounds ack`);
  });

  it('tells a recovery with the time of it, and nothing to do', () => {
    const recovery = { kind: 'recovery', headline: 'Disk usage is OK again', troubled: 0, worst: [] } as const;
    const { subject, email, sms } = messageAbout(letterOf({ ...recovery, at: '2026-11-24T08:30:00.000Z' }));
    expect(subject).toBe('[P2] Demo Shop: RESOLVED: Disk usage is OK again after 25 h (DAILY-20261123-001)');
    expect(sms).toBe('P2 DAILY-20261123-001 Demo Shop: RESOLVED: Disk usage is OK again after 25 hours');
    expect(email).toContain('Where      all 212 hosts that answered\n');
    expect(email).toContain('Resolved   2026-11-24 09:30 GMT+1, after 25 hours\n\nThe procedure:');
    expect(email).not.toMatch(/start-session|rounds ack/);
  });

  it('tells who has resolved it, and does not say that it is well', () => {
    const about = { kind: 'recovery', by: 'bob', reason: 'resolved by bob', at: '2026-11-23T07:20:00.000Z' } as const;
    const { subject, email, sms } = messageAbout(letterOf(about));
    expect(subject).toBe('[P2] Demo Shop: RESOLVED by bob: Disk usage CRITICAL on 7 of 212 hosts after 20 min');
    expect(sms).toMatch(/RESOLVED by bob: Disk usage CRITICAL on 7 of 212 hosts after 20 minutes$/);
    expect(email).toContain('Where      7 of 212 hosts: web-1');
    expect(email).toContain('Resolved   2026-11-23 08:20 GMT+1 by bob, after 20 minutes\n');
  });

  it('tells in one line what somebody has in hand', () => {
    const { subject, email, sms } = messageAbout(letterOf({ kind: 'digest', reason: 'acknowledged by bob' }));
    expect(subject).toBe('[P2] Demo Shop: NOTHING TO DO: Disk usage CRITICAL on 7 of 212 hosts: acknowledged by bob');
    expect(sms).toBe(
      'P2 DAILY-20261123-001 Demo Shop: NOTHING TO DO: Disk usage CRITICAL on 7 of 212 hosts since 08:00 GMT+1: acknowledged by bob',
    );
    expect(email).toMatch(/^Demo Shop: NOTHING TO DO: Disk usage CRITICAL on 7 of 212 hosts: acknowledged by bob\n/);
    expect(email).not.toContain('rounds ack');
  });

  it('tells what was held back before it in the same message', () => {
    const { email, subject, https } = messageAbout(
      letterOf({ priority: 'P3', headline: 'Disk usage WARNING on 1 of 212 hosts' }),
      letterOf({ kind: 'update', sequence: 2, reason: 'rose from P3 to P2', at: '2026-11-23T07:30:00.000Z' }),
    );
    expect(subject).toBe('[P2] Demo Shop: WORSE: Disk usage CRITICAL on 7 of 212 hosts for 1 h (DAILY-20261123-001)');
    expect(email).toContain('\nEarlier    P3 Disk usage WARNING on 1 of 212 hosts, 2026-11-23 08:00 GMT+1\n');
    expect(JSON.parse(https).content.description).toContain('\nBefore: P3 Disk usage WARNING on 1 of 212 hosts since');
  });

  it('says how many could not be told', () => {
    expect(messageAbout(letterOf({ droppedBefore: 3 })).email).toContain(
      '\nBefore this, 3 messages could not be sent and never will be.\n',
    );
  });

  it('names the date where it is not of today', () => {
    const { sms } = messageOf(examplePlan, 'ann', [letterOf()], '2026-11-24T08:00:00.000Z');
    expect(sms).toContain('since 2026-11-23 08:00 GMT+1.');
  });

  it('stays one SMS of GSM characters whatever a host says', () => {
    const text = `“naïve” ${'☃ {json} '.repeat(80)}\n\u202e`;
    const worst = diskProblem.worst.slice(0, 1).map((host) => ({ ...host, text }));
    const { sms } = messageAbout(letterOf({ worst }));
    // SNS puts this before it.
    expect(`ROUNDS> ${sms}`.length).toBeLessThanOrEqual(160);
    expect(sms).toMatch(/^[\x20-\x7eäöüÄÖÜßàèéùìò]*$/);
    expect(sms).toContain('DAILY-20261123-001');
  });
});

describe('a message about several incidents', () => {
  it('begins with the most urgent one and names all', () => {
    const { subject, email, sms, attributes } = messageAbout(letterOf(oldLogs), letterOf(), letterOf(loadProblem));
    expect(subject).toBe('[P1] Demo Shop: 3 incidents, 2 to act on, first: Load CRITICAL on all 212 hosts for 1 h');
    expect(attributes).toEqual({
      incident: ['DAILY-20261123-002', 'DAILY-20261123-001', 'DAILY-20261120-003'],
      kind: ['problem', 'problem', 'digest'],
      priority: ['P1', 'P2', 'P3'],
      role: ['operations', 'operations', 'operations'],
    });
    expect(sms).toBe(
      'P1 DAILY-20261123-002 Demo Shop: Load CRITICAL on all 212 hosts since 08:00 GMT+1. web-1: load is 40 +2: DAILY-20261123-001, DAILY-20261120-003',
    );
    expect(email).toBe(`Demo Shop: 3 incidents, 2 to act on, first: Load CRITICAL on all 212 hosts

P1  DAILY-20261123-002/1  Load CRITICAL on all 212 hosts since 08:00 GMT+1
P2  DAILY-20261123-001/1  Disk usage CRITICAL on 7 of 212 hosts since 08:00 GMT+1
P3  DAILY-20261120-003/2  NOTHING TO DO: Log sizes WARNING on 1 of 212 hosts since 2026-11-20 17:00 GMT+1: it was over at 2026-11-21 11:00 GMT+1

--- Load CRITICAL on all 212 hosts

Incident   DAILY-20261123-002
What       Load (check load)
Where      all 212 hosts: web-1 (i-0a1) and 211 more
Since      2026-11-23 08:00 GMT+1
Priority   P1: the shop is down

web-1 says CRITICAL:
    load is 40

To look further:
    aws ssm start-session --target i-0a1
    uptime
To acknowledge, or System administrator is told in 15 minutes:
    rounds ack DAILY-20261123-002 --stack Rounds-demo

--- Disk usage CRITICAL on 7 of 212 hosts

Incident   DAILY-20261123-001
What       Disk usage (check disk)
Where      7 of 212 hosts: web-1 (i-0a1), i-0a2 and 5 more
Since      2026-11-23 08:00 GMT+1
Priority   P2: the shop is impaired

web-1 says CRITICAL:
    disk_used is 97 %, over 90 %
    /var 97%
    / 4%

i-0a2 says WARNING:
    disk_used is 85 %

To look further:
    aws ssm start-session --target i-0a1
    df -h
To acknowledge, or System administrator is told in 4 hours:
    rounds ack DAILY-20261123-001 --stack Rounds-demo

The procedure: https://example.com/procedure

You are told as Operations.
`);
  });

  it('puts what somebody has to act on before the end of something more urgent', () => {
    const recovery = letterOf({ ...loadProblem, kind: 'recovery', headline: 'Load is OK again' });
    expect(messageAbout(recovery, letterOf()).subject).toBe(
      '[P2] Demo Shop: 2 incidents, 1 to act on, first: Disk usage CRITICAL on 7 of 212 hosts for 1 h',
    );
  });

  it('keeps the count and the numbers of the others when it has to cut', () => {
    const headline = `Load CRITICAL on ${'very '.repeat(40)}many hosts`;
    const { subject, sms } = messageAbout(letterOf({ ...loadProblem, headline }), letterOf());
    expect(subject).toMatch(/^\[P1\] Demo Shop: 2 incidents, first: Load CRITICAL on very .*\.\.\.$/);
    expect(subject).toHaveLength(99);
    expect(sms).toMatch(/^P1 DAILY-20261123-002 Demo Shop: Load CRITICAL on very .*\.\. \+1: DAILY-20261123-001$/);
    expect(sms.length).toBeLessThanOrEqual(152);
  });

  it('shortens the numbers of one day, and names as many as there is room for', () => {
    const others = [1, 3, 4, 5, 6, 7].map((number) =>
      letterOf({ check: `check-${number}`, incident: `DAILY-20261123-00${number}` }),
    );
    expect(messageAbout(letterOf(loadProblem), ...others).sms).toMatch(
      / \+6: DAILY-20261123-001, \.\.\.-003, \.\.\.-004, \.\.\.-005$/,
    );
  });

  it('tells many that waited for Monday in one line each, and the others in full', () => {
    const waiting = Array.from({ length: 6 }, (_, index) =>
      letterOf({ check: `check-${index}`, incident: `DAILY-20261121-00${index}`, priority: 'P3' }),
    );
    const { email } = messageAbout(...waiting, letterOf());
    expect(email.match(/^P3 {2}DAILY-20261121-00\d\/1 /gm)).toHaveLength(6);
    expect(email.match(/^--- /gm)).toHaveLength(1);
    expect(messageAbout(...waiting.slice(0, 3)).email.match(/^--- /gm)).toHaveLength(3);
  });

  it('tells several roles', () => {
    const { email } = messageAbout({ ...letterOf(), role: 'administrator' }, letterOf(loadProblem));
    expect(email).toContain('You are told as Operations and System administrator.\n');
  });

  it('is one that SNS takes, however many there are and whatever hosts print', () => {
    // Each becomes four bytes in JSON within JSON.
    const worst = Array.from({ length: 5 }, (_, index) => ({
      host: `i-${String(index).repeat(17)}`,
      name: '"'.repeat(64),
      status: 'CRITICAL' as const,
      text: '"'.repeat(300),
      longText: '"'.repeat(1_500),
    }));
    const letters = Array.from({ length: 100 }, (_, index) =>
      letterOf({ check: `check-${index}`, title: 'x'.repeat(60), headline: 'x'.repeat(100), worst }),
    );
    const { email, sms, https } = messageAbout(...received(undefined, 'ann', letters).letters);
    const body = JSON.stringify({ default: email, email, sms, https });
    // 256 KB with the attributes.
    expect(Buffer.byteLength(body)).toBeLessThan(255_000);
    expect(email.match(/^P2 /gm)).toHaveLength(100);
  });
});

describe('a subject', () => {
  const one = { troubled: 1, population: 2, headline: 'Disk usage CRITICAL on 1 of 2 hosts' };

  it.each<[what: string, about: Partial<Notice>, subject: string]>([
    [
      'the host, where it is only one',
      one,
      '[P2] Demo Shop: Disk usage CRITICAL on 1 of 2 hosts (web-1) for 1 h (DAILY-20261123-001)',
    ],
    [
      'no host, where there is no room for it',
      { ...one, kind: 'reminder' as const, priority: 'P1' as const, headline: 'Disk usages CRITICAL on 1 of 2 hosts' },
      '[P1] Demo Shop: STILL OPEN: Disk usages CRITICAL on 1 of 2 hosts for 1 h (DAILY-20261123-001)',
    ],
    [
      'no number, where what is so would be cut',
      { headline: `${'Disk usage '.repeat(4)}CRITICAL on 7 of 212 hosts` },
      '[P2] Demo Shop: Disk usage Disk usage Disk usage Disk usage CRITICAL on 7 of 212 hosts for 1 h',
    ],
    [
      'how long it has been so, whatever has to be cut',
      { headline: 'Disk usage '.repeat(20) },
      '[P2] Demo Shop: Disk usage Disk usage Disk usage Disk usage Disk usage Disk usage Disk u... for 1 h',
    ],
    [
      'nothing of the time of what has just begun',
      { openedAt: '2026-11-23T08:00:00.000Z' },
      '[P2] Demo Shop: Disk usage CRITICAL on 7 of 212 hosts (DAILY-20261123-001)',
    ],
    [
      'why there is nothing to do, whatever has to be cut',
      { kind: 'digest', headline: 'Disk usage '.repeat(20), reason: 'acknowledged by bob' },
      '[P2] Demo Shop: NOTHING TO DO: Disk usage Disk usage Disk usage Disk usage ...: acknowledged by bob',
    ],
    [
      'the end of a flapping that ends well as the end',
      {
        kind: 'flapping-end',
        headline: 'Disk usage is OK again',
        troubled: 0,
        worst: [],
        at: '2026-11-23T07:30:00.000Z',
      },
      '[P2] Demo Shop: RESOLVED: Disk usage is OK again after 30 min (DAILY-20261123-001)',
    ],
    [
      'why a check that is gone is over, and not that it is well',
      { kind: 'recovery', reason: 'the runbook has no such check any more' },
      '[P2] Demo Shop: RESOLVED: Disk usage CRITICAL on 7 of 21...: the runbook has no such check any more',
    ],
  ])('says %s', (_what, about, subject) => {
    expect(messageAbout(letterOf(about)).subject).toBe(subject);
    expect(subject.length).toBeLessThan(100);
  });

  it.each([
    ['plain', 'plain'],
    ['two\r\nlines', 'two lines'],
    ['Münster – ☃', 'Munster ? ?'],
    ['x'.repeat(200), `${'x'.repeat(96)}...`],
  ])('%j becomes %j', (text, expected) => {
    expect(subjectText(text)).toBe(expected);
  });
});

describe('an SMS', () => {
  it.each([
    ['all is well', 'all is well'],
    ['[a] {b} ~c | d\\e', '(a) (b) -c / d/e'],
    ['Ünïcödé ☃', 'Ünicödé ?'],
    ['a\n\n  b', 'a b'],
    ['x'.repeat(153), `${'x'.repeat(150)}..`],
    ['x'.repeat(152), 'x'.repeat(152)],
  ])('%j becomes %j', (text, expected) => {
    expect(smsText(text)).toBe(expected);
  });
});
