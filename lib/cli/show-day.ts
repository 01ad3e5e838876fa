import type { Plan } from '../../functions/core/plan.ts';
import { statuses } from '../../functions/core/status.ts';
import { clockText, type Iso } from '../../functions/core/time.ts';
import { counted, listed } from '../../functions/core/words.ts';
import { columns } from './columns.ts';
import { type DayReport, logId } from './day.ts';
import type { NotificationReport, RoundReport } from './records.ts';
import { paint, showIncidents } from './show.ts';

/** A day as a page: its rounds by routine, its incidents, who was told what, and then its log. */
export function showDay(day: DayReport, plan: Plan): string[] {
  const { platform, date, scenario, rounds, incidents, notifications, log, repeated } = day;
  const told = notifications.filter(({ subject }) => !isAllClear(subject));
  return [
    `${plan.platform.name} (${platform}), ${date}, scenario ${scenario}`,
    '',
    'Rounds',
    ...roundLines(rounds, plan),
    ...repeatLines(repeated),
    '',
    'Incidents',
    ...(incidents.length > 0 ? showIncidents(incidents, plan.timeZone) : ['  none']),
    '',
    'Messages',
    ...(told.length > 0 ? messageLines(told, plan.timeZone) : ['  none']),
    '',
    ...(log ? log.text.split('\n') : [noLog(plan, date)]),
  ];
}

/** What a round came to: `CRITICAL disk, cpu`, `WARNING api`, or that all is well. */
export function outcomeOf({ status, reason, verdicts }: RoundReport): string {
  if (status !== 'collected') return `${status}${reason ? `: ${reason}` : ''}`;
  const bad = statuses.flatMap((each) => {
    const checks = verdicts.filter((verdict) => verdict.status === each).map(({ check }) => check);
    return each === 'OK' || checks.length === 0 ? [] : [`${paint[each](each)} ${checks.join(', ')}`];
  });
  if (verdicts.length === 0) return 'people are asked';
  return bad.join('; ') || `${paint.OK('OK')} ${counted(verdicts.length, 'check')}`;
}

/** `08:00`, or with its zone where the clock shows an hour twice. */
export function timeOfDay(at: Iso, timeZone: string): string {
  return clockText(at, timeZone, at);
}

/** A line for each outcome of a routine, in the order of their first times. */
function roundLines(rounds: readonly RoundReport[], { timeZone }: Plan): string[] {
  const rows = new Map<string, { readonly first: RoundReport; count: number; last: RoundReport }>();
  for (const round of rounds) {
    const key = `${round.routine} ${outcomeOf(round)}`;
    const row = rows.get(key);
    rows.set(key, { first: row?.first ?? round, count: (row?.count ?? 0) + 1, last: round });
  }
  if (rows.size === 0) return ['  none'];
  return columns(
    [...rows.values()].map(({ first, count, last }) => {
      const from = timeOfDay(first.slot, timeZone);
      const times = count === 1 ? from : `${from} to ${timeOfDay(last.slot, timeZone)}, ${counted(count, 'round')}`;
      return [`  ${first.routine}`, times, outcomeOf(first)];
    }),
  );
}

function repeatLines({ routines, everyMinutes }: DayReport['repeated']): string[] {
  if (routines.length === 0) return [];
  const seldom = `every ${counted(everyMinutes / 60, 'hour')}`;
  return [`  The hosts were really asked for ${listed(routines)} ${seldom}, and gave the same answer in between.`];
}

/** A line for each message, with all who got it at the time. */
function messageLines(notifications: readonly NotificationReport[], timeZone: string): string[] {
  const messages = new Map<string, { readonly first: NotificationReport; readonly to: string[] }>();
  for (const notification of notifications) {
    const { at, subject, role, endpoints } = notification;
    const key = `${timeOfDay(at, timeZone)} ${subject}`;
    const message = messages.get(key) ?? { first: notification, to: [] };
    message.to.push(role || (Object.values(endpoints)[0] ?? ''));
    messages.set(key, message);
  }
  return [...messages.values()].map(({ first, to }) => {
    return `  ${timeOfDay(first.at, timeZone)}  ${first.subject} (to ${listed([...new Set(to)])})`;
  });
}

function isAllClear(subject: string): boolean {
  return subject.startsWith('OK: ');
}

function noLog({ reports, platform }: Plan, date: string): string {
  const why = Object.hasOwn(reports, logId) ? `is none of ${date}` : 'is none in its runbook';
  return `No log: of the report '${logId}' of ${platform.id} there ${why}.`;
}
