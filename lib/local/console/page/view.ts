import type { AskedRange } from '../wire.ts';

export type Theme = 'light' | 'dark';

/** Why a widget is drawn; of two reasons the later one here says more. */
export const reasons = ['refresh', 'resize', 'timeRange', 'theme', 'start'] as const;

export type Reason = (typeof reasons)[number];

/** What all widgets show: the same part of time in the same theme. */
export interface View {
  readonly range: AskedRange;
  readonly theme: Theme;
  readonly timeZone: string;
}

/** What a widget can ask of the page. */
export interface Page {
  readonly view: View;
  zoom(start: number, end: number): void;
  /** Something has been done: what else is shown may have changed. */
  refreshOthers(done: WidgetContent): void;
}

/** What stands in the frame of a widget. */
export interface WidgetContent {
  /** Draws it anew where the reason concerns it. @throws {Error} which the frame shows */
  update(reason: Reason): Promise<void>;
}

/** The element of the page's HTML with an id. @throws {Error} when the page has none of this type */
export function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`The page has no ${type.name} with the id ${id}.`);
}

/** A new element with a class, and with text or other elements in it. */
export function made<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = '',
  ...content: readonly (string | Node)[]
): HTMLElementTagNameMap[Name] {
  const created = document.createElement(name);
  if (className !== '') created.className = className;
  created.append(...content);
  return created;
}
