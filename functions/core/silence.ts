import { closedBecause } from './calendar.ts';
import type { MaintenanceWindow, Plan } from './plan.ts';
import { nextSlot } from './slots.ts';
import { clockText, type Iso, laterBy, localTime } from './time.ts';

/** Told not to tell: who, why, of what, and until when. */
export interface Silence {
  readonly id: string;
  readonly by: string;
  readonly reason: string;
  readonly from: Iso;
  readonly until: Iso;
  /** Who has ended it early, which was at `until`, and when it would have ended. */
  readonly ended?: { readonly by: string; readonly planned: Iso };
  /** Ids of checks, those of fleets and of Rounds itself included; empty for all. */
  readonly checks: readonly string[];
}

/** Why nobody is told of a check, for people, and until when. */
export interface Mute {
  readonly until: Iso;
  readonly why: string;
}

/** Whether a silence or a maintenance window is about a check. */
export function covers({ checks }: Pick<Silence, 'checks'>, check: string): boolean {
  return checks.length === 0 || checks.includes(check);
}

/** Of all silences and maintenance windows that hold a check back at an instant, the one that ends last. */
export function mutedBy(check: string, at: Iso, plan: Plan, silences: readonly Silence[]): Mute | undefined {
  const untilText = (until: Iso) => `until ${clockText(until, plan.timeZone)}`;
  const silenced = silences
    .filter((silence) => covers(silence, check) && silence.from <= at && at < silence.until)
    .map(({ by, until, reason }) => ({ until, why: () => `silence by ${by} ${untilText(until)}: ${reason}` }));
  const maintained = plan.maintenance
    .filter((window) => covers(window, check))
    .flatMap((window) => {
      const until = openUntil(window, at, plan);
      return until === undefined ? [] : [{ until, why: () => `maintenance "${window.title}" ${untilText(until)}` }];
    });
  const [last] = [...silenced, ...maintained].sort((one, other) => (one.until > other.until ? -1 : 1));
  return last && { until: last.until, why: last.why() };
}

/** When the window that is open at an instant ends; `undefined` where none is. */
export function openUntil({ schedule, minutes }: MaintenanceWindow, at: Iso, plan: Plan): Iso | undefined {
  const { calendar, timeZone } = plan;
  const next = (after: Iso) => nextSlot(schedule, calendar, timeZone, after);
  const lengthMs = minutes * 60_000;
  let until: Iso | undefined;
  // What began longer ago than it takes is over. Of windows that overlap their successors the newest ends last.
  for (let begin = next(laterBy(-lengthMs, at)); begin <= at; begin = next(begin)) {
    const date = localTime(begin, timeZone).toPlainDate();
    const isOpened = schedule.days !== 'business-days' || closedBecause(date, calendar) === undefined;
    if (isOpened) until = laterBy(lengthMs, begin);
  }
  return until;
}
