import type { Notice } from '../../../functions/core/alert.ts';
import type { Letter } from '../../../functions/core/mailbox.ts';

/** Full disks in the morning, of which nobody knows yet. */
export const diskProblem: Notice = {
  kind: 'problem',
  incident: 'DAILY-20261123-001',
  sequence: 1,
  round: 'morning/2026-11-23T07:00:00.000Z',
  check: 'disk',
  title: 'Disk usage',
  headline: 'Disk usage CRITICAL on 7 of 212 hosts',
  priority: 'P2',
  level: 1,
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
  reason: 'CRITICAL on 7 of 212 hosts',
};

/** A letter to Ann about the full disks, but for what is said otherwise. */
export function letterOf(about: Partial<Notice> = {}, channels: Letter['channels'] = ['sms', 'email']): Letter {
  return { notice: { ...diskProblem, ...about }, role: 'operations', channels };
}
