import { expect, test } from 'vitest';
import type { ReportPart } from '../../../../functions/core/plan.ts';
import { job, metricCheck, routine, signOff } from '../../../../lib/runbook/builders.ts';
import {
  actions,
  audit,
  checklist,
  evidence,
  figure,
  figures,
  heading,
  incidents,
  issues,
  notes,
  operator,
  outstanding,
  priorities,
  recurring,
  report,
  responseTimes,
  text,
  trend,
  uptime,
  verdict,
} from '../../../../lib/runbook/reports.ts';
import { businessDays, everyDay, monthly, onDemand, weekly } from '../../../../lib/runbook/schedule.ts';
import type { Runbook } from '../../../../lib/runbook/types.ts';
import { fixture, sampleRunbook } from '../sample-runbook.ts';
import { changed, problemsOf, testRefusals } from './refusals.ts';

const passed = { good: 'PASS', bad: 'FAIL' };

const parts: readonly ReportPart[] = [
  heading('Morning'),
  text('What the morning found:\nin its own words.'),
  verdict('System status', ['morning', 'evening/feedback'], passed),
  figures(figure('Disk used', 'disk', 'disk_used', 'most'), figure('Of the day', 'used', 'p95', 'latest')),
  uptime('Uptime', { 'Uptime of the disks': 'disk' }),
  checklist('morning', 'evening'),
  issues('Issues'),
  notes('evening', 'evening/feedback'),
  trend('Disk used', 'disk', 'disk_used', 'most', { days: 28, limit: 80 }),
  audit('Rounds ran', evidence.rounds('morning')),
  audit('Logs are written', evidence.reports('log')),
  audit('Feedback is read', evidence.signOffs('feedback')),
  issues('Issues of the morning', 'morning', 'evening/used'),
];

/** The sample with people who are asked, and a report about all that there is. */
function reportingRunbook(): Runbook {
  const sample = sampleRunbook();
  const backup = job('backup', { title: 'Backup', changes: 'copies', script: fixture('fine.sh'), look: 'ls' });
  const evening = routine('evening', {
    title: 'Evening',
    fleet: 'app',
    schedule: businessDays.at('18:00'),
    checks: [
      signOff('feedback', { title: 'Feedback' }),
      metricCheck('used', { title: 'Used', check: 'disk', metric: 'disk_used', hours: 24 }),
      backup,
    ],
  });
  const log = report('log', { title: 'Log', schedule: everyDay.at('20:15'), tell: ['operations', 'duty'], parts });
  const short = report('short', { title: 'Short', schedule: weekly.on('friday').at('13:30'), parts: [heading('A')] });
  return { ...sample, routines: [...sample.routines, evening], reports: [log, short] };
}

const tooMany = Array(101).fill(operator);
const tooLong = 'a'.repeat(2_001);
const cut = (value: unknown) => `${JSON.stringify(value).slice(0, 80)}...`;
const sameLabel = '{"label":"Disk used","check":"used","metric":"p95","statistic":"latest"}';

const log = 'reports[0]';
const part = (position: number) => `${log}.parts[${position}]`;

