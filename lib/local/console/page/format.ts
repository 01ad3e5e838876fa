const prefixes: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

const significantDigits = 4;

/** `1.5`, `12.34k`, `5G`: short enough for an axis, with the prefixes of units. */
export function numberText(value: number): string {
  const [unit, prefix] = prefixes.find(([size]) => Math.abs(value) >= size) ?? [1, ''];
  return `${Number((value / unit).toPrecision(significantDigits))}${prefix}`;
}

/** `2026-11-20 08:00 EST`, in a time zone. */
export function clockText(ms: number, timeZone: string): string {
  const zone = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' })
    .formatToParts(ms)
    .find(({ type }) => type === 'timeZoneName');
  return `${localText(ms, timeZone).replace('T', ' ')} ${zone?.value ?? timeZone}`;
}

/** `2026-11-20T08:00`, in a time zone. */
export function localText(ms: number, timeZone: string): string {
  // Swedish dates are ISO 8601.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return format.format(ms).replace(' ', 'T');
}
