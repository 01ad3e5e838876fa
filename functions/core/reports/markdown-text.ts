import { cleanText } from '../clean.ts';

/** Each is read as something else than itself, wherever in a line it stands. */
const marks: readonly RegExp[] = [
  // A backslash before punctuation, and one at the end, before whatever comes there.
  /\\(?=[!-/:-@[-`{-~]|$)/g,
  // HTML, and addresses in angle brackets.
  /<(?!=?(?: |$))/g,
  // Entities.
  /&(?=#?\w+;)/g,
  // The middle of a link or an image. Without definitions brackets alone mean nothing.
  /\](?=\()/g,
];

/** An address, up to the next space, becomes a link, within which a backslash is one. */
const addresses = /(?:https?|ftp)(?=:\/\/)|www(?=\.)/gi;

/** What makes a block of a line by its beginning: each matches what stands before the character that does. */
const starts: readonly RegExp[] = [
  // Headings, quotes, lists.
  /^(?=#{1,6}(?:\s|$)|>|[-+*](?:\s|$))/,
  /^\d{1,9}(?=[.)](?:\s|$))/,
  // Lines across, fences.
  /^(?=([-*_])(?: *\1){2,}$|`{3}|~{3})/,
  // The line below the head of a table.
  /^(?=[|:-][|: -]*$)/,
  // Tasks, and definitions of links.
  /^(?=\[[ xX]\](?:\s|$)|\[.*\]:)/,
];

/** Stands for no text: an empty item of a list makes a heading of the line before it. */
const nothing = '(nothing)';

/** One line of text that stands alone, or begins an item of a list: shows as what it is. */
export function lineText(text: string): string {
  return starts.reduce((line, start) => line.replace(start, '$&\\'), inlineText(text) || nothing);
}

/** The same in a heading, which leaves out marks at its end. */
export function headingText(text: string): string {
  return inlineText(text).replace(/(?<=^|\s)#+$/, '\\$&');
}

/** The same in a cell of a table. */
export function cellText(text: string): string {
  return inlineText(text, [...marks, /\|/g]);
}

/** Backslashes stand only where something would be read as more than text: people read this by mail. */
function inlineText(text: string, always = marks): string {
  const line = cleanText(text, Number.POSITIVE_INFINITY).replaceAll(/\s+/g, ' ').trim();
  const escaped = new Set<number>();
  const mark = ({ index, 0: { length } }: RegExpExecArray) => {
    for (let place = index; place < index + length; place++) escaped.add(place);
  };
  for (const pattern of always) for (const match of line.matchAll(pattern)) mark(match);
  for (const character of '`*_~') {
    const runs = pairing(line, character);
    // A single one pairs with nothing.
    if (runs.length > 1) runs.forEach(mark);
  }
  for (const { index, 0: scheme } of line.matchAll(addresses)) {
    const end = `${line} `.indexOf(' ', index);
    if ([...escaped].some((place) => index < place && place < end)) escaped.add(index + scheme.length);
  }
  return line.replaceAll(/[!-/:-@[-`{-~]/g, (character, place) => (escaped.has(place) ? `\\${character}` : character));
}

/** Runs of a mark that pairs up, where they can: not between spaces, nor, of `_`, within a word. */
function pairing(line: string, mark: string): RegExpExecArray[] {
  return [...line.matchAll(new RegExp(`\\${mark}+`, 'g'))].filter(({ index, 0: run }) => {
    const around = [line.charAt(index - 1), line.charAt(index + run.length)];
    if (mark === '`') return true;
    if (mark === '_' && around.every((character) => /[\p{L}\p{N}]/u.test(character))) return false;
    return !around.every((character) => character === '' || character === ' ');
  });
}
