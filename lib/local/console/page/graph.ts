import type uPlot from 'uplot';
import type { GraphAnswer, GraphFace } from '../wire.ts';
import { ask } from './ask.ts';
import { clockText, numberText } from './format.ts';
import { makePlot } from './plot.ts';
import { type DrawnSeries, drawnSeries, lastOf } from './plot-data.ts';
import { made, type Page, type WidgetContent } from './view.ts';

/** Room for at least a line and an axis. */
const minimumHeight = 90;

/** A graph of metrics over time, with the lines at which a value changes its status. */
export class GraphWidget implements WidgetContent {
  readonly #id: string;
  readonly #face: GraphFace;
  readonly #page: Page;
  readonly #body: HTMLElement;
  readonly #canvas = made('div', 'plot');
  readonly #legend = made('ul', 'legend');
  #plot: uPlot | undefined;
  /** What was drawn last: the same is not drawn again, so that who points at it goes on pointing. */
  #drawn = '';

  constructor(body: HTMLElement, id: string, face: GraphFace, page: Page) {
    this.#body = body;
    this.#id = id;
    this.#face = face;
    this.#page = page;
    this.#canvas.setAttribute('role', 'img');
    body.append(this.#canvas, this.#legend);
  }

  async update(): Promise<void> {
    const { range, theme } = this.#page.view;
    const answer = await ask('graph', { widget: this.#id, range });
    const { clientWidth, clientHeight } = this.#body;
    const drawn = JSON.stringify([answer, theme, clientWidth, clientHeight]);
    if (drawn !== this.#drawn) this.#draw(answer);
    this.#drawn = drawn;
  }

  #draw(answer: GraphAnswer): void {
    this.#plot?.destroy();
    this.#plot = undefined;
    const series = drawnSeries(answer, this.#face.isStacked);
    if (answer.times.length === 0) {
      this.#canvas.replaceChildren(made('p', 'empty', 'no data in this range'));
      this.#legend.replaceChildren();
      this.#canvas.setAttribute('aria-label', `${this.#face.title}: no data in this range`);
      return;
    }
    this.#canvas.replaceChildren();
    this.#showValues(answer, series);
    const summary = series.map(({ label, values }) => `${label} ${valueText(lastOf(values))}`).join(', ');
    this.#canvas.setAttribute('aria-label', `${this.#face.title}, newest values: ${summary}`);
    this.#plot = makePlot(this.#canvas, {
      face: this.#face,
      answer,
      series,
      timeZone: this.#page.view.timeZone,
      width: this.#body.clientWidth,
      height: Math.max(minimumHeight, this.#body.clientHeight - this.#legend.offsetHeight),
      onZoom: (start, end) => this.#page.zoom(start, end),
      onHover: (index) => this.#showValues(answer, series, index),
    });
  }

  /** Says what is pointed at, and otherwise the newest. */
  #showValues({ times }: GraphAnswer, series: readonly DrawnSeries[], index?: number): void {
    const at = index === undefined ? undefined : times[index];
    const items = series.map(({ label, color, values }) => {
      const marker = made('span', 'marker');
      marker.style.background = color;
      const value = at === undefined ? lastOf(values) : values[index ?? 0];
      return made('li', '', marker, `${label} `, made('b', '', valueText(value)));
    });
    const time = at === undefined ? [] : [made('li', 'time', clockText(at, this.#page.view.timeZone))];
    this.#legend.replaceChildren(...items, ...time);
  }
}

function valueText(value: number | null | undefined): string {
  return value === undefined || value === null ? '–' : numberText(value);
}
