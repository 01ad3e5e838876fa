import type { Alert, Incident, Notice, NoticeKind, Parked, Recipient } from '../../../functions/core/alert.ts';
import { noticeOf } from '../../../functions/core/notice.ts';

export const openedAt = '2026-11-23T07:00:00.000Z';

export const ann: Recipient = { contact: 'ann', role: 'operations', channels: ['sms', 'email'] };
export const bob: Recipient = { contact: 'bob', role: 'administrator', channels: ['email'] };

export const exampleIncident: Incident = {
  number: 'DAILY-20261123-001',
  openedAt,
  priority: 'P2',
  level: 1,
  escalateAt: '2026-11-23T11:00:00.000Z',
  told: [ann],
  notices: 1,
};

/** A disk that is full on one of three hosts, of which Ann was told. */
export const exampleAlert: Alert = {
  check: 'disk',
  status: 'CRITICAL',
  since: openedAt,
  observedAt: openedAt,
  facts: {
    title: 'Disk usage',
    headline: 'Disk usage CRITICAL on 1 of 3 hosts',
    round: `morning/${openedAt}`,
    population: 3,
    troubled: { total: 1, named: ['i-1'] },
    worst: [{ host: 'i-1', name: 'app-1', status: 'CRITICAL', text: '97 % used', longText: '' }],
  },
  incident: exampleIncident,
  parked: [],
  outbox: [],
};

/** A notice of the example that waits for the next business day. */
export function parkedNotice(kind: NoticeKind, changes: Partial<Parked> & { readonly notice?: Notice } = {}): Parked {
  return {
    notice: noticeOf(exampleAlert, exampleIncident, kind, openedAt, 'a reason'),
    to: { roles: ['operations'], channels: ['email'] },
    notBefore: '2026-11-24T07:00:00.000Z',
    ...changes,
  };
}
