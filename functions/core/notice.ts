import type { Alert, Facts, Incident, Notice, NoticeKind, Parked } from './alert.ts';
import type { Iso } from './time.ts';

const pages: readonly NoticeKind[] = ['problem', 'escalation', 'reminder', 'update', 'flapping-start'];

/** Whether a notice asks somebody to act: such a one is of no use any more once somebody has. */
export function isPage({ kind }: Pick<Notice, 'kind'>): boolean {
  return pages.includes(kind);
}

/**
 * The next notice of an incident, about what is so now.
 * @param at when it happened
 * @param by the person who did it
 */
export function noticeOf(
  { check, facts = nothingKnown(check) }: Pick<Alert, 'check' | 'facts'>,
  incident: Incident,
  kind: NoticeKind,
  at: Iso,
  reason: string,
  by?: string,
): Notice {
  const { title, headline, round, troubled, population, worst } = facts;
  const { number, notices, priority, level, openedAt } = incident;
  return {
    kind,
    incident: number,
    sequence: notices + 1,
    round,
    check,
    title,
    headline,
    priority,
    level,
    openedAt,
    at,
    troubled: troubled.total,
    population,
    worst,
    reason,
    ...(by !== undefined && { by }),
  };
}

/** What an alert that was stored without its facts can still be told with: better than not at all. */
export function nothingKnown(check: string): Facts {
  return { title: check, headline: check, round: '', population: 0, troubled: { total: 0, named: [] }, worst: [] };
}

/**
 * Parked notices when somebody has the incident in hand: what waits only for its time is told then in one line. What is
 * held by something else goes on waiting for that.
 */
export function overtaken(parked: readonly Parked[], openedAt: Iso, reason: string): readonly Parked[] {
  return parked.flatMap((each): Parked[] => {
    if (each.heldBy !== undefined || !isPageOf(each, openedAt)) return [each];
    const { kind } = each.notice;
    // The level before has been told; what the next one does not know need not be told any more.
    if (kind === 'escalation' || kind === 'reminder') return [];
    return [{ ...each, notice: { ...each.notice, kind: 'digest', reason } }];
  });
}

/**
 * Parked notices when the incident is over: what waits only for its time is told then in one line, and what was held
 * back is not told at all.
 */
export function withoutPages(parked: readonly Parked[], openedAt: Iso, reason: string): readonly Parked[] {
  const told = parked.filter((each) => each.heldBy === undefined || each.notice.openedAt !== openedAt);
  return overtaken(told, openedAt, reason);
}

function isPageOf({ notice }: Parked, openedAt: Iso): boolean {
  return notice.openedAt === openedAt && isPage(notice);
}
