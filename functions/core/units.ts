/** A unit that values are compared in, and what a value is multiplied by to be in it. */
export interface BaseUnit {
  readonly unit: string;
  readonly factor: number;
}

const seconds: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3_600, d: 86_400 };

const prefixes = 'kmgtpezy';

/** Letters of a unit that nobody has to scale: `rpm`, `C`, `packets`. */
const unknownUnit = /^[A-Za-z]{1,16}$/;

/**
 * The base unit of a unit of measurement: seconds, bytes or bits; `%`, `c` (a counter) and no unit at all are their own.
 *
 * KB is 1,000 bytes and KiB 1,024, as in Icinga 2 since 2.13; the plugin guidelines name KB, MB and TB and leave the
 * factor open. A small `b` is a bit; the prefix may be written either way (`kB`, `Mb`).
 *
 * The guidelines allow any unit without digits, semicolons and quotes, and Icinga takes one that it does not know for
 * no unit. Here it stays beside the value, so that people see it, with factor 1. What is no plain word is `undefined`:
 * it is rather a number written wrong (`1,5`).
 *
 * @see https://icinga.com/docs/icinga-2/latest/doc/05-service-monitoring/#unit-of-measurement-uom
 * @see https://github.com/Icinga/icinga2/issues/9486 which shows that MB is 1,000,000 bytes there
 */
export function toBaseUnit(unit: string): BaseUnit | undefined {
  if (unit === '' || unit === '%') return { unit, factor: 1 };
  if (Object.hasOwn(seconds, unit)) return { unit: 's', factor: seconds[unit] ?? 1 };

  const data = /^([kmgtpezy])?(i?)(b)$/i.exec(unit);
  if (data !== null && (data[1] !== undefined || data[2] === '')) {
    const power = data[1] === undefined ? 0 : prefixes.indexOf(data[1].toLowerCase()) + 1;
    return { unit: data[3] ?? 'B', factor: (data[2] === '' ? 1_000 : 1_024) ** power };
  }
  return unknownUnit.test(unit) ? { unit, factor: 1 } : undefined;
}

/** A value in base units. Divides by what a small unit is the fraction of: 12.445 ms is 0.012445 s to the last digit. */
export function scale(value: number, factor: number): number {
  return factor < 1 ? value / Math.round(1 / factor) : value * factor;
}

/** A value in base units as people read it: `93%`, `2.4 s`, `21.47 GB`, `1234567.89`. */
export function formatValue(value: number, unit: string): string {
  if (unit === '%' || unit === '' || unit === 'c') return `${inFull(value)}${unit === '%' ? '%' : ''}`;
  if (unit !== 'B' && unit !== 'b') return `${inFull(value)} ${unit}`;
  const magnitude = Math.abs(value) < 1_000 ? 0 : Math.floor(Math.log10(Math.abs(value)) / 3);
  const power = Math.min(magnitude, prefixes.length);
  return `${rounded(value / 1_000 ** power, 4)} ${(prefixes[power - 1] ?? '').toUpperCase()}${unit}`;
}

/** The same with its thousands apart, as in a report: `1,234,567.89`. */
export function groupedValue(value: number, unit: string): string {
  return formatValue(value, unit).replace(/^-?\d+/, (whole) => whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ','));
}

/** Digits of a value before its decimal point. */
export function wholeDigits(value: number): number {
  return Math.floor(Math.log10(Math.max(1, Math.abs(value)))) + 1;
}

/** Digits of a double at most. */
const doubleDigits = 17;

/** Six digits, and of more always the whole number and its cents: a count is no estimate. */
function inFull(value: number): string {
  return rounded(value, Math.min(doubleDigits, Math.max(6, wholeDigits(value) + 2)));
}

function rounded(value: number, significantDigits: number): string {
  return String(Number(value.toPrecision(significantDigits)));
}
