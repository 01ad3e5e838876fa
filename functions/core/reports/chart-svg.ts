import { cleanText } from '../clean.ts';
import { type Html, html } from '../html.ts';
import { msOf } from '../time.ts';
import { groupedValue } from '../units.ts';
import { type Tick, timeTicks, valueTicks } from './chart-ticks.ts';
import type { Chart } from './document.ts';

const width = 640;
const height = 180;

/** Above the drawing and below it, there with room for the times. */
const top = 22;
const bottom = height - 32;
const right = width - 16;

/** Can still be read on a phone, where the drawing is half as wide. */
const fontSize = 15;

/** Of a letter in the axes: what stands left of the drawing is as wide as its longest value. */
const letterWidth = 8.5;
const gap = 8;

/** Of the drawing where there is nothing to draw. */
const emptyHeight = 48;

/** Half of a time on the axis: one nearer to an end is written from there. */
const halfTime = 45;

/** Where a time or a value lies in the drawing. */
interface Scales {
  readonly left: number;
  readonly x: (ms: number) => string;
  readonly y: (value: number) => string;
}

/**
 * A line over time, with its limit and where it leads. It scales, and takes its colours from the text around it; a page
 * may colour its parts by their classes. The same chart makes the same drawing.
 */
export function chartSvg(chart: Chart): Html {
  const caption = cleanText(chart.caption, Number.POSITIVE_INFINITY);
  const isEmpty = chart.points.length === 0;
  return html`<svg class="chart" role="img" aria-label="${caption}" viewBox="0 0 ${width} ${isEmpty ? emptyHeight : height}" fill="none" stroke="currentColor" font-family="system-ui, sans-serif" font-size="${fontSize}"><title>${caption}</title>${
    isEmpty ? word(gap, emptyHeight / 2, 'no values yet', 'start') : drawing(chart)
  }</svg>`;
}

function drawing(chart: Chart): Html[] {
  const { points, projection = [], limit, unit, timeZone } = chart;
  const times = [...points, ...projection].map(({ at }) => msOf(at));
  const bounds = projection.flatMap(({ low, high }) => [low, high]);
  const ticks = valueTicks([...points.map(({ value }) => value), ...bounds, ...(limit === undefined ? [] : [limit])]);
  const labels = ticks.map((value) => groupedValue(value, unit));
  const left = gap + letterWidth * Math.max(...labels.map(({ length }) => length)) + gap;
  const x = scale([Math.min(...times), Math.max(...times)], [left, right]);
  const y = scale([ticks[0] ?? 0, ticks.at(-1) ?? 1], [bottom, top]);
  const scales = { left, x, y };
  return [
    ...ticks.map((value, index) => valueLine(labels[index] ?? '', y(value), left)),
    ...timeTicks(Math.min(...times), Math.max(...times), timeZone).map((tick) => timeLabel(tick, scales)),
    ...(limit === undefined ? [] : [limitLine(limit, unit, scales)]),
    ...projected(chart, scales),
    ...line(chart, scales),
  ];
}

/** To a tenth of a pixel, so that no machine writes another number. */
function scale([from, to]: [number, number], [start, end]: [number, number]): (value: number) => string {
  return (value) =>
    (from === to ? (start + end) / 2 : start + ((value - from) / (to - from)) * (end - start)).toFixed(1);
}

function valueLine(label: string, y: string, left: number): Html {
  return html`<path class="chart-grid" d="M${left} ${y}H${right}" stroke-opacity=".15"/>${word(left - gap, Number(y) + 5, label, 'end')}`;
}

function timeLabel({ at, label }: Tick, { left, x }: Scales): Html {
  const place = Number(x(at));
  const anchor = place < left + halfTime ? 'start' : place > right - halfTime ? 'end' : 'middle';
  return html`<path class="chart-grid" d="M${x(at)} ${bottom}v4" stroke-opacity=".4"/>${word(place, height - 8, label, anchor)}`;
}

function limitLine(limit: number, unit: string, { left, y }: Scales): Html {
  return html`<g class="chart-limit"><path d="M${left} ${y(limit)}H${right}" stroke-width="1.5" stroke-dasharray="6 4"/>${word(left + 4, Number(y(limit)) - 6, `limit ${groupedValue(limit, unit)}`, 'start')}</g>`;
}

function projected({ points, projection = [] }: Chart, { x, y }: Scales): Html[] {
  const newest = points.at(-1);
  if (!newest || projection.length === 0) return [];
  const course = [{ ...newest, low: newest.value, high: newest.value }, ...projection];
  const place = (at: string, value: number) => `${x(msOf(at))} ${y(value)}`;
  const upper = course.map(({ at, high }) => place(at, high));
  const lower = course.map(({ at, low }) => place(at, low)).reverse();
  const middle = course.map(({ at, value }) => place(at, value));
  return [
    html`<path class="chart-band" d="M${[...upper, ...lower].join('L')}Z" fill="currentColor" fill-opacity=".12" stroke="none"/>`,
    html`<path class="chart-projection" d="M${middle.join('L')}" stroke-width="1.5" stroke-dasharray="2 4"/>`,
  ];
}

/** With a dot for the newest value, which alone shows where there is only one. */
function line({ points }: Chart, { x, y }: Scales): Html[] {
  const places = points.map(({ at, value }) => [x(msOf(at)), y(value)] as const);
  return [
    html`<path class="chart-line" d="M${places.map((place) => place.join(' ')).join('L')}" stroke-width="2" stroke-linejoin="round"/>`,
    ...places
      .slice(-1)
      .map(([cx, cy]) => html`<circle class="chart-line" cx="${cx}" cy="${cy}" r="3.5" fill="currentColor"/>`),
  ];
}

function word(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end'): Html {
  return html`<text x="${x}" y="${y}" text-anchor="${anchor}" fill="currentColor" stroke="none">${text}</text>`;
}
