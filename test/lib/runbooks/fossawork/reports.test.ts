import { expect, test } from 'vitest';
import type { ReportPart } from '../../../../functions/core/plan.ts';
import { loadContacts } from '../../../../lib/runbook/contacts.ts';
import { cronOf } from '../../../../lib/runbook/schedule.ts';
import type { Report } from '../../../../lib/runbook/types.ts';
import { fossawork } from '../../../../lib/runbooks/fossawork/runbook.ts';
import { unreportedMetrics } from '../demo-metrics.ts';

const { contacts } = loadContacts('fossawork', { allowUnconfigured: true });
const runbook = fossawork(contacts);

function reportNamed(id: string): Report {
  const report = runbook.reports?.find((each) => each.id === id);
  if (!report) throw new Error(`fossawork has no report ${id}`);
  return report;
}

/** A part as a template would write it. */
function outline(part: ReportPart): string {
  switch (part.kind) {
    case 'heading':
      return `## ${part.text}`;
    case 'verdict':
      return `- ${part.label}: [${part.good}/${part.bad}]`;
    case 'issues':
    case 'outstanding':
      return `- ${part.label}: [LIST]`;
    case 'audit':
      return `- [ ] ${part.point}`;
    default:
      return `(${part.kind})`;
  }
}

test('are written when the day is over, and before people are asked about the week and the month', () => {
  const times = runbook.reports?.map(({ id, schedule }) => [id, cronOf(schedule, runbook.calendar)]);
  expect(times).toEqual([
    ['log', 'cron(15 20 ? * MON-FRI *)'],
    ['weekly-review', 'cron(30 13 ? * FRI *)'],
    ['monthly-audit', 'cron(30 9 ? * 2#1 *)'],
  ]);
  const asked = runbook.routines.filter(({ id }) => ['weekly-review', 'monthly-audit'].includes(id));
  expect(asked.map(({ schedule }) => schedule)).toMatchObject([{ at: ['14:00'] }, { at: ['10:00'] }]);
});

test('the log waits for every sign-off of the day', () => {
  const late = runbook.routines.flatMap(({ schedule, checks }) => {
    if (typeof schedule === 'string' || schedule.days !== 'business-days' || !('at' in schedule)) return [];
    const asked = checks.flatMap((check) => ('signOff' in check ? check.signOff.dueMinutes : []));
    return schedule.at.flatMap((time) => asked.map((minutes) => minutesOf(time) + minutes));
  });
  expect(late).not.toEqual([]);
  expect(Math.max(...late)).toBeLessThan(minutesOf('20:15'));
});

function minutesOf(time: string): number {
  return 60 * Number(time.slice(0, 2)) + Number(time.slice(3));
}

test("the log has the structure of the procedure's template, and what belongs to it attached", () => {
  expect(reportNamed('log').parts.map(outline)).toEqual([
    '## Morning Health Check',
    '- System Status: [PASS/FAIL]',
    '- Security Status: [PASS/FAIL]',
    '- Performance Status: [PASS/FAIL]',
    '- Issues Identified: [LIST]',
    '## Midday Review',
    '- System Load: [NORMAL/HIGH]',
    '- User Activity: [NORMAL/UNUSUAL]',
    '- Error Rates: [ACCEPTABLE/HIGH]',
    '- Issues Identified: [LIST]',
    '## Evening Summary',
    '- Backup Status: [SUCCESS/FAIL]',
    '- Log Analysis: [COMPLETE/WITH FINDINGS]',
    '- Performance Summary: [ATTACHED/ATTACHED, WITH FINDINGS]',
    '- Outstanding Issues: [LIST]',
    '## Actions Taken',
    '(actions)',
    '## Next Day Priorities',
    '(notes)',
    '(priorities)',
    '(operator)',
    '## Attached: Performance Summary',
    '(figures)',
    '## Attached: Daily Log Summary',
    '(figures)',
    '(checklist)',
    '(notes)',
    '## Attached: Checklist',
    '(checklist)',
    '## Attached: Issues of the Day',
    '(incidents)',
  ]);
});

test('the log attaches every item of the business day, in the order of the procedure', () => {
  const checklists = reportNamed('log').parts.flatMap((part) => (part.kind === 'checklist' ? [part.of] : []));
  expect(checklists.at(-1)).toEqual(runbook.routines.slice(0, 8).map(({ id }) => id));
});

test('the audit answers the seven points of the procedure', () => {
  const points = reportNamed('monthly-audit').parts.flatMap((part) => (part.kind === 'audit' ? [outline(part)] : []));
  expect(points).toEqual([
    '- [ ] All daily procedures documented',
    '- [ ] Escalation procedures followed correctly',
    '- [ ] Issues properly tracked and resolved',
    '- [ ] Performance trends monitored',
    '- [ ] Security procedures maintained',
    '- [ ] Backup procedures verified',
    '- [ ] Documentation up-to-date',
  ]);
});

test('show no figure that no check reports', { timeout: 180_000 }, async () => {
  expect(await unreportedMetrics(runbook)).toEqual([]);
});
