import { expect, test } from 'vitest';
import { job, metricCheck, signOff } from '../../../../lib/runbook/builders.ts';
import { p1, p2, p3 } from '../../../../lib/runbook/rules.ts';
import { monthly, onDemand, weekly } from '../../../../lib/runbook/schedule.ts';
import type { Runbook, ScriptCheck } from '../../../../lib/runbook/types.ts';
import { fixture, sampleRunbook } from '../sample-runbook.ts';
import { changed, problemsOf, testRefusals } from './refusals.ts';

const morning = 'routines[0]';
const at = (...times: readonly string[]) => ({ days: 'business-days', at: times });
const every = (everyMinutes: number) => ({ days: 'every-day', everyMinutes });

testRefusals([
  { set: 'routines', to: [], expected: 'a list of at least one routine' },
  { set: `${morning}.id`, to: 'the morning', expected: 'a kebab-case id of at most 32 characters' },
  { set: `${morning}.id`, to: 'health', at: 'routines[1].id', expected: 'an id that routines[0] does not have' },
  { set: `${morning}.title`, to: '', expected: 'the title of the routine' },
  { set: `${morning}.covers[0]`, to: 'row 1', expected: 'a row of the procedure such as F1' },
  { set: `${morning}.fleet`, to: 'database', expected: "one of the runbook's fleet ids (app)" },
  { set: `${morning}.checks`, to: [], expected: 'a list of at least one check' },
  { set: `${morning}.checks`, to: undefined, expected: 'a list of at least one check' },
  { set: `${morning}.schedule.days`, to: 'weekends', expected: 'one of business-days, every-day' },
  { set: `${morning}.schedule`, to: at('8 am'), at: `${morning}.schedule.at[0]`, got: '"8 am"', expected: 'HH:MM' },
  { set: `${morning}.schedule.at[1]`, to: '08:00', expected: 'times without duplicates' },
  {
    set: `${morning}.schedule`,
    to: at(),
    at: `${morning}.schedule.at`,
    got: '[]',
    expected: 'at least one of the times',
  },
  { set: `${morning}.schedule`, to: { days: 'every-day' }, expected: 'either at or everyMinutes' },
  {
    set: `${morning}.schedule.everyMinutes`,
    to: 5,
    at: `${morning}.schedule`,
    got: '{"days":"business-days","at":["08:00"],"everyMinutes":5}',
    expected: 'either at or',
  },
  {
    set: `${morning}.schedule.at`,
    to: ['08:00', '12:30'],
    expected: 'times with the same minute past the hour; make a routine of its own for each minute',
  },
  ...[7, 0, -5, 1.5, 90, 300, 2880].map((minutes) => ({
    set: 'routines[1].schedule',
    to: every(minutes),
    at: 'routines[1].schedule.everyMinutes',
    got: String(minutes),
    expected: 'minutes that divide an hour, or whole hours that divide a day',
  })),
]);

test.each([1, 5, 60, 240, 1440])('accepts a routine every %i minutes', (minutes) => {
  expect(problemsOf(changed(sampleRunbook(), 'routines[1].schedule', every(minutes)))).toEqual([]);
});

test('refuses a check that is in a routine twice', () => {
  const [disk] = sampleRunbook().routines[0]?.checks ?? [];
  expect(problemsOf(changed(sampleRunbook(), 'routines[0].checks[2]', disk))).toEqual([
    expect.stringContaining('routines[0].checks[2].id: got "disk", expected an id that routines[0].checks[0] does not'),
  ]);
});

test('refuses checks on hosts without a fleet, and accepts a routine that asks only records and people without one', () => {
  const homeless = changed(sampleRunbook(), 'routines[1].fleet', undefined);
  expect(problemsOf(homeless)).toEqual([
    expect.stringContaining('routines[1].fleet: got nothing, expected the id of a fleet'),
  ]);
  const feedback = signOff('feedback', { title: 'Review user feedback' });
  expect(problemsOf(changed(homeless, 'routines[1].checks', [feedback]))).toEqual([]);
});

test.each<[what: string, schedule: unknown]>([
  ['on demand', onDemand],
  ['every week', weekly.on('monday').at('09:00')],
  ['every month', monthly.onFirst('tuesday').at('09:00')],
])('accepts a routine %s', (_what, schedule) => {
  expect(problemsOf(changed(sampleRunbook(), 'routines[1].schedule', schedule))).toEqual([]);
});

const backup = job('backup', {
  title: 'Backup',
  changes: 'writes the backup of the day',
  script: fixture('fine.sh'),
  look: 'ls /backups',
});

/** The sample whose disk check, in its first routine alone, has a remedy. */
function withRemedy(remedy: unknown, ...others: readonly unknown[]): Runbook {
  const runbook = sampleRunbook();
  const [morning] = runbook.routines;
  const checks = [{ ...morning?.checks[0], remedy }, ...others];
  return { ...runbook, routines: [{ ...morning, checks }] as unknown as Runbook['routines'] };
}

test('accepts a remedy, also where two checks have the same', () => {
  const [disk] = sampleRunbook().routines[0]?.checks ?? [];
  expect(problemsOf(withRemedy(backup))).toEqual([]);
  expect(problemsOf(withRemedy(backup, { ...disk, id: 'other', remedy: backup }))).toEqual([]);
});

test('refuses a remedy that the routine runs anyway, and one of a job', () => {
  expect(problemsOf(withRemedy(backup, backup))).toEqual([
    expect.stringContaining('checks[0].remedy: got "backup", expected a job that the routine does not run anyway'),
  ]);
  const other = { ...backup, id: 'other' };
  expect(problemsOf(withRemedy(undefined, { ...other, remedy: backup }))).toEqual([
    expect.stringContaining('checks[1].remedy: got "backup", expected no remedy, since a job is not judged again'),
  ]);
});

