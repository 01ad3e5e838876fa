import { ask } from './ask.ts';
import { numberText } from './format.ts';
import { lastOf } from './plot-data.ts';
import { made, type Page, type WidgetContent } from './view.ts';

const svg = 'http://www.w3.org/2000/svg';

/** The size of a sparkline in its own units; it is drawn as wide as there is room. */
const spark = { width: 100, height: 30 };

/** The newest value of each metric, in large. */
export class NumberWidget implements WidgetContent {
  readonly #id: string;
  readonly #hasSparkline: boolean;
  readonly #page: Page;
  readonly #numbers = made('div', 'numbers');

  constructor(body: HTMLElement, id: string, hasSparkline: boolean, page: Page) {
    this.#id = id;
    this.#hasSparkline = hasSparkline;
    this.#page = page;
    body.append(this.#numbers);
  }

  async update(): Promise<void> {
    const { series } = await ask('graph', { widget: this.#id, range: this.#page.view.range });
    const numbers = series.map(({ label, color, values }) => {
      const last = lastOf(values);
      const text = last === undefined ? 'no data' : numberText(last);
      const number = made('div', 'number', made('b', last === undefined ? 'none' : '', text), made('span', '', label));
      if (this.#hasSparkline && last !== undefined) number.append(sparkline(values, color));
      return number;
    });
    this.#numbers.replaceChildren(...numbers);
  }
}

function sparkline(values: readonly (number | null)[], color = 'var(--accent)'): SVGElement {
  const known = values.filter((value) => value !== null);
  const top = Math.max(...known, 1);
  const points = known.map((value, index) => {
    const x = known.length === 1 ? 0 : (index / (known.length - 1)) * spark.width;
    return `${x},${spark.height - (value / top) * spark.height}`;
  });
  const line = document.createElementNS(svg, 'polyline');
  line.setAttribute('points', points.join(' '));
  line.style.stroke = color;
  const drawing = document.createElementNS(svg, 'svg');
  drawing.setAttribute('viewBox', `0 -2 ${spark.width} ${spark.height + 4}`);
  drawing.setAttribute('preserveAspectRatio', 'none');
  drawing.setAttribute('aria-hidden', 'true');
  drawing.append(line);
  return drawing;
}
