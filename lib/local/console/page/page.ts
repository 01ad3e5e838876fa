import type { AskedRange, DashboardAnswer } from '../wire.ts';
import { ask } from './ask.ts';
import { clockText } from './format.ts';
import { WidgetFrame } from './frame.ts';
import { MessageList } from './messages.ts';
import { showRangeChooser } from './range-chooser.ts';
import { showThemeChooser } from './theme.ts';
import { element, type Page, type Reason, type View, type WidgetContent } from './view.ts';

const refreshMs = 10_000;

/** A widget is drawn a little before somebody scrolls to it. */
const seenMargin = '300px';

/** People drag the edge of a window for a while. */
const resizeDelayMs = 300;

class Console implements Page {
  readonly #frames: WidgetFrame[] = [];
  readonly #timeZone: string;
  readonly #theme = showThemeChooser(() => void this.#update('theme'));
  readonly #messages = new MessageList(element('messages', HTMLElement), element('message-count', HTMLElement));
  /** What is to be added to this machine's time to have the cloud's, in milliseconds. */
  #ahead = 0;
  #range: AskedRange;
  #refreshedAt = Date.now();

  constructor({ title, timeZone, rangeMs }: DashboardAnswer) {
    this.#timeZone = timeZone;
    this.#range = { shown: { mode: 'relative', ms: rangeMs } };
    document.title = `${title}: Rounds`;
    element('title', HTMLElement).textContent = title;
  }

  get view(): View {
    return { range: this.#range, theme: this.#theme(), timeZone: this.#timeZone };
  }

  zoom(start: number, end: number): void {
    this.#choose({ ...this.#range, zoom: { start, end } });
  }

  refreshOthers(done: WidgetContent): void {
    void this.#update('refresh', done);
  }

  /** Lays the widgets out, and keeps them fresh from now on. */
  async start({ widgets, rangeMs }: DashboardAnswer, styles: CSSStyleSheet): Promise<void> {
    const observer = new IntersectionObserver((seen) => this.#onSeen(seen), { rootMargin: seenMargin });
    // In the order in which they are read, which is also that of the keyboard and of a phone.
    for (const widget of widgets.toSorted((one, other) => one.y - other.y || one.x - other.x)) {
      const frame = new WidgetFrame(widget, { page: this, styles });
      this.#frames.push(frame);
      element('dashboard', HTMLElement).append(frame.section);
      observer.observe(frame.section);
    }
    showRangeChooser({
      timeZone: this.#timeZone,
      shownMs: rangeMs,
      now: () => this.#now,
      onChoose: (range) => this.#choose(range),
    });
    this.#listen();
    await this.#update('refresh');
  }

  get #now(): number {
    return Date.now() + this.#ahead;
  }

  #choose(range: AskedRange): void {
    this.#range = range;
    element('reset-zoom', HTMLElement).hidden = range.zoom === undefined;
    void this.#update('timeRange');
  }

  #onSeen(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      void this.#frames.find(({ section }) => section === target)?.setSeen(isIntersecting);
    }
  }

  #listen(): void {
    element('reset-zoom', HTMLElement).addEventListener('click', () => this.#choose({ shown: this.#range.shown }));
    element('refresh', HTMLElement).addEventListener('click', () => void this.#update('refresh'));
    const views = { dashboard: element('dashboard', HTMLElement), messages: element('messages', HTMLElement) };
    for (const name of ['dashboard', 'messages'] as const) {
      element(`show-${name}`, HTMLElement).addEventListener('click', () => {
        for (const [other, section] of Object.entries(views)) {
          section.hidden = other !== name;
          element(`show-${other}`, HTMLElement).setAttribute('aria-current', String(other === name));
        }
      });
    }
    let resizing = 0;
    addEventListener('resize', () => {
      clearTimeout(resizing);
      resizing = setTimeout(() => void this.#update('resize'), resizeDelayMs);
    });
    setInterval(() => this.#tick(), 1_000);
  }

  /** Every second, for the clock. */
  #tick(): void {
    const ageMs = Date.now() - this.#refreshedAt;
    element('clock', HTMLElement).textContent = clockText(this.#now, this.#timeZone);
    element('updated', HTMLElement).textContent = `updated ${Math.floor(ageMs / 1_000)} s ago`;
    const isWanted = element('auto-refresh', HTMLInputElement).checked && !document.hidden;
    if (isWanted && ageMs >= refreshMs) void this.#update('refresh');
  }

  async #update(reason: Reason, except?: WidgetContent): Promise<void> {
    const lost = element('lost', HTMLElement);
    // Not again while this goes on, however long it takes.
    this.#refreshedAt = Date.now();
    try {
      const messages = await ask('messages', {});
      this.#ahead = messages.now - Date.now();
      this.#messages.show(messages, this.#timeZone);
      lost.hidden = true;
    } catch {
      lost.textContent = 'The local cloud does not answer any more. Start it again, and load this page again.';
      lost.hidden = false;
      return;
    }
    const others = this.#frames.filter(({ content }) => content !== except);
    await Promise.all(others.map((frame) => frame.update(reason)));
    this.#tick();
  }
}

async function begin(): Promise<void> {
  const [dashboard, styles] = await Promise.all([
    ask('dashboard', {}),
    fetch('/widget.css').then((response) => response.text()),
  ]);
  await new Console(dashboard).start(dashboard, await new CSSStyleSheet().replace(styles));
}

begin().catch((error: unknown) => {
  const lost = element('lost', HTMLElement);
  lost.textContent = `The console cannot be shown: ${error instanceof Error ? error.message : String(error)}`;
  lost.hidden = false;
});
