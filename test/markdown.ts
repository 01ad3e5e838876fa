import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** A document for people; `path` is relative to the project's root. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

/** A command that a document shows at a prompt, with the output that it shows below. */
export interface ShownCommand {
  readonly command: string;
  readonly output: readonly string[];
}

export const documents: readonly Document[] = [
  ...readdirSync(root),
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
]
  .filter((path) => path.endsWith('.md'))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** @throws {Error} when there is no such document */
export function documentAt(path: string): Document {
  const found = documents.find((document) => document.path === path);
  if (found) return found;
  throw new Error(`There is no ${path}; the documents are: ${documents.map((document) => document.path).join(', ')}.`);
}

/** Contents of the fenced blocks of one language, without the indentation of the list that they stand in. */
export function blocksOf({ text }: Document, language: string): readonly string[] {
  return [...text.matchAll(/^( *)```(\w*)\n(.*?)^ *```$/gms)].flatMap(([, indentation = '', found, content = '']) =>
    found === language ? [content.replaceAll(new RegExp(`^${indentation}`, 'gm'), '')] : [],
  );
}

/** @throws {Error} unless there is exactly one block of the language */
export function onlyBlock(document: Document, language: string): string {
  const [block, ...others] = blocksOf(document, language);
  if (block !== undefined && others.length === 0) return block;
  throw new Error(`${document.path} has ${others.length + (block ? 1 : 0)} blocks of ${language}, expected one.`);
}

/** Texts in backquotes outside of blocks. */
export function codeOf(document: Document): readonly string[] {
  return [...proseOf(document).matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replaceAll(/\s+/g, ' '));
}

export function shownCommands(document: Document): readonly ShownCommand[] {
  return blocksOf(document, 'console').flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((entry) => {
        const [command = '', ...output] = entry.trimEnd().split('\n');
        return { command, output };
      }),
  );
}

export function linksOf(document: Document): readonly string[] {
  return [...proseOf(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** Anchors of the headings, as GitHub makes them. */
export function anchorsOf(document: Document): readonly string[] {
  return [...proseOf(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

function proseOf({ text }: Document): string {
  return text.replaceAll(/^ *```.*?^ *```$/gms, '');
}

/** Cells of the table whose first column has this heading, row by row. */
export function tableOf({ path, text }: Document, heading: string): readonly (readonly string[])[] {
  const rows = text.split(`\n| ${heading} |`)[1]?.split('\n\n')[0]?.split('\n').slice(2);
  if (!rows) throw new Error(`${path} has no table whose first column is "${heading}".`);
  return rows.map((row) => row.replaceAll(/^\| | \|$/g, '').split(' | '));
}
