import { expect, test } from 'vitest';
import { sampleRunbook } from '../sample-runbook.ts';
import { changed, problemsOf, testRefusals } from './refusals.ts';

const window = 'maintenance[0]';

testRefusals([
  { set: 'maintenance', to: 'nights', expected: 'a list of windows' },
  { set: `${window}.title`, to: '', expected: 'the title of the window' },
  { set: `${window}.checks`, to: [], expected: 'a list of at least one of the checks' },
  { set: `${window}.checks[1]`, to: 'fleet-app', expected: 'checks without duplicates' },
  {
    set: `${window}.checks[0]`,
    to: 'dsik',
    expected: "one of the runbook's check ids (disk, overnight, fleet-app, round-morning, round-health)",
  },
  { set: `${window}.schedule.days`, to: 'weekends', expected: 'one of business-days, every-day' },
  { set: `${window}.schedule.at`, to: [], expected: 'at least one of the times' },
  { set: `${window}.minutes`, to: 4, expected: 'minutes from 5 to 10080' },
  { set: `${window}.minutes`, to: 10_081, expected: 'minutes from 5 to 10080' },
  { set: `${window}.minutes`, to: 1440, expected: 'fewer than the 1440 minutes after which the window begins again' },
  {
    set: `${window}.schedule`,
    to: { days: 'every-day', everyMinutes: 60 },
    at: `${window}.minutes`,
    got: '60',
    expected: 'fewer than the 60 minutes after which the window begins again; shorten it: people would never be told',
  },
]);

test.each([['disk'], ['overnight'], ['fleet-app'], ['round-morning']])('accepts a window for %s', (check) => {
  expect(problemsOf(changed(sampleRunbook(), `${window}.checks`, [check]))).toEqual([]);
});

test('accepts windows for everything, and no window', () => {
  expect(problemsOf(changed(sampleRunbook(), `${window}.checks`, undefined))).toEqual([]);
  expect(problemsOf(changed(sampleRunbook(), 'maintenance', undefined))).toEqual([]);
});
