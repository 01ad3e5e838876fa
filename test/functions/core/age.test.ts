import { expect, test } from 'vitest';
import { ageText } from '../../../functions/core/age.ts';

test.each([
  ['2026-11-23T07:00:00.000Z', 'less than a minute'],
  ['2026-11-23T06:59:59.999Z', 'less than a minute'],
  ['2026-11-23T07:00:59.999Z', 'less than a minute'],
  ['2026-11-23T07:01:00.000Z', '1 minute'],
  ['2026-11-23T07:59:59.000Z', '59 minutes'],
  ['2026-11-23T08:00:00.000Z', '1 hour'],
  ['2026-11-25T06:59:00.000Z', '47 hours'],
  ['2026-11-25T07:00:00.000Z', '2 days'],
])('from 07:00 to %s it takes %s', (until, expected) => {
  expect(ageText('2026-11-23T07:00:00.000Z', until)).toBe(expected);
});
