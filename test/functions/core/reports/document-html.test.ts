import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block } from '../../../../functions/core/reports/document.ts';
import { documentHtml, documentPage } from '../../../../functions/core/reports/document-html.ts';
import { exampleDocument } from './example-document.ts';
import { shown, textOf } from './shown.ts';

function htmlOf(...blocks: readonly Block[]): string {
  return documentHtml({ title: 'Title', blocks }).html;
}

describe('documentHtml', () => {
  it.each<[block: Block, html: string]>([
    [{ kind: 'heading', level: 2, text: 'a' }, '<h2>a</h2>'],
    [{ kind: 'heading', level: 3, text: 'a' }, '<h3>a</h3>'],
    [{ kind: 'text', text: 'a' }, '<p>a</p>'],
    [
      { kind: 'fields', fields: [{ label: 'a', value: 'b', status: 'CRITICAL', items: ['c'] }] },
      '<dl><div><dt>a</dt><dd><span class="status status-critical">b</span><ul><li>c</li></ul></dd></div></dl>',
    ],
    [{ kind: 'fields', fields: [{ label: 'a', value: 'b' }] }, '<dl><div><dt>a</dt><dd>b</dd></div></dl>'],
    [{ kind: 'list', items: ['a', 'b'] }, '<ul><li>a</li><li>b</li></ul>'],
    [{ kind: 'list', items: [] }, '<p class="none">none</p>'],
    [{ kind: 'table', head: ['a'], rows: [] }, '<p class="none">none</p>'],
    [{ kind: 'output', text: 'a\n  b' }, '<pre tabindex="0">a\n  b</pre>'],
  ])('makes of %j its element', (block, html) => {
    expect(htmlOf(block)).toBe(`<article class="document"><h1>Title</h1>${html}</article>`);
  });

  it('tells those who cannot see it what is done, and what a chart shows', () => {
    const { html } = documentHtml(exampleDocument);
    expect(html).toContain('<span role="img" aria-label="done">☑</span> Backups');
    expect(html).toContain('<span role="img" aria-label="not done">☐</span> Log files');
    expect(html).toContain('aria-label="Rows of the table."');
    expect(html).toContain('<figcaption>Rows of the table.</figcaption>');
  });

  it('shows any text as that text, in the order of the document', () => {
    const hostile = fc.constantFrom(
      '<script>',
      '<cwdb-action action="call">',
      '</pre>',
      '&lt;',
      '"',
      "' x=",
      '`',
      '\u202e',
    );
    const text = fc
      .array(fc.oneof(hostile, fc.string({ unit: 'grapheme' })), { maxLength: 5 })
      .map((each) => each.join(''));
    fc.assert(
      fc.property(text, (each) => {
        const html = htmlOf(
          { kind: 'text', text: each },
          { kind: 'list', items: [each] },
          { kind: 'table', head: [each], rows: [[each]] },
          { kind: 'output', text: each },
        );
        const [, ...found] = textOf(html.replaceAll(/ (?:tabindex|scope|class)="[a-z0]+"/g, ''));
        expect(found).toEqual(['p', 'li', 'th', 'td', 'pre'].map((name) => [name, shown(each)]));
      }),
    );
  });
});

describe('documentPage', () => {
  const page = documentPage(exampleDocument);

  it('stands alone: it loads nothing, runs nothing, and says so', () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n/);
    expect(page).toContain(`content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;"`);
    expect(page).not.toMatch(/<script|<link|<iframe|<use|https?:|url\(/);
  });

  it('is named for its document, whatever that is called', () => {
    const { blocks } = exampleDocument;
    expect(documentPage({ title: '</title><b>\u202e', blocks })).toContain('<title>&lt;/title&gt;&lt;b&gt;</title>');
  });

  it('is the same page for the same document', () => {
    expect(documentPage(exampleDocument)).toBe(page);
  });
});
