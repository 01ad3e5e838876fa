import type { NoteSubject } from '../reports/records.ts';
import type { Iso } from '../time.ts';

/** What a button of the console asks for: the parameters with which it calls the act function. */
export type Action =
  /** An incident by its number. */
  | { readonly action: 'acknowledge' | 'resolve'; readonly incident: string }
  /** Adds what stands in the note's field to an incident. */
  | { readonly action: 'note'; readonly incident: string; readonly about: NoteSubject }
  /** Why, stands in the note's field. */
  | { readonly action: 'silence'; readonly check: string; readonly minutes: number }
  | { readonly action: 'end-silence'; readonly silence: string }
  /** In order, or not; what is to be said about it stands in the note's field. */
  | {
      readonly action: 'sign-off' | 'find-wrong';
      readonly id: string;
      readonly slot: Iso;
      /** So many signatures its reader has seen: what has been said since overrules nobody unseen. */
      readonly after: number;
    };

/** Name of the form field in which people enter who they are. */
export const operatorField = 'operator';

/**
 * Name of the form field whose text goes with the actions on an incident, a check or a sign-off.
 * @param slot of a sign-off, which can be asked for in several slots at once
 */
export function noteField(target: string, slot?: Iso): string {
  return slot === undefined ? `note-${target}` : `note-${target}-${slot}`;
}
