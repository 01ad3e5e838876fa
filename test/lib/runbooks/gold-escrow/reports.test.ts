import { expect, test } from 'vitest';
import type { ReportPart } from '../../../../functions/core/plan.ts';
import { loadContacts } from '../../../../lib/runbook/contacts.ts';
import { cronOf } from '../../../../lib/runbook/schedule.ts';
import { goldEscrow } from '../../../../lib/runbooks/gold-escrow/runbook.ts';
import { unreportedMetrics } from '../demo-metrics.ts';

const { contacts } = loadContacts('gold-escrow', { allowUnconfigured: true });
const runbook = goldEscrow(contacts);

function partsOf(id: string, of = runbook): readonly ReportPart[] {
  return of.reports?.find((report) => report.id === id)?.parts ?? [];
}

/** Headings, and the labels of what stands below them. */
function labelsOf(id: string): string[] {
  return partsOf(id).flatMap((part) => {
    if (part.kind === 'heading') return [`### ${part.text}`];
    if (part.kind === 'figures') return part.figures.map(({ label }) => label);
    if (part.kind === 'uptime') return [part.label, ...part.checks.map(({ label }) => label)];
    return 'label' in part ? [part.label] : [];
  });
}

test('are written when the evening is over, and before people are asked about the week and the month', () => {
  const times = runbook.reports?.map(({ id, schedule }) => [id, cronOf(schedule, runbook.calendar)]);
  expect(times).toEqual([
    ['system-health', 'cron(30 18 * * ? *)'],
    ['user-activity', 'cron(30 18 * * ? *)'],
    ['log', 'cron(15 21 * * ? *)'],
    ['performance-trends', 'cron(30 8 ? * MON *)'],
    ['capacity-planning', 'cron(30 8 ? * MON *)'],
    ['incident-review', 'cron(30 9 ? * THU *)'],
    ['monthly-review', 'cron(30 9 ? * 2#1 *)'],
  ]);
});

test('the review of the month is written before the restore of the day begins, and before people are asked', () => {
  const timeOf = (of: readonly { readonly id: string; readonly schedule: unknown }[] | undefined, id: string) => {
    const { at } = Object(of?.find((each) => each.id === id)?.schedule) as { readonly at?: readonly string[] };
    return at?.[0] ?? 'never';
  };
  const review = timeOf(runbook.reports, 'monthly-review');
  for (const routine of ['weekly-security', 'monthly-tasks']) {
    expect(review < timeOf(runbook.routines, routine)).toBe(true);
  }
});

test('the health report has the fields of its template', () => {
  expect(labelsOf('system-health')).toEqual([
    ...['### Uptime', 'Overall Uptime', 'Frontend Uptime', 'API Uptime', 'Database Uptime'],
    ...['### Performance', 'Average Response Time', '95th Percentile', 'Error Rate', 'Active Users'],
    ...['### Transactions', 'Total Transactions', 'Successful', 'Failed', 'Total Value (USD)'],
    ...['### Issues', 'Minor: support tickets', 'Incidents'],
  ]);
});

test('the activity report has the fields of its template, and says what stands for page views', () => {
  const requests = 'Requests in the access log (page views are not measured)';
  expect(labelsOf('user-activity')).toEqual([
    ...['### Registrations', 'New Users', 'Verified Users', 'Pending Verification'],
    ...['### Activity', 'Active Users', 'Sessions', requests],
    ...['### Transactions', 'Created', 'Completed', 'Disputed', 'Cancelled'],
    ...['### Support', 'Tickets Created', 'Tickets Resolved', 'Average Response Time (hours)'],
  ]);
});

test('the log holds every item of the day, in the order of the procedure', () => {
  const items = partsOf('log').flatMap((part) => (part.kind === 'checklist' ? part.of : []));
  expect(items).toEqual(runbook.routines.slice(0, 6).map(({ id }) => id));
});

test('trends of the week are held against the targets of the procedure', () => {
  const trends = partsOf('performance-trends').flatMap((part) => (part.kind === 'trend' ? [part] : []));
  expect(trends.map(({ check, metric, limit }) => [`${check}/${metric}`, limit])).toEqual([
    ['response-time/mean', 2],
    ['response-time/p95', 2],
    ['error-rate-of-day/error_share', 1],
    ['user-activity/new_users', undefined],
    ['user-activity/active_users', undefined],
    ['revenue/revenue', undefined],
    ['revenue/fees', undefined],
  ]);
});

test('capacity is held against the values from which the checks warn, whatever they are set to', () => {
  const limitsOf = (of: typeof runbook) =>
    partsOf('capacity-planning', of).flatMap((part) => (part.kind === 'trend' ? [part.limit] : []));
  expect(limitsOf(runbook)).toEqual([85, 80, 80, 80, undefined]);
  const own = goldEscrow(contacts, { cpuUsed: { critical: '98' }, memoryUsed: { warning: '70' } });
  expect(limitsOf(own)).toEqual([undefined, 70, 80, 80, undefined]);
});

test('show no figure that no check reports', { timeout: 180_000 }, async () => {
  expect(await unreportedMetrics(runbook)).toEqual([]);
});
