import { expect, test } from 'vitest';
import type { NotificationReport } from '../../../lib/cli/records.ts';
import { showNotifications, showRound } from '../../../lib/cli/show.ts';

function notification(role: string, changes: Partial<NotificationReport> = {}): NotificationReport {
  return {
    at: '2026-11-20T13:00:00.000Z',
    incidents: [{ incident: 'DAILY-20261120-001', kind: 'opening', priority: 'P1' }],
    incident: 'DAILY-20261120-001',
    kind: 'opening',
    priority: 'P1',
    role,
    channels: ['sms', 'email'],
    subject: '[P1] Disk',
    texts: { email: `Disk is full.\n\nYou are told as ${role}.\n`, sms: 'P1 Disk is full' },
    endpoints: { sms: `+1 ${role}`, email: `${role}@example.com` },
    ...changes,
  };
}

const full = [
  '',
  '┌ email to ann@example.com (ann)',
  '│ Subject: [P1] Disk',
  '│ ',
  '│ Disk is full.',
  '│ ',
  '│ You are told as ann.',
  '└',
  '┌ SMS to +1 ann (ann)',
  '│ P1 Disk is full',
  '└ 15 characters',
];

test('one copy of a notice is shown in full, and who else got it', () => {
  expect(showNotifications([notification('ann'), notification('bob')])).toEqual([
    ...full,
    '  the same to bob@example.com, +1 bob (bob)',
  ]);
});

test('a copy is found between the messages of another incident', () => {
  const other = { incident: 'DAILY-20261120-002', texts: { sms: 'P1 API is down' } };
  const lines = showNotifications([notification('ann'), notification('ann', other), notification('bob')]);
  expect(lines.slice(full.length, full.length + 1)).toEqual(['  the same to bob@example.com, +1 bob (bob)']);
  expect(lines.slice(full.length + 1)).toEqual(['', '┌ SMS to +1 ann (ann)', '│ P1 API is down', '└ 14 characters']);
});

test('who got only one of the protocols is named with its address alone', () => {
  const sms = notification('bob', { texts: { sms: 'P1 Disk is full' }, endpoints: { sms: '+1 bob' } });
  expect(showNotifications([notification('ann'), sms]).at(-1)).toBe('  the same to +1 bob (bob)');
});

test.each<[what: string, changes: Partial<NotificationReport>]>([
  ['another kind', { kind: 'recovery' }],
  ['another incident', { incident: 'DAILY-20261120-002' }],
  ['another SMS', { texts: { email: 'Disk is full.\n\nYou are told as bob.\n', sms: 'P1 Disk' } }],
  ['another email', { texts: { email: 'Disk is full!\n\nYou are told as bob.\n', sms: 'P1 Disk is full' } }],
  ['a protocol that was not shown yet', { texts: { https: '{}' }, endpoints: { https: 'https://example.com' } }],
])('a message with %s is shown in full', (_what, changes) => {
  const lines = showNotifications([notification('ann'), notification('bob', changes)]);
  expect(lines.slice(full.length).join('\n')).toMatch(/^\n┌ (email|https) to /);
});

test('of the alarms of Rounds itself only those that go off are shown', () => {
  const alarm = (subject: string) => notification('', { incident: '', kind: '', subject });
  const subjects = ['OK: "Heartbeat" in us-east-1', 'ALARM: "Failures" in us-east-1', 'INSUFFICIENT_DATA: "Errors"'];
  expect(showNotifications(subjects.map(alarm))).toEqual(['', 'email to @example.com: ALARM: "Failures" in us-east-1']);
});

test('a round whose time its day skips says where it was moved', () => {
  const round = {
    platform: 'shop',
    routine: 'backup',
    title: 'Backup',
    slot: '2027-03-28T01:00:00.000Z',
    status: 'skipped',
    reason: 'sunday is not a business day',
    note: '02:30 does not exist on this day: moved to 03:00',
    verdicts: [],
  } as const;
  expect(showRound(round, [], 'Europe/Berlin')).toEqual([
    expect.stringContaining('2027-03-28 03:00 GMT+2 (02:30 does not exist on this day: moved to 03:00)'),
    '  skipped: sunday is not a business day',
  ]);
});
