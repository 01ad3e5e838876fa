import type { ShownAlarm } from '../wire.ts';
import { ask } from './ask.ts';
import { clockText } from './format.ts';
import { made, type Page, type WidgetContent } from './view.ts';

/** What rings comes first. */
const order: readonly ShownAlarm['state'][] = ['ALARM', 'INSUFFICIENT_DATA', 'OK'];

const names: Readonly<Record<ShownAlarm['state'], string>> = {
  ALARM: 'In alarm',
  INSUFFICIENT_DATA: 'No data',
  OK: 'OK',
};

/** The state of some alarms. */
export class AlarmsWidget implements WidgetContent {
  readonly #id: string;
  readonly #page: Page;
  readonly #list = made('ul', 'alarms');
  #drawn = '';

  constructor(body: HTMLElement, id: string, page: Page) {
    this.#id = id;
    this.#page = page;
    body.append(this.#list);
  }

  async update(): Promise<void> {
    const alarms = await ask('alarms', { widget: this.#id });
    const sorted = alarms.toSorted((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
    const drawn = JSON.stringify(sorted);
    // The same is not drawn again, so that what somebody reads stays open.
    if (drawn !== this.#drawn) this.#list.replaceChildren(...sorted.map((alarm) => this.#item(alarm)));
    this.#drawn = drawn;
  }

  #item({ name, description, state, since }: ShownAlarm): HTMLElement {
    const badge = made('b', `state ${state.toLowerCase()}`, names[state]);
    const more = made('p', '', `Since ${clockText(since, this.#page.view.timeZone)}. ${description}`);
    return made('li', '', made('details', '', made('summary', '', badge, name), more));
  }
}
