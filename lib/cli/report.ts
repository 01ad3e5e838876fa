import { writeFile } from 'node:fs/promises';
import type { Plan } from '../../functions/core/plan.ts';
import type { Document } from '../../functions/core/reports/document.ts';
import { documentPage } from '../../functions/core/reports/document-html.ts';
import { markdownOf } from '../../functions/core/reports/markdown.ts';
import type { ReportHead } from '../../functions/core/reports/records.ts';
import { reportOf } from '../../functions/core/reports/report.ts';
import { dateText } from '../../functions/core/reports/report-clock.ts';
import { reportNamed, slotName } from '../../functions/core/reports/report-slots.ts';
import { clockText } from '../../functions/core/time.ts';
import { listed } from '../../functions/core/words.ts';
import { reportHeadKey, reportKey } from '../../functions/flow/keys.ts';
import { readReportHeads, readReportRecords } from '../../functions/flow/report-records.ts';
import { columns } from './columns.ts';
import type { Connection } from './connection.ts';
import type { Outcome } from './outcome.ts';
import { beginningAfter, isPlanned, newestSlot, type Place, slotOfDate, slotsAfter } from './report-slot.ts';

export interface ReportOptions {
  /** On the platform's clock, `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`. @default of the newest slot that has passed */
  readonly date?: string;
  /** A file to write the page into. */
  readonly html?: string;
  /** Make it from the records though one is kept. */
  readonly again?: boolean;
}

/** Kept reports that the list shows. */
const shownReports = 30;

/** Reports that are kept, the newest first, and those that there can be. @param timeZone the reader's own */
export async function listReports(
  { table, platform, now }: Connection,
  plan: Plan | undefined,
  timeZone: string,
): Promise<Outcome> {
  const kept = await readReportHeads(table);
  const zone = plan?.timeZone ?? timeZone;
  const reports = Object.entries(plan?.reports ?? {}).map(([id, { title }]) => {
    const [next] = plan ? slotsAfter(plan, id, now()) : [];
    return { id, title, ...(next && { next }) };
  });
  const [newest] = kept;
  const lines = [
    ...(reports.length > 0 ? [`Reports of ${platform}`] : []),
    ...indented(reports.map(({ id, title, next }) => [id, `${title}${next ? `, next ${clockText(next, zone)}` : ''}`])),
    ...(reports.length > 0 ? [''] : []),
    ...(kept.length > 0 ? ['Kept, the newest first'] : ['No report is kept yet.']),
    ...indented(kept.slice(0, shownReports).map((head) => headCells(head, zone))),
    ...(kept.length > shownReports ? [`  and ${kept.length - shownReports} more: add --json`] : []),
    ...(newest ? ['', `To read one: rounds report ${newest.id} --date ${nameOf(newest, plan, zone)}`] : []),
  ];
  return { isDone: true, lines, data: { reports, kept } };
}

function nameOf({ id, slot }: ReportHead, plan: Plan | undefined, zone: string): string {
  return slotName(plan?.reports[id]?.schedule, zone, slot);
}

function headCells({ id, slot, title, writtenAt, owed }: ReportHead, zone: string): string[] {
  const mail = owed.length > 0 ? `, not mailed yet to ${listed(owed)}` : '';
  return [dateText(slot, zone), id, `${title}, written ${clockText(writtenAt, zone)}${mail}`];
}

function indented(rows: readonly (readonly string[])[]): string[] {
  return columns(rows).map((row) => `  ${row}`);
}

/**
 * One report: the kept one, or else made from the records.
 * @param timeZone the reader's own
 * @throws {Error} that says what there is, where there is no such report or none of that day
 */
export async function showReport(
  connection: Connection,
  plan: Plan | undefined,
  id: string,
  options: ReportOptions,
  timeZone: string,
): Promise<Outcome> {
  const { table } = connection;
  const heads = await readReportHeads(table);
  const kept = heads.filter((head) => head.id === id);
  if (kept.length === 0 && !isPlanned(plan, id)) throw new Error(unknown(connection, plan, id, heads));
  const place: Place = { table, now: connection.now(), plan, timeZone: plan?.timeZone ?? timeZone, kept };
  const { document, remarks, ...report } = await find(place, id, options);
  const { slot } = report;
  const data = { ...report, document };
  if (options.html === undefined) {
    return { isDone: true, lines: markdownOf(document).trimEnd().split('\n'), remarks, data };
  }
  await savePage(options.html, document);
  const lines = [`${report.title} of ${dateText(slot, place.timeZone)} is written to ${options.html}.`];
  return { isDone: true, lines, remarks, data };
}

interface Found extends Pick<ReportHead, 'id' | 'slot' | 'title' | 'period'> {
  readonly isKept: boolean;
  /** Absent where it is not kept. */
  readonly writtenAt?: string;
  readonly document: Document;
  readonly remarks: readonly string[];
}

async function find(place: Place, id: string, { date, again }: ReportOptions): Promise<Found> {
  const { table, now, plan, timeZone } = place;
  const slot = date === undefined ? await newestSlot(place, id) : slotOfDate(place, id, date);
  // An older one is not among the newest that were read.
  const head = (await table.get<ReportHead>(reportHeadKey({ id, slot })))?.body;
  const document = head && (await table.get<Document>(reportKey(head)))?.body;
  if (head && document && !again) {
    const { title, period, writtenAt } = head;
    return { id, slot, title, period, writtenAt, isKept: true, document, remarks: [] };
  }
  if (!isPlanned(plan, id)) {
    throw new Error(`The report '${id}' is not in the runbook of this folder: it can be shown, and not made.`);
  }
  const records = await readReportRecords({ plan, table }, id, slot);
  const since = beginningAfter(records, slot, now);
  if (!head && date !== undefined && since !== undefined) {
    const begin = dateText(since, timeZone);
    throw new Error(`--date got ${date}, of which nothing is on record; write a day from ${begin} on.`);
  }
  const { title } = reportNamed(plan, id);
  const remark = head
    ? `made anew from the records; the one that is kept was written ${clockText(head.writtenAt, timeZone)}`
    : `not written yet: as things stand at ${clockText(now, timeZone, now)}`;
  const made = { title, period: records.period, document: reportOf(plan, id, records, now) };
  return { id, slot, ...made, isKept: false, remarks: [remark] };
}

function unknown({ platform }: Connection, plan: Plan | undefined, id: string, kept: readonly ReportHead[]): string {
  const ids = [...new Set([...Object.keys(plan?.reports ?? {}), ...kept.map((head) => head.id)])];
  const there = ids.length > 0 ? `there are: ${ids.join(', ')}` : 'there is none';
  const why = plan ? '' : `, and lib/runbooks/platforms.ts has no platform '${platform}' by which others could be made`;
  return `There is no report '${id}' of ${platform}; ${there}${why}. See: rounds report.`;
}

export async function savePage(file: string, document: Document): Promise<void> {
  try {
    await writeFile(file, documentPage(document));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `--html got '${file}', which cannot be written (${reason}); name a file in a folder that is there.`,
    );
  }
}
