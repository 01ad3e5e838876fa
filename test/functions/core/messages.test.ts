import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../functions/core/alert.ts';
import { messageOf, subjectText } from '../../../functions/core/messages.ts';
import { smsText } from '../../../functions/core/sms.ts';
import { examplePlan } from './example-plan.ts';

const notice: Notice = {
  kind: 'problem',
  incident: 'DAILY-20261123-001',
  sequence: 1,
  round: 'morning/2026-11-23T07:00:00.000Z',
  check: 'disk',
  title: 'Disk usage',
  headline: 'Disk usage CRITICAL on 7 of 212 hosts',
  priority: 'P2',
  openedAt: '2026-11-23T07:00:00.000Z',
  at: '2026-11-23T07:00:00.000Z',
  troubled: 7,
  population: 212,
  worst: [
    {
      host: 'i-0a1',
      name: 'web-1',
      status: 'CRITICAL',
      text: 'disk_used is 97 %, over 90 %',
      longText: '/var 97%\n/ 4%',
    },
    { host: 'i-0a2', name: 'i-0a2', status: 'WARNING', text: 'disk_used is 85 %', longText: '' },
  ],
};
const recipient = { contact: 'ann', role: 'operations', channels: ['sms', 'email'] } as const;

describe('a message', () => {
  it('tells a woken person what, where, since when and what to do', () => {
    const { subject, email, sms } = messageOf(examplePlan, notice, recipient);
    expect(subject).toBe('[P2] Demo Shop: Disk usage CRITICAL on 7 of 212 hosts (DAILY-20261123-001)');
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
The procedure: https://example.com/procedure

You are told as Operations.
`);
  });

  it('tells a recovery with the time of it', () => {
    const recovery: Notice = {
      ...notice,
      kind: 'recovery',
      headline: 'Disk usage is OK again',
      at: '2026-11-24T08:30:00.000Z',
      worst: [],
    };
    const { subject, email, sms } = messageOf(examplePlan, recovery, recipient);
    expect(subject).toBe('[P2] Demo Shop: RESOLVED Disk usage is OK again (DAILY-20261123-001)');
    expect(sms).toContain('RESOLVED Disk usage is OK again since 2026-11-23 08:00');
    expect(email).toContain('Resolved   2026-11-24 09:30 GMT+1');
    expect(email).not.toContain('start-session');
  });

  it('stays one SMS of GSM characters whatever a host says', () => {
    const hostile = {
      ...notice.worst[0],
      text: `“naïve” ${'☃ {json} '.repeat(80)}\n\u202e`,
    } as Notice['worst'][number];
    const { sms } = messageOf(examplePlan, { ...notice, worst: [hostile] }, recipient);
    // SNS puts this before it.
    expect(`ROUNDS> ${sms}`.length).toBeLessThanOrEqual(160);
    expect(sms).toMatch(/^[\x20-\x7eäöüÄÖÜßàèéùìò]*$/);
    expect(sms).toContain('DAILY-20261123-001');
  });
});

describe('a subject', () => {
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
