import { isoOf, localTime } from '../time.ts';

/** A place on the axis of time. */
export interface Tick {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly label: string;
}

/** An axis has about so many ticks. */
const steps = 4;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A time for which none of these is enough is divided by days. */
const hourSteps = [1, 2, 3, 6, 12];

/** Of a value's highest: what varies by less is drawn without the way up from zero, or it would be a flat line. */
const flatShare = 0.35;

/** Round values that hold all of some between the first and the last of them. At least one value; two ticks or more. */
export function valueTicks(values: readonly number[]): number[] {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const isFlat = most > least && most - least < flatShare * Math.max(Math.abs(least), Math.abs(most));
  const low = isFlat ? least : Math.min(0, least);
  const high = isFlat ? most : Math.max(0, most);
  const step = roundStep((high - low) / steps || 1);
  const first = Math.floor(low / step + tolerance);
  const last = Math.max(Math.ceil(high / step - tolerance), first + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => clean((first + index) * step));
}

/** Of a step: what arithmetic leaves over. */
const tolerance = 1e-9;

/** The next of 1, 2 and 5, times a power of ten. */
function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return ([1, 2, 5].find((factor) => factor * power >= atLeast * (1 - tolerance)) ?? 10) * power;
}

/** 0.6 and not 0.6000000000000001. */
function clean(value: number): number {
  return Number(value.toPrecision(12));
}

/** Full hours or midnights between two instants, on the clock of a time zone; the first instant where there is none. */
export function timeTicks(fromMs: number, toMs: number, timeZone: string): Tick[] {
  const from = localTime(isoOf(fromMs), timeZone);
  const length = toMs - fromMs;
  const hours = hourSteps.find((each) => each * steps * hourMs >= length);
  const days = Math.ceil(length / dayMs / steps);
  const ticks: Tick[] = [];
  let at = from.startOfDay();
  while (at.epochMilliseconds < fromMs) at = at.add(hours ? { hours } : { days: 1 });
  for (; at.epochMilliseconds <= toMs; at = at.add(hours ? { hours } : { days })) {
    const date = at.toPlainDate().toString();
    const time = at.toPlainTime().toString({ smallestUnit: 'minute' });
    ticks.push({ at: at.epochMilliseconds, label: !hours || time === '00:00' ? date : time });
  }
  return ticks.length > 0 && length > 0 ? ticks : [{ at: fromMs, label: from.toPlainDate().toString() }];
}