testRefusals(
  [
    { set: 'reports', to: 'log', expected: 'a list of reports' },
    { set: 'reports[1].id', to: 'The log', expected: 'a kebab-case id of at most 32 characters' },
    { set: 'reports[1].id', to: 'incident', expected: 'an id other than incident, which stands for the report of one' },
    { set: 'reports[1].id', to: 'log', expected: 'an id that reports[0] does not have' },
    { set: `${log}.title`, to: '', expected: 'the title of the report' },
    { set: `${log}.title`, to: 'Log\nBcc: x', expected: 'the title of the report on one line' },
    { set: `${log}.covers`, to: ['48'], at: `${log}.covers[0]`, got: '"48"', expected: 'a row of the procedure' },
    { set: `${log}.sent`, to: true, expected: 'only fields that have a meaning' },

    { set: `${log}.schedule`, to: onDemand, expected: 'a schedule, since it is about the time since its slot before' },
    { set: `${log}.schedule.days`, to: 'weekends', expected: 'one of business-days, every-day' },
    { set: `${log}.schedule.at`, to: ['20:15', '21:30'], expected: 'times with the same minute past the hour' },

    { set: `${log}.tell`, to: 'operations', expected: 'a list of roles' },
    { set: `${log}.tell[0]`, to: 'nobody', expected: "one of the runbook's role ids (operations, room, duty)" },
    { set: `${log}.tell[1]`, to: 'operations', expected: 'roles without duplicates' },
    { set: `${log}.tell[0]`, to: 'room', expected: 'a role with a contact that has an email address' },

    { set: `${log}.parts`, to: [], expected: 'a list of 1 to 100 parts' },
    { set: `${log}.parts`, to: tooMany, got: cut(tooMany), expected: 'a list of 1 to 100 parts' },
    { set: `${part(0)}.kind`, to: 'footer', got: '{"kind":"footer","text":"Morning"}', expected: 'a part of a report' },
    { set: `${part(0)}.text`, to: '', expected: 'the heading on one line' },
    { set: `${part(1)}.text`, to: ' \n', expected: 'a text of 1 to 2000 characters' },
    { set: `${part(1)}.text`, to: tooLong, got: cut(tooLong), expected: 'a text of 1 to 2000 characters' },
    { set: `${part(1)}.text`, to: 'a\u001b[31m', expected: 'a text of 1 to 2000 characters' },

    { set: `${part(2)}.label`, to: '', expected: 'a label on one line' },
    { set: `${part(2)}.good`, to: '', expected: 'a word on one line' },
    { set: `${part(2)}.of`, to: [], expected: 'a list of at least one of the routines' },
    { set: `${part(2)}.of[1]`, to: 'morning', expected: 'without duplicates' },
    { set: `${part(2)}.of[0]`, to: 'noon', expected: "one of the runbook's routine ids (morning, health, evening)" },
    { set: `${part(2)}.of[0]`, to: 'noon/disk', got: '"noon"', expected: "one of the runbook's routine ids" },
    { set: `${part(2)}.of[0]`, to: 'morning/cpu', expected: 'one of the checks of morning (disk, overnight)' },
    { set: `${part(5)}.of[1]`, to: 'evening/disk', expected: 'one of the checks of evening (feedback, used, backup)' },
    { set: `${part(12)}.of[1]`, to: 'evening/', expected: 'one of the checks of evening' },

    { set: `${part(3)}.figures`, to: [], expected: 'a list of at least one of the figures' },
    {
      set: `${part(3)}.figures[1].label`,
      to: 'Disk used',
      at: `${part(3)}.figures[1]`,
      got: sameLabel,
      expected: 'figures',
    },
    {
      set: `${part(3)}.figures[0].check`,
      to: 'cpu',
      expected: "one of the runbook's check ids (disk, overnight, used",
    },
    { set: `${part(3)}.figures[0].check`, to: 'feedback', expected: "one of the runbook's check ids" },
    { set: `${part(3)}.figures[0].metric`, to: '', expected: 'the label of a metric' },
    { set: `${part(3)}.figures[0].statistic`, to: 'sum', expected: 'one of mean, median, p95' },
    { set: `${part(4)}.checks[0].check`, to: 'used', expected: "one of the runbook's check ids (disk, backup)" },
    { set: `${part(4)}.checks`, to: [], expected: 'a list of at least one of the checks' },

    { set: `${part(7)}.of[0]`, to: 'morning', expected: 'a sign-off, or a routine with one' },
    { set: `${part(7)}.of[0]`, to: 'evening/used', expected: 'a sign-off, or a routine with one' },

    { set: `${part(8)}.check`, to: 'cpu', expected: "one of the runbook's check ids" },
    { set: `${part(8)}.metric`, to: '', expected: 'the label of a metric' },
    { set: `${part(8)}.days`, to: 0, expected: 'days from 1 to 366' },
    { set: `${part(8)}.days`, to: 367, expected: 'days from 1 to 366' },
    { set: `${part(8)}.limit`, to: '80', expected: 'a finite number' },

    { set: `${part(9)}.point`, to: '', expected: 'the point of the audit' },
    {
      set: `${part(9)}.evidence.kind`,
      to: 'hearsay',
      got: '{"kind":"hearsay","of":["morning"]}',
      expected: 'evidence from the records',
    },
    { set: `${part(9)}.evidence.of`, to: [], expected: 'a list of at least one of the routines' },
    { set: `${part(9)}.evidence.of[0]`, to: 'noon', expected: "one of the runbook's routine ids" },
    { set: `${part(10)}.evidence.of[0]`, to: 'diary', expected: "one of the runbook's report ids (log, short)" },
    { set: `${part(11)}.evidence.of[0]`, to: 'disk', expected: "one of the runbook's sign-off ids (feedback)" },
  ],
  reportingRunbook,
);

test('accepts every part, and a report about nothing that the runbook has', () => {
  const plain = [outstanding('Open'), actions, priorities, incidents('issue-record'), incidents('incident-report')];
  const others = [recurring, responseTimes, operator, audit('A', evidence.escalations), audit('B', evidence.incidents)];
  expect(problemsOf(reportingRunbook())).toEqual([]);
  expect(problemsOf(changed(reportingRunbook(), `${log}.parts`, [...plain, ...others]))).toEqual([]);
});

test('accepts a runbook without reports', () => {
  expect(problemsOf(changed(reportingRunbook(), 'reports', undefined))).toEqual([]);
  expect(problemsOf(changed(reportingRunbook(), 'reports', []))).toEqual([]);
});

test.each([
  ['every month', monthly.onFirst('monday').at('09:30')],
  ['every four hours', everyDay.everyHours(4)],
])('accepts a report %s', (_what, schedule) => {
  expect(problemsOf(changed(reportingRunbook(), `${log}.schedule`, schedule))).toEqual([]);
});

test.each([[null], ['log'], [{}], [{ parts: [null] }], [{ parts: [{ kind: 'audit' }, { kind: 'figures' }] }]])(
  'refuses %j as a report, and goes on',
  (value) => {
    const problems = problemsOf(changed(reportingRunbook(), log, value));
    expect(problems).not.toEqual([]);
    expect(problems.filter((problem) => !problem.startsWith(log))).toEqual([]);
  },
);
