import { cleanText } from '../../../../functions/core/clean.ts';

const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** A text as a line of a document shows it. */
export function shown(text: string): string {
  return cleanText(text, Number.POSITIVE_INFINITY).replaceAll(/\s+/g, ' ').trim();
}

/**
 * Elements of HTML that hold text, each with its own: `[['p', 'text'], ...]`. Elements that a document does not make
 * are shown as they stand, and so are no longer the text that was put in; links are looked through, when they say
 * where they lead.
 */
export function textOf(html: string): string[][] {
  const found: string[][] = [];
  const open: string[][] = [];
  const plain = html.replaceAll(/<a href="[^"]*">([^<]*)<\/a>/g, '$1').replaceAll(/<\/?code>/g, '');
  for (const [piece, slash, name, text] of plain.matchAll(/<(\/?)([a-z]+\d?)(?: [^>]*)?>|([^<]+)/g)) {
    if (name === undefined) append(open.at(-1), text ?? '');
    else if (slash) open.pop();
    else if (['h1', 'h2', 'h3', 'p', 'li', 'th', 'td', 'pre'].includes(name)) {
      const element = [name, ''];
      found.push(element);
      open.push(element);
    } else if (name === 'input') continue;
    else if (!['ul', 'table', 'thead', 'tbody', 'tr'].includes(name)) append(open.at(-1), piece);
    else open.push([name, '']);
  }
  return found.map(([name = '', text = '']) => [name, shown(decoded(text))]);
}

function append(element: string[] | undefined, text: string): void {
  if (element) element[1] += text;
}

function decoded(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|(\w+));/g, (entity, code?: string, name?: string) =>
    code ? String.fromCodePoint(Number(code)) : (names[name ?? ''] ?? entity),
  );
}
