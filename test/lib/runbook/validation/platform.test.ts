import { expect, test } from 'vitest';
import {
  incidentKey,
  incidentNumber,
  numberPrefix,
  runningNumber,
} from '../../../../functions/core/incident-number.ts';
import { sampleRunbook } from '../sample-runbook.ts';
import { changed, problemsOf, testRefusals } from './refusals.ts';

testRefusals([
  { set: 'id', to: 'Sample', expected: 'a kebab-case id of at most 20 characters' },
  { set: 'id', to: 'sample-', expected: 'kebab-case' },
  { set: 'id', to: '1sample', expected: 'kebab-case' },
  { set: 'id', to: 'a-platform-name-too-long', expected: 'at most 20 characters' },
  { set: 'id', to: undefined, expected: 'kebab-case' },
  { set: 'name', to: ' ', expected: 'the name of the platform' },
  { set: 'name', to: 'Two\nlines', expected: 'on one line' },
  { set: 'timeZone', to: 'Mars/Olympus', expected: 'IANA time zone' },
  { set: 'timeZone', to: 'europe/berlin', expected: 'IANA time zone' },
  { set: 'timeZone', to: '+01:00', expected: 'IANA time zone' },
  { set: 'calendar.businessDays', to: [], expected: 'at least one of the business days' },
  { set: 'calendar.businessDays[1]', to: 'Tuesday', expected: 'one of monday, tuesday' },
  { set: 'calendar.businessDays[1]', to: 'monday', expected: 'without duplicates' },
  { set: 'calendar.hours.from', to: '8:00', expected: 'HH:MM from 00:00 to 23:59' },
  { set: 'calendar.hours.to', to: '24:00', expected: 'HH:MM from 00:00 to 23:59' },
  { set: 'calendar.hours', to: { from: '18:00', to: '18:00' }, at: 'calendar.hours.to', expected: 'after `from`' },
  { set: 'calendar.wakingHours', to: undefined, expected: 'an object with the fields from, to' },
  { set: 'calendar.wakingHours.from', to: '7', expected: 'HH:MM from 00:00 to 23:59' },
  {
    set: 'calendar.wakingHours',
    to: { from: '22:00', to: '07:00' },
    at: 'calendar.wakingHours.to',
    expected: 'after `from`',
  },
  { set: 'calendar.holidaysThrough', to: undefined, expected: 'a date YYYY-MM-DD that exists' },
  { set: 'calendar.holidaysThrough', to: '2030-02-30', expected: 'a date YYYY-MM-DD that exists' },
  { set: 'calendar.holidaysThrough', to: '2028-02-28', expected: 'a date that is not before the last holiday' },
  { set: 'calendar.holidays[0].date', to: '2027-02-29', expected: 'a date YYYY-MM-DD that exists' },
  { set: 'calendar.holidays[1].date', to: '25.12.2026', expected: 'a date YYYY-MM-DD that exists' },
  { set: 'calendar.holidays[0].name', to: '', expected: 'the name of the holiday' },
  ...[
    'OPSYYYYMMDDNNN',
    'INC-YYYYNNN',
    'INC-YYYYMMDD-1NNN',
    'INC-YYYYMMDD1-NNN',
    'INC-YYYYMM-NNN',
    'INC-NNN',
    'YYYYMMDD',
  ].map((to) => ({ set: 'incidentFormat', to, expected: 'holds YYYYMMDD- or YYYY- and ends with -NNN' })),
  { set: 'incidentFormat', to: 'DAILY YYYYMMDD NNN', expected: 'letters, digits and hyphens' },
  { set: 'procedureUrl', to: 'http://example.com/procedure', expected: 'an https:// address' },
  { set: 'procedureUrl', to: 'docs/procedure.md', expected: 'an https:// address' },
]);

test('accepts holidays that are complete through the last of them', () => {
  expect(problemsOf(changed(sampleRunbook(), 'calendar.holidaysThrough', '2028-02-29'))).toEqual([]);
});

test('refuses a holiday that is there twice, by its second place', () => {
  const twice = { date: '2028-02-29', name: 'Leap Day again' };
  expect(problemsOf(changed(sampleRunbook(), 'calendar.holidays[1]', twice))).toEqual([
    expect.stringMatching(/^calendar\.holidays\[1\]: got .*2028-02-29.* expected holidays without duplicates; remove/),
  ]);
});

test.each(['DAILY-YYYYMMDD-NNN', 'YYYYMMDD-NNN', 'OPS2YYYYMMDD-P1-NNN', 'INC-YYYY-NNN'])(
  'accepts the incident format %s, whose numbers count up',
  (incidentFormat) => {
    expect(problemsOf({ ...sampleRunbook(), incidentFormat })).toEqual([]);
    const prefix = numberPrefix(incidentFormat, '2026-11-23T07:00:00.000Z', 'UTC');
    expect(runningNumber(incidentKey(incidentNumber(prefix, 1)))).toBe(1);
    expect(runningNumber(incidentKey(incidentNumber(prefix, 1_000)))).toBe(1_000);
  },
);

test.each(['UTC', 'Asia/Kathmandu', 'America/Argentina/Buenos_Aires', 'America/Port-au-Prince', 'Etc/GMT+5'])(
  'accepts the time zone %s',
  (timeZone) => {
    expect(problemsOf({ ...sampleRunbook(), timeZone })).toEqual([]);
  },
);
