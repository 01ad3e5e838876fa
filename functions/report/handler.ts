import type { ReportInput } from '../contract.ts';
import { closeJournal } from '../flow/close-journal.ts';
import { connectTelling } from '../flow/connect-telling.ts';
import { writeReport } from '../flow/write-report.ts';

/** Fired by a report's schedule: writes the report of the slot and mails it. */
export async function handler(input: ReportInput): Promise<void> {
  const services = connectTelling();
  await writeReport(services, input);
  await closeJournal(services);
}
