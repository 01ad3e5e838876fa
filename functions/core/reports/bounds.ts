import { cleanText } from '../clean.ts';

/** Entries of one list, or rows of one table, that are shown; the others are counted. */
export const shownEntries = 40;

/** Characters of a text in a line. */
export const lineCharacters = 240;

/** A text from a host or a person in one line. */
export function lineOf(text: string, characters = lineCharacters): string {
  return cleanText(text.replaceAll(/\s+/g, ' ').trim(), characters);
}

/** The first entries, and how many more there are. */
export function fewOf(entries: readonly string[], limit = shownEntries): readonly string[] {
  return [...entries.slice(0, limit), ...moreThan(entries.length, limit)];
}

/** Of a course the beginning and the end, and how much lies between. */
export function endsOf(entries: readonly string[], limit = shownEntries): readonly string[] {
  const half = Math.floor(limit / 2);
  const between = entries.length - 2 * half;
  if (entries.length <= limit) return entries;
  return [...entries.slice(0, half), `${between} more`, ...entries.slice(-half)];
}

/** How many entries there are beyond those that are shown: one line, or none. */
export function moreThan(count: number, limit: number): readonly string[] {
  return count > limit ? [`and ${count - limit} more`] : [];
}
