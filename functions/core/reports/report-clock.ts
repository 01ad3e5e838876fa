import type { Plan } from '../plan.ts';
import { clockText, type Iso, isoOf, localTime, msOf } from '../time.ts';
import type { Period } from './records.ts';

/** An instant on the platform's clock: without its date where that is the last day of the period. */
export type Clock = (iso: Iso) => string;

export function clockOf({ timeZone }: Pick<Plan, 'timeZone'>, { to }: Period): Clock {
  const lastMoment = lastMomentOf(to);
  return (iso) => clockText(iso, timeZone, lastMoment);
}

/** `2026-12-07`, on the platform's calendar. */
export function dateText(iso: Iso, timeZone: string): string {
  return localTime(iso, timeZone).toPlainDate().toString();
}

/** The last date of a period: one that ends at midnight is not about the day that begins then. */
export function lastDateOf({ to }: Period, timeZone: string): string {
  return dateText(lastMomentOf(to), timeZone);
}

function lastMomentOf(to: Iso): Iso {
  return isoOf(msOf(to) - 1);
}

export function isWithin(iso: Iso, { from, to }: Period): boolean {
  return from <= iso && iso < to;
}
