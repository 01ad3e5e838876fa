import { expect, test } from 'vitest';
import { loadContacts } from '../../../../lib/runbook/contacts.ts';
import { goldEscrow } from '../../../../lib/runbooks/gold-escrow/runbook.ts';
import { beginDay } from '../business-day.ts';

const { contacts } = loadContacts('gold-escrow', { allowUnconfigured: true });
const everyFiveMinutes = ['infrastructure', 'containers', 'platform'];

test('a business day of Gold Escrow runs by itself, and nobody is told of anything', { timeout: 900_000 }, async () => {
  // The first Monday of a month.
  const day = await beginDay(goldEscrow(contacts), '2026-12-06T23:58:00.000Z', 'healthy', everyFiveMinutes);
  await day.passUntil('2026-12-07T23:58:00.000Z');

  for (const [routine, hours] of Object.entries(expectedHours))
    expect(await day.hoursOf(routine), routine).toEqual(hours);
  expect(await day.troubles()).toEqual(expectedTroubles);
  expect(day.failures()).toEqual([]);
  expect((await day.incidents()).map(({ check, priority }) => `${priority} ${check}`)).toEqual(expectedInfo);
  expect(day.notifications()).toEqual([]);

  const asked = (await day.signOffs()).map(({ id, signatures }) => `${id} ${signatures.length}`);
  expect(asked).toHaveLength(14);
  expect(asked.filter((each) => !each.endsWith(' 1'))).toEqual([]);
});

const oftenADay = Array.from({ length: 288 }, (_, round) => Math.floor(round / 12));

/** Local hours of the rounds of the day. */
const expectedHours: Readonly<Record<string, readonly number[]>> = {
  morning: [9],
  midday: [14],
  'midday-hosts': [14],
  evening: [18],
  'evening-hosts': [18],
  ...Object.fromEntries(everyFiveMinutes.map((routine) => [routine, oftenADay])),
  'log-rotation': [1],
  'daily-tasks': [2],
  'weekly-security': [10],
  'weekly-performance': [],
  'weekly-documentation': [],
  'post-incident-review': [],
  'monthly-tasks': [11],
};

const expectedTroubles: readonly string[] = [];
const expectedInfo: readonly string[] = [];
