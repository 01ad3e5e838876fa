/**
 * A threshold range of the plugin guidelines: alert when a value lies outside `[low, high]`, or inside where the text
 * began with `@`. Ends are inclusive; `null` is the infinity on its side (JSON has none).
 * @see https://nagios-plugins.org/doc/guidelines.html#THRESHOLDFORMAT
 */
export interface Range {
  readonly low: number | null;
  readonly high: number | null;
  readonly alertInside: boolean;
}

/** A double needs 24 characters at most; beyond this it is no number of a check, and costs no work. */
export const maximumNumberCharacters = 64;

/**
 * Reads a number as plugins print it: digits, a point, a minus sign, and the exponent that Python gives small numbers
 * (`5.3e-05`), which the guidelines do not mention and their C library reads. Everything else that JavaScript would
 * take for a number (hex, infinity, spaces, a plus sign, ""), whatever does not fit into a double, and any text of over
 * 64 characters is `undefined`.
 */
export function parseDecimal(text: string): number | undefined {
  if (text.length > maximumNumberCharacters) return undefined;
  if (!/^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/.test(text)) return undefined;
  // JSON knows no minus zero.
  const value = Number(text) + 0;
  return Number.isFinite(value) ? value : undefined;
}

/**
 * Reads `10`, `10:`, `~:10`, `10:20` or `@10:20`. `undefined` for anything else: a start that is left out (`:10`), a
 * start above the end (so also `-5`, which would be `0:-5`), text around the range.
 */
export function parseRange(text: string): Range | undefined {
  const parts = /^(@?)(?:([^:]+):)?([^:]*)$/.exec(text);
  if (parts === null) return undefined;
  const [, at = '', start, end = ''] = parts;

  const low = start === undefined ? 0 : start === '~' ? null : parseDecimal(start);
  // Only a range with a start may be open at its end: "" and "@" are no ranges.
  const high = end === '' && start !== undefined ? null : parseDecimal(end);
  if (low === undefined || high === undefined) return undefined;
  if (low !== null && high !== null && low > high) return undefined;
  return { low, high, alertInside: at === '@' };
}

/** Whether a value has to alert. NaN lies inside no range, so a plain range alerts on it. */
export function violates(range: Range, value: number): boolean {
  const inside = value >= (range.low ?? -Infinity) && value <= (range.high ?? Infinity);
  return inside === range.alertInside;
}

/** The shortest text that `parseRange` reads as the same range. */
export function formatRange(range: Range): string {
  const at = range.alertInside ? '@' : '';
  if (range.low === 0 && range.high !== null) return `${at}${range.high}`;
  return `${at}${range.low ?? '~'}:${range.high ?? ''}`;
}
