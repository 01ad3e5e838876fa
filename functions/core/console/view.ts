import { ageText } from '../age.ts';
import { cleanText, ellipsis } from '../clean.ts';
import { escaped } from '../html.ts';
import type { Plan } from '../plan.ts';
import { clockText, type Iso, isoOf, localTime } from '../time.ts';
import type { Surface } from './surface.ts';

/** What every part of a widget is drawn with. */
export interface View {
  readonly plan: Plan;
  readonly surface: Surface;
}

/** Bytes of HTML that one line of text from elsewhere takes. */
const lineBytes = 200;

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** One line of text from a host or a person: bounded, and without what is invisible or turns the direction of writing. */
export function shown(text: string, maxBytes = lineBytes): string {
  return fitted(text.replaceAll(/\s+/g, ' ').trim(), maxBytes);
}

/** Clean text of which the HTML takes so many bytes at most: hostile text grows when it is escaped. */
export function fitted(text: string, maxBytes: number): string {
  let left = maxBytes;
  let fitting = '';
  // One more character than can fit, so that what is too long is seen.
  for (const character of cleanText(text, maxBytes + 1)) {
    left -= bytesOf(character);
    if (left < 0) return fitting + ellipsis;
    fitting += character;
  }
  return fitting;
}

/** In UTF-8, escaped. */
function bytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return escaped(character).length;
  return code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/** `08:00 EST`, and on another day than the one that is looked at `Mon 2026-11-23 08:00 EST`. */
export function momentText({ plan: { timeZone }, surface: { at } }: View, iso: Iso): string {
  const local = localTime(iso, timeZone);
  const isToday = local.toPlainDate().equals(localTime(at, timeZone).toPlainDate());
  return isToday ? clockText(iso, timeZone, at) : `${weekdays[local.dayOfWeek - 1]} ${clockText(iso, timeZone)}`;
}

/** `08:00 EST (in 2 hours)`, or how long ago. */
export function momentWithAge(view: View, iso: Iso): string {
  return `${momentText(view, iso)} (${distanceText(view, iso)})`;
}

/** `in 2 hours`, `2 hours ago`. */
export function distanceText({ surface: { at } }: View, iso: Iso): string {
  return iso > at ? `in ${ageText(at, iso)}` : `${ageText(iso, at)} ago`;
}

/** `Thu 2026-11-26` */
export function dateText({ timeZone }: Plan, iso: Iso): string {
  const local = localTime(iso, timeZone);
  return `${weekdays[local.dayOfWeek - 1]} ${local.toPlainDate().toString()}`;
}

/** Local midnight of the day that is looked at. */
export function startOfDay({ plan: { timeZone }, surface: { at } }: View): Iso {
  return isoOf(localTime(at, timeZone).startOfDay().epochMilliseconds);
}

/** Whether something has come only after the moment of the past that is looked at. Clocks may disagree about now. */
export function isLater({ surface: { at, isPast } }: View, time: Iso): boolean {
  return isPast && time > at;
}
