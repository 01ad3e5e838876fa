import type { ReportInput } from '../contract.ts';
import { recipientsOf } from '../core/policy.ts';
import { limitedDocument } from '../core/reports/document-limit.ts';
import { reportOf } from '../core/reports/report.ts';
import { isWritten, openSlotBefore, reportNamed, reportSlot, slotsBetween } from '../core/reports/report-slots.ts';
import { type Iso, isoOf, laterBy } from '../core/time.ts';
import { expectedSince } from './answer-records.ts';
import { reportHeadKey, reportKey } from './keys.ts';
import { readReportHeads, readReportRecords } from './report-records.ts';
import { announceReport } from './send-report.ts';
import { expiry, type TellingServices } from './services.ts';

/** Bytes of a document as JSON: an item holds 400 KB, keys and all. */
const documentBytes = 300_000;

/** How far back a firing makes up for reports that nobody has written, in milliseconds, or to the slot before. */
const missedMs = 8 * 86_400_000;

/** How far the clocks of Scheduler and of a function may be apart, in milliseconds. */
const clocksMs = 60_000;

/** Reports that one firing makes up for at most: the next one goes on. */
const missedLimit = 20;

/** Writes the report of a slot, once, however often the slot fires, and those before it that nobody has written. */
export async function writeReport(services: TellingServices, input: ReportInput): Promise<void> {
  const { plan, journal, now } = services;
  const { report: id } = input;
  const slot = reportSlot(plan, id, input.slot);
  // What is written stays, and the rest of its time would be missing.
  if (slot !== undefined && slot > isoOf(now() + clocksMs)) {
    throw new Error(`The slot ${slot} of the report '${id}' is still to come; to see it now: rounds report ${id}.`);
  }
  if (slot === undefined) return journal.info('report skipped: it is a holiday', input);
  await writeOne(services, id, slot);
  for (const missed of await missedSlots(services, id, slot)) {
    try {
      await writeOne(services, id, missed);
    } catch (error) {
      journal.failure('a report that was missed could not be written', error, { id, slot: missed });
    }
  }
}

async function writeOne(services: TellingServices, id: string, slot: Iso): Promise<void> {
  const { plan, table, journal, now } = services;
  const about = { id, slot };
  if (await table.get(reportHeadKey(about))) return journal.info('the report was written before', about);
  const records = await readReportRecords(services, id, slot);
  const writtenAt = isoOf(now());
  const document = limitedDocument(reportOf(plan, id, records, writtenAt), documentBytes);
  // Before the head, by which it is found. Whoever comes after a crash leaves it as it is.
  await table.put(reportKey(about), 0, document, expiry(services));
  const { title, tell } = reportNamed(plan, id);
  const owed = recipientsOf(plan, tell, ['email'], writtenAt).map(({ contact }) => contact);
  const { period } = records;
  const isFirst = await announceReport(services, { id, slot, title, period, writtenAt, owed });
  journal.info(isFirst ? 'report written' : 'the report was written before', about);
}

/** Slots of the last time of which nothing is kept; nothing is owed of the time before the report, or the platform. */
async function missedSlots(services: TellingServices, id: string, fired: Iso): Promise<Iso[]> {
  const { plan, table } = services;
  const before = openSlotBefore(plan, reportNamed(plan, id).schedule, fired);
  const longAgo = laterBy(-missedMs, fired);
  const from = before !== undefined && before < longAgo ? before : longAgo;
  const kept = (await readReportHeads(table, fired)).filter((head) => head.id === id);
  const since = kept.at(-1)?.slot ?? (await newSince(services, from));
  if (since === undefined) return [];
  const slots = slotsBetween(plan, id, since > from ? since : from, fired);
  return slots.filter((slot) => !isWritten(plan, id, slot, kept)).slice(0, missedLimit);
}

/** Since when there are rounds, where that is after a time: to an older platform the report is what is new. */
async function newSince({ table }: TellingServices, from: Iso): Promise<Iso | undefined> {
  const [since] = [...(await expectedSince({ table })).values()].sort();
  return since !== undefined && since > from ? since : undefined;
}
