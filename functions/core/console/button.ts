import { cleanText } from '../clean.ts';
import { entryLimits } from '../entry-limits.ts';
import { type Html, html } from '../html.ts';
import { type Action, operatorField } from './actions.ts';
import type { WidgetName } from './surface.ts';
import { shown, type View } from './view.ts';

const confirmationBytes = 500;

/** One thing that a reader can do. */
export interface ActionButton {
  readonly label: string;
  /** For those who hear the page: of what. */
  readonly of: string;
  readonly action: Action;
  /** What will happen, asked before it does. */
  readonly confirmation?: string;
  readonly isPrimary?: boolean;
}

/** A button that calls the act function, whose answer takes the place of the widget. */
export function actionButton(
  { surface }: View,
  widget: WidgetName,
  { label, of, action, confirmation, isPrimary }: ActionButton,
): Html {
  const style = isPrimary ? 'rounds-button rounds-primary' : 'rounds-button';
  const asked = confirmation !== undefined && html` confirmation="${shown(confirmation, confirmationBytes)}"`;
  return html`<button type="button" class="${style}" aria-label="${label}: ${of}">${label}</button><cwdb-action action="call" display="widget"${asked} endpoint="${surface.endpoints.act}">${json({ widget, ...action })}</cwdb-action>`;
}

/** A button that shows what the console function answers above the page. */
export function popupButton({ surface }: View, label: string, of: string, parameters: object): Html {
  return html`<button type="button" class="rounds-button" aria-label="${label}: ${of}">${label}</button><cwdb-action action="call" display="popup" endpoint="${surface.endpoints.console}">${json(parameters)}</cwdb-action>`;
}

/** The same whether it is read as text or as HTML: no character of it has a meaning there. */
function json(parameters: object): string {
  return JSON.stringify(parameters).replaceAll(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

/**
 * What has buttons, with the field for who presses them. The one button that Enter would press is disabled, so that
 * Enter in a field does nothing.
 */
export function actionForm(view: View, body: Html): Html {
  return html`<form class="rounds-form"><button type="submit" disabled hidden></button><p class="rounds-sign-in"><label class="rounds-field">Your name <input type="text" name="${operatorField}" value="${entered(view, operatorField, entryLimits.name)}" maxlength="${entryLimits.name}" autocomplete="name" required></label> <span class="rounds-muted">is recorded with what you do.</span></p>${body}</form>`;
}

/** A field for what goes with an action. */
export function noteInput(view: View, { name, label, of, maxCharacters }: NoteInput): Html {
  return html`<label class="rounds-field rounds-note">${label} <textarea name="${name}" rows="1" maxlength="${maxCharacters}" aria-label="${label}: ${of}">${entered(view, name, maxCharacters)}</textarea></label>`;
}

export interface NoteInput {
  /** By which the act function finds it. */
  readonly name: string;
  readonly label: string;
  /** For those who hear the page: of what. */
  readonly of: string;
  readonly maxCharacters: number;
}

/** What stands in a field already: nobody types it again because the widget was drawn anew. */
export function entered({ surface: { forms } }: View, name: string, maxCharacters: number): string {
  return Object.hasOwn(forms, name) ? cleanText(forms[name] ?? '', maxCharacters) : '';
}
