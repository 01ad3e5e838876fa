/** What its reader has done to a widget's content, which outlives that the content is drawn anew. */
export interface Remains {
  /** By name, whether they are open now: those that the reader has opened or closed. */
  readonly toggled: ReadonlyMap<string, boolean>;
  /** Name of what has the focus. */
  readonly focused: string | undefined;
}

const operable = 'a[href], button, input, select, summary, textarea, [tabindex]';

/** The details that are open by themselves. */
const drawnOpen = new WeakSet<Element>();

/** To be called with new content, before its reader has it. */
export function notice(content: DocumentFragment): void {
  for (const each of content.querySelectorAll('details[open]')) drawnOpen.add(each);
}

export function remainsOf(root: ShadowRoot): Remains {
  const { activeElement } = root;
  const details = [...named(root, 'details')].filter(([, each]) => each.hasAttribute('open') !== drawnOpen.has(each));
  return {
    toggled: new Map(details.map(([name, each]) => [name, each.hasAttribute('open')])),
    focused: activeElement ? nameOf(activeElement, root, operable) : undefined,
  };
}

/** Returns whether what had the focus has it again, or nothing had it. */
export function bringBack({ toggled, focused }: Remains, root: ShadowRoot): boolean {
  for (const [name, each] of named(root, 'details')) {
    const isOpen = toggled.get(name);
    if (isOpen !== undefined) each.toggleAttribute('open', isOpen);
  }
  if (focused === undefined) return true;
  const found = named(root, operable).get(focused);
  if (found instanceof HTMLElement || found instanceof SVGElement) found.focus({ preventScroll: true });
  return found !== undefined;
}

function named(root: ShadowRoot, selector: string): Map<string, Element> {
  return new Map([...root.querySelectorAll(selector)].map((each) => [nameOf(each, root, selector), each]));
}

/** Content that is drawn anew has other elements: the same one has the same id, or else stands in the same place among its like. */
function nameOf(each: Element, root: ShadowRoot, selector: string): string {
  if (each.id !== '') return `#${each.id}`;
  const like = likeOf(each);
  const alike = [...root.querySelectorAll(selector)].filter((other) => likeOf(other) === like);
  return `${like} ${alike.indexOf(each)}`;
}

/** Words of a button say what it does; those of others may be about the time. */
function likeOf(each: Element): string {
  const words = each.localName === 'button' ? each.textContent : each.className;
  return [each.localName, each.getAttribute('name'), each.getAttribute('aria-label') ?? words].join(' ');
}
