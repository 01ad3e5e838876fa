import type { Alert } from '../alert.ts';
import { type Content, type Html, html } from '../html.ts';
import { badge, type Tone, toneOfPriority, toneOfStatus, worstTone } from './badge.ts';

/** One line of the checklist. */
export interface Item {
  readonly tone: Tone;
  readonly word: string;
  readonly title: string;
  /** What was found, or is asked. */
  readonly text: Content;
  readonly when: string;
  /** What can be done about it. */
  readonly controls?: Html;
}

/** An item that looks no better than its alert; the word is that of what is found or asked, unless that is well. */
export function withAlert(item: Item, alert: Pick<Alert, 'status' | 'incident'> | undefined): Item {
  if (!alert || alert.status === 'PENDING') return item;
  const { status, incident } = alert;
  const tone = worstTone([item.tone, incident ? toneOfPriority(incident.priority) : toneOfStatus[status]]);
  if (tone === item.tone) return item;
  const isQuiet = item.tone === 'ok' || item.tone === 'none';
  return { ...item, tone, word: isQuiet ? (incident ? `${incident.priority} OPEN` : status) : item.word };
}

/** Items under their heads, which are only heard: what stands there explains itself to those who see it. */
export function itemTable(items: readonly Item[]): Html {
  return html`<table class="rounds-table rounds-items"><colgroup><col class="rounds-of-state"><col class="rounds-of-title"><col><col class="rounds-of-time"></colgroup><thead class="rounds-hidden"><tr><th scope="col">State</th><th scope="col">Item</th><th scope="col">Found</th><th scope="col">Time</th></tr></thead><tbody>${items.map(itemRow)}</tbody></table>`;
}

function itemRow({ tone, word, title, text, when, controls }: Item): Html {
  const quiet = tone === 'ok' || tone === 'none' ? 'rounds-quiet' : '';
  return html`<tr><td>${badge(tone, word)}</td><th scope="row">${title}</th><td class="${quiet}">${text}${controls}</td><td class="rounds-quiet">${when}</td></tr>`;
}
