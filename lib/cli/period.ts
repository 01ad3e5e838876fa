import { type Iso, isoOf, msOf, normalizeIso } from '../../functions/core/time.ts';

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A silence that nobody remembers is how problems get lost: longer ones have to be renewed. */
const longestDays = 90;

/** How the command line says until when. */
export interface PeriodOptions {
  readonly for?: string;
  readonly until?: string;
}

/** @throws {Error} that says what was expected */
export function endOf({ for: length, until }: PeriodOptions, now: Iso): Iso {
  if ((length === undefined) === (until === undefined)) {
    const got = length === undefined ? 'neither' : 'both';
    throw new Error(`--for and --until: got ${got}, expected one of them. Write --for 36h.`);
  }
  const end = length === undefined ? instantOf('--until', until ?? '') : isoOf(msOf(now) + lengthMs(length));
  const latest = isoOf(msOf(now) + longestDays * 86_400_000);
  if (end > now && end <= latest) return end;
  const given = length === undefined ? `--until got ${end}` : `--for got "${length}"`;
  throw new Error(`${given}; expected an end after now (${now}) and within ${longestDays} days. Choose another end.`);
}

/** @throws {Error} that says what was expected */
export function instantOf(option: string, text: string): Iso {
  try {
    return normalizeIso(text);
  } catch {
    throw new Error(
      `${option} got "${text}"; expected an ISO 8601 time with Z or an offset. Write 2026-11-23T08:00-05:00 or 2026-11-23T13:00Z.`,
    );
  }
}

/** Exact, whatever the clocks do: `2d` are 48 hours. */
function lengthMs(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const ms = unitMs[unit];
  if (ms !== undefined) return Number(count) * ms;
  throw new Error(`--for got "${text}"; expected minutes, hours or days. Write --for 30m, --for 36h or --for 2d.`);
}
