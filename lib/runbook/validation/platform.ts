import type { Problems } from '../problems.ts';
import { refusal } from '../problems.ts';
import type { Runbook } from '../types.ts';
import {
  date,
  distinctList,
  fields,
  httpsUrl,
  id,
  line,
  list,
  noDuplicates,
  text,
  timeOfDay,
  weekday,
} from './values.ts';

export const timeZone = text(
  'the name of an IANA time zone',
  "write it as in the tz database, for example 'Europe/Berlin' or 'UTC'",
  isTimeZone,
);

const incidentFormat = text(
  'a format of letters, digits and hyphens that holds YYYYMMDD- or YYYY- and ends with -NNN',
  "write for example 'DAILY-YYYYMMDD-NNN' or 'INC-YYYY-NNN'",
  // Hyphens, because the running number is told from what stands before it by being the last run of digits.
  (value) => /^[A-Za-z0-9-]*YYYY(?:MMDD)?-(?:[A-Za-z0-9-]*-)?NNN$/.test(value),
);

const holiday = fields({ date, name: line('the name of the holiday') });

const hours = fields({ from: timeOfDay, to: timeOfDay }).refine(({ from, to }) => from < to, {
  path: ['to'],
  error: refusal('a time after `from`', 'exchange the two, or end before midnight'),
  // A time that is none has been refused already.
  when: ({ issues }) => issues.length === 0,
});

/** The fields of a runbook that are no sections of their own. */
const head = {
  id: id(20),
  name: line('the name of the platform'),
  timeZone,
  incidentFormat,
  procedureUrl: httpsUrl('write where the written procedure can be read; it stands in every email'),
};

const calendar = fields({
  businessDays: distinctList('business days', weekday),
  hours,
  wakingHours: hours,
  holidays: list('holidays', holiday).check(noDuplicates('holidays', ({ date }) => date)),
  holidaysThrough: date,
}).check(({ value: { holidays, holidaysThrough: input }, issues }) => {
  if (issues.length > 0 || holidays.every(({ date }) => date <= input)) return;
  const message = refusal('a date that is not before the last holiday', 'write up to when the holidays are complete');
  issues.push({ code: 'custom', path: ['holidaysThrough'], input, message, continue: true });
});

export function validatePlatform(runbook: Runbook, problems: Problems): void {
  for (const [field, schema] of Object.entries(head)) problems.parse([field], schema, Reflect.get(runbook, field));
  problems.parse(['calendar'], calendar, runbook.calendar);
}

/** Intl also takes offsets and any case, which the scheduler refuses. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
