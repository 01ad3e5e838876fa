/** HTML that is safe to show: made by `html` alone, which escapes every text that is put into it. */
export interface Html {
  readonly html: string;
}

/** What can be put into HTML: text is escaped, HTML is not, lists are joined, and nothing is nothing. */
export type Content = string | number | Html | readonly Content[] | undefined | false;

/** Of these none can end an attribute, begin a tag, or make a character of its own. */
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/**
 * HTML with values in it, escaped for text and for attributes in quotes, where alone they may stand.
 * @example html`<b title="${name}">${output}</b>`
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return { html: parts.map((part, index) => part + textOf(values[index])).join('') };
}

/** Plain text as HTML. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"'`]/g, (character) => entities[character] ?? '');
}

function textOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (typeof content === 'object') return 'html' in content ? content.html : content.map(textOf).join('');
  return escaped(String(content));
}
