/** What a browser makes of HTML that is written strictly: each attribute's value in double quotes, or none. */
export type Token =
  | { readonly kind: 'start'; readonly name: string; readonly attributes: Readonly<Record<string, string>> }
  | { readonly kind: 'end'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string };

/** In them nothing is a tag but their own end. */
const rawElements = ['style', 'textarea'];

const voidElements = ['br', 'col', 'input'];

const tagForm = /^<(\/?)([a-z][a-z0-9-]*)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*>/;
const attributeForm = /([a-z-]+)(?:="([^"]*)")?/g;

/** @throws {Error} where something looks like a tag and is not written strictly */
export function tokensOf(html: string): Token[] {
  const tokens: Token[] = [];
  let rest = html;
  while (rest !== '') {
    const begin = rest.indexOf('<');
    const text = begin === -1 ? rest : rest.slice(0, begin);
    if (text !== '') tokens.push({ kind: 'text', text: decoded(text) });
    if (begin === -1) break;
    rest = rest.slice(begin);
    const [tag, slash, name = '', attributes = ''] = tagForm.exec(rest) ?? [];
    if (tag === undefined) throw new Error(`This is no tag of a template: ${rest.slice(0, 80)}`);
    rest = rest.slice(tag.length);
    if (slash === '/') {
      tokens.push({ kind: 'end', name });
      continue;
    }
    tokens.push({ kind: 'start', name, attributes: attributesOf(attributes) });
    if (!rawElements.includes(name)) continue;
    const end = rest.indexOf(`</${name}>`);
    if (end > 0)
      tokens.push({ kind: 'text', text: name === 'style' ? rest.slice(0, end) : decoded(rest.slice(0, end)) });
    rest = rest.slice(end);
  }
  return tokens;
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(attributeForm)].map(([, name = '', value = '']) => [name, decoded(value)]),
  );
}

function decoded(text: string): string {
  const characters: Readonly<Record<string, string>> = {
    lt: '<',
    gt: '>',
    quot: '"',
    amp: '&',
    '#39': "'",
    '#96': '`',
  };
  return text.replaceAll(/&([a-z]+|#\d+);/g, (entity, name: string) => characters[name] ?? entity);
}

/** Elements that are not closed, or not in their order. */
export function unclosed(tokens: readonly Token[]): string[] {
  const open: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'start' && !voidElements.includes(token.name)) open.push(token.name);
    if (token.kind === 'end' && open.pop() !== token.name) return [`</${token.name}>`];
  }
  return open;
}

/** The tags with the names of their attributes, in order: what no text may change. */
export function skeletonOf(html: string): string[] {
  return tokensOf(html).flatMap((token) => {
    if (token.kind === 'text') return [];
    return token.kind === 'end' ? `/${token.name}` : `${token.name} ${Object.keys(token.attributes).join(' ')}`;
  });
}

/** What a person reads, one space between words: neither style nor what buttons send. */
export function textOf(html: string): string {
  const hidden: string[] = [];
  let text = '';
  for (const token of tokensOf(html)) {
    if (token.kind === 'start' && ['style', 'cwdb-action'].includes(token.name)) hidden.push(token.name);
    else if (token.kind === 'end' && hidden.at(-1) === token.name) hidden.pop();
    else if (token.kind === 'text' && hidden.length === 0) text += token.text;
    else text += ' ';
  }
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** A button with what it asks CloudWatch to do. */
export interface Button {
  readonly label: string;
  readonly of: string;
  readonly parameters: unknown;
  readonly display: string | undefined;
  readonly endpoint: string | undefined;
  readonly confirmation: string | undefined;
}

/** The buttons with an action, which is the element after the button. */
export function buttonsOf(html: string): Button[] {
  const tokens = tokensOf(html);
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'start' || token.name !== 'cwdb-action') return [];
    const [start, label, end] = tokens.slice(index - 3, index);
    const parameters = tokens[index + 1];
    if (start?.kind !== 'start' || label?.kind !== 'text' || end?.kind !== 'end' || parameters?.kind !== 'text') {
      throw new Error('An action has no button before it, or no parameters.');
    }
    const { display, endpoint, confirmation } = token.attributes;
    const of = start.attributes['aria-label']?.slice(label.text.length + 2) ?? '';
    return { label: label.text, of, parameters: JSON.parse(parameters.text), display, endpoint, confirmation };
  });
}

/** What stands in the fields, by their names. */
export function fieldsOf(html: string): Record<string, string> {
  const tokens = tokensOf(html);
  const fields = tokens.flatMap((token, index): [string, string][] => {
    if (token.kind !== 'start' || token.attributes.name === undefined) return [];
    const next = tokens[index + 1];
    const value = token.name === 'input' ? (token.attributes.value ?? '') : next?.kind === 'text' ? next.text : '';
    return [[token.attributes.name, value]];
  });
  return Object.fromEntries(fields);
}
