import type { Notice } from '../alert.ts';
import { deliverAt } from '../delivery.ts';
import { isPage } from '../notice.ts';
import { fleetCheck, roundCheck } from '../observations.ts';
import { onDemand, type Plan } from '../plan.ts';
import { mutedBy, type Silence } from '../silence.ts';
import { reasonOf } from '../story.ts';
import type { Iso } from '../time.ts';
import { lineOf } from './bounds.ts';
import type { IncidentRecord, Period } from './records.ts';
import { isWithin } from './report-clock.ts';
import { openSlotBefore } from './report-slots.ts';
import type { Subject } from './subjects.ts';

/**
 * When it became an incident. It may have been bad before: what was bad for the first time just before a report is
 * written becomes an incident after it, and belongs to the next one.
 */
export function becameAt({ head, notices }: IncidentRecord): Iso {
  return notices[0]?.at ?? head.openedAt;
}

/** The incidents that became ones in a period. */
export function openedIn(incidents: readonly IncidentRecord[], period: Period): IncidentRecord[] {
  return incidents.filter((record) => isWithin(becameAt(record), period));
}

/** Whether it was over at a time. */
export function isOver({ head: { resolvedAt } }: IncidentRecord, now: Iso): boolean {
  return resolvedAt !== undefined && resolvedAt <= now;
}

/** Incidents of this priority are nobody's to work on. */
export function isForAwareness({ head }: IncidentRecord): boolean {
  return head.priority === 'info';
}

/** Who took it first, and when. */
export function firstAcknowledgement({ notices }: IncidentRecord): Notice | undefined {
  return notices.find(({ kind }) => kind === 'acknowledgement');
}

/** Who has it, as far as the records say; a problem that rose, or was forgotten, is nobody's again. */
export function owner({ notices }: IncidentRecord): string | undefined {
  const turn = notices.findLast(({ kind }) => kind === 'acknowledgement' || kind === 'update' || kind === 'reminder');
  return turn?.kind === 'acknowledgement' ? turn.by : undefined;
}

/** The person who resolved it; `undefined` where it recovered by itself, or is open. */
export function resolver({ head, notices }: IncidentRecord): string | undefined {
  return head.resolvedAt === undefined ? undefined : notices.findLast(({ kind }) => kind === 'recovery')?.by;
}

/**
 * When the first page was due by the delivery of its priority, which is when it was told; `undefined` where it had not
 * to be told: of what is only for awareness, in a silence or maintenance, and once it was over or in somebody's hands.
 */
export function toldAt(plan: Plan, record: IncidentRecord, silences: readonly Silence[], now: Iso): Iso | undefined {
  const pages = record.notices.filter(isPage);
  const times = [...new Set(pages.map(({ priority }) => priority))].flatMap((priority) => {
    const policy = plan.priorities[priority];
    if (!policy || policy.levels.length === 0) return [];
    const page = pages.find((each) => each.priority === priority && !mutedBy(each.check, each.at, plan, silences));
    return page ? [deliverAt(policy.delivery, plan.calendar, plan.timeZone, page.at)] : [];
  });
  const told = times.sort()[0];
  const ends = [firstAcknowledgement(record)?.at ?? now, record.head.resolvedAt ?? now, now];
  return told !== undefined && ends.every((end) => told <= end) ? told : undefined;
}

/**
 * Whether somebody acknowledged, or it was over, before the deadline of the first level; `undefined` where there is
 * none, and while it runs. The records show when it passes: the next level is told, or the first one again.
 */
export function isInTime(plan: Plan, { head, notices }: IncidentRecord): boolean | undefined {
  const policy = Object.entries(plan.priorities).find(([priority]) => priority === head.priority)?.[1];
  if (policy?.levels[0]?.acknowledgeMinutes === undefined) return undefined;
  const first = notices.find(({ kind, sequence }) => {
    const isEnd = head.resolvedAt !== undefined && sequence === head.sequence;
    return isEnd || kind === 'acknowledgement' || kind === 'escalation' || kind === 'reminder';
  });
  return first && first.kind !== 'escalation' && first.kind !== 'reminder';
}

/**
 * Whether an incident is about one of some checks, their fleet, or Rounds' ability to run their routine; and came of a
 * round of the routine, or was open when one was due: other routines run the same checks at other times.
 */
export function isAbout(record: IncidentRecord, plan: Plan, subjects: readonly Subject[], period: Period): boolean {
  return subjects.some(({ routine, checks }) => {
    const { fleet, remedies = [] } = plan.routines[routine] ?? {};
    const own = [roundCheck(routine), ...(fleet === undefined ? [] : [fleetCheck(fleet)])];
    if (![...checks, ...remedies, ...own].includes(record.head.check)) return false;
    const isOfRound = record.notices[0]?.round.startsWith(`${routine}/`) ?? false;
    return isOfRound || wasOpenAtSlot(record, plan, routine, period);
  });
}

function wasOpenAtSlot(record: IncidentRecord, plan: Plan, routine: string, { from, to }: Period): boolean {
  const schedule = plan.routines[routine]?.schedule ?? onDemand;
  if (schedule === onDemand) return false;
  const { resolvedAt = to } = record.head;
  const slot = openSlotBefore(plan, schedule, resolvedAt < to ? resolvedAt : to);
  return slot !== undefined && slot >= from && slot >= becameAt(record);
}

/** What one notice says that has happened, in one line. */
export function happeningText(notice: Notice, timeZone: string, now: Iso): string {
  const { kind, priority, headline, level, by } = notice;
  const reason = lineOf(reasonOf(notice, timeZone, now));
  switch (kind) {
    case 'problem':
      return `opened as ${priority}: ${lineOf(headline)}`;
    case 'escalation':
      return `escalated to level ${level}: ${reason}`;
    case 'reminder':
      return `told again: ${reason}`;
    case 'recovery':
      return by === undefined ? `over: ${reason}` : reason;
    case 'acknowledgement':
    case 'update':
    case 'digest':
    case 'flapping-start':
    case 'flapping-end':
      return reason;
  }
}
