import { expect, test } from 'vitest';
import { loadContacts } from '../../../../lib/runbook/contacts.ts';
import { fossawork } from '../../../../lib/runbooks/fossawork/runbook.ts';
import { beginDay } from '../business-day.ts';

const { contacts } = loadContacts('fossawork', { allowUnconfigured: true });

test('a business day of FossaWork runs by itself, and nobody is told of anything', { timeout: 900_000 }, async () => {
  // The first Monday of a month, in New York.
  const day = await beginDay(fossawork(contacts), '2026-12-07T04:58:00.000Z');
  await day.passUntil('2026-12-08T04:58:00.000Z');

  for (const [routine, hours] of Object.entries(expectedHours))
    expect(await day.hoursOf(routine), routine).toEqual(hours);
  expect(await day.troubles()).toEqual([]);
  expect(day.failures()).toEqual([]);
  expect(await day.incidents()).toEqual([]);
  expect(day.notifications()).toEqual([]);

  expect(day.mails().map(({ subject }) => subject)).toEqual([
    'FossaWork V2: Daily Operations Audit 2026-12-07',
    'FossaWork V2: Daily Operations Log 2026-12-07',
  ]);
  const { text: log = '' } = day.mails()[1] ?? {};
  expect(log).toContain('System Status: PASS');

  const asked = (await day.signOffs()).map(({ id, signatures }) => `${id} ${signatures.length}`);
  expect(asked.sort()).toEqual([
    'audit 1',
    'day-closed 1',
    'error-patterns-documented 1',
    'performance-reviewed 1',
    'security-reviewed 1',
    'user-activity-reviewed 1',
    'utilization-stable 1',
  ]);
});

/** Local hours of the rounds of the day. */
const expectedHours: Readonly<Record<string, readonly number[]>> = {
  morning: [8],
  'morning-security': [8],
  'morning-performance': [8],
  midday: [12],
  'midday-users': [12],
  'evening-backup': [18],
  'evening-logs': [18],
  'evening-performance': [18],
  backup: [2],
  'log-rotation': [3],
  optimization: [4],
  health: [0, 4, 8, 12, 16, 20],
  'security-scan': [6],
  security: Array.from({ length: 24 }, (_, hour) => hour),
  performance: Array.from({ length: 24 }, (_, hour) => hour),
  'database-maintenance': [],
  'system-cleanup': [],
  'weekly-review': [],
  'monthly-audit': [10],
};
