import { type Html, html } from '../html.ts';
import { documentHtml } from '../reports/document-html.ts';
import { popupButton } from './button.ts';
import type { WidgetData } from './data.ts';
import { documentRules } from './style.ts';
import { dateText, momentText, shown, type View } from './view.ts';

type DocumentsData = Extract<WidgetData, { readonly widget: 'documents' }>;

const reportsLimit = 20;

/** The reports that are kept, or the one of them that the reader has opened. */
export function documents(view: View, { reports, opened }: DocumentsData): Html {
  if (opened) return html`${documentRules}<div class="rounds-document">${documentHtml(opened.document)}</div>`;
  if (reports.length === 0) return html`<p class="rounds-muted">No report is kept yet.</p>`;
  const rows = reports.slice(0, reportsLimit).map(({ id, slot, title: given, writtenAt }) => {
    const title = shown(given);
    const date = dateText(view.plan, slot);
    const open = popupButton(view, 'Open', `${title}, ${date}`, { widget: 'documents', report: id, slot });
    return html`<tr><th scope="row">${title}</th><td>${date}</td><td class="rounds-quiet">written ${momentText(view, writtenAt)}</td><td class="rounds-narrow">${open}</td></tr>`;
  });
  const more = reports.length - rows.length;
  const older = html`<p class="rounds-muted">and ${more} older: rounds report says how to read them.</p>`;
  return html`<table class="rounds-table"><thead class="rounds-hidden"><tr><th scope="col">Report</th><th scope="col">Date</th><th scope="col">Written</th><th scope="col">Open</th></tr></thead><tbody>${rows}</tbody></table>${more > 0 && older}`;
}
