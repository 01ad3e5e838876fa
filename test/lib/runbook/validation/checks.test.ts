import { expect, test } from 'vitest';
import { pluginCheck } from '../../../../lib/runbook/builders.ts';
import type { Runbook } from '../../../../lib/runbook/types.ts';
import { sampleRunbook } from '../sample-runbook.ts';
import { changed, problemsOf, testRefusals } from './refusals.ts';

const disk = 'routines[0].checks[0]';
const overnight = 'routines[0].checks[1]';

testRefusals(
  [
    { set: `${disk}.id`, to: 'Disk', expected: 'a kebab-case id of at most 32 characters' },
    { set: `${disk}.id`, to: 'fleet-one', expected: 'begins neither with fleet- nor with round-' },
    { set: `${disk}.id`, to: 'round-morning', expected: 'begins neither with fleet- nor with round-' },
    { set: `${disk}.id`, to: 'contacts', expected: 'an id other than contacts' },
    { set: `${disk}.id`, to: 'all', expected: 'an id other than all' },
    { set: `${disk}.title`, to: '', expected: 'the title of the check' },
    { set: `${disk}.covers[0]`, to: '4', expected: 'a row of the procedure such as F1' },
    { set: `${disk}.settings.disk_path`, to: '/', got: '"disk_path"', expected: 'a camelCase name' },
    { set: `${disk}.settings.DiskPath`, to: '/', got: '"DiskPath"', expected: 'a camelCase name' },
    { set: `${disk}.settings.diskPath`, to: true, expected: 'a text or a finite number' },
    { set: `${disk}.settings.diskPath`, to: '/{{ path }}', expected: 'a value without {{' },
    { set: `${disk}.timeoutSeconds`, to: 4, expected: 'from 5 to 3600' },
    { set: `${disk}.timeoutSeconds`, to: 3601, expected: 'from 5 to 3600; stay inside: SSM silently turns' },
    { set: `${disk}.timeoutSeconds`, to: 30.5, expected: 'whole seconds' },
    { set: `${disk}.look`, to: '', expected: 'the command that looks further' },
    { set: `${disk}.thresholds[0].metric`, to: "disk'used", expected: 'the label of a metric' },
    { set: `${disk}.thresholds[0].warning`, to: '80..90', expected: 'a range of the plugin guidelines' },
    { set: `${disk}.thresholds[0].critical`, to: '80%', expected: 'a range of the plugin guidelines' },
    { set: `${disk}.thresholds[0].critical`, to: 90, expected: 'a range of the plugin guidelines' },
    { set: `${disk}.threshold`, to: [], expected: 'only fields that have a meaning' },
    {
      set: `${disk}.thresholds[0]`,
      to: { metric: 'disk_used' },
      expected: 'a threshold with warning, critical or both',
    },
    {
      set: `${disk}.thresholds[1]`,
      to: { metric: 'disk_used', critical: '99' },
      expected: 'metrics without duplicates',
    },
    { set: `${disk}.baselines`, to: undefined, expected: 'a list of baselines' },
    { set: `${disk}.baselines[0].metric`, to: 'a=b', expected: 'the label of a metric' },
    { set: `${disk}.baselines[0].rounds`, to: 2, expected: 'a number of good rounds from 3 to 30' },
    { set: `${disk}.baselines[0].rounds`, to: 31, expected: 'a number of good rounds from 3 to 30' },
    { set: `${disk}.baselines[0].worse`, to: 'above', expected: 'one of higher, lower' },
    { set: `${disk}.baselines[1]`, to: { metric: 'inodes_used', rounds: 5 }, expected: 'metrics without duplicates' },
    {
      set: `${disk}.thresholds[0].metric`,
      to: 'inodes_used_worse',
      at: `${disk}.baselines[0].metric`,
      got: '"inodes_used"',
      expected: 'none with the label inodes_used_worse',
    },
    {
      set: `${disk}.baselines[1]`,
      to: { metric: 'inodes_used_worse', rounds: 5 },
      at: `${disk}.baselines[0].metric`,
      got: '"inodes_used"',
      expected: 'none with the label inodes_used_worse',
    },
    {
      set: `${disk}.baselines`,
      to: [],
      at: `${disk}.rules[3].metric.label`,
      got: '"inodes_used_worse"',
      expected: 'the label of a metric that has a baseline',
    },
    { set: `${disk}.rules[0].states`, to: [], expected: 'at least one of the states' },
    { set: `${disk}.rules[0].priority`, to: 'P0', expected: "one of the runbook's priority ids (P1, P2, P3)" },
    { set: `${overnight}.records.since`, to: '6pm', expected: 'HH:MM' },
    { set: `${overnight}.records.priorities`, to: [], expected: 'at least one of the priorities' },
    { set: `${overnight}.records.priorities[0]`, to: 'P9', expected: 'one of P0, P1, P2, P3' },
    { set: `${overnight}.script`, to: 'x', expected: 'only fields that have a meaning' },
  ],
  onlyMorning,
);

