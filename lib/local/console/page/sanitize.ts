/** Elements that run something, load something, or change what the page is. Widgets have CSS and SVG without them. */
const forbiddenElements = [
  ...['script', 'iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'portal', 'template'],
  ...['base', 'link', 'meta', 'use', 'foreignobject', 'animate', 'set'],
];

/** Attributes whose value is an address. */
const addressAttributes = ['href', 'src', 'action', 'formaction', 'xlink:href', 'background', 'cite', 'poster'];

const allowedProtocols = ['http:', 'https:', 'mailto:', 'tel:'];

/** Attributes that hold a document, or lead out of the widget. */
const forbiddenAttributes = ['srcdoc', 'srcset', 'ping', 'popovertarget', 'autofocus'];

/**
 * HTML as nodes, without all that could run. CloudWatch cleans what a widget's function answers as well: the function
 * must not be able to do what its reader can. The nodes are used as they are; writing them as HTML and reading that again
 * could make something else of them.
 */
export function sanitized(html: string): DocumentFragment {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const fragment = document.createDocumentFragment();
  // The parser moves styles at the beginning into the head.
  fragment.append(...parsed.head.childNodes, ...parsed.body.childNodes);
  for (const each of fragment.querySelectorAll('*')) {
    if (forbiddenElements.includes(each.localName.toLowerCase())) each.remove();
    else cleanAttributes(each);
  }
  return fragment;
}

function cleanAttributes(each: Element): void {
  for (const { name, value } of [...each.attributes]) {
    const lower = name.toLowerCase();
    const isHarmful =
      lower.startsWith('on') ||
      forbiddenAttributes.includes(lower) ||
      (addressAttributes.includes(lower) && !isHarmless(value, each));
    if (isHarmful) each.removeAttribute(name);
  }
  if (each instanceof HTMLAnchorElement && each.hasAttribute('href')) {
    each.target = '_blank';
    each.rel = 'noopener noreferrer';
  }
}

function isHarmless(address: string, { localName }: Element): boolean {
  if (localName === 'img' && /^data:image\/(png|jpeg|gif|svg\+xml);/i.test(address)) return true;
  try {
    return allowedProtocols.includes(new URL(address, location.href).protocol);
  } catch {
    return false;
  }
}
