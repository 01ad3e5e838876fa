import { Temporal } from 'temporal-polyfill';

/** An instant as the records keep it: ISO 8601, UTC, milliseconds. Such texts sort as the instants do. */
export type Iso = string;

/** @param ms epoch milliseconds */
export function isoOf(ms: number): Iso {
  return Temporal.Instant.fromEpochMilliseconds(ms).toString({ fractionalSecondDigits: 3 });
}

/** Epoch milliseconds of an ISO 8601 instant. */
export function msOf(iso: string): number {
  return Temporal.Instant.from(iso).epochMilliseconds;
}

let newest = { iso: '', ms: 0, later: '' };

/** So many milliseconds later. The last answer is kept: in a storm many alerts ask the same at one moment. */
export function laterBy(ms: number, iso: Iso): Iso {
  if (newest.iso !== iso || newest.ms !== ms) newest = { iso, ms, later: isoOf(msOf(iso) + ms) };
  return newest.later;
}

/** The same instant in the records' spelling: the scheduler leaves the milliseconds out. */
export function normalizeIso(iso: string): Iso {
  return isoOf(msOf(iso));
}

/** The instant on the clock of a time zone. */
export function localTime(iso: string, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.from(iso).toZonedDateTimeISO(timeZone);
}

/**
 * Epoch milliseconds of a local time `HH:MM`: one that the day skips moves to the end of the gap (02:30 becomes 03:00),
 * of one that comes twice the first counts.
 */
export function instantOf(date: Temporal.PlainDate, time: string, timeZone: string): number {
  const local = date.toPlainDateTime(time);
  const zoned = local.toZonedDateTime(timeZone);
  if (zoned.toPlainDateTime().equals(local)) return zoned.epochMilliseconds;
  const beforeGap = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  return (beforeGap.getTimeZoneTransition('next') ?? zoned).epochMilliseconds;
}

/** `2026-11-21 08:00 EST`, for people; without the date where it is the date of `today`. */
export function clockText(iso: string, timeZone: string, today?: string): string {
  const local = localTime(iso, timeZone);
  const date = local.toPlainDate();
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  const zone = zoneName(local.epochMilliseconds, timeZone);
  const isToday = today !== undefined && localTime(today, timeZone).toPlainDate().equals(date);
  return isToday ? `${time} ${zone}` : `${date.toString()} ${time} ${zone}`;
}

/** Making one takes longer than all else that a message needs. */
const zoneFormats = new Map<string, Intl.DateTimeFormat>();

/** `EST`, or `GMT+1` where the zone has no name of its own in English. */
function zoneName(ms: number, timeZone: string): string {
  const format = zoneFormats.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' });
  zoneFormats.set(timeZone, format);
  return format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}
