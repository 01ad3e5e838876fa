import { expect, test } from 'vitest';
import { oneLine } from '../../../lib/cli/one-line.ts';

test.each([
  ['  database\n move ', 'database move'],
  ['\u001b[31mred\u001b[0m \u202edlo', 'red dlo'],
  ['x'.repeat(30), `${'x'.repeat(19)}…`],
  [' \n ', ''],
])('%j that a person has typed is %j', (typed, expected) => {
  expect(oneLine(typed, 20)).toBe(expected);
});
