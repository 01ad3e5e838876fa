import { Temporal } from 'temporal-polyfill';
import { type Iso, isoOf, msOf } from '../../functions/core/time.ts';

/**
 * The instant that an option names: with Z or an offset, or else on the platform's clock; a date alone is its midnight.
 * @throws {Error} that says what was expected
 */
export function instantAt(option: string, text: string, timeZone: string): Iso {
  try {
    if (/T.*(?:Z|[+-]\d\d:?\d\d)$/i.test(text)) return isoOf(msOf(text));
    return isoOf(Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds);
  } catch {
    throw new Error(
      `${option} got "${text}"; expected an ISO 8601 time, on the clock of ${timeZone} or with Z or an offset. ` +
        'Write 2026-11-23, 2026-11-23T08:00 or 2026-11-23T13:00Z.',
    );
  }
}
