import { medianOf } from '../baseline.ts';
import type { Plan } from '../plan.ts';
import { type Iso, isoOf, laterBy, msOf } from '../time.ts';
import { counted } from '../words.ts';
import { lineOf, shownEntries } from './bounds.ts';
import type { Block } from './document.ts';
import { firstAcknowledgement, isForAwareness, isInTime, openedIn, resolver, toldAt } from './incident-course.ts';
import type { IncidentRecord, Period, ReportRecords } from './records.ts';

/** An incident of the same check that comes so soon after one is over is the same problem again, in milliseconds. */
const reopenMs = 24 * 3_600_000;

const minuteMs = 60_000;

/** The checks with the most incidents, and how many they had in the time before, which is as long. */
export function recurringBlocks({ incidents, period }: ReportRecords): Block[] {
  const toAct = incidents.filter((record) => !isForAwareness(record));
  const [now, before] = [openedIn(toAct, period), openedIn(toAct, periodBefore(period))];
  const checks = new Map<string, { readonly title: string; now: number; before: number }>();
  for (const [which, some] of [
    ['before', before],
    ['now', now],
  ] as const) {
    for (const { head } of some) {
      const counts = checks.get(head.check) ?? { title: lineOf(head.title), now: 0, before: 0 };
      counts[which] += 1;
      checks.set(head.check, counts);
    }
  }
  const rows = [...checks.values()]
    .filter((each) => each.now > 0)
    .toSorted((one, other) => other.now - one.now || (one.title < other.title ? -1 : 1))
    .map((each) => [each.title, String(each.now), String(each.before)]);
  const more = rows.length > shownEntries ? ` The first ${shownEntries} of ${rows.length} checks:` : '';
  return [
    { kind: 'text', text: `${counted(now.length, 'incident')}, after ${before.length} in the time before.${more}` },
    ...tableOf(['Check', 'Incidents', 'Before'], rows.slice(0, shownEntries)),
  ];
}

/** The text above it has said that there is nothing. */
function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): Block[] {
  return rows.length > 0 ? [{ kind: 'table', head, rows }] : [];
}

function periodBefore({ from, to }: Period): Period {
  return { from: isoOf(2 * msOf(from) - msOf(to)), to: from };
}

/**
 * By priority how long it took, from the first bad result on, until somebody was told, had it, and it was over: the
 * median and the longest.
 */
export function responseTimesBlocks(plan: Plan, records: ReportRecords, now: Iso): Block[] {
  const found = openedIn(records.incidents, records.period);
  const priorities = [...new Set(found.map(({ head }) => head.priority))].sort();
  const rows = priorities.map((priority) => {
    const some = found.filter(({ head }) => head.priority === priority);
    const over = some.filter(({ head }) => head.resolvedAt !== undefined);
    const inTime = some.flatMap((record) => isInTime(plan, record) ?? []);
    const until = (end: (record: IncidentRecord) => Iso | undefined) => timesText(some, end);
    return [
      priority,
      String(some.length),
      until((record) => toldAt(plan, record, records.silences, now)),
      until((record) => firstAcknowledgement(record)?.at),
      until(({ head }) => head.resolvedAt),
      inTime.length === 0 ? '-' : `${inTime.filter(Boolean).length} of ${inTime.length}`,
      `${over.filter((record) => resolver(record) !== undefined).length} of ${over.length}`,
      String(over.filter((record) => isReopened(record, records.incidents)).length),
    ];
  });
  const head = ['Priority', 'Incidents', 'Told', 'Acknowledged', 'Over', 'In time', 'By hand', 'Again in 24 h'];
  const caption =
    rows.length > 0
      ? 'How long it took from the first bad result: the median, and the longest in brackets.'
      : 'Response times: there was no incident.';
  return [{ kind: 'text', text: caption }, ...tableOf(head, rows)];
}

/** `3 min (longest 12 min)`; `-` where it came to it in none. */
function timesText(records: readonly IncidentRecord[], end: (record: IncidentRecord) => Iso | undefined): string {
  const minutes = records.flatMap((record) => {
    const at = end(record);
    // Clocks disagree: nobody acknowledges before it is bad.
    return at === undefined ? [] : [Math.max(0, Math.floor((msOf(at) - msOf(record.head.openedAt)) / minuteMs))];
  });
  const median = medianOf(minutes.map((each) => [each, 1]));
  if (median === undefined) return '-';
  const longest = Math.max(...minutes);
  return minutes.length === 1 ? lengthText(longest) : `${lengthText(median)} (longest ${lengthText(longest)})`;
}

/** `45 min`, `2.5 h`, `3.1 days`. */
function lengthText(minutes: number): string {
  const tenths = (value: number) => Math.round(value * 10) / 10;
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${tenths(minutes / 60)} h` : `${tenths(minutes / 60 / 24)} days`;
}

function isReopened(
  { head: { check, resolvedAt, number } }: IncidentRecord,
  incidents: readonly IncidentRecord[],
): boolean {
  if (resolvedAt === undefined) return false;
  const until = laterBy(reopenMs, resolvedAt);
  return incidents.some(({ head }) => {
    return head.check === check && head.number !== number && resolvedAt <= head.openedAt && head.openedAt <= until;
  });
}
