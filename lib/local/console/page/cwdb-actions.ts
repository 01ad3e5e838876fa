/** What happens when somebody uses an element of a custom widget. */
export type WidgetAction = {
  /** Asked before it is done. */
  readonly confirmation: string | undefined;
  /** Where its result is shown. */
  readonly display: 'popup' | 'widget';
} & (
  | { readonly action: 'html'; readonly content: DocumentFragment }
  | { readonly action: 'call'; readonly endpoint: string; readonly params: Readonly<Record<string, unknown>> }
);

type Perform = (action: WidgetAction, element: HTMLElement | SVGElement) => void;

const events = ['click', 'dblclick', 'mouseenter'];

/**
 * Binds each `cwdb-action` to the element before it, and takes it out of what is shown.
 * @throws {Error} when one is not understood
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html
 */
export function bindActions(root: DocumentFragment, perform: Perform): void {
  // What an action shows has actions of its own, which are bound when it is shown.
  const actions = [...root.querySelectorAll('cwdb-action')].filter((one) => !one.parentElement?.closest('cwdb-action'));
  for (const tag of actions) {
    const element = tag.previousElementSibling;
    tag.remove();
    if (!(element instanceof HTMLElement || element instanceof SVGElement)) {
      throw new Error('A cwdb-action stands after no element; it acts on the element before it.');
    }
    const action = readAction(tag);
    const event = tag.getAttribute('event') ?? 'click';
    if (!events.includes(event)) throw new Error(`cwdb-action: event is "${event}", expected ${events.join(', ')}.`);
    element.addEventListener(event, (happened) => {
      // A link leads nowhere, and a button submits nothing; a box is ticked all the same.
      if (!element.matches('input, select, textarea, summary')) happened.preventDefault();
      if (!isDisabled(element)) perform(action, element);
    });
    if (event === 'click') makeOperable(element);
  }
}

/**
 * While something is done, nothing else can be. The elements keep the focus, which `disabled` would take away.
 * @returns what enables them again
 */
export function disableActions(root: ParentNode): () => void {
  const enabled = [...root.querySelectorAll('button, [role=button]')].filter((one) => !isDisabled(one));
  for (const each of enabled) each.setAttribute('aria-disabled', 'true');
  return () => {
    for (const each of enabled) each.removeAttribute('aria-disabled');
  };
}

function readAction(tag: Element): WidgetAction {
  const display = tag.getAttribute('display') ?? 'widget';
  if (display !== 'popup' && display !== 'widget') {
    throw new Error(`cwdb-action: display is "${display}", expected popup or widget.`);
  }
  const confirmation = tag.getAttribute('confirmation') ?? undefined;
  const action = tag.getAttribute('action') ?? 'html';
  if (action === 'html') {
    const content = document.createDocumentFragment();
    content.append(...tag.childNodes);
    return { action, confirmation, display, content };
  }
  if (action !== 'call') throw new Error(`cwdb-action: action is "${action}", expected call or html.`);
  const endpoint = tag.getAttribute('endpoint');
  if (endpoint === null) throw new Error('cwdb-action: a call has no endpoint, the ARN of a function.');
  const text = tag.textContent?.trim() ?? '';
  return { action, confirmation, display, endpoint, params: text === '' ? {} : JSON.parse(text) };
}

/** What is no button by itself gets a place in the order of tabs, and the keys of a button. */
function makeOperable(element: HTMLElement | SVGElement): void {
  if (element.matches('button, input, select, textarea, summary, a[href]')) return;
  element.setAttribute('role', 'button');
  element.setAttribute('tabindex', '0');
  element.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent) || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
  });
}

function isDisabled(element: Element): boolean {
  return element.getAttribute('aria-disabled') === 'true' || element.matches(':disabled');
}
