import { cleanText } from '../clean.ts';
import { type Html, html } from '../html.ts';
import type { Status } from '../status.ts';
import { chartSvg } from './chart-svg.ts';
import type { Block, Document, Field } from './document.ts';
import { documentStyle } from './document-style.ts';

/** Nothing but looks: the page loads nothing and runs nothing, whatever should ever stand in it. */
const policy = "default-src 'none'; style-src 'unsafe-inline'";

/** A document as a page of its own, for a file, a browser or a mail client. */
export function documentPage(document: Document): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${shown(document.title)}</title>
${documentStyle}
</head>
<body>
${documentHtml(document)}
</body>
</html>
`.html;
}

/** A document as a part of a page, which gives it its looks: `document`, `status-critical`, `none`, `chart-line`. */
export function documentHtml({ title, blocks }: Document): Html {
  return html`<article class="document"><h1>${shown(title)}</h1>${blocks.map(blockHtml)}</article>`;
}

function blockHtml(block: Block): Html {
  switch (block.kind) {
    case 'heading':
      return block.level === 2 ? html`<h2>${shown(block.text)}</h2>` : html`<h3>${shown(block.text)}</h3>`;
    case 'text':
      return html`<p>${shown(block.text)}</p>`;
    case 'fields':
      return block.fields.length > 0 ? html`<dl>${block.fields.map(fieldHtml)}</dl>` : none;
    case 'list':
      return block.items.length > 0 ? listHtml(block.items) : none;
    case 'tasks':
      return block.items.length > 0 ? html`<ul class="tasks">${block.items.map(taskHtml)}</ul>` : none;
    case 'table':
      return block.rows.length > 0 ? tableHtml(block.head, block.rows) : none;
    case 'output':
      return html`<pre tabindex="0">${shown(block.text)}</pre>`;
    case 'chart':
      return html`<figure>${chartSvg(block.chart)}<figcaption>${shown(block.chart.caption)}</figcaption></figure>`;
  }
}

const none = html`<p class="none">none</p>`;

function fieldHtml({ label, value, status, items = [] }: Field): Html {
  const below = items.length > 0 && listHtml(items);
  return html`<div><dt>${shown(label)}</dt><dd>${valueHtml(value, status)}${below}</dd></div>`;
}

function valueHtml(value: string, status: Status | undefined): Html {
  return status === undefined
    ? html`${shown(value)}`
    : html`<span class="status status-${status.toLowerCase()}">${shown(value)}</span>`;
}

function listHtml(items: readonly string[]): Html {
  return html`<ul>${items.map((item) => html`<li>${shown(item)}</li>`)}</ul>`;
}

function taskHtml({ text, isDone }: { readonly text: string; readonly isDone: boolean }): Html {
  const box = isDone
    ? html`<span role="img" aria-label="done">☑</span>`
    : html`<span role="img" aria-label="not done">☐</span>`;
  return html`<li>${box} ${shown(text)}</li>`;
}

function tableHtml(head: readonly string[], rows: readonly (readonly string[])[]): Html {
  const row = (cells: readonly string[]) => html`<tr>${cells.map((cell) => html`<td>${shown(cell)}</td>`)}</tr>`;
  const names = head.map((name) => html`<th scope="col">${shown(name)}</th>`);
  // Its own scroll bar keeps a wide one from making the page wide.
  return html`<div class="table" tabindex="0"><table><thead><tr>${names}</tr></thead><tbody>${rows.map(row)}</tbody></table></div>`;
}

/** Records are clean; that the direction of writing cannot be turned around is seen to here as well. */
function shown(text: string): string {
  return cleanText(text, Number.POSITIVE_INFINITY);
}
