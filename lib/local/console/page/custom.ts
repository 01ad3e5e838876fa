import { marked } from 'marked';
import type { CustomAnswer, CustomQuestion, UpdatesOn } from '../wire.ts';
import { ask } from './ask.ts';
import { bindActions, disableActions, type WidgetAction } from './cwdb-actions.ts';
import { confirmed, popup } from './dialogs.ts';
import { changedFields, enterAgain, fieldValues, isField } from './fields.ts';
import { bringBack, notice, remainsOf } from './remains.ts';
import { sanitized } from './sanitize.ts';
import { made, type Page, type Reason, type WidgetContent } from './view.ts';

export interface CustomProps {
  readonly id: string;
  readonly updatesOn: UpdatesOn;
  readonly page: Page;
  /** What all content of widgets looks like by itself. */
  readonly styles: CSSStyleSheet;
}

/** A custom widget: shows what its function answers, and does what the function's HTML asks for. */
export class CustomWidget implements WidgetContent {
  readonly #props: CustomProps;
  readonly #body: HTMLElement;
  readonly #host: HTMLElement;
  readonly #problem = made('p', 'problem');
  #shown: unknown;
  readonly #root: ShadowRoot;
  #isBusy = false;

  constructor(body: HTMLElement, props: CustomProps) {
    this.#props = props;
    this.#host = made('div', 'custom');
    this.#root = shadowOf(this.#host);
    this.#problem.setAttribute('role', 'alert');
    this.#problem.hidden = true;
    // Where the focus goes when what had it is gone. The host itself would take its content out of the order of tabs.
    body.tabIndex = -1;
    this.#body = body;
    body.append(this.#problem, this.#host);
  }

  async update(reason: Reason): Promise<void> {
    if (!this.#isConcerned(reason) || this.#isBusy || isField(this.#root.activeElement)) return;
    const answer = await this.#ask();
    if (this.#isBusy || isField(this.#root.activeElement)) return;
    if (!answer.ok) throw new Error(answer.error);
    this.#problem.hidden = true;
    if (JSON.stringify(answer.content) !== JSON.stringify(this.#shown)) this.#redraw(answer.content);
  }

  #isConcerned(reason: Reason): boolean {
    return reason === 'start' || reason === 'theme' || this.#props.updatesOn[reason];
  }

  /** Draws new content and keeps what somebody has entered; if there is no place for that, the old content stays. */
  #redraw(content: unknown): void {
    const fragment = contentOf(content);
    const entered = changedFields(this.#root);
    if (enterAgain(entered, fragment)) this.#show(fragment, content);
  }

  #show(fragment: DocumentFragment, content?: unknown): void {
    const remains = remainsOf(this.#root);
    this.#bind(fragment);
    this.#fill(this.#root, fragment);
    this.#shown = content;
    if (!bringBack(remains, this.#root)) this.#body.focus({ preventScroll: true });
  }

  #bind(fragment: DocumentFragment, close?: () => void): void {
    bindActions(fragment, (action, element) => void this.#perform(action, element, close));
  }

  /** @param close closes the popup in which the element stands */
  async #perform(action: WidgetAction, element: Element, close?: () => void): Promise<void> {
    const deed = element.textContent?.trim() || 'Go on';
    if (action.confirmation !== undefined && !(await confirmed(action.confirmation, deed))) return;
    if (action.action === 'html')
      return this.#display(action, action.content.cloneNode(true) as DocumentFragment, close);
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#host.setAttribute('aria-busy', 'true');
    const enable = disableActions(this.#root);
    try {
      const answer = await this.#ask(action);
      if (!answer.ok) throw new Error(answer.error);
      this.#problem.hidden = true;
      this.#display(action, contentOf(answer.content), close, answer.content);
      this.#props.page.refreshOthers(this);
    } catch (error) {
      this.#problem.textContent = `${deed}: ${error instanceof Error ? error.message : String(error)}`;
      this.#problem.hidden = false;
    } finally {
      this.#isBusy = false;
      this.#host.removeAttribute('aria-busy');
      enable();
    }
  }

  #display({ display }: WidgetAction, fragment: DocumentFragment, close?: () => void, content?: unknown): void {
    close?.();
    if (display === 'widget') {
      this.#show(fragment, content);
      return;
    }
    const host = made('div', 'custom');
    this.#bind(fragment, popup(host));
    this.#fill(shadowOf(host), fragment);
  }

  /** Content that asks for it looks like nothing but what it says of itself. */
  #fill(root: ShadowRoot, fragment: DocumentFragment): void {
    root.adoptedStyleSheets = fragment.querySelector('.cwdb-no-default-styles') ? [] : [this.#props.styles];
    notice(fragment);
    root.replaceChildren(fragment);
  }

  #ask(call?: CustomQuestion['call']): Promise<CustomAnswer> {
    const { page, id } = this.#props;
    const { range, theme } = page.view;
    const { clientWidth, clientHeight } = this.#body;
    const size = { width: clientWidth, height: clientHeight };
    const called = call && { endpoint: call.endpoint, params: call.params };
    return ask('custom', { widget: id, range, theme, ...size, forms: fieldValues(this.#root), call: called });
  }
}

/** A function answers HTML as text, markdown in an object, or any JSON. */
function contentOf(content: unknown): DocumentFragment {
  if (typeof content === 'string') return sanitized(content);
  if (typeof content === 'object' && content !== null && 'markdown' in content) {
    return sanitized(marked.parse(String(content.markdown), { async: false }));
  }
  const fragment = document.createDocumentFragment();
  fragment.append(made('pre', '', JSON.stringify(content, null, 2)));
  return fragment;
}

/** A tree of its own, so that the styles of a widget and of the page stay apart. */
function shadowOf(host: HTMLElement): ShadowRoot {
  const root = host.attachShadow({ mode: 'open' });
  root.addEventListener('submit', (event) => event.preventDefault());
  return root;
}
