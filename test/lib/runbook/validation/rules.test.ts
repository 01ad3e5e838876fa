import { testRefusals } from './refusals.ts';

const first = 'fleets.app.rules[0]';

testRefusals([
  { set: `${first}.states`, to: [], expected: 'at least one of the states' },
  { set: `${first}.states[0]`, to: 'OK', expected: 'one of WARNING, CRITICAL, UNKNOWN' },
  {
    set: `${first}.states`,
    to: ['CRITICAL', 'CRITICAL'],
    at: `${first}.states[1]`,
    got: '"CRITICAL"',
    expected: 'without duplicates',
  },
  { set: `${first}.share`, to: 0, expected: 'above 0 and at most 1' },
  { set: `${first}.share`, to: 1.1, expected: 'above 0 and at most 1' },
  { set: `${first}.share`, to: '1', expected: 'above 0 and at most 1' },
  { set: `${first}.shares`, to: 1, expected: 'only fields that have a meaning' },
  { set: 'fleets.app.rules', to: undefined, expected: 'a list of rules' },
]);