test('refuses a sign-off that is asked again before it is overdue', () => {
  const feedback = signOff('feedback', { title: 'Review user feedback', dueMinutes: 240 });
  const runbook = changed(sampleRunbook(), 'routines[1].checks', [feedback]);
  expect(problemsOf(runbook)).toEqual([
    expect.stringContaining('signOff.dueMinutes: got 240, expected fewer than the 240 minutes after which it is asked'),
  ]);
});

test.each<[what: string, remedy: unknown, problem: string]>([
  ['that changes nothing', { ...backup, changes: undefined }, 'remedy.changes: got nothing, expected what the job'],
  ['that has one itself', { ...backup, remedy: backup }, 'expected only fields that have a meaning'],
  ['of another definition', { ...backup, id: 'disk' }, 'expected the definition of "disk" in routines[0].checks[0]'],
  [
    'that waits for a second result',
    { ...backup, rules: [p2.when('CRITICAL').after(2)] },
    'remedy.rules[0].attempts: got 2, expected one result',
  ],
])('refuses a remedy %s', (_what, remedy, problem) => {
  expect(problemsOf(withRemedy(remedy))).toContainEqual(expect.stringContaining(problem));
});

testRefusals(
  [
    { set: 'routines[0].checks[1].records.hours', to: 0, expected: 'hours from 1 to 9600' },
    { set: 'routines[0].checks[1].records.check', to: 'cpu', expected: "one of the runbook's check ids" },
    { set: 'routines[0].checks[1].rules[0].attempts', to: 3, expected: 'one result' },
    { set: 'routines[0].checks[2].signOff.dueMinutes', to: 0, expected: 'minutes from 1 to 43200' },
    { set: 'routines[0].checks[2].signOff.question', to: '', expected: 'what is to be confirmed on one line' },
    { set: 'routines[0].checks[2].signOff.note', to: 'never', expected: 'one of optional, required' },
    { set: 'routines[0].checks[2].rules[0].attempts', to: 3, expected: 'one result' },
  ],
  () => {
    const runbook = sampleRunbook();
    const used = metricCheck('used', { title: 'Used', check: 'disk', metric: 'disk_used', hours: 24 });
    const feedback = signOff('feedback', { title: 'Review user feedback' });
    return changed(runbook, 'routines[0].checks', [runbook.routines[0]?.checks[0], used, feedback]);
  },
);

test('refuses two definitions of one check, and shows in what they differ', () => {
  const runbook = changed(sampleRunbook(), 'routines[1].checks[0].timeoutSeconds', 60);
  expect(problemsOf(changed(runbook, 'routines[1].checks[0].look', 'df'))).toEqual([
    'routines[1].checks[0]: got {"timeoutSeconds":60,"look":"df"}, expected the definition of "disk" in routines[0].checks[0]; use one constant in both, or choose another id',
  ]);
});

/** The second routine runs on a fleet of its own, with this check of the first one. */
function onTwoFleets(check: number): Runbook {
  const database = { ...sampleRunbook().fleets.app, title: 'Database hosts', tags: { Role: ['database'] } };
  const [morning, health] = sampleRunbook().routines;
  const own = { ...morning?.checks[0], id: 'database-disk' };
  const checks = [own, morning?.checks[check]];
  const runbook = changed(sampleRunbook(), 'fleets.database', database);
  return changed(runbook, 'routines[1]', { ...health, fleet: 'database', checks });
}

test('refuses one check on two fleets, whose results would resolve each other', () => {
  const refused =
    'routines[1].checks[1].id: got "disk", expected an id of its own on the fleet "database", since routines[0].checks[0] has it on "app"; give the check an id of its own for each fleet';
  expect(problemsOf(onTwoFleets(0))).toEqual([refused]);
  // Another definition under this id would not help either.
  expect(problemsOf(changed(onTwoFleets(0), 'routines[1].checks[1].look', 'df'))).toEqual([refused]);
});

test('accepts one check of incidents in routines of two fleets, since it runs on no host', () => {
  expect(problemsOf(onTwoFleets(1))).toEqual([]);
});

test('accepts one check in two routines, whether its rules were built or written out', () => {
  const written = [
    { priority: 'P1', states: ['CRITICAL'], share: 1 },
    { priority: 'P2', states: ['CRITICAL'] },
    { priority: 'P3', states: ['WARNING', 'UNKNOWN'] },
  ];
  const built = [p1.when('CRITICAL').onEveryHost(), p2.when('CRITICAL'), p3.when('WARNING', 'UNKNOWN')];
  expect(problemsOf(withRules(written, built))).toEqual([]);
});

function withRules(one: unknown, other: unknown): Runbook {
  const runbook = sampleRunbook();
  const [disk] = (runbook.routines[0]?.checks ?? []) as readonly ScriptCheck[];
  const routines = runbook.routines.map((routine, index) => {
    return { ...routine, checks: [{ ...disk, rules: index === 0 ? one : other }] };
  });
  return { ...runbook, routines: routines as unknown as Runbook['routines'] };
}

test('says once what is wrong with a check that two routines share', () => {
  let runbook = sampleRunbook();
  for (const index of [0, 1]) runbook = changed(runbook, `routines[${index}].checks[0].timeoutSeconds`, 0);
  expect(problemsOf(runbook)).toEqual([expect.stringContaining('routines[0].checks[0].timeoutSeconds: got 0')]);
});
