import { marked } from 'marked';
import type { PlacedWidget, WidgetFace } from '../wire.ts';
import { AlarmsWidget } from './alarms.ts';
import { CustomWidget } from './custom.ts';
import { GraphWidget } from './graph.ts';
import { NumberWidget } from './number.ts';
import { sanitized } from './sanitize.ts';
import { made, type Page, type Reason, reasons, type WidgetContent } from './view.ts';

export interface FrameProps {
  readonly page: Page;
  /** What all content of custom widgets looks like by itself. */
  readonly styles: CSSStyleSheet;
}

/** A widget in its place: its title, what it shows, and what has gone wrong with it. */
export class WidgetFrame {
  readonly section: HTMLElement;
  readonly content: WidgetContent;
  readonly #body: HTMLElement;
  readonly #problem = made('p', 'problem');
  #isSeen = false;
  #isDrawing = false;
  /** Why it has to be drawn when somebody sees it. */
  #owed: Reason | undefined = 'start';

  constructor({ id, x, y, width, height, shows }: PlacedWidget, props: FrameProps) {
    const title = 'title' in shows ? shows.title : '';
    const heading = made('h2', '', title);
    heading.id = `${id}-title`;
    heading.hidden = title === '';
    const body = made('div', 'body');
    this.#problem.hidden = true;
    this.section = made('section', `widget ${shows.type}-widget`, heading, this.#problem, body);
    this.section.id = id;
    if (title !== '') this.section.setAttribute('aria-labelledby', heading.id);
    if (shows.type === 'text' && shows.isTransparent) this.section.classList.add('transparent');
    this.section.style.gridArea = `${y + 1} / ${x + 1} / span ${height} / span ${width}`;
    this.#body = body;
    this.#body.setAttribute('aria-busy', 'true');
    this.content = contentOf(body, id, shows, props);
  }

  /** Draws it anew: at once, after what is being drawn, or as soon as somebody sees it. */
  async update(reason: Reason): Promise<void> {
    const isMore = this.#owed === undefined || reasons.indexOf(reason) > reasons.indexOf(this.#owed);
    if (isMore) this.#owed = reason;
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    while (this.#isSeen && this.#owed !== undefined) await this.#draw(this.#owed);
    this.#isDrawing = false;
  }

  async #draw(reason: Reason): Promise<void> {
    this.#owed = undefined;
    try {
      await this.content.update(reason);
      this.#problem.hidden = true;
    } catch (error) {
      this.#problem.textContent = error instanceof Error ? error.message : String(error);
      this.#problem.hidden = false;
    }
    // Whatever it says from now on, it has begun to say something.
    this.#body.removeAttribute('aria-busy');
  }

  async setSeen(isSeen: boolean): Promise<void> {
    this.#isSeen = isSeen;
    if (isSeen && this.#owed !== undefined) await this.update(this.#owed);
  }
}

function contentOf(body: HTMLElement, id: string, shows: WidgetFace, { page, styles }: FrameProps): WidgetContent {
  switch (shows.type) {
    case 'custom':
      return new CustomWidget(body, { id, updatesOn: shows.updatesOn, page, styles });
    case 'graph':
      return new GraphWidget(body, id, shows, page);
    case 'number':
      return new NumberWidget(body, id, shows.hasSparkline, page);
    case 'alarms':
      return new AlarmsWidget(body, id, page);
    case 'text':
      body.append(sanitized(marked.parse(shows.markdown, { async: false })));
      return { update: async () => {} };
    case 'refused':
      body.append(
        made('p', 'problem', 'The local console does not understand this of the widget:'),
        made('ul', '', ...shows.problems.map((problem) => made('li', '', problem))),
      );
      return { update: async () => {} };
  }
}
