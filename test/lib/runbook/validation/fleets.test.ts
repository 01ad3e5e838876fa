import { expect, test } from 'vitest';
import { sampleRunbook } from '../sample-runbook.ts';
import { changed, problemsOf, testRefusals } from './refusals.ts';

const six = ['a', 'b', 'c', 'd', 'e', 'f'];
const sixTags = Object.fromEntries(six.map((key) => [key, ['1']]));

testRefusals([
  { set: 'fleets', to: {}, expected: 'at least one entry' },
  { set: 'fleets.app.title', to: '', expected: 'the title of the fleet' },
  { set: 'fleets.app.tags', to: {}, expected: 'at least one tag' },
  { set: 'fleets.app.tags', to: sixTags, expected: 'at most 5 tags' },
  { set: 'fleets.app.tags.Stage', to: six, expected: 'at most 5 values' },
  { set: 'fleets.app.tags.Stage', to: [], expected: 'at least one of the tag values' },
  { set: 'fleets.app.tags.Stage[0]', to: 'blue*', expected: 'a tag value without reserved characters' },
  { set: 'fleets.app.tags.Stage[0]', to: 'blue,red', expected: 'a tag value without reserved characters' },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the policy variable is the point.
  { set: 'fleets.app.tags.Stage[0]', to: '${aws:username}', expected: 'a tag value without reserved characters' },
  { set: 'fleets.app.tags.Ro+le', to: ['app'], at: 'fleets.app.tags["Ro+le"]', got: '"Ro+le"', expected: 'a tag key' },
  { set: 'fleets.app.floor', to: 0, expected: 'from 1 to 50000' },
  { set: 'fleets.app.floor', to: 1.5, expected: 'a whole number of hosts' },
  { set: 'fleets.app.rules[0].priority', to: 'P0', expected: "one of the runbook's priority ids (P1, P2, P3)" },
  { set: 'fleets.app.rules[0].priority', to: 'urgent', expected: 'one of P0, P1, P2, P3' },
]);

test('refuses a fleet whose id is no id', () => {
  const { app } = sampleRunbook().fleets;
  expect(problemsOf(changed(sampleRunbook(), 'fleets.App', app))).toEqual([
    expect.stringContaining('fleets.App: got "App", expected a kebab-case id of at most 32 characters'),
  ]);
});
