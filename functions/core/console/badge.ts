import { type Html, html } from '../html.ts';
import type { Priority } from '../plan.ts';
import type { Status } from '../status.ts';

/** How something is shown: `info` asks for something, `none` says nothing yet. */
export type Tone = (typeof tones)[number];

/** The worst first: what is not known may be anything, and what has not begun is not well. */
export const tones = ['critical', 'unknown', 'warning', 'info', 'none', 'ok'] as const;

/** For whom colours are not enough. */
const shapeOf: Readonly<Record<Tone, string>> = {
  critical: '✕',
  unknown: '?',
  warning: '!',
  info: '›',
  none: '–',
  ok: '✓',
};

export const toneOfStatus: Readonly<Record<Status, Tone>> = {
  OK: 'ok',
  WARNING: 'warning',
  CRITICAL: 'critical',
  UNKNOWN: 'unknown',
};

export function toneOfPriority(priority: Priority): Tone {
  if (priority === 'info') return 'info';
  return priority === 'P0' || priority === 'P1' ? 'critical' : 'warning';
}

/** The worst of some tones; of none, `none`. */
export function worstTone(some: readonly Tone[]): Tone {
  return tones.find((tone) => some.includes(tone)) ?? 'none';
}

/** A state by its colour, its shape and its word. */
export function badge(tone: Tone, word: string): Html {
  return html`<span class="rounds-badge rounds-${tone}"><span aria-hidden="true">${shapeOf[tone]}</span> ${word}</span>`;
}
