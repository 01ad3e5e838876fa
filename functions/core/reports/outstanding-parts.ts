import { closedBecause, longestClosure, weekdayOf } from '../calendar.ts';
import type { Plan, ReportPart } from '../plan.ts';
import type { AskedSignOff } from '../sign-off.ts';
import { type Iso, instantOf, isoOf, localTime } from '../time.ts';
import { counted } from '../words.ts';
import { fewOf, lineOf } from './bounds.ts';
import type { Block } from './document.ts';
import { becameAt, isForAwareness, isOver } from './incident-course.ts';
import { incidentLine } from './incident-parts.ts';
import type { IncidentRecord, ReportRecords } from './records.ts';
import { type Clock, clockOf, isWithin } from './report-clock.ts';
import { trendChecks } from './report-needs.ts';
import { dueText, isGiven, newestSignature, unsignedText } from './signed.ts';
import { badText, standingsOf } from './standing.ts';
import { routinesRunning } from './subjects.ts';

/** Incidents that are open when the report is written, and sign-offs that nobody has given. */
export function outstandingBlocks(
  plan: Plan,
  { label }: Extract<ReportPart, { kind: 'outstanding' }>,
  records: ReportRecords,
  now: Iso,
): Block[] {
  const items = [...openIncidents(records, clockOf(plan, records.period), now), ...openSignOffs(plan, records, now)];
  const value = items.length === 0 ? 'none' : String(items.length);
  return [{ kind: 'fields', fields: [{ label, value, ...(items.length > 0 && { items: fewOf(items) }) }] }];
}

/** What has to be done next, what is most urgent first, and when business opens. Nothing in it is made up. */
export function prioritiesBlocks(plan: Plan, records: ReportRecords, now: Iso): Block[] {
  const clock = clockOf(plan, records.period);
  const items = [
    ...openIncidents(records, clock, now),
    ...openSignOffs(plan, records, now),
    ...followUps(records, now),
    ...troubledTrends(plan, records),
  ];
  return [
    { kind: 'list', items: fewOf(items) },
    { kind: 'text', text: nextOpeningText(plan, records.period.to) },
  ];
}

/** The most urgent first, then the oldest. */
function openIncidents({ incidents }: ReportRecords, clock: Clock, now: Iso): string[] {
  const open = incidents.filter((record) => !isOver(record, now) && !isForAwareness(record));
  const rank = (record: IncidentRecord) => `${record.head.priority} ${becameAt(record)}`;
  return open
    .toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1))
    .map((record) => incidentLine(record, clock, now));
}

/**
 * What was found wrong, then what nobody has signed off; of each sign-off its newest slot and how many before it. What is
 * missing and has an open incident is in the list already.
 */
function openSignOffs(plan: Plan, { signOffs, incidents, period }: ReportRecords, now: Iso): string[] {
  const listed = new Set(incidents.filter((record) => !isOver(record, now)).map(({ head }) => head.check));
  const byId = new Map<string, AskedSignOff[]>();
  for (const each of signOffs) {
    if (isGiven(each)) continue;
    byId.set(each.id, [...(byId.get(each.id) ?? []), each]);
  }
  const clock = clockOf(plan, period);
  const open = [...byId.values()].flatMap((each) => {
    const newest = each.at(-1);
    return newest ? [{ newest, count: each.length - 1 }] : [];
  });
  const isWrong = ({ newest }: (typeof open)[number]) => newestSignature(newest) !== undefined;
  const missing = open.filter((each) => !isWrong(each) && !listed.has(each.newest.id));
  return [...open.filter(isWrong), ...missing].map(({ newest, count }) => {
    const before = count > 0 ? `; and not given ${counted(count, 'time')} before` : '';
    return `${signOffLine(newest, clock, now)}${before}`;
  });
}

function signOffLine(asked: AskedSignOff, clock: Clock, now: Iso): string {
  const { title, slot } = asked;
  const name = `${lineOf(title)} of ${clock(slot)}`;
  const said = newestSignature(asked);
  if (said) return `WRONG, says ${lineOf(said.by)}: ${name}: ${lineOf(said.note)}`;
  return `${unsignedText(asked, now)}: ${name}, ${dueText(asked, clock, now)}`;
}

/** What people have noted is still to be done, of incidents of the period and of open ones. */
function followUps({ incidents, period }: ReportRecords, now: Iso): string[] {
  return incidents.flatMap((record) =>
    record.notes
      .filter(({ about, at }) => about === 'follow-up' && (isWithin(at, period) || !isOver(record, now)))
      .map(({ text, by }) => `Follow-up of ${record.head.number}: ${lineOf(text)} (${lineOf(by)})`),
  );
}

/** What runs full soon, or of which nobody can say whether it does. */
function troubledTrends(plan: Plan, records: ReportRecords): string[] {
  const trends = trendChecks(plan);
  const lines = routinesRunning(plan, trends).flatMap((routine) => {
    const checks = (plan.routines[routine]?.checks ?? []).filter((id) => trends.includes(id));
    return standingsOf(plan, { routine, checks, isWhole: false }, records)
      .filter(({ kind }) => kind === 'bad' || kind === 'not-known')
      .map((standing) => `${standing.title}: ${standing.kind === 'bad' ? badText(standing) : standing.text}`);
  });
  return [...new Set(lines)];
}

/** When business opens next, and why it is closed tomorrow, if it is. */
function nextOpeningText({ calendar, timeZone }: Plan, after: Iso): string {
  const today = localTime(after, timeZone).toPlainDate();
  const why = closedBecause(today.add({ days: 1 }), calendar);
  const closed = why === undefined ? '' : ` (tomorrow: ${why})`;
  for (let days = 0; days <= longestClosure; days++) {
    const date = today.add({ days });
    const opening = isoOf(instantOf(date, calendar.hours.from, timeZone));
    if (opening <= after || closedBecause(date, calendar) !== undefined) continue;
    const weekday = weekdayOf(date) ?? '';
    const name = `${weekday.charAt(0).toUpperCase()}${weekday.slice(1)}, ${date.toString()}`;
    return `Business opens next on ${name}, at ${calendar.hours.from}${closed}.`;
  }
  return `Business does not open in the next ${longestClosure} days: check the calendar.`;
}
