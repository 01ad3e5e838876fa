import { sampleRunbook } from '../sample-runbook.ts';
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
  { set: `${first}.attempts`, to: 0, expected: 'a number of results from 1 to 10' },
  { set: `${first}.attempts`, to: 11, expected: 'a number of results from 1 to 10' },
  { set: `${first}.lastingMinutes`, to: 0, expected: 'whole minutes from 1 to 10080' },
  { set: `${first}.lastingMinutes`, to: 10_081, expected: 'whole minutes from 1 to 10080' },
  // No host of a fleet has metrics: such a rule would never match.
  { set: `${first}.metric`, to: { label: 'used', range: '10' }, expected: 'only fields that have a meaning' },
  { set: `${first}.shares`, to: 1, expected: 'only fields that have a meaning' },
  { set: 'fleets.app.rules', to: undefined, expected: 'a list of rules' },
]);

const metric = 'routines[0].checks[0].rules[3].metric';

testRefusals(
  [
    { set: metric, to: 'inodes_used', expected: 'an object with the fields label, range' },
    { set: `${metric}.label`, to: "inodes'used", expected: 'the label of a metric' },
    { set: `${metric}.range`, to: '50%', expected: 'a range of the plugin guidelines' },
    { set: `${metric}.range`, to: 50, expected: 'a range of the plugin guidelines' },
    {
      set: `${metric}.label`,
      to: 'disk_used_worse',
      expected: "that has a baseline; add { metric: 'disk_used', rounds: 7 } to the baselines of the check",
    },
  ],
  () => ({ ...sampleRunbook(), routines: sampleRunbook().routines.slice(0, 1) }),
);
