import { Temporal } from 'temporal-polyfill';
import { isoOf, localTime } from '../../../functions/core/time.ts';
import { QuestionError } from './questions.ts';
import type { AskedRange } from './wire.ts';

/** Epoch milliseconds. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What is shown, on the cloud's clock, without the zoom.
 * @throws {QuestionError} when it ends before it begins
 */
export function shownRange({ shown }: AskedRange, now: number, timeZone: string): TimeRange {
  if (shown.mode === 'relative') return { start: now - shown.ms, end: now };
  const at = (local: string) => Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone).epochMilliseconds;
  const range = { start: at(shown.from), end: at(shown.to) };
  if (range.start < range.end) return range;
  throw new QuestionError(
    `The range from ${shown.from} to ${shown.to} has no length; choose an end after its beginning.`,
  );
}

/** What is looked at: the part that is zoomed into, or else all that is shown. */
export function seenRange(asked: AskedRange, now: number, timeZone: string): TimeRange {
  return asked.zoom ?? shownRange(asked, now, timeZone);
}

/** A time zone as CloudWatch tells it to a custom widget. */
export function widgetTimeZone(now: number, timeZone: string) {
  const { offset, offsetNanoseconds } = localTime(isoOf(now), timeZone);
  return { label: timeZone, offsetISO: offset, offsetInMinutes: offsetNanoseconds / 60e9 };
}
