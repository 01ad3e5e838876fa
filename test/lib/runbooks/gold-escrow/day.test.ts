import { expect, test } from 'vitest';
import { loadContacts } from '../../../../lib/runbook/contacts.ts';
import { goldEscrow } from '../../../../lib/runbooks/gold-escrow/runbook.ts';
import { beginDay } from '../business-day.ts';

const { contacts } = loadContacts('gold-escrow', { allowUnconfigured: true });
const everyFiveMinutes = ['infrastructure', 'containers', 'platform'];

const every = (minutes: number) => Array.from({ length: 1_440 / minutes }, (_, index) => index * minutes);
const at = (hour: number) => [hour * 60];

/** Minutes of the day, a first Monday of a month, at which each routine has a round. */
const slots: Readonly<Record<string, readonly number[]>> = {
  morning: at(9),
  'morning-hosts': at(9),
  midday: at(14),
  'midday-hosts': at(14),
  evening: at(18),
  'evening-hosts': at(18),
  ...Object.fromEntries(everyFiveMinutes.map((routine) => [routine, every(5)])),
  'memory-leaks': every(60),
  'log-rotation': at(1),
  'daily-tasks': at(2),
  'weekly-security': at(10),
  'weekly-performance': [],
  'weekly-documentation': [],
  'post-incident-review': [],
  'monthly-tasks': at(11),
};

/** The 900 rounds of a whole day take a quarter of an hour: unless they are asked for, the morning stands for them. */
const [from, until] = process.env.ROUNDS_WHOLE_DAY ? [0, 1_440] : [8 * 60 + 55, 9 * 60 + 35];
const timeOf = (minute: number) => new Date(Date.UTC(2026, 11, 7, 0, minute)).toISOString();

test('a business day of Gold Escrow runs by itself, and nobody is told of anything', {
  timeout: 1_800_000,
}, async () => {
  const day = await beginDay(goldEscrow(contacts), timeOf(from - 2));
  await day.passUntil(timeOf(until - 2));

  for (const [routine, minutes] of Object.entries(slots)) {
    const due = minutes.filter((minute) => minute >= from && minute < until);
    expect(await day.hoursOf(routine), routine).toEqual(due.map((minute) => Math.floor(minute / 60)));
  }
  expect(await day.troubles()).toEqual([]);
  expect(day.failures()).toEqual([]);
  expect(await day.incidents()).toEqual([]);
  expect(day.notifications()).toEqual([]);
  const signOffs = await day.signOffs();
  expect(signOffs.map(({ id }) => id)).toEqual(expect.arrayContaining(['feedback-reviewed']));
  expect(signOffs.filter(({ signatures }) => signatures.length !== 1)).toEqual([]);
});
