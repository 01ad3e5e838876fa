import { cleanText } from '../../functions/core/clean.ts';

/** What a person has typed, safe to store and to show: one line, cut with an ellipsis. */
export function oneLine(text: string, maxCharacters: number): string {
  return cleanText(text.replace(/\s+/g, ' ').trim(), maxCharacters);
}
