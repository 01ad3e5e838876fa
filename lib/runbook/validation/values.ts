import { z } from 'zod';
import { parseRange } from '../../../functions/core/range.ts';
import { refusal } from '../problems.ts';

/** A string that passes `test`. */
export function text(expected: string, fix: string, test: (value: string) => boolean) {
  const error = refusal(expected, fix);
  return z.string({ error }).refine(test, { error });
}

/** A line for people: not empty, and without the line breaks and control characters that a mail subject refuses. */
export function line(of: string) {
  return text(`${of} on one line`, 'write it without line breaks', (value) => /^\P{Cc}*\S\P{Cc}*$/u.test(value));
}

/** A name that becomes part of resource names, metrics and message attributes. */
export function id(longest: number) {
  return text(
    `a kebab-case id of at most ${longest} characters`,
    'use lower-case letters, digits and single hyphens, beginning with a letter',
    (value) => value.length <= longest && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(value),
  );
}

/** Ids of contacts, roles, fleets, routines and checks. */
export const ordinaryId = id(32);

/** The name of something that stands elsewhere in the runbook; whether it does is a cross-reference's business. */
export function reference(to: string) {
  return text(`the id of a ${to}`, `write the id of one of the runbook's ${to}s`, (value) => value !== '');
}

export const timeOfDay = text(
  'a time of day HH:MM from 00:00 to 23:59',
  'write two digits, a colon, two digits',
  (time) => /^([01]\d|2[0-3]):[0-5]\d$/.test(time),
);

export const date = z.iso.date({ error: refusal('a date YYYY-MM-DD that exists', 'look it up in a calendar') });

export const metricLabel = text('the label of a metric', 'write it as the script prints it', (label) =>
  /^[^\p{Cc}'=]+$/u.test(label),
);

export const range = text(
  'a range of the plugin guidelines such as 90, 10:, ~:10, 10:20 or @10:20',
  'write plain numbers in base units (s, B, %)',
  (value) => parseRange(value) !== undefined,
);

export function httpsUrl(fix: string) {
  return text(
    'an https:// address',
    fix,
    (value) => URL.canParse(value) && new URL(value).protocol === 'https:' && !/\s/.test(value),
  );
}

/** A whole number from `least` to `most`, both included. */
export function whole(of: string, least: number, most: number, fix: string) {
  const error = refusal(`${of} from ${least} to ${most}`, fix);
  return z.int({ error }).min(least, { error }).max(most, { error });
}

export function oneOf<const T extends string>(values: readonly T[]) {
  return z.enum(values, { error: refusal(`one of ${values.join(', ')}`, 'choose one of them') });
}

export const weekday = oneOf(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']);

/** An object with these fields and no others. */
export function fields<T extends z.ZodRawShape>(shape: T) {
  const names = Object.keys(shape).join(', ');
  return z.strictObject(shape, { error: refusal(`an object with the fields ${names}`, 'write it as one') });
}

export function list<T extends z.ZodType>(of: string, item: T) {
  return z.array(item, { error: refusal(`a list of ${of}`, 'write it in square brackets, even when it is empty') });
}

/** A list of at least one entry, in which no two entries have the same key. */
export function distinctList<T extends z.ZodType>(
  of: string,
  item: T,
  keyOf: (entry: z.output<T>) => unknown = String,
) {
  const error = refusal(`a list of at least one of the ${of}`, 'add one');
  return list(of, item).min(1, { error }).check(noDuplicates(of, keyOf));
}

/** Refuses each entry whose key an earlier entry has. */
export function noDuplicates<T>(of: string, keyOf: (entry: T) => unknown) {
  return (context: z.core.ParsePayload<T[]>): void => {
    const keys = context.value.map(keyOf);
    for (const [index, key] of keys.entries()) {
      if (keys.indexOf(key) === index) continue;
      const message = refusal(`${of} without duplicates`, `remove it or [${keys.indexOf(key)}]`);
      context.issues.push({ code: 'custom', path: [index], input: context.value[index], message, continue: true });
    }
  };
}

/** Most minutes that anything is given: a week. */
export const longestMinutes = 7 * 24 * 60;

export const priorities = ['P0', 'P1', 'P2', 'P3'] as const;
export const priority = oneOf(priorities);

/** What a rule can give, and an incident have: `info` needs no policy, since it tells nobody. */
export const rulePriority = oneOf([...priorities, 'info']);

/** The placeholder that contact files are delivered with. */
export const unconfigured = '[CONFIGURE]';
