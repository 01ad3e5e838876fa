import { cleanText } from '../core/clean.ts';
import { type Surface, type WidgetName, widgetNames } from '../core/console/surface.ts';
import { type Iso, isoOf, normalizeIso } from '../core/time.ts';
import { listed } from '../core/words.ts';

/** What somebody has sent cannot be meant so: the message says what is wrong with it, and is shown to him. */
export class EventError extends Error {}

export type Endpoints = Surface['endpoints'];

/** One report, as `kept` says. */
export interface ReportChoice {
  readonly id: string;
  readonly slot: Iso;
}

/** The page that asks is a little older: a range of fixed times that ends so long before now still reaches it. */
const nowMs = 10 * 60_000;

/** Shown where nobody says what range: a day. */
const defaultRangeMs = 86_400_000;

/** 2100-01-01, epoch milliseconds: times beyond it are no times. */
const latestMs = 4_102_444_800_000;

/** Pixels. */
const defaults = { width: 800, height: 400 } as const;
const largestPixels = 20_000;

/** Fields of a widget's form, and characters of what stands in one: what is longer is cut here, and refused by what takes it. */
const fieldsLimit = 1_000;
const fieldCharacters = 10_000;

const shownCharacters = 80;

/** @throws {EventError} */
export function refuse(what: string, got: unknown, expected: string): never {
  const text = typeof got === 'string' ? `"${cleanText(got.slice(0, 1_000), shownCharacters)}"` : kindOf(got);
  throw new EventError(`${what}: got ${text}; expected ${expected}.`);
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'number') return `the number ${value}`;
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}

/** The members of an object. Not the object itself: what it inherits are no members. @throws {EventError} */
export function membersOf(what: string, value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(what, value, 'an object');
  return new Map(Object.entries(value));
}

/** @throws {EventError} */
export function oneOf<Word extends string>(what: string, value: unknown, words: readonly Word[]): Word {
  const word = words.find((each) => each === value);
  return word ?? refuse(what, value, `one of ${listed(words)}`);
}

/** @throws {EventError} */
export function matching(what: string, value: unknown, pattern: RegExp, expected: string): string {
  return typeof value === 'string' && pattern.test(value) ? value : refuse(what, value, expected);
}

/** An instant in the records' own spelling. @throws {EventError} */
export function instant(what: string, value: unknown): Iso {
  const expected = 'a time like 2026-11-23T07:00:00.000Z';
  const text = matching(what, value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, expected);
  try {
    if (normalizeIso(text) === text) return text;
  } catch {
    // A date that no calendar has.
  }
  return refuse(what, value, expected);
}

/** @throws {EventError} */
export function wholeNumber(what: string, value: unknown, least: number, most: number): number {
  const isWhole = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  return isWhole ? value : refuse(what, value, `a whole number from ${least} to ${most}`);
}

function numberWithin(what: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  return refuse(what, value, `a number from ${least} to ${most}`);
}

/** Which widget is asked for. @throws {EventError} */
export function widgetOf(event: ReadonlyMap<string, unknown>): WidgetName {
  return oneOf('widget', event.get('widget'), widgetNames);
}

/** The report that the reader wants to see, if any. @throws {EventError} */
export function reportChoice(event: ReadonlyMap<string, unknown>): ReportChoice | undefined {
  if (event.get('report') === undefined) return undefined;
  const id = matching('report', event.get('report'), /^[a-z0-9-]{1,80}$/, 'the id of a report');
  return { id, slot: instant('slot', event.get('slot')) };
}

/**
 * What a widget is drawn on, from what CloudWatch says of it.
 * @param now epoch milliseconds
 * @throws {EventError}
 */
export function surfaceOf(event: ReadonlyMap<string, unknown>, now: number, endpoints: Endpoints): Surface {
  const context = optionalMembers('widgetContext', event.get('widgetContext'));
  const range = rangeOf(context.get('timeRange'), now);
  const isPast = !range.isRelative && range.to < now - nowMs;
  return {
    theme: themeOf(context.get('theme')),
    width: pixelsOf('width', context),
    height: pixelsOf('height', context),
    at: isoOf(isPast ? range.to : now),
    range: { from: isoOf(range.from), to: isoOf(range.to) },
    isPast,
    forms: formsOf(context.get('forms')),
    endpoints,
  };
}

function optionalMembers(what: string, value: unknown): ReadonlyMap<string, unknown> {
  return value === undefined ? new Map() : membersOf(what, value);
}

/** One that CloudWatch gets some day is drawn light. */
function themeOf(theme: unknown): Surface['theme'] {
  if (theme !== undefined && typeof theme !== 'string') refuse('theme', theme, 'light or dark');
  return theme === 'dark' ? 'dark' : 'light';
}

function pixelsOf(side: 'width' | 'height', context: ReadonlyMap<string, unknown>): number {
  const pixels = context.get(side);
  return pixels === undefined ? defaults[side] : numberWithin(side, pixels, 0, largestPixels);
}

interface Range {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** The last three hours, say: it ends now, however old the page is that says when it ended. */
  readonly isRelative: boolean;
}

function rangeOf(value: unknown, now: number): Range {
  if (value === undefined) return { from: now - defaultRangeMs, to: now, isRelative: true };
  const range = membersOf('timeRange', value);
  const zoom = range.get('zoom');
  const isZoomed = zoom !== undefined && zoom !== null;
  const shown = isZoomed ? membersOf('timeRange.zoom', zoom) : range;
  const isRelative = range.get('mode') === 'relative' && !isZoomed;
  const from = Math.floor(numberWithin('timeRange.start', shown.get('start'), 0, latestMs));
  const to = Math.floor(numberWithin('timeRange.end', shown.get('end'), 0, latestMs));
  if (from < to) return { from, to, isRelative };
  return refuse('timeRange.end', to, `a number above timeRange.start, which is ${from}`);
}

function formsOf(value: unknown): Readonly<Record<string, string>> {
  const fields = [...optionalMembers('forms.all', optionalMembers('forms', value).get('all'))];
  if (fields.length > fieldsLimit) refuse('forms.all', `${fields.length} fields`, `at most ${fieldsLimit} fields`);
  return Object.fromEntries(
    fields.map(([name, text]) => {
      const entered =
        typeof text === 'string'
          ? text
          : refuse(`forms.all.${cleanText(name.slice(0, 1_000), shownCharacters)}`, text, 'text');
      return [name, entered.slice(0, fieldCharacters)];
    }),
  );
}