const command = `${disk}.command`;
const noPlugin = 'a list of words that begins with the absolute path of a plugin';

testRefusals(
  [
    { set: command, to: [], expected: noPlugin },
    { set: command, to: '/usr/lib/nagios/plugins/check_disk -w 20%', expected: noPlugin },
    { set: command, to: ['check_disk', '-w', '20%'], expected: noPlugin },
    { set: command, to: ['', '-w', '20%'], expected: noPlugin },
    { set: command, to: ['sudo', '/usr/lib/nagios/plugins/check_disk'], expected: noPlugin },
    { set: `${command}[1]`, to: 20, expected: 'a word without {{' },
    { set: `${command}[0]`, to: '/checks/{{ plugin }}', expected: 'a word without {{' },
    { set: `${command}[2]`, to: 'x{{', expected: 'a word without {{' },
    { set: `${command}[2]`, to: '20\0%', expected: 'a word without {{, NUL and line breaks' },
    { set: `${command}[2]`, to: '20%\nreboot', expected: 'a word without {{, NUL and line breaks' },
    { set: `${command}[2]`, to: '20%\r', expected: 'a word without {{, NUL and line breaks' },
    { set: `${disk}.script`, to: '/checks/disk.sh', expected: 'only fields that have a meaning' },
    { set: `${disk}.settings`, to: { diskPath: '/' }, expected: 'only fields that have a meaning' },
    { set: `${disk}.timeoutSeconds`, to: 4, expected: 'from 5 to 3600' },
    { set: `${disk}.thresholds[0].warning`, to: '80..90', expected: 'a range of the plugin guidelines' },
    { set: `${disk}.look`, to: '', expected: 'the command that looks further' },
  ],
  withPlugin,
);

/** The morning with a plugin in the place of the script. */
function withPlugin(): Runbook {
  const plugin = pluginCheck('disk', {
    title: 'Disk usage',
    command: ['/usr/lib/nagios/plugins/check_disk', '-w', '20%', '-p', '/'],
    thresholds: [{ metric: '/', warning: '80' }],
    look: 'df -h /',
  });
  return changed(onlyMorning(), disk, plugin);
}

test.each([[['/usr/lib/nagios/plugins/check_procs']], [['/opt/checks/mine', '', "it's", '$HOME', '{ {']]])(
  'accepts the command %j',
  (words) => {
    expect(problemsOf(changed(withPlugin(), command, words))).toEqual([]);
  },
);

/** Without the other routine that runs the same check, which would now be another one. */
function onlyMorning(): Runbook {
  const runbook = sampleRunbook();
  return { ...runbook, routines: runbook.routines.slice(0, 1) };
}

test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses the setting %s, which JSON cannot hold', (samples) => {
  const runbook = onlyMorning();
  Reflect.set(runbook, 'routines', [changedSamples(runbook, samples)]);
  expect(problemsOf(runbook)).toEqual([expect.stringContaining(`settings.samples: got ${samples}, expected`)]);
});

function changedSamples(runbook: Runbook, samples: number): unknown {
  const [morning] = runbook.routines;
  return { ...morning, checks: [{ ...morning?.checks[0], settings: { samples } }] };
}

test("accepts a rule for a script's own metric that is called as if it came of a baseline", () => {
  const runbook = changed(onlyMorning(), `${disk}.thresholds[0].metric`, 'traffic_worse');
  expect(problemsOf(changed(runbook, `${disk}.rules[3].metric.label`, 'traffic_worse'))).toEqual([]);
});

test('accepts a check that covers no row, has no settings, thresholds and rules', () => {
  let runbook = onlyMorning();
  for (const field of ['covers', 'thresholds', 'rules']) runbook = changed(runbook, `${disk}.${field}`, []);
  expect(problemsOf(changed(runbook, `${disk}.settings`, {}))).toEqual([]);
});
