import type { Plan } from '../../functions/core/plan.ts';
import { incidentReport } from '../../functions/core/reports/incident-report.ts';
import { issueRecord } from '../../functions/core/reports/issue-record.ts';
import { markdownOf } from '../../functions/core/reports/markdown.ts';
import { whatIsOpen } from '../../functions/flow/command-incident.ts';
import { numberOf, readIncidentRecord } from '../../functions/flow/incident-notes.ts';
import type { Connection } from './connection.ts';
import type { Outcome } from './outcome.ts';
import { type ReportOptions, savePage } from './report.ts';

/**
 * The report of one incident as it is now; as JSON its issue record.
 * @param name the incident's number, or the check
 * @throws {Error} when the runbook is not in this folder, or the options make no sense
 */
export async function showIncidentReport(
  { table, now, platform }: Connection,
  plan: Plan | undefined,
  name: string,
  { date, again, html }: ReportOptions,
): Promise<Outcome> {
  if (date !== undefined || again) {
    const got = again ? '--again' : '--date';
    throw new Error(`rounds report incident got ${got}; expected none: it is made anew each time, of all its days.`);
  }
  if (!plan) {
    throw new Error(
      `lib/runbooks/platforms.ts has no platform '${platform}', by which the report could be made; run it where it has one.`,
    );
  }
  const number = await numberOf(table, name);
  const record = number === undefined ? undefined : await readIncidentRecord(table, number);
  if (!record) {
    const answer = `There is no incident '${name}', and no check of that name has one. ${await whatIsOpen(table)}`;
    return { isDone: false, lines: [answer], data: { isDone: false, answer } };
  }
  const document = incidentReport(plan, record, now());
  const data = issueRecord(plan, record, now());
  if (html === undefined) return { isDone: true, lines: markdownOf(document).trimEnd().split('\n'), data };
  await savePage(html, document);
  return { isDone: true, lines: [`The report of ${record.head.number} is written to ${html}.`], data };
}
